"""A month explains itself: the rules, the facts, what was laid down, and what changed afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.determinations.models import Determination
from ceiba.determinations.selectors import explanation
from ceiba.evidence.models import Drop, Evidence
from ceiba.facts.models import MonthFacts
from tests.factories import CODE, World, late_decide

SignIn = Callable[[str], Client]
SEPTEMBER = date(2026, 9, 1)


def columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def held(made: World, rule: str, area: str = "GT") -> str:
    row = Determination.objects.filter(month=made.month, failed__contains=[rule], area_code__startswith=area)[
        0
    ]
    return next(p.code for p in made.people if p.pk == row.participant_id)


def test_nothing_decided_is_not_explained(made: World) -> None:
    assert explanation(CODE, made.people[0].code, date(2020, 1, 1)) is None
    assert explanation(CODE, "nobody", made.month) is None
    assert explanation(CODE, made.people[0].code, made.month, revision=7) is None


def test_every_explanation_agrees_with_what_is_stored(made: World) -> None:
    for person in made.people:
        told = explanation(CODE, person.code, made.month)
        assert told is not None
        assert told.agrees
        failed = [rule.id for rule in told.rules if rule.verdict == "fail"]
        unknown = [rule.id for rule in told.rules if rule.verdict == "unknown"]
        assert (failed, unknown) == (told.determination.failed, told.determination.unknown)
        assert bool(told.deciding) == (told.determination.outcome != "pay")


def test_a_rule_not_met_shows_what_it_asks_and_what_was_known(made: World) -> None:
    told = explanation(CODE, held(made, "work.plan"), made.month)
    assert told is not None
    rule = next(rule for rule in told.rules if rule.id == "work.plan")
    assert rule.verdict == "fail"
    assert rule.text == rule.text
    assert rule.values["plan_percent_min"] == 80
    assert 100 * rule.values["plan_done"] < 80 * rule.values["plan_due"]
    assert "mínimo" in rule.text["es"]
    assert rule.is_assumption == rule.basis.startswith("assumption")


def test_what_refuses_comes_before_what_holds(made: World) -> None:
    told = explanation(CODE, made.refused().code, made.month)
    assert told is not None
    assert told.deciding[0].otherwise == "refuse"
    assert [r.otherwise for r in told.deciding] == sorted((r.otherwise for r in told.deciding), reverse=True)


def test_parts_add_up_to_the_amount(made: World) -> None:
    paid = Determination.objects.filter(month=made.month, outcome="pay")[0]
    told = explanation(CODE, next(p.code for p in made.people if p.pk == paid.participant_id), made.month)
    assert told is not None
    assert sum(part.amount_minor for part in told.parts) == told.determination.amount_minor == 25_000
    assert told.as_dict("es")["amount_minor"] == 25_000
    assert "pagado, USD 250.00" in told.headline("es")


def test_a_stored_result_that_differs_is_reported(made: World) -> None:
    told = explanation(CODE, made.people[0].code, made.month)
    assert told is not None
    known = {"month": made.month, "participant_id": made.people[0].pk, "revision": 0}
    row = Determination.objects.get(**known)
    forged = Determination(**columns(row))
    MonthFacts.objects.create(**columns(MonthFacts.objects.get(**known)) | {"revision": 1})
    forged.revision = 1
    forged.outcome = "hold" if row.outcome == "pay" else "pay"
    forged.amount_minor, forged.amounts, forged.failed = 0, {}, ["work.plan"]
    forged.save(force_insert=True)
    told = explanation(CODE, made.people[0].code, made.month)
    assert told is not None
    assert not told.agrees


@pytest.fixture
def decided_again(made: World) -> str:
    """Somebody whose visit of September came late, and was decided on in October."""
    person = next(
        p for p in made.people_in("GT")
        if Determination.objects.filter(month=SEPTEMBER, participant=p, unknown__contains=["work.plan"], failed=[])
    )  # fmt: skip
    cause = Evidence.objects.create(
        drop=Drop.objects.first(), kind="visit", key="late", participant=person, month=SEPTEMBER,
        observed_at=datetime(2026, 9, 20, tzinfo=UTC), received_at=datetime(2026, 10, 9, tzinfo=UTC),
        reporter="T-1", body={"plan_due": 10, "plan_done": 10, "accuracy_m": 5}, sha256=b"\1" * 32,
    )  # fmt: skip
    changed = {"plan_due": 10, "plan_done": 10, "visit_accuracy_m": 5}
    late_decide(made, person, SEPTEMBER, changed, cause)
    return person.code


def test_a_month_decided_again_shows_both_decisions_and_the_cause(
    made: World, as_role: SignIn, decided_again: str
) -> None:
    client = as_role(Role.OFFICE)
    address = f"/people/{decided_again}/2026-09/"
    page = client.get(address).content.decode()
    assert "Se decidió de nuevo en octubre de 2026" in page
    assert "Plan de trabajo y visita del mes: recibido el 9 oct 2026" in page
    first = client.get(f"{address}?revision=0").content.decode()
    assert "Esta es una decisión anterior" in first
    assert "No recibimos evidencia de su plan de trabajo" in first
    strip = client.get(f"/people/{decided_again}/").content.decode()
    assert "revised" in strip


def test_evidence_shows_the_record_with_its_hash_and_standing(as_role: SignIn, decided_again: str) -> None:
    page = as_role(Role.OFFICE).get(f"/people/{decided_again}/2026-09/evidence/plan_done/").content.decode()
    assert "01" * 32 in page
    assert "Cuenta" in page
    assert "De lo recibido hasta el 5 nov 2026" in page
    assert "<strong>10</strong>" in page


def test_missing_evidence_is_not_shown_as_zero(made: World, as_role: SignIn) -> None:
    person = held_unknown(made)
    page = as_role(Role.OFFICE).get(f"/people/{person}/2026-10/evidence/plan_done/").content.decode()
    assert "No ha llegado evidencia de esto" in page
    told = as_role(Role.OFFICE).get(f"/people/{person}/2026-10/").content.decode()
    assert "sin evidencia" in told


@pytest.mark.parametrize("fact", ["plots", "months_accepted", "nothing"])
def test_facts_of_the_register_have_no_evidence_page(made: World, as_role: SignIn, fact: str) -> None:
    address = f"/people/{made.people[1].code}/2026-10/evidence/{fact}/"
    assert as_role(Role.OFFICE).get(address).status_code == 404


@pytest.mark.parametrize("address", ["2026-13", "2026-00", "1999", "2026-10/evidence/plan_done"])
def test_addresses_that_are_no_month_are_not_there(made: World, as_role: SignIn, address: str) -> None:
    code = made.people[1].code
    assert as_role(Role.OFFICE).get(f"/people/{code}/{address}/", follow=False).status_code in (404, 200)
    assert as_role(Role.OFFICE).get(f"/people/{code}/2021-01/").status_code == 404


def held_unknown(made: World) -> str:
    row = Determination.objects.filter(
        month=made.month, unknown__contains=["work.plan"], area_code__startswith="GT"
    )[0]
    return next(p.code for p in made.people if p.pk == row.participant_id)
