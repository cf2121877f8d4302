"""Two take from the same savings at the same moment, each with a connection of its own: the floor lets one pass."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from ceiba.core.ledger import TransferKind
from ceiba.ledger.models import Transfer
from ceiba.ledger.selectors import strayed
from ceiba.ledger.services import transfers_book
from tests.apps.ledger.conftest import AT, CODE, Books, books

__all__ = ["books"]
ROUNDS = 5


@pytest.fixture
def db(transactional_db: None) -> None:
    """In place of the app's: what two connections see must be committed."""


def test_savings_are_never_taken_twice(books: Books) -> None:
    for amount, kind, debit, credit in (
        (10_000, TransferKind.DISBURSEMENT, "bank", "fund"),
        (10_000, TransferKind.SAVING, "fund", "saver"),
    ):
        transfers_book(transfers=books.frame(kind, debit, credit, amount), cause="test", at=AT)
    start = Barrier(2)

    def take(mark: str) -> bool:
        asked = books.frame(TransferKind.WITHDRAWAL, "saver", "clearing", 1_500, pending=True, mark=mark)
        start.wait()
        try:
            with transaction.atomic():
                transfers_book(transfers=asked, cause="test", at=AT)
        except DatabaseError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        done = [
            passed
            for turn in range(ROUNDS)
            for passed in threads.map(take, (f"first {turn}", f"second {turn}"))
        ]
    # ten times 15.00 were asked for, and 100.00 was there
    assert sum(done) == 6
    assert Transfer.objects.filter(kind="withdrawal").count() == 6
    assert books.account("saver").available_minor == 1_000
    assert strayed(CODE) == []
