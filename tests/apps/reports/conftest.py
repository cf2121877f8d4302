"""A small country of which two funders pay: some of it has moved, some came back, some is waiting."""

from collections.abc import Iterator
from typing import Any

import pytest

from ceiba.core.ledger import TransferKind
from tests import factories
from tests.apps.funding.helpers import Office
from tests.apps.funding.paying import pay
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import World

SUPPORT = 25_000


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=24, months=2)
        money_make(world)
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield


def money_make(world: World) -> None:
    """US pays everybody's support of the last month; MX the first three people's savings, and has one back."""
    office = Office()
    us, mx = office.two_funders()
    for agreement in (us, mx):
        office.accepted("commitment", agreement)
        office.accepted("disbursement", agreement)
    for person in world.people:
        pay("US-1", SUPPORT, person.pk, month=world.month)
    for person in world.people[:3]:
        pay("MX-1", 1_000, person.pk, month=world.month, component="savings")
    pay("MX-1", 1_000, world.people[0].pk, month=world.month, component="savings", kind=TransferKind.RETURNED)
    pay("US-1", 7, world.people[0].pk, month=world.month, settled=False)  # the bank refused it
    pay("US-1", 9, world.people[0].pk, month=world.month, settled=None)  # the bank has not said anything
