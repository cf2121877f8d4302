"""A decided programme and its log, built once a module and rolled back; each test in its own savepoint."""

from collections.abc import Iterator
from typing import Any

import pytest

from ceiba.transparency.services.appending import entries_append
from tests import factories
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import World


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=12)
        factories.users_make(world)
        entries_append()
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield
