"""The pathway of `given`, built once for a module and rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.apps.modules import kept_for_module, savepoint
from tests.apps.pathway.given import Pathway, pathway_make


@pytest.fixture(scope="module")
def way(django_db_setup: None, django_db_blocker: Any) -> Iterator[Pathway]:
    with kept_for_module(django_db_blocker.unblock):
        yield pathway_make()


@pytest.fixture(autouse=True)
def db(way: Pathway) -> Iterator[None]:
    with savepoint():
        yield
