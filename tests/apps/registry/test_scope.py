"""Whom a scope reaches: the one selector that every list, count and export is drawn through."""

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.registry.models import Group
from ceiba.registry.selectors import participant_search, participants_in
from tests.apps.registry.helpers import base, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people():
    base(2)
    person("P-0902", "GT-0902")
    person("P-HN", "HN-01")


def reached(*scope):
    return sorted(participants_in(Scope(*scope)).values_list("code", flat=True))


@pytest.mark.parametrize(
    "scope",
    [
        (Role.FUNDER, ("GT", "HN")),
        (Role.OFFICE, ()),
        (Role.PAYMENTS, ()),
        (Role.AUDITOR, ()),
        (Role.SUPERVISOR, ()),
        (Role.SUPERVISOR, ("MX",)),
        (Role.OFFICE, ("MX",)),
        (Role.TECHNICIAN, ("GT", "HN")),
        (Role.TECHNICIAN, ("GT",), "T-404"),
        (Role.PARTICIPANT, ("GT",)),
        (Role.PARTICIPANT, ("GT",), "P-404"),
        (Role.CONSULAR, ("GT", "HN"), "P-1"),
        ("stranger", ("GT",), "P-1"),
    ],
    ids=str,
)
def test_nobody(scope):
    assert reached(*scope) == []
    assert participant_search(Scope(*scope), "maria").people == []


@pytest.mark.parametrize("role", [Role.OFFICE, Role.SUPERVISOR, Role.PAYMENTS, Role.AUDITOR])
def test_by_area(role):
    assert reached(role, ("GT-0901",)) == ["P-1", "P-2"]
    assert reached(role, ("GT-09",)) == ["P-0902", "P-1", "P-2"]
    assert reached(role, ("GT-0902", "HN")) == ["P-0902", "P-HN"]


@pytest.mark.parametrize("code", ["T-1", "T-2"])
def test_a_technician_reaches_the_portfolio_of_either_kind_once(code):
    assert reached(Role.TECHNICIAN, (), code) == ["P-1", "P-2"]
    Group.objects.update(technician_social=None)
    assert reached(Role.TECHNICIAN, (), "T-2") == []


def test_a_participant_reaches_the_own_row():
    assert reached(Role.PARTICIPANT, (), "P-HN") == ["P-HN"]
