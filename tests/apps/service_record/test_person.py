"""The page of a service record: who sees it, and that it counts what the core counts over determinations."""

import re
from datetime import date

import polars as pl
import pytest
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.core.kernel.month import Month
from ceiba.core.service_record import DECIDED, breaks, record_of
from ceiba.determinations.models import Determination
from ceiba.evidence.models import Evidence
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.models import ServiceRecord
from ceiba.service_record.person import record_of_person
from ceiba.service_record.selectors import stages_of_person
from ceiba.service_record.services import records_extend
from tests.factories import CODE, World, late_decide

SEEN_BY = (
    Role.OFFICE, Role.TECHNICIAN, Role.SUPERVISOR, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.PARTICIPANT,
)  # fmt: skip


def get(made: World, role: str, code: str, programme: str = CODE):
    client = Client()
    if role:
        client.force_login(made.users[role], backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/language/", {"language": "en"})
    return client.get(f"/record/{programme}/{code}/")


@pytest.mark.parametrize("role", Role.values)
def test_a_role_sees_the_records_of_its_people_and_no_others(made: World, role: str) -> None:
    own = made.people[0 if role == Role.PARTICIPANT else 1].code
    beyond = next(p for p in made.people if p.area_id.startswith("HN")).code
    expected = 200 if role in SEEN_BY else 403
    assert get(made, role, own).status_code == expected
    assert get(made, role, beyond).status_code == (404 if role in SEEN_BY else 403)
    assert get(made, role, "CA-NOBODY").status_code == (404 if role in SEEN_BY else 403)


def test_nobody_is_asked_to_sign_in_and_a_programme_they_are_not_in_is_not_there(made: World) -> None:
    assert get(made, "", made.people[1].code).status_code == 302
    assert get(made, Role.OFFICE, made.people[1].code, "mx").status_code == 404
    assert get(made, Role.PARTICIPANT, made.people[1].code).status_code == 404


def test_land_is_for_who_may_see_details(made: World) -> None:
    plot = made.people[1].plots.get().code
    assert plot in get(made, Role.OFFICE, made.people[1].code).content.decode()
    assert plot not in get(made, Role.PAYMENTS, made.people[1].code).content.decode()


def decided_of(person) -> pl.DataFrame:
    """The person's months as decided last, straight from the table."""
    latest = Determination.objects.filter(participant=person).order_by("month", "-revision").distinct("month")
    rows = [
        (person.pk, d.month, d.outcome, any(reason.startswith("absence.") for reason in d.failed))
        for d in latest
    ]
    return pl.DataFrame(rows, schema=dict(DECIDED.dtypes), orient="row")


def test_the_page_counts_what_the_core_counts_over_determinations(made: World) -> None:
    for person in made.people:
        record = record_of(decided_of(person))
        counted = record.join(breaks(record), on="participant_id").row(0, named=True)
        page = record_of_person(CODE, person, details=True)
        shown = {name: getattr(page.counts, name) for name in page.counts.__slots__ if name in counted}
        assert shown == {name: counted[name] for name in shown}
        assert page.counts.months_held == sum(line.outcome == "hold" for line in page.lines)
        assert page.counts.months_refused == sum(line.outcome == "refuse" for line in page.lines)
        assert page.counts.months_excused == sum(bool(line.excuses) for line in page.lines)
        assert max((each.months for each in page.breaks), default=0) == page.counts.break_months_longest
        stored = ServiceRecord.objects.get(participant=person)
        assert (stored.months_accepted, stored.marks) == (counted["months_accepted"], counted["marks"])


def test_a_month_decided_again_changes_the_record_and_the_stage(made: World) -> None:
    person = made.refused()
    before = record_of_person(CODE, person, details=False)
    cause = Evidence.objects.filter(participant=person, kind="visit").first()
    month = before.lines[0].month
    work = {
        "plan_due": 10,
        "plan_done": 10,
        "visit_accuracy_m": 5,
        "sessions_held": 2,
        "sessions_attended": 2,
    }
    late_decide(
        made, person, month, {"sanctions": 0, "absence": "illness", "absence_age_months": 0} | work, cause
    )
    after = record_of_person(CODE, person, details=False)
    assert (before.lines[0].outcome, after.lines[0].outcome) == ("refuse", "pay")
    assert after.counts.months_accepted == before.counts.months_accepted + 1
    (change,) = after.changes
    assert (change.month, change.was, change.now, change.causes) == (month, "refuse", "pay", ("visit",))
    assert change.settled_in == made.month
    html = get(made, Role.OFFICE, person.code).content.decode() if person.area_id.startswith("GT") else ""
    assert not html or "Visit" in html or "visit" in html


def test_an_excused_month_is_told_with_its_cause_and_breaks_nothing(made: World) -> None:
    person = next(
        p for p in made.people if p.area_id.startswith("GT")
        and all(line.outcome == "pay" for line in record_of_person(CODE, p, details=False).lines)
    )  # fmt: skip
    cause = Evidence.objects.filter(participant=person, kind="visit").first()
    middle = made.runs[1].month
    late_decide(
        made,
        person,
        middle,
        {"plan_done": 0, "plan_due": 10, "absence": "illness", "absence_age_months": 0},
        cause,
    )
    page = record_of_person(CODE, person, details=False)
    assert (page.counts.months_excused, page.counts.break_months_longest) == (1, 1)
    assert page.counts.break_months_unexcused == 0
    (lost,) = page.breaks
    assert [(title["en"], months) for title, months in lost.causes] == [("Absence for illness", 1)]
    html = get(made, Role.OFFICE, person.code).content.decode()
    assert "Absence for illness" in html
    assert re.search(r"1 of those not accepted are excused", html)


def test_each_month_leads_to_its_explanation_and_to_its_seal(made: World) -> None:
    html = get(made, Role.OFFICE, made.people[1].code).content.decode()
    for run in made.runs:
        assert f"/people/{made.people[1].code}/{run.month:%Y-%m}/" in html
        assert f'id="seal-{run.month:%Y-%m}"' in html
    assert made.runs[0].seal.digests["result"] in html
    assert made.version.digest in html
    assert "It gives no right to a visa" in html


def test_a_month_decided_again_brings_the_stage_that_it_was_short_of(made: World) -> None:
    person, month = made.people[1], Month.of(made.runs[0].month)
    book = rulebook_of(latest_version(CODE))
    ServiceRecord.objects.filter(participant=person).update(
        first_month=(month + -35).first_day, marks="A" * 35 + "RRR", months_accepted=35
    )
    assert stages_of_person(book, person.pk)[0].state == "not_yet"
    row = {"participant_id": person.pk, "month": month.first_day, "outcome": "pay", "excused": False}
    again = pl.DataFrame([row], schema=dict(DECIDED.dtypes))
    records_extend(programme=CODE, month=Month.of(made.month) + 1, decided=again)
    assert ServiceRecord.objects.get(participant=person).marks == "A" * 36 + "RR"
    assert stages_of_person(book, person.pk)[0].reached
    assert Month.of(date(2026, 10, 1)) == stages_of_person(book, person.pk)[0].month
