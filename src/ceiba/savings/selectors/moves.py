"""What the bank should show of moves of savings, and how a file of one is called."""

from collections.abc import Iterator
from typing import Final

import polars as pl
from django.db.models import Q

from ceiba.core.expected import EXPECTED
from ceiba.core.matching import Direction
from ceiba.core.savings import MoveState
from ceiba.ledger.models import BankAccount
from ceiba.savings.models import Move, MoveFile

MOVE: Final = "move"
OUT: Final = "out"  # left the account that pays
IN: Final = "in"  # came to the account that holds savings
BACK: Final = "back"  # came back to the account that pays


def message_of(move: Move) -> str:
    """The id under which a bank knows a move, as message and as order: the same whenever it is written."""
    return f"CEIBAMOVE{move.pk:09d}"


def moves_expected(account: BankAccount) -> pl.DataFrame:
    """The ends of moves that the bank should show on an account (`EXPECTED`).

    Of those sent by file, and of those that a person booked: only these have a name that a statement could repeat.
    What was sent may also come back; of a move that the bank cancelled, only that it left and came back.
    """
    sent = Q(file__sent_at__isnull=False)
    moves = (
        Move.objects.filter(Q(source=account) | Q(target=account), Q(state=MoveState.BOOKED) | sent)
        .select_related("file")
        .order_by("pk")
    )
    rows = [end for move in moves for end in _ends(move, account)]
    return EXPECTED.check(pl.DataFrame(rows, schema=EXPECTED.dtypes, orient="row"))


def end_name(move: int, end: str) -> str:
    """What an end of a move is called among what is expected: `move:3:out`."""
    return f"{MOVE}:{move}:{end}"


def moves_sent(account: BankAccount) -> dict[str, int]:
    """The moves from or to an account that a file asked for and no bank has answered, by the id of its message."""
    of_account = Q(move__source=account) | Q(move__target=account)
    files = MoveFile.objects.filter(of_account, move__state=MoveState.CONFIRMED)
    return dict(files.values_list("message", "move_id"))


def _ends(move: Move, account: BankAccount) -> Iterator[tuple[object, ...]]:
    is_source, is_cancelled = move.source_id == account.pk, move.state == MoveState.CANCELLED
    out, back = end_name(move.pk, OUT), end_name(move.pk, BACK)
    if is_source:
        yield _end(move, out, Direction.OUT, back if is_cancelled else None)
        if move.state != MoveState.BOOKED:
            yield _end(move, back, Direction.IN, out)
    elif not is_cancelled:
        yield _end(move, end_name(move.pk, IN), Direction.IN, None)


def _end(move: Move, name: str, direction: Direction, only_with: str | None) -> tuple[object, ...]:
    """A row of `EXPECTED`; its reference is the bank's, where a person wrote it down to book the move."""
    file: MoveFile | None = getattr(move, "file", None)
    is_booked = move.state == MoveState.BOOKED
    reference = move.reference if is_booked and move.ended_by_id is not None else None
    ended = move.ended_at.date() if move.ended_at is not None else None
    day, message = (file.execute_on, file.message) if file is not None else (ended, None)
    return (
        name, direction.value, move.amount_minor, move.currency, day, reference, message, is_booked, only_with,
    )  # fmt: skip
