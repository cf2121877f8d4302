"""Every rule of IATI's standard ruleset: first what breaks it, then what does not."""
# ruff: noqa: E501 - a table of documents

from datetime import UTC, datetime

import pytest
from lxml import etree

from ceiba.core.iati.findings import Severity
from ceiba.core.iati.rule_kinds import KINDS, Case, Known, offences
from ceiba.core.iati.ruleset import rule_findings, rules_of
from ceiba.reports.iati.standard import agencies, ruleset, spanish_rules

KNOWN = Known(datetime(2026, 11, 20, 12, 0, tzinfo=UTC), frozenset({"XI-IATI"}))
AGO, NOW, SOON = "2026-11-19", "2026-11-20", "2026-11-21"


def act(inner: str = "", attributes: str = "") -> str:
    return f"<iati-activities><iati-activity {attributes}>{inner}</iati-activity></iati-activities>"


def org(inner: str = "", attributes: str = "") -> str:
    return f"<iati-organisations><iati-organisation {attributes}>{inner}</iati-organisation></iati-organisations>"


def dates(kind: str, start: str, end: str, inner: str = "") -> str:
    return f'<{kind}><period-start iso-date="{start}"/><period-end iso-date="{end}"/>{inner}</{kind}>'


def indicator(inner: str, measure: str = "1") -> str:
    return act(f'<result><indicator measure="{measure}">{inner}</indicator></result>')


def both(tag: str, attributes: str) -> str:
    return act(f"<{tag} {attributes}/><{tag} {attributes.replace('XI', 'MX')}/>")


def spaced(rule: str, before: str, after: str = "") -> tuple[str, str, str]:
    return rule, act(f"{before} x {after}"), act(f"{before}x{after}")


def barred(rule: str, before: str, after: str = "") -> tuple[str, str, str]:
    return rule, act(f"{before}XI-IATI-a/b{after}"), act(f"{before}XI-IATI-ab{after}")


def of_measures(rule: str, tag: str) -> list[tuple[str, str, str]]:
    """The three rules of a value: there, a number, and not there for what is qualitative."""
    wrapped = (lambda x: x) if tag == "baseline" else (lambda x: f"<period>{x}</period>")
    return [
        (f"{rule}.1", indicator(wrapped(f"<{tag}/>")), indicator(wrapped(f'<{tag} value="1"/>'))),
        (f"{rule}.2", indicator(wrapped(f'<{tag} value="1,5"/>'), "4"), indicator(wrapped(f'<{tag} value="1.5"/>'), "4")),
        (f"{rule}.3", indicator(wrapped(f'<{tag} value="1"/>'), "5"), indicator(wrapped(f"<{tag}/>"), "5")),
    ]  # fmt: skip


