"""Who reaches a row, asked of many at once, is who reaches it by the one place that says so."""

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope, scope_of, scopes_of
from ceiba.entities.selectors.proposals import row_with
from ceiba.registry.models import Group, Participant, Plot
from ceiba.registry.selectors import groups_in, participants_in, reaches, whereabouts_of
from tests.apps.entities.helpers import country, entity_of, technician
from tests.apps.registry.helpers import user

pytestmark = pytest.mark.django_db
SCOPES = (
    Scope(Role.OFFICE, ("GT",)),
    Scope(Role.OFFICE, ("GT-0902", "HN")),
    Scope(Role.OFFICE, ()),
    Scope(Role.AUDITOR, ("HN",)),
    Scope(Role.PAYMENTS, ("GT-0901",)),
    Scope(Role.TECHNICIAN, (), "T-1"),
    Scope(Role.TECHNICIAN, (), "T-9"),
    Scope(Role.TECHNICIAN, ("GT",), ""),
    Scope(Role.PARTICIPANT, (), "P-1"),
    Scope(Role.PARTICIPANT, ("GT",), ""),
    Scope(Role.FUNDER, ("GT",)),
)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role} {scope.areas} {scope.code}")
def test_rows_are_reached_as_the_one_place_says(scope: Scope) -> None:
    country()
    people = set(participants_in(scope).values_list("pk", flat=True))
    wanted = {
        "participants": (Participant, people),
        "plots": (Plot, set(Plot.objects.filter(participant__in=people).values_list("pk", flat=True))),
        "groups": (Group, set(groups_in(scope).values_list("pk", flat=True))),
    }
    for sheet, (table, reached) in wanted.items():
        where = whereabouts_of(sheet, table._default_manager.values_list("pk", flat=True))
        assert {pk for pk, each in where.items() if reaches(scope, each)} == reached, sheet


@pytest.mark.parametrize("name", ["participants", "plots", "groups"])
def test_a_code_leads_to_a_row_within_the_scope_alone(name: str) -> None:
    country()
    code = {"participants": "Q-1", "plots": "PL-Q-1", "groups": "CAC-9"}[name]
    assert row_with(name, code, Scope(Role.OFFICE, ("GT-0902",))) == entity_of(code, name).row
    assert row_with(name, code, Scope(Role.OFFICE, ("GT-0901", "HN"))) is None
    assert row_with(name, "none", Scope(Role.OFFICE, ("GT",))) is None


def test_scopes_of_many_are_the_scopes_of_each() -> None:
    country()
    users = [technician("T-1"), user(Role.OFFICE, areas=("HN", "GT-0901")), user(Role.FUNDER, areas=())]
    assert scopes_of(each.pk for each in users) == {each.pk: scope_of(each) for each in users}
    assert scopes_of([0]) == {}
