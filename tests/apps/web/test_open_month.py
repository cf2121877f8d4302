"""What has come of the month that is open, on the person's page: who must not read it first."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import MATRIX, Action
from ceiba.facts.models import FactsSoFar
from tests.apps.web.conftest import own_person
from tests.factories import World

SignIn = Callable[[str], Client]
OPEN, DECIDED = date(2026, 11, 1), date(2026, 10, 1)
NOTHING_DECIDED = "Nothing is decided on it yet."
READERS = [role for role in Role.values if Action.VIEW_PEOPLE in MATRIX[role]]


@pytest.fixture(autouse=True)
def so_far(made: World) -> None:
    FactsSoFar.objects.bulk_create(
        FactsSoFar(
            programme_id="ca", month=OPEN, participant=person, updated_at=datetime(2026, 11, 20, tzinfo=UTC),
            plan_due=61, plan_done=53, flags_open=4,
        )
        for person in made.people[:2]
    )  # fmt: skip


def page(client: Client, code: str) -> str:
    client.post("/accounts/language/", {"language": "en"})
    answer = client.get(f"/people/{code}/")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("role", READERS)
def test_whoever_may_see_evidence_reads_it_and_nobody_else(as_role: SignIn, made: World, role: str) -> None:
    html = page(as_role(role), own_person(made, role))
    may = Action.VIEW_EVIDENCE in MATRIX[role]
    assert (NOTHING_DECIDED in html) == may
    assert ("61 tasks" in html) == ("53 tasks" in html) == may


def test_what_reviewers_wrote_and_what_has_not_come_is_not_told(as_role: SignIn, made: World) -> None:
    html = page(as_role(Role.OFFICE), made.people[1].code)
    section = html.split("November 2026, until now", 1)[1].split("</section>", 1)[0]
    assert "4 flags" not in section
    assert section.count("<dt>") == 2


def test_a_month_that_was_decided_is_told_by_its_decision(as_role: SignIn, made: World) -> None:
    FactsSoFar.objects.filter(participant=made.people[1]).update(month=DECIDED)
    assert NOTHING_DECIDED not in page(as_role(Role.OFFICE), made.people[1].code)
