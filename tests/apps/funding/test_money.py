"""What is left of an agreement's money, what was paid where, and until when it lasts."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.ledger import TransferKind
from ceiba.funding.selectors import Money, burn_of, forecast, money_of, paid_cells, runs_short
from ceiba.funding.selectors.forecast import ForecastMonth
from tests import factories
from tests.apps.funding.helpers import Office
from tests.apps.funding.paying import MARCH, pay
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import CODE, World

NATIONAL = Scope(Role.OFFICE, ("GT", "HN", "SV"))
FUNDER = Scope(Role.FUNDER, ("GT", "HN", "SV"), "US")
APRIL = date(2026, 4, 1)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One small programme for the module, rolled back; each test in its own savepoint."""
    with kept_for_module(django_db_blocker.unblock):
        yield factories.world(people=24, months=1)


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def us(made: World) -> Any:
    office = Office()
    us, _ = office.two_funders()
    office.accepted("commitment", us, amount_minor=5_000_000)
    office.accepted("disbursement", us, amount_minor=2_000_000)
    return us


def test_what_was_not_confirmed_is_not_counted(made: World) -> None:
    office = Office()
    us, _ = office.two_funders()
    office.commitment(us)
    office.disbursement(us)
    assert money_of([us], NATIONAL) == {"US-1": Money(0, 0, 0, 0)}


def test_paid_pending_voided_recovered_and_left(made: World, us: Any) -> None:
    ana, berta, carlos, dina = (person.pk for person in made.people[:4])
    pay("US-1", 25_000, ana)
    pay("US-1", 25_000, berta, settled=None)
    pay("US-1", 25_000, carlos, settled=False)
    pay("US-1", 25_000, dina)
    pay("US-1", 5_000, ana, month=APRIL, for_month=MARCH, kind=TransferKind.RECOVERY)
    pay("US-1", 25_000, dina, kind=TransferKind.RETURNED)
    money = money_of([us], NATIONAL)["US-1"]
    assert money == Money(5_000_000, 2_000_000, 20_000, 25_000)
    assert (money.left_minor, money.to_come_minor) == (1_955_000, 3_000_000)
    whole = next(c for c in paid_cells(us, NATIONAL) if c.component is None and c.department is None)
    assert (whole.people, whole.months, whole.amount_minor) == (1, 1, 20_000), "what came back paid nobody"
    assert [(m.month, m.amount_minor) for m in burn_of(us, NATIONAL)] == [(MARCH, 25_000), (APRIL, -5_000)]


def test_cells_are_drawn_through_the_scope(made: World, us: Any) -> None:
    for person in made.people:
        pay("US-1", 1_000, person.pk)
    for areas, people in ((("GT-13",), 12), (("HN",), 6), ((), 0)):
        cells = paid_cells(us, Scope(Role.OFFICE, areas))
        assert sum(cell.people or 0 for cell in cells if cell.department and cell.component) == people


def test_a_funder_is_told_no_amount_of_few_people(made: World, us: Any) -> None:
    for person in made.people[:4]:
        pay("US-1", 25_000, person.pk)
    money = money_of([us], FUNDER)["US-1"]
    assert (money.paid_minor, money.left_minor) == (None, None)
    assert all(cell.amount_minor is None and cell.people is None for cell in paid_cells(us, FUNDER))
    assert [month.amount_minor for month in burn_of(us, FUNDER)] == [None]
    for person in made.people[4:7]:
        pay("US-1", 25_000, person.pk)
    money = money_of([us], FUNDER)["US-1"]
    assert money.paid_minor == 125_000, "seven people are told as five"
    pay("US-1", 25_000, made.people[8].pk, settled=None)
    assert money_of([us], FUNDER)["US-1"].pending_minor is None


def test_the_forecast_follows_people_rules_and_shares(made: World) -> None:
    office = Office()
    office.two_funders()
    office.accepted("division", ("US-1", 600), ("MX-1", 400), area="GT", until_month=date(2027, 6, 1))
    found = forecast(CODE)
    assert found is not None
    assert found.decided == made.month
    (first, *_) = found.of("US-1", NATIONAL)
    in_guatemala = len(made.people_in("GT"))
    assert (first.month, first.people) == (date(2026, 11, 1), in_guatemala)
    assert first.amount_minor == in_guatemala * 15_000
    told = found.of("US-1", FUNDER)[0]
    assert (told.people, told.amount_minor) == (20, 300_000)
    assert {(p.code, p.where.item, p.where.month) for p in found.problems} == {
        ("shares.none", "HN-LE", "2026-11"),
        ("shares.none", "GT-13", "2027-07"),
        ("shares.none", "GT-14", "2027-07"),
    }


def test_without_a_sealed_month_there_is_no_forecast(made: World) -> None:
    assert forecast("mx") is None


@pytest.mark.parametrize(
    ("money", "short"), [(0, MARCH), (99, MARCH), (100, APRIL), (299, APRIL), (300, None)]
)
def test_money_runs_short_in_the_first_month_it_does_not_pay_whole(money: int, short: date | None) -> None:
    months = [ForecastMonth(MARCH, 4, 100), ForecastMonth(APRIL, 8, 200)]
    assert runs_short(money, months) == short
