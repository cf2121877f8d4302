"""A small country with forms from the field, built once for all tests of a module; each test in its own savepoint."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.apps.analysts.field import Field, field_make
from tests.apps.analysts.tool import Tool, tool_of


@pytest.fixture(scope="module")
def field(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Field]:
    from django.test import override_settings

    with (
        override_settings(DATA_DIR=tmp_path_factory.mktemp("data")),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield field_make()
        transaction.set_rollback(True)


@pytest.fixture
def db(field: Field) -> Iterator[None]:
    """In place of pytest-django's fixture, which would close the connection that holds the module's field."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def tool(field: Field, db: None) -> Callable[[str], Tool]:
    """A tool that is signed in as the user of a role, or as another of the field's users."""
    return lambda name: tool_of(field.users[name])


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    """A data folder of its own."""
    settings.DATA_DIR = tmp_path
    return tmp_path
