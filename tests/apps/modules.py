"""What is built once for a module of tests and rolled back after it, with a savepoint for each of its tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.core.cache import cache
from django.db import connection, transaction
from psycopg.pq import TransactionStatus


@contextmanager
def kept_for_module(unblock: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
    """Everything written inside is there until the module's last test, and never after."""
    with unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def savepoint() -> Iterator[None]:
    """In place of pytest-django's fixture, which would close the connection that holds the module's world."""
    cache.clear()
    with transaction.atomic():
        yield
        if connection.connection.info.transaction_status != TransactionStatus.INERROR:
            connection.check_constraints()  # those that wait for the end of a transaction, which never comes
        transaction.set_rollback(True)
