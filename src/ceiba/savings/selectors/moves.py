"""What the bank should show of moves of savings, and how a file of one is called."""

from collections.abc import Iterator
from typing import Final

import polars as pl
from django.db.models import Q, QuerySet

from ceiba.core.expected import EXPECTED
from ceiba.core.matching import Direction
from ceiba.core.savings import MoveState
from ceiba.ledger.models import BankAccount
from ceiba.savings.models import Move, MoveFile, MoveName

MOVE: Final = "move"
OUT: Final = "out"  # left the account that pays
IN: Final = "in"  # came to the account that holds savings
BACK: Final = "back"  # came back to the account that pays


def message_of(move: Move) -> str:
    """The id under which a bank knows a move, as message and as order: the same whenever it is written."""
    return f"CEIBAMOVE{move.pk:09d}"


def moves_expected(account: BankAccount) -> pl.DataFrame:
    """The ends of moves that the bank should show on an account (`EXPECTED`).

    Of those sent by file, and of those that a person booked or named: only these have a name that a statement can
    repeat. What was sent may also come back; of a move that the bank cancelled, only that it left and came back.
    """
    known = Q(state=MoveState.BOOKED) | Q(file__sent_at__isnull=False)
    names = {name.move_id: name for name in MoveName.objects.filter(bank_account=account)}
    moves = (
        Move.objects.filter(Q(source=account) | Q(target=account), known | Q(pk__in=names))
        .select_related("file")
        .order_by("pk")
    )
    rows = [end for move in moves for end in _ends(move, account, names.get(move.pk))]
    return EXPECTED.check(pl.DataFrame(rows, schema=EXPECTED.dtypes, orient="row"))


def end_name(move: int, end: str) -> str:
    """What an end of a move is called among what is expected: `move:3:out`."""
    return f"{MOVE}:{move}:{end}"


def moves_awaited(account: BankAccount) -> dict[str, int]:
    """The confirmed moves from or to an account that a file asked for, or that somebody found on a statement.

    By the id of the file's message; where there is none, by that of its outgoing end.
    """
    moves = Move.objects.filter(
        Q(source=account) | Q(target=account),
        Q(file__isnull=False) | Q(names__isnull=False),
        state=MoveState.CONFIRMED,
    )
    rows = moves.distinct().values_list("pk", "file__message")
    return {message or end_name(move, OUT): move for move, message in rows}


def moves_nameable(account: BankAccount, direction: str) -> QuerySet[Move]:
    """The moves without a file that a booking on an account may be an end of, the newest first."""
    end = Q(source=account) if direction == Direction.OUT else Q(target=account)
    found = Move.objects.filter(
        end, file__isnull=True, state__in=[MoveState.CONFIRMED, MoveState.BOOKED]
    ).exclude(names__bank_account=account)
    return found.order_by("-pk")


def _ends(move: Move, account: BankAccount, name: MoveName | None) -> Iterator[tuple[object, ...]]:
    is_source, is_cancelled = move.source_id == account.pk, move.state == MoveState.CANCELLED
    out, back = end_name(move.pk, OUT), end_name(move.pk, BACK)
    if is_source:
        yield _end(move, name, out, Direction.OUT, back if is_cancelled else None)
        if move.state != MoveState.BOOKED:
            yield _end(move, name, back, Direction.IN, out)
    elif not is_cancelled:
        yield _end(move, name, end_name(move.pk, IN), Direction.IN, None)


def _end(
    move: Move, name: MoveName | None, expected: str, direction: Direction, only_with: str | None
) -> tuple[object, ...]:
    """A row of `EXPECTED`; its reference is the bank's, where a person found it or wrote it down to book the move."""
    file: MoveFile | None = getattr(move, "file", None)
    is_booked = move.state == MoveState.BOOKED
    reference = move.reference if is_booked and move.ended_by_id is not None else None
    day = move.ended_at.date() if move.ended_at is not None else None
    if file is not None:
        day = file.execute_on
    if name is not None:
        reference, day = name.reference, name.booked_on
    return (
        expected, direction.value, move.amount_minor, move.currency, day, reference,
        file.message if file is not None else None, is_booked, only_with,
    )  # fmt: skip