REF, END = '<reporting-org ref="', '"/>'
SHARED = '<x vocabulary="1" code="1" percentage="{}"/><x vocabulary="1" code="2" percentage="{}"/>'
ITEMS = '<country-budget-items vocabulary="1">{}</country-budget-items>'
GT, HN = '<recipient-country code="GT"/>', '<recipient-country code="HN"/>'
REGION = '<recipient-region vocabulary="1" code="1"/>'
RULES = [
    ("1.1.3", act('<reporting-org ref="XI-IATI-A"/><iati-identifier>XI-IATI-A</iati-identifier>'),
     act('<reporting-org ref="XI-IATI-A"/><iati-identifier>XI-IATI-A-1</iati-identifier>')),
    ("1.1.21", act('<reporting-org ref="XI-A"/><iati-identifier>XI-A1</iati-identifier>'),
     act('<reporting-org ref="XI-B"/><iati-identifier>XI-A-1</iati-identifier><other-identifier type="B1" ref="XI-A"/>')),
    ("1.14.8", act(f"{REF}ZZ-IATI-A{END}"), act(f"{REF}XI-IATI-A{END}")),
    ("1.18.8", org(f"{REF}ZZ-IATI-A{END}"), org(f"{REF}XI-IATI-A{END}")),
    spaced("1.3.1", "<iati-identifier>", "</iati-identifier>"),
    spaced("1.14.1", REF, END),
    spaced("1.16.1", '<other-identifier type="B1" ref="', END),
    spaced("1.6.1", '<other-identifier type="A3" ref="', END),
    spaced("1.7.1", '<related-activity ref="', END),
    spaced("1.8.1", '<participating-org ref="', END),
    spaced("1.9.1", '<participating-org activity-id="', END),
    spaced("1.10.1", '<transaction><provider-org ref="', '"/></transaction>'),
    spaced("1.4.1", '<planned-disbursement><provider-org provider-activity-id="', '"/></planned-disbursement>'),
    spaced("1.15.1", '<planned-disbursement><receiver-org ref="', '"/></planned-disbursement>'),
    spaced("1.5.1", '<transaction><receiver-org receiver-activity-id="', '"/></transaction>'),
    spaced("1.11.1", '<other-identifier><owner-org ref="', '"/></other-identifier>'),
    ("1.12.1", org("<organisation-identifier> x</organisation-identifier>"), org("<organisation-identifier>x</organisation-identifier>")),
    ("1.17.1", org('<recipient-org-budget><recipient-org ref="x "/></recipient-org-budget>'),
     org('<recipient-org-budget><recipient-org ref="x"/></recipient-org-budget>')),
    ("1.18.1", org(f"{REF} x{END}"), org(f"{REF}x{END}")),
    barred("1.3.13", "<iati-identifier>", "</iati-identifier>"),
    barred("1.14.13", REF, END),
    barred("1.8.13", '<participating-org ref="', END),
    barred("1.10.13", '<transaction><provider-org ref="', '"/></transaction>'),
    barred("1.15.13", '<transaction><receiver-org ref="', '"/></transaction>'),
    barred("1.11.13", '<other-identifier><owner-org ref="', '"/></other-identifier>'),
    ("1.12.13", org("<organisation-identifier>a|b</organisation-identifier>"), org("<organisation-identifier>a-b</organisation-identifier>")),
    ("1.18.13", org(f"{REF}a?{END}"), org(f"{REF}a{END}")),
    ("6.11.1", act('<activity-date type="3"/>'), act('<activity-date type="2"/>')),
    ("6.2.2", act(), act("<transaction><sector/></transaction>")),
    ("6.7.2", act("<transaction><sector/></transaction><transaction/>"), act("<transaction><sector/></transaction>")),
    ("6.6.2", act("<sector/><transaction><sector/></transaction>"), act("<sector/><transaction/>")),
    ("4.1.1", act("<title><narrative/></title>"), act('<title><narrative xml:lang="es"/></title>')),
    ("4.5.1", org("<name><narrative/></name>"), org("<name><narrative/></name>", 'xml:lang="es"')),
    ("7.8.1", act("<budget><value/></budget>"), act("<budget><value/></budget>", 'default-currency="USD"')),
    ("7.8.2", org("<total-budget><value/></total-budget>"), org('<total-budget><value currency="USD"/></total-budget>')),
    ("11.1.1", act("", f'last-updated-datetime="{NOW}T12:00:01Z"'), act("", f'last-updated-datetime="{NOW}T13:00:00+01:00"')),
    ("11.4.1", org("", f'last-updated-datetime="{SOON}T00:00:00"'), org("", f'last-updated-datetime="{NOW}T11:00:00"')),
    ("11.1.2", act(f'<activity-date type="1" iso-date="{SOON}"/><activity-date type="3" iso-date="{NOW}"/>'),
     act(f'<activity-date type="1" iso-date="{NOW}"/><activity-date type="3" iso-date="{NOW}"/>')),
    ("11.1.3", act(f'<activity-date type="2" iso-date="{NOW}"/><activity-date type="4" iso-date="{AGO}"/>'),
     act(f'<activity-date type="2" iso-date="{AGO}"/><activity-date type="4" iso-date="{NOW}"/>')),
    ("11.1.4", act(f'<activity-date type="2" iso-date="{SOON}"/>'), act(f'<activity-date type="2" iso-date="{NOW}"/>')),
    ("11.1.5", act(f'<activity-date type="4" iso-date="{SOON}"/>'), act(f'<activity-date type="4" iso-date="{NOW}Z"/>')),
    ("11.2.1", act(f'<transaction><transaction-date iso-date="{AGO}"/></transaction><transaction><transaction-date iso-date="{SOON}"/></transaction>'),
     act(f'<transaction><transaction-date iso-date="{NOW}"/></transaction>')),
    ("11.2.2", act(f'<transaction><value value-date="{SOON}"/></transaction>'), act(f'<transaction><value value-date="{AGO}"/></transaction>')),
    ("8.6.1", indicator(dates("period", SOON, NOW)), indicator(dates("period", NOW, NOW))),
    ("8.6.3", act(dates("budget", SOON, NOW)), act(dates("budget", NOW, SOON))),
    ("7.5.3", act(dates("budget", "2024-01-01", "2025-01-01")), act(dates("budget", "2024-01-01", "2024-12-31"))),
    ("11.3.1", org(dates("recipient-country-budget", AGO, NOW, f'<budget-line><value value-date="{SOON}"/></budget-line>')),
     org(dates("recipient-country-budget", AGO, NOW, f'<budget-line><value value-date="{NOW}"/></budget-line>'))),
    ("12.1.1", act('<recipient-country percentage="100.1"/>'), act('<recipient-country percentage="100"/>')),
    ("12.3.1", act('<sector percentage="-1"/>'), act('<sector percentage="0"/>')),
    ("12.2.1", act('<capital-spend percentage="x"/>'), act('<capital-spend percentage="3.5"/>')),
    ("2.1.1", act('<sector code="1"/><sector code="2" percentage="1"/>'), act(SHARED.replace("x v", "sector v").format(1, 2))),
    ("2.1.2", act(SHARED.replace("x v", "sector v").format("33.3", "66.6")), act(SHARED.replace("x v", "sector v").format("33.3", "66.7"))),
    ("2.1.4", act('<sector percentage="99"/>'), act('<sector percentage="100"/>')),
    ("2.2.1", act('<sector vocabulary="99"/>'), act('<sector vocabulary="99"><narrative>x</narrative></sector>')),
    ("102.1.1", act('<sector vocabulary="99"/>'), act('<sector vocabulary="99"/><sector/>')),
    ("3.1.1", act(GT + HN), act(GT)),
    ("3.1.2", act(SHARED.replace("x v", "recipient-country v").format(50, 49)), act(SHARED.replace("x v", "recipient-country v").format(50, 50))),
    ("3.1.4", act('<recipient-country percentage="50"/>'), act(GT)),
    ("3.4.1", act(REGION + REGION), act(REGION)),
    ("3.4.2", act('<recipient-region vocabulary="1" percentage="50"/><recipient-country percentage="49"/>'),
     act('<recipient-region vocabulary="1" percentage="50"/><recipient-country percentage="50"/>')),
    ("3.4.4", act('<recipient-region vocabulary="1" percentage="50"/>'), act(REGION)),
    ("3.6.2", act(f"{GT}<transaction>{HN}</transaction>"), act(f"<transaction>{HN}</transaction>")),
    ("3.7.1", act(), act(f"<transaction>{REGION}</transaction>")),
    ("3.7.2", act(f"<transaction>{HN}</transaction><transaction/>"), act(f"<transaction>{HN}</transaction>")),
    ("7.9.1", act(ITEMS.format("<budget-item/><budget-item/>")), act(ITEMS.format("<budget-item/>"))),
    ("7.9.2", act(ITEMS.format('<budget-item percentage="50"/><budget-item percentage="5"/>')),
     act(ITEMS.format('<budget-item percentage="50"/><budget-item percentage="50"/>'))),
    ("7.9.4", act(ITEMS.format('<budget-item percentage="5"/>')), act(ITEMS.format('<budget-item percentage="100"/>'))),
    ("107.1.2", act('<default-aid-type vocabulary="2"/><default-aid-type vocabulary="2"/>'),
     act('<default-aid-type vocabulary="2"/><default-aid-type vocabulary="3"/>')),
    ("107.1.1", act('<default-aid-type vocabulary="2"/>'), act("<default-aid-type/>")),
    ("107.2.1", act('<transaction><aid-type vocabulary="2"/></transaction>'), act("<transaction><aid-type/></transaction>")),
    ("107.2.2", act("<transaction><aid-type/><aid-type/></transaction>"), act('<transaction><aid-type/><aid-type vocabulary="2"/></transaction>')),
    ("6.8.1", act("<other-identifier><owner-org/></other-identifier>"), act('<other-identifier><owner-org ref="x"/></other-identifier>')),
    ("6.9.1", act("<transaction><provider-org/></transaction>"), act("<transaction><provider-org><narrative/></provider-org></transaction>")),
    ("6.9.2", act("<transaction><receiver-org/></transaction>"), act("<transaction/>")),
    ("6.10.1", act("<participating-org/>"), act('<participating-org ref="x"/>')),
    ("6.14.1", act("<policy-marker/>"), act('<policy-marker vocabulary="99"/>')),
    ("6.13.1", act('<policy-marker vocabulary="99"/>'), act('<policy-marker significance="1"/>')),
    ("8.11.1", act("<result><reference/><indicator><reference/></indicator></result>"), act("<result><indicator><reference/></indicator></result>")),
    *of_measures("8.8", "baseline"), *of_measures("8.9", "target"), *of_measures("8.10", "actual"),
    ("4.3.1", act("<title><narrative/></title>"), act("<title><narrative>x</narrative></title>")),
    ("4.4.1", indicator("<description/>"), indicator("<description><narrative>x</narrative></description>")),
]  # fmt: skip


