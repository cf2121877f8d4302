"""One person with forty months, the others of a small programme; built once for a module and rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import factories
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import World


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world(people=24, months=3)
        factories.users_make(world)
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield
