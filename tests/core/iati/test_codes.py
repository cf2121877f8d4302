"""Codes of a file against the standard's codelists."""
# ruff: noqa: E501 - a table of documents

import pytest
from lxml import etree

from ceiba.core.iati.codes import CODES, Codelist, code_findings
from ceiba.core.iati.findings import Severity
from ceiba.reports.iati.standard import codelists

ACTIVITY = "<iati-activities version='2.03'><iati-activity><iati-identifier>A</iati-identifier>{}</iati-activity></iati-activities>"


def found(inner: str) -> list[tuple[str, str, str]]:
    root = etree.fromstring(ACTIVITY.format(inner))
    return [
        (f.severity.value, f.problem.code, str(f.problem.values["found"]))
        for f in code_findings(root, codelists())
    ]


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ('<activity-status code="9"/>', '<activity-status code="2"/>'),
        ('<sector code="31221"/>', '<sector code="31220"/>'),
        ('<sector vocabulary="1" code="7"/>', '<sector vocabulary="99" code="7"/>'),
        ('<sector vocabulary="2" code="31220"/>', '<sector vocabulary="2" code="312"/>'),
        ('<transaction><transaction-type code="14"/></transaction>', '<transaction><transaction-type code="4"/></transaction>'),
        ('<transaction><value currency="QTZ"/></transaction>', '<transaction><value currency="GTQ"/></transaction>'),
        ('<result><indicator measure="6"/></result>', '<result><indicator measure="1"/></result>'),
        ('<participating-org role="5"/>', '<participating-org role="2"/>'),
        ('<document-link format="application/xxx"/>', '<document-link format="application/pdf"/>'),
        ('<location><feature-designation code="ADMX"/></location>', '<location><feature-designation code="ADM1"/></location>'),
        ('<tag vocabulary="2" code="18"/>', '<tag vocabulary="2" code="13"/>'),
    ],
)  # fmt: skip
def test_a_code_that_is_not_in_its_list_is_an_error(bad: str, good: str) -> None:
    (finding,) = found(bad)
    assert finding[:2] == ("error", "iati.code")
    assert found(good) == []


def test_a_list_that_is_not_complete_and_a_code_that_was_withdrawn_warn() -> None:
    assert found('<recipient-country code="XX"/>') == [("warning", "iati.code", "XX")]
    assert found('<sector code="41050"/>') == [("warning", "iati.code_withdrawn", "41050")]


def test_an_attribute_of_another_element_is_not_taken_for_a_code() -> None:
    assert found('<title type="99" code="x"/>') == []


def test_a_finding_names_the_list_the_place_and_the_line() -> None:
    root = etree.fromstring(ACTIVITY.format('\n<activity-status code="9"/>'))
    (finding,) = code_findings(root, codelists())
    assert finding.severity == Severity.ERROR
    assert finding.problem.text("es") == (
        "A: línea 2: «9» (activity-status/@code) no está en la lista ActivityStatus de IATI. Use uno de ella."
    )


def test_every_list_that_is_asked_for_is_shipped_and_holds_codes() -> None:
    assert set(codelists()) == set(CODES.values())
    assert all(isinstance(each, Codelist) and each.current for each in codelists().values())
