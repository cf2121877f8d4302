"""Any sequence of bookings and settlements: the ledger agrees with a model of a few lines of Python."""

from collections import Counter
from itertools import count
from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ceiba.core.ledger import SETTLEMENTS, TransferKind
from ceiba.ledger.models import Account
from ceiba.ledger.selectors import strayed
from ceiba.ledger.services import transfers_book, transfers_settle
from tests.apps.ledger.conftest import AT, CODE, Books

MOVES = (
    (TransferKind.DISBURSEMENT, "bank", "fund"),
    (TransferKind.SUPPORT, "fund", "clearing"),
    (TransferKind.SAVING, "fund", "saver"),
    (TransferKind.WITHDRAWAL, "saver", "clearing"),
    (TransferKind.BOOKING, "clearing", "bank"),
    (TransferKind.RETURNED, "clearing", "saver"),
)
FLOORED = ("fund", "saver")
booking = st.tuples(st.just("book"), st.sampled_from(MOVES), st.integers(1, 60), st.booleans())
settling = st.tuples(st.just("settle"), st.integers(0, 30), st.booleans(), st.none())
_number = count()


class Model:
    """Posted balances (credits less debits), and what is pending."""

    def __init__(self) -> None:
        self.posted: Counter[str] = Counter()
        self.pending: dict[str, tuple[str, str, int]] = {}
        self.ended: list[str] = []

    def available(self, name: str) -> int:
        return self.posted[name] - sum(a for d, _, a in self.pending.values() if d == name)

    def move(self, debit: str, credit: str, amount: int) -> None:
        self.posted[debit] -= amount
        self.posted[credit] += amount


def book(model: Model, books: Books, move: Any, amount: int, pending: bool) -> None:
    kind, debit, credit = move
    frame = books.frame(kind, debit, credit, amount, pending=pending, mark=str(next(_number)))
    may = debit not in FLOORED or model.available(debit) >= amount
    if accepted(lambda: transfers_book(transfers=frame, cause="test", at=AT)) != may:
        raise AssertionError(f"{kind} of {amount}: {'refused' if may else 'taken'}")
    if may and pending:
        model.pending[frame["id"].item()] = (debit, credit, amount)
    elif may:
        model.move(debit, credit, amount)


def settle(model: Model, place: int, posted: bool) -> None:
    ids = [*model.pending, *model.ended]
    if not ids:
        return
    chosen = ids[place % len(ids)]
    frame = pl.DataFrame({"transfer_id": [chosen], "posted": [posted]}, schema=SETTLEMENTS.dtypes)
    may = chosen in model.pending
    assert accepted(lambda: transfers_settle(settlements=frame, cause="test", at=AT)) == may
    if may:
        debit, credit, amount = model.pending.pop(chosen)
        model.ended.append(chosen)
        if posted:
            model.move(debit, credit, amount)


def accepted(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return False
    return True


@pytest.mark.django_db
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(booking | settling, max_size=25))
def test_the_ledger_agrees_with_its_model(books: Books, steps: list[Any]) -> None:
    model = Model()
    with transaction.atomic():
        for what, *args in steps:
            if what == "book":
                book(model, books, *args)
            else:
                settle(model, *args[:2])
        held = {name: Account.objects.get(pk=pk) for name, pk in books.ids.items()}
        for name, account in held.items():
            assert account.credits_posted - account.debits_posted == model.posted[name], name
        assert sum(a.credits_posted - a.debits_posted for a in held.values()) == 0
        assert strayed(CODE) == []
        transaction.set_rollback(True)
