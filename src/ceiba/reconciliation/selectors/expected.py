"""What is recorded by itself and the bank should show, and the bookings that may be it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl
from django.db.models import Min, Q

from ceiba.core.banking import Said
from ceiba.core.expected import EXPECTED, LOOSE
from ceiba.core.matching import OPEN_ITEMS, SECOND_COPY
from ceiba.frames.postgres import read_frame
from ceiba.funding.selectors import deposits_expected, disbursement_of
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.models import BankEntry, OpenItem, StatedBalance
from ceiba.reconciliation.selectors.matching import SQL
from ceiba.savings.selectors.moves import BACK, IN, MOVE, OUT, end_name, moves_expected

_LOOSE_SQL: Final = (SQL / "loose.sql").read_text()


def expected_of(account: BankAccount) -> pl.DataFrame:
    """All that is recorded and that the account's bank should show (`EXPECTED`)."""
    return EXPECTED.check(pl.concat([deposits_expected(account.code), moves_expected(account)]))


def loose_before(account: BankAccount) -> pl.DataFrame:
    """The bookings of earlier matchings that may be something recorded (`OPEN_ITEMS`), those that are, too."""
    params = {"account": account.pk, "loose": [kind.value for kind in LOOSE]}
    return read_frame(_LOOSE_SQL, params, OPEN_ITEMS)


def stated_from(account: BankAccount) -> date | None:
    """The first day whose statement was read."""
    found: date | None = StatedBalance.objects.filter(bank_account=account).aggregate(first=Min("on"))[
        "first"
    ]
    return found


def moves_both_shown(awaited: Mapping[str, int]) -> dict[int, str]:
    """Of `moves_awaited` those of which both banks have shown their end, with the reference of the payer's."""
    moves = _shown(awaited, OUT) & _shown(awaited, IN)
    return {move: _reference(end_name(move, OUT)) for move in sorted(moves)}


def moves_refused(account: BankAccount, awaited: Mapping[str, int]) -> dict[int, str]:
    """Of `moves_awaited` those that the bank of an account rejected, or that came back to it, with its reason."""
    refused = {move: _reference(end_name(move, BACK)) for move in _shown(awaited, BACK)}
    ids, left = list(awaited), _shown(awaited, OUT)
    named = Q(end_to_end_id__in=ids) | Q(message__in=ids) | Q(batch__in=ids)
    said = BankEntry.objects.filter(
        named, bank_account=account, payment=None, booked=False, said=Said.REJECTED
    ).exclude(reason__in=SECOND_COPY)
    for row in said.order_by("entry", "content"):
        names = (row.end_to_end_id, row.message, row.batch)
        move = next(awaited[name] for name in names if name is not None and name in awaited)
        if move not in left:
            refused.setdefault(move, row.reason or Said.REJECTED.value)
    return dict(sorted(refused.items()))


def recorded_as(item: OpenItem) -> dict[str, object]:
    """What a booking is, for its page: the disbursement, or the number of the move."""
    name = item.expected or item.key.partition(":")[2]
    found = disbursement_of(name)
    if found is not None:
        return {"disbursement": found}
    kind, _, rest = name.partition(":")
    return {"move": int(rest.partition(":")[0])} if kind == MOVE else {}


def _shown(awaited: Mapping[str, int], end: str) -> set[int]:
    """The moves of which this end is matched with a booking, on whichever account it was."""
    names = {end_name(move, end): move for move in awaited.values()}
    found = OpenItem.objects.exclude(expected="").filter(expected__in=names)
    return {names[name] for name in found.values_list("expected", flat=True)}


def _reference(expected: str) -> str:
    item = OpenItem.objects.get(expected=expected)
    return item.reference or item.entry
