"""One small country for all tests of a module, as in tests/apps/web; a data folder of its own for each test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from ceiba.forms.definitions import definition_by_id, version_number
from ceiba.review.selectors.returned import latest_returned
from tests import factories
from tests.factories import World


@pytest.fixture(autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path_factory.mktemp("data")
    return settings.DATA_DIR


@pytest.fixture(scope="module")
def country(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = factories.world(people=16, months=1)
        factories.users_make(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def db(country: World) -> Iterator[None]:
    """In place of pytest-django's fixture, which would close the connection that holds the module's country."""
    cache.clear()
    version_number.cache_clear()
    definition_by_id.cache_clear()
    latest_returned.cache_clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made(db: None, country: World) -> World:
    """The country, as it was made; forms that other tests published are forgotten."""
    return country
