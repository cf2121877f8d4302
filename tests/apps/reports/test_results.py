"""Results beside money: who may see which agreement's, and that nobody can be found in what a funder is told."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope
from ceiba.core.ledger import TransferKind
from ceiba.funding.models import Agreement
from ceiba.reports.results.selectors import lines_of, results_of
from tests import factories
from tests.apps.funding.helpers import EVERYWHERE, Office
from tests.apps.funding.paying import MARCH, pay
from tests.apps.modules import kept_for_module
from tests.factories import World, user_make

SEES = {Role.OFFICE, Role.PAYMENTS, Role.TREASURY, Role.AUDITOR, Role.FUNDER}
NATIONAL = Scope(Role.AUDITOR, EVERYWHERE)
FUNDER = Scope(Role.FUNDER, EVERYWHERE, "US")
APRIL = date(2026, 4, 1)
PEOPLE = 48


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One small programme for the module, rolled back; each test in its own savepoint."""
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=PEOPLE, months=1)
        factories.users_make(world)
        money_make(world)
        yield world


def money_make(made: World) -> None:
    """US-1 paid everybody in Guatemala 15,000 for March; three of them in Quiché besides 700; MX-1 paid Honduras."""
    office = Office()
    us, mx = office.two_funders()
    office.accepted("disbursement", us, amount_minor=9_000_000)
    office.accepted("disbursement", mx, amount_minor=9_000_000)
    office.accepted("division", ("US-1", 1_000), area="GT")
    office.accepted("division", ("MX-1", 1_000), area="HN")
    for person in made.people:
        pay("US-1" if person.area_id.startswith("GT") else "MX-1", 15_000, person.pk)
    for person in made.people_in("GT-14")[:3]:
        pay("US-1", 700, person.pk, component="tools")


@pytest.fixture
def us(made: World) -> Agreement:
    return Agreement.objects.get(code="US-1")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def addresses(code: str, department: str = "GT-13") -> list[str]:
    return [reverse("reports:agreement", args=[code]), reverse("reports:lines", args=[code, department])]


def test_nobody_passes_without_signing_in(us: Agreement) -> None:
    for address in (reverse("reports:index"), *addresses("US-1")):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("role", list(Role))
def test_each_role_passes_where_the_matrix_says(made: World, us: Agreement, role: Role) -> None:
    client = client_of(made.users[role])
    assert client.get(reverse("reports:index")).status_code == (200 if role in SEES else 403)
    expected = 404 if role == Role.FUNDER else 200  # tied to no funder
    for address in addresses("US-1"):
        assert client.get(address).status_code == (expected if role in SEES else 403)


@pytest.mark.parametrize("role", sorted(SEES))
def test_neither_another_agreement_nor_another_place_is_there(made: World, us: Agreement, role: Role) -> None:
    client = client_of(made.users[role])  # all of Guatemala
    for address in (*addresses("MX-1", "HN-LE"), *addresses("US-1", "HN-LE")[1:], *addresses("NOBODY")):
        assert client.get(address).status_code == 404
    local = client_of(user_make("local", role, areas=["GT-13"], code="US"))
    assert local.get(addresses("US-1", "GT-14")[1]).status_code == 404
    assert local.get(addresses("US-1", "GT-13")[1]).status_code == 200


def test_a_funder_does_not_reach_another_funders_results(us: Agreement) -> None:
    mexico = client_of(user_make("embajada", Role.FUNDER, areas=EVERYWHERE, code="MX"))
    for address in addresses("US-1"):
        assert mexico.get(address).status_code == 404
    assert "US-1" not in mexico.get(reverse("reports:index")).content.decode()
    assert mexico.get(addresses("MX-1")[0]).status_code == 200


def test_results_are_of_measured_land_and_of_counted_trees(made: World, us: Agreement) -> None:
    results = results_of(us, NATIONAL)
    guatemala = made.people_in("GT")
    assert results.month == made.month
    assert (results.whole.people, results.whole.months) == (len(guatemala), len(guatemala))
    assert results.whole.measured_m2 == 23_412 * len(guatemala), "never the 25,000 that were stated"
    assert set(results.departments) == {"GT-13", "GT-14"}
    assert results.whole.trees is not None
    assert results.whole.trees.planted == 2_100 * len(guatemala)
    trees = results.whole.trees
    assert trees.low is not None
    assert trees.high is not None
    assert trees.alive is not None
    assert trees.low < trees.alive < trees.high
    assert results.whole.amount_minor == 15_000 * len(guatemala) + 3 * 700


def test_a_month_that_was_taken_back_paid_nobody(made: World, us: Agreement) -> None:
    someone = made.people_in("GT-13")[0].pk
    before = results_of(us, NATIONAL).whole
    pay("US-1", 15_000, someone, month=APRIL, for_month=MARCH, kind=TransferKind.RECOVERY)
    after = results_of(us, NATIONAL).whole
    assert after.people == before.people - 1  # type: ignore[operator]
    assert after.months == before.months - 1  # type: ignore[operator]


def test_the_scope_says_whose_results_are_counted(made: World, us: Agreement) -> None:
    local = results_of(us, Scope(Role.OFFICE, ("GT-13",)))
    assert set(local.departments) == {"GT-13"}
    assert local.whole.people == len(made.people_in("GT-13"))
    assert results_of(us, Scope(Role.OFFICE, ())).whole.people == 0


def test_a_funder_is_told_rounded_numbers(made: World, us: Agreement) -> None:
    told = results_of(us, FUNDER)
    for results in (told.whole, *told.departments.values()):
        assert results.people is not None
        assert results.people % 5 == 0
        assert results.amount_minor is not None
        assert results.trees is not None
        assert results.trees.counted % 5 == 0
    assert len(made.people_in("GT-14")) == 12
    quiche = told.departments["GT-14"]
    assert (quiche.people, quiche.measured_m2) == (10, 23_412 * 10)


def test_lines_of_few_people_are_not_told(us: Agreement) -> None:
    exact = lines_of(us, "GT-14", NATIONAL)
    assert [(line.component, line.each_minor, line.lines) for line in exact] == [
        ("support", 15_000, 12), ("tools", 700, 3),
    ]  # fmt: skip
    told = lines_of(us, "GT-14", FUNDER)
    assert [(line.component, line.each_minor, line.lines, line.amount_minor) for line in told] == [
        ("support", 15_000, 10, 150_000), (None, None, None, None),
    ]  # fmt: skip


def test_small_groups_are_not_told_together_either(made: World, us: Agreement) -> None:
    """Three people with three amounts each would be nine lines, of three people."""
    for person in made.people_in("GT-14")[:3]:
        for minor in (701, 702):
            pay("US-1", minor, person.pk, component="tools")
    told = lines_of(us, "GT-14", FUNDER)
    assert [line.lines for line in told] == [10, None]


def test_no_page_names_anybody(made: World, us: Agreement) -> None:
    auditor = client_of(made.users[Role.AUDITOR])
    for address in (reverse("reports:index"), *addresses("US-1")):
        page = auditor.get(address).content.decode()
        assert not [person.code for person in made.people if person.code in page]
        assert "Pérez" not in page
