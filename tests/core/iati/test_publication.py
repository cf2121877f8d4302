"""The files of a programme of 36 months: right by schema, ruleset and codelists, and true to what went in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ceiba.core.iati.activities import activities_document
from ceiba.core.iati.frames import LINES, PLANNED, TOTALS, Publication
from ceiba.core.iati.known import AGREEMENTS, MONEY_IN, PLANS, Knowledge
from ceiba.core.iati.organisations import organisations_document
from ceiba.core.iati.publication import publication_of, too_few
from ceiba.core.iati.publisher import LinkedDocument, Partner
from ceiba.core.kernel.errors import CeibaError
from ceiba.reports.iati.checking import findings_in, findings_of
from tests.core.iati.knowledge import NOW, agreements, cells, frame, known, money_in

TOP = "XI-IATI-CEIBAEXAMPLE-CA"


def documents(publication: Publication) -> tuple[bytes, bytes]:
    made = activities_document(publication), organisations_document(publication)
    activity, organisation = (etree.tostring(root, xml_declaration=True, encoding="UTF-8") for root in made)
    return activity, organisation


def said(knowledge: Knowledge) -> list[str]:
    return [
        f.problem.text("en") for data in documents(publication_of(knowledge)) for f in findings_of(data, NOW)
    ]


def nothing(*names: str) -> dict[str, pl.DataFrame]:
    return {name: getattr(known(), name).clear() for name in names}


def full() -> Knowledge:
    """With partners and documents besides."""
    title = {"es": "Informe", "en": "Report"}
    publisher = replace(
        known().publisher,
        partners=(
            Partner("MX-RFC-ABC010101XYZ", "Agencia", "10", "3", "x"),
            Partner(None, "Asociación", "22", "4", "x"),
        ),
        documents=(LinkedDocument("https://example.org/a?b=1&c=2", "application/pdf", "B01", "es", title),),
    )
    return known(publisher=publisher)


def test_thirty_six_months_of_several_agreements_and_countries_are_without_a_fault() -> None:
    """The measure: no error of schema, ruleset or codelists; and no warning either."""
    assert said(full()) == []


def test_planned_disbursements_and_budgets_of_other_organisations_are_without_a_fault() -> None:
    publication = publication_of(known())
    child = f"{TOP}-US-2023"
    money = (100_00, "USD", date(2027, 1, 1))
    period = (date(2027, 1, 1), date(2027, 3, 31))
    planned = frame(
        PLANNED,
        [
            (child, "1", *period, *money, "funder:us", "US-USAGOV-7200-SV"),
            (child, "2", *period, *money, None, None),
        ],
    )
    given = frame(TOTALS, [("recipient-org-budget", "funder:mx", None, "1", *period, *money)])
    lines = frame(
        LINES, [("recipient-org-budget", "funder:mx", period[0], "a", "Viveros", "Nurseries", *money)]
    )
    more = replace(
        publication,
        planned=planned,
        totals=pl.concat([publication.totals, given]),
        lines=pl.concat([publication.lines, lines]),
    )
    activity, organisation = documents(more)
    assert findings_of(activity, NOW) == findings_of(organisation, NOW) == []
    assert b'provider-activity-id="US-USAGOV-7200-SV"' in activity
    assert b"<narrative>Viveros</narrative>" in organisation


def test_plans_are_told_as_planned_disbursements_and_as_nothing_that_moved() -> None:
    root = activities_document(publication_of(known()))
    us = next(a for a in root if a.findtext("iati-identifier").endswith("US-2023"))
    planned = [
        (
            p.get("type"), p.find("period-start").get("iso-date"), p.findtext("value"),
            p.findtext("provider-org/narrative"),
        )
        for p in us.iter("planned-disbursement")
    ]  # fmt: skip
    funder = us.findtext("transaction/provider-org/narrative")
    assert planned == [("1", "2027-01-01", "250000.00", funder), ("2", "2027-07-01", "250000.01", funder)]
    without = activities_document(publication_of(known(**nothing("plans"))))
    for tag in ("transaction", "budget"):
        assert len(list(root.iter(tag))) == len(list(without.iter(tag)))
    assert not list(without.iter("planned-disbursement"))


def test_a_plan_of_an_agreement_that_nobody_knows_is_not_lost_in_silence() -> None:
    stranger = known().plans.with_columns(agreement=pl.lit("ZZ"))
    with pytest.raises(ValueError, match="ZZ"):
        publication_of(known(plans=stranger))


def test_budgets_are_told_of_the_country_of_an_agreement_and_else_of_the_region() -> None:
    root = organisations_document(publication_of(known()))
    (organisation,) = root

    def sums(tag: str) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        for each in organisation.iter(f"recipient-{tag}-budget"):
            code = each.find(f"recipient-{tag}").get("code")
            found[code] = found.get(code, Decimal(0)) + Decimal(each.findtext("value"))
        return found

    assert sums("country") == {"SV": Decimal("1000000.01")}
    region = sums("region")
    whole = sum(Decimal(each.findtext("value")) for each in organisation.iter("total-budget"))
    assert list(region) == [known().publisher.region]
    assert sum(region.values()) + Decimal("1000000.01") == whole


def test_a_programme_that_has_nothing_yet_is_without_a_fault() -> None:
    empty = known(
        **nothing("agreements", "money_in", "paid", "costs", "places", "achieved", "plans", "pays_in")
    )
    assert said(empty) == []


def test_every_cent_that_moved_is_in_the_files() -> None:
    knowledge = known()
    root = activities_document(publication_of(knowledge))
    totals: dict[str, Decimal] = {}
    for transaction in root.iter("transaction"):
        kind = transaction.find("transaction-type").get("code")
        totals[kind] = totals.get(kind, Decimal(0)) + Decimal(transaction.findtext("value"))
    moved = knowledge.money_in.group_by("kind").agg(pl.sum("amount_minor")).rows()
    spent = knowledge.paid["amount_minor"].sum() + knowledge.costs["amount_minor"].sum()
    expected = {"11": dict(moved)["commitment"], "1": dict(moved)["receipt"], "4": spent}
    assert {kind: int(total * 100) for kind, total in totals.items()} == expected
    organisation = organisations_document(publication_of(knowledge))
    stated = [Decimal(e.findtext("value")) for e in organisation.iter("total-expenditure")]
    in_lines = [Decimal(e.findtext("value")) for e in organisation.iter("expense-line")]
    assert sum(stated) * 100 == sum(in_lines) * 100 == spent


def test_money_is_told_at_agreements_and_results_at_the_programme_alone() -> None:
    root = activities_document(publication_of(known()))
    top, *children = root.iter("iati-activity")
    assert top.get("hierarchy") == "1"
    assert not top.findall("transaction") and not top.findall("budget") and len(top.findall("result")) == 4
    assert {c.get("hierarchy") for c in children} == {"2"}
    assert all(
        c.find("related-activity").attrib == {"ref": TOP, "type": "1"} and not c.findall("result")
        for c in children
    )
    assert [r.get("ref") for r in top.iter("related-activity")] == [
        c.findtext("iati-identifier") for c in children
    ]


def test_provider_and_receiver_say_under_which_activity_they_report() -> None:
    root = activities_document(publication_of(known()))
    (us,) = (a for a in root if a.findtext("iati-identifier") == f"{TOP}-US-2023")
    incoming = [t for t in us.iter("transaction") if t.find("transaction-type").get("code") in ("1", "11")]
    assert len(incoming) == 4
    for transaction in incoming:
        assert transaction.find("provider-org").get("provider-activity-id") == "US-USAGOV-7200-SV"
        assert transaction.find("receiver-org").get("receiver-activity-id") == f"{TOP}-US-2023"


def test_the_files_name_no_small_department_no_plot_and_nobody() -> None:
    """Ahuachapán pays two people a month; nothing says so, nor its name."""
    month = date(2026, 1, 1)
    two = cells(
        [
            ("US-2023", "support", month, "SV-AH", 2, 50_000),
            ("US-2023", "support", month, "GT-13", 80, 2_000_000),
        ]
    )
    activity, _ = documents(publication_of(known(paid=two)))
    text = activity.decode()
    assert "Ahuachap" not in text and "SV-AH" not in text
    assert ">500.00<" not in text and ">20500.00<" in text


def test_two_agreements_that_would_be_one_activity_are_refused() -> None:
    both = agreements().with_columns(
        agreement=pl.Series(["A/1", "A&1", "C"]), our_activity=pl.lit(None, pl.String)
    )
    with pytest.raises(CeibaError) as caught:
        publication_of(known(agreements=both, **nothing("money_in", "paid", "costs", "plans")))
    assert caught.value.problems[0].code == "iati.same_activity"
    assert "A&1, A/1" in caught.value.text("es")


def test_an_agreement_of_too_few_people_is_pointed_at() -> None:
    assert too_few(known()) == ["UE/2026 & otros?"]


def test_budgets_of_years_add_up_to_what_is_committed() -> None:
    budgets = publication_of(known()).budgets.group_by("activity").agg(pl.sum("value_minor")).rows()
    assert dict(budgets) == {f"{TOP}-US-2023": 1_000_000_01, f"{TOP}-UE-2026-otros-": 7}


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    assert documents(publication_of(known())) == documents(publication_of(known()))


awkward = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(
    lambda text: f"a{text}"
)
amounts = st.integers(-(10**15), 10**15)
days = st.dates(date(2019, 1, 1), NOW.date())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=st.tuples(awkward, awkward, awkward, awkward, awkward),
    starts=st.dates(date(2019, 1, 1), date(2030, 12, 31)),
    length=st.none() | st.integers(0, 2_000),
    money=st.lists(st.tuples(st.sampled_from(("commitment", "receipt")), days, amounts), max_size=6),
    paid=st.lists(
        st.tuples(days, st.sampled_from(("GT-13", "GT-14", "HN-LE")), st.integers(1, 9), amounts),
        max_size=12,
        unique_by=lambda p: (p[0].replace(day=1), p[1]),
    ),
    at=st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 20), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_awkward_values_make_right_files(words, starts, length, money, paid, at) -> None:  # type: ignore[no-untyped-def]
    ends = None if length is None else date.fromordinal(starts.toordinal() + length)
    code, title_es, title_en, funder, component = words
    row = (code, None, title_es, title_en, "f", funder, None, "10", None, starts, ends)
    knowledge = known(
        at=at,
        name={"es": title_es, "en": title_en},
        components={"support": {"es": component, "en": component}},
        agreements=frame(AGREEMENTS, [row]),
        money_in=frame(
            MONEY_IN,
            [
                (code, str(n), kind, min(day, at.date()), amount)
                for n, (kind, day, amount) in enumerate(money)
            ],
        ),
        paid=cells(
            [
                (code, "support", day.replace(day=1), area, n, amount)
                for day, area, n, amount in paid
                if day <= at.date()
            ]
        ),
        costs=known().costs.clear(),
        plans=frame(PLANS, [(code, starts, ends or starts, 1, True)]),
    )
    publication = publication_of(knowledge)
    for root in (activities_document(publication), organisations_document(publication)):
        again = etree.fromstring(etree.tostring(root, encoding="UTF-8"))
        assert [f.problem.text("en") for f in findings_in(again, at)] == []


def test_money_of_before_an_agreement_was_known_is_not_lost_in_silence() -> None:
    """Every agreement that money names must be among the agreements: otherwise the join would drop its rows."""
    stranger = pl.concat([money_in(), frame(MONEY_IN, [("NONE", "1", "receipt", NOW.date(), 5)])])
    with pytest.raises(ValueError, match="NONE"):
        publication_of(known(money_in=stranger))