def broken(document: str) -> set[str | None]:
    root = etree.fromstring(document)
    return {f.problem.where.rule for f in rule_findings(root, ruleset(), spanish_rules(), KNOWN)}


@pytest.mark.parametrize(("rule", "bad", "good"), RULES, ids=[rule for rule, *_ in RULES])
def test_what_breaks_a_rule_is_found_and_what_does_not_is_not(rule: str, bad: str, good: str) -> None:
    assert rule in broken(bad)
    assert rule not in broken(good)


def test_every_rule_of_the_standard_and_every_kind_is_tried_and_speaks_spanish() -> None:
    assert {rule for rule, *_ in RULES} == set(rules_of(ruleset())) == set(spanish_rules())
    used = {kind for kinds in ruleset().values() for kind in kinds}
    assert used == {*KINDS, "loop"}


def test_a_kind_of_rule_that_is_not_known_is_a_defect_and_not_a_pass() -> None:
    with pytest.raises(KeyError):
        list(offences("sum_of_squares", Case(etree.fromstring("<a/>"), {}, KNOWN)))


def test_a_value_with_a_quote_is_a_value_and_not_a_piece_of_xpath() -> None:
    evil = act("""<recipient-region vocabulary="' or '1'='1"/><recipient-region vocabulary="2"/>""")
    assert "3.4.1" not in broken(evil)


def test_a_finding_says_what_where_and_how_grave_in_both_languages() -> None:
    document = "\n\n" + act(
        "<iati-identifier>XI-IATI-A-1</iati-identifier>\n<transaction><provider-org/></transaction>"
    )
    found = {
        f.problem.where.rule: f
        for f in rule_findings(etree.fromstring(document), ruleset(), spanish_rules(), KNOWN)
    }
    found_one = found["6.9.1"]
    assert found_one.severity == Severity.ERROR
    assert found_one.problem.text("es").startswith(
        "XI-IATI-A-1, regla 6.9.1: línea 4: La organización que aporta debe"
    )
    assert found_one.problem.text("en").startswith(
        "XI-IATI-A-1, rule 6.9.1: line 4: The provider organisation must"
    )
    assert found["1.1.21"].severity == Severity.WARNING


def test_the_agencies_shipped_are_the_standards() -> None:
    assert {"XI-IATI", "MX-RFC", "US-USAGOV", "GT-NIT"} <= agencies()
    assert "XI-BRIDGE" not in agencies()  # withdrawn
