"""Files from anywhere: what cannot be checked is refused, and what the schema says is placed."""

import pytest

from ceiba.core.iati.findings import Severity
from ceiba.core.kernel.errors import CeibaError
from ceiba.reports.iati.checking import findings_of
from tests.core.iati.knowledge import NOW

EMPTY = '<iati-activities version="2.03">{}</iati-activities>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "iati.not_xml"),
        (b"<iati-activities", "iati.not_xml"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><iati-activities>&a;</iati-activities>", "iati.not_xml"),
        (b"<html/>", "iati.not_iati"),
        (b"<iati-activities/>", "iati.version"),
        (b"<iati-organisations version='1.05'/>", "iati.version"),
    ],
)  # fmt: skip
def test_what_is_no_iati_file_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(CeibaError) as caught:
        findings_of(data, NOW, "a.xml")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.text("es").startswith("a.xml: ")


def test_a_fault_of_the_schema_is_told_with_its_activity_and_line() -> None:
    found = findings_of(
        EMPTY.format(
            "\n<iati-activity><iati-identifier>X-1</iati-identifier>\n<nonsense/></iati-activity>"
        ).encode(),
        NOW,
    )
    (schema,) = [f.problem for f in found if f.problem.code == "iati.schema"]
    assert (schema.where.item, schema.values["line"]) == ("X-1", 3)
    assert "nonsense" in str(schema.values["text"])


def test_an_identifier_that_is_there_twice_is_an_error() -> None:
    one = "<iati-activity><iati-identifier>{}</iati-identifier></iati-activity>"
    twice = findings_of(EMPTY.format(one.format("X-1") + one.format(" X-1 ")).encode(), NOW)
    assert [f.problem.values["found"] for f in twice if f.problem.code == "iati.identifier_twice"] == ["X-1"]
    once = findings_of(EMPTY.format(one.format("X-1") + one.format("X-2")).encode(), NOW)
    assert not [f for f in once if f.problem.code == "iati.identifier_twice"]


def test_errors_come_before_warnings() -> None:
    found = findings_of(
        EMPTY.format("<iati-activity><iati-identifier> a </iati-identifier></iati-activity>").encode(), NOW
    )
    severities = [finding.severity for finding in found]
    assert severities == sorted(severities, key=lambda s: s != Severity.ERROR)
    assert {Severity.ERROR, Severity.WARNING} == set(severities)
