"""The programme of `payments/paying`, with savings: made once a module, and a copy for each test in its savepoint."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.apps.modules import kept_for_module, savepoint
from tests.apps.payments.paying.helpers import paying
from tests.apps.savings.helpers import Saving, saving


@pytest.fixture(scope="module")
def saves_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Saving]:
    with kept_for_module(django_db_blocker.unblock):
        yield saving(paying())


@pytest.fixture
def db(saves_once: Saving) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def saves(db: None, saves_once: Saving) -> Saving:
    return deepcopy(saves_once)
