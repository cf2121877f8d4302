"""Sets what a matching left over against what is recorded by itself: deposits of funders, and moves of savings."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.conf import settings

from ceiba.core.expected import LOOSE, PAIRS, books_ahead, left_open, paired
from ceiba.core.matching import OPEN_ITEMS
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.selectors.expected import (
    expected_of,
    loose_before,
    moves_both_shown,
    moves_refused,
    stated_from,
)
from ceiba.reconciliation.selectors.matching import stated_until
from ceiba.savings.selectors.moves import moves_awaited
from ceiba.savings.services import move_rejected, move_shown


@dataclass(frozen=True, slots=True)
class Recognised:
    """All items (`OPEN_ITEMS`), which of them are recorded movements (`PAIRS`), and how far the books are ahead."""

    items: pl.DataFrame
    pairs: pl.DataFrame
    ahead_minor: int


def expected_match(bank: BankAccount, items: pl.DataFrame) -> Recognised:
    """What of the `items` of a matching (`OPEN_ITEMS`), and of those before, is something that was recorded.

    Looked at anew each time, so that it is the same whether the record or the bank's file came first.
    """
    expected = expected_of(bank)
    if expected.is_empty() and not _any_matched(bank):
        return Recognised(items, PAIRS.empty(), 0)
    may_be = pl.col("kind").is_in([kind.value for kind in LOOSE]) & pl.col("key").str.starts_with("entry:")
    now = items.filter(may_be)
    loose = pl.concat([now, loose_before(bank).join(now, on="key", how="anti")])
    since, until, days = stated_from(bank), stated_until(bank), settings.EXPECTED_DAYS
    pairs = paired(loose, expected, days=days)
    still = left_open(loose, expected, pairs, days=days, stated_from=since, stated_until=until)
    found = pl.concat([items.filter(~may_be), loose, still])
    return Recognised(OPEN_ITEMS.check(found), pairs, books_ahead(expected, pairs, stated_from=since))


def moves_end(bank: BankAccount, at: datetime) -> int:
    """Book the moves that both banks have shown, cancel those that were rejected or came back; how many.

    Under the lock of the books: of two matchings that each find one end at the same time, the second sees both.
    """
    awaited = moves_awaited(bank)
    if not awaited:
        return 0
    books_lock()
    ended = [
        move_shown(move_id=move, reference=said, at=at) for move, said in moves_both_shown(awaited).items()
    ]
    ended += [
        move_rejected(move_id=move, reason=why, at=at) for move, why in moves_refused(bank, awaited).items()
    ]
    return sum(move is not None for move in ended)


def _any_matched(bank: BankAccount) -> bool:
    return (
        bank.open_items.exclude(expected="").exists()
        or bank.open_items.filter(kind__in=("differs", "unseen"), found=True).exists()
    )
