"""A programme that can pay, built once a module and rolled back; each test that pays in its own savepoint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.apps.payments.paying.helpers import Paying, paying


@pytest.fixture(scope="module")
def paying_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Paying]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield paying()
        transaction.set_rollback(True)


@pytest.fixture
def db(paying_once: Paying) -> Iterator[None]:
    """In place of pytest-django's fixture, which would close the connection that holds the module's programme."""
    users = dict(paying_once.users)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    paying_once.users = users


@pytest.fixture
def pays(db: None, paying_once: Paying) -> Paying:
    return paying_once
