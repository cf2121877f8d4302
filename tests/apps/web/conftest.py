"""One small programme for all tests of a module, built once and rolled back; each test in its own savepoint."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from ceiba.accounts.models import Role
from tests import factories
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import World

IN_SCOPE = {
    Role.PARTICIPANT: 0
}  # person 0 is the participant; person 1 lives in Cuilco, inside every other scope
ROLES = tuple(Role.values)


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        world = factories.world()
        factories.users_make(world)
        yield world


@pytest.fixture(autouse=True)
def db(made: World) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def as_role(made: World) -> Callable[[str], Client]:
    """A client signed in as the user of a role ("" for nobody)."""

    def signed_in(role: str) -> Client:
        client = Client()
        if role:
            client.force_login(made.users[role], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def own_person(made: World, role: str) -> str:
    """The code of somebody whom the role reaches."""
    return made.people[IN_SCOPE.get(Role(role), 1)].code
