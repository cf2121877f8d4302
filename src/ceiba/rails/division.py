"""Orders, divided into files as a bank demands: so many, and so much money, in each at most.

The text of a file's orders waits in memory while it is small and in a temporary file beyond that: what goes before it
names their count and sum, and is known only at its end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import polars as pl

from ceiba.core.banking import ORDERS, Order, Scheme
from ceiba.rails.problems import Fail

IN_MEMORY_MAX: Final = 1_000_000
_PART: Final = 1 << 16
ROWS: Final = 500  # of orders in hand at a time: more is no faster, and takes more memory

Columns = dict[str, list[Any]]  # the columns of some orders, by name


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may hold; None: the bank sets no limit."""

    count_max: int | None = None
    sum_max_minor: int | None = None


@dataclass(slots=True)
class Body:
    """The text of the orders of one file, with their count and sum."""

    count: int = 0
    sum_minor: int = 0
    _text: IO[bytes] = field(
        default_factory=lambda: SpooledTemporaryFile(max_size=IN_MEMORY_MAX)  # noqa: SIM115 - closed by `parts` or `close`
    )

    def add(self, rows: list[bytes], sum_minor: int) -> None:
        """Take the texts of more orders."""
        self._text.writelines(rows)
        self.count += len(rows)
        self.sum_minor += sum_minor

    def close(self) -> None:
        """Let go of the text, also when it was not asked for."""
        self._text.close()

    def parts(self) -> Iterator[bytes]:
        """The bytes, in pieces; once."""
        with self._text as text:
            text.seek(0)
            while part := text.read(_PART):
                yield part


def columns_of(orders: Iterable[pl.DataFrame], schemes: frozenset[Scheme]) -> Iterator[Columns]:
    """The frames as lists by column, a few rows at a time, checked for what no rail can pay.

    Raises FrameError for a frame that is no `ORDERS`, CeibaError (rail.scheme, rail.order).
    """
    known = {scheme.value for scheme in schemes}
    for frame in orders:
        for rows in ORDERS.check(frame).iter_slices(ROWS):
            columns: Columns = {name: rows[name].to_list() for name in ORDERS.names}
            for order, scheme, amount in zip(
                columns["end_to_end_id"], columns["scheme"], columns["amount_minor"], strict=True
            ):
                if scheme not in known:
                    raise Fail("").error("rail.scheme", order=order, scheme=scheme)
                if amount <= 0:
                    raise Fail("").error("rail.order", order=order, field="amount_minor")
            yield columns


def divided(parts: Iterable[tuple[list[bytes], Columns]], limits: Limits) -> Iterator[tuple[Body, bool]]:
    """The bodies of the files in turn, each with whether more follow.

    `parts` are the orders' texts beside their columns. Raises CeibaError (rail.limit).
    """
    body = Body()
    try:
        for rows, columns in parts:
            amounts: list[int] = columns["amount_minor"]
            start = 0
            while start < len(rows):
                room = _room(body, amounts, start, limits)
                if room:
                    body.add(rows[start : start + room], sum(amounts[start : start + room]))
                    start += room
                elif body.count:
                    yield body, True
                    body = Body()
                else:
                    raise Fail("").error("rail.limit", order=columns["end_to_end_id"][start])
        if body.count:
            yield body, False
    finally:
        body.close()


def _room(body: Body, amounts: list[int], start: int, limits: Limits) -> int:
    """How many of the amounts from `start` on still go into the body."""
    room = len(amounts) - start
    if limits.count_max is not None:
        room = min(room, limits.count_max - body.count)
    if limits.sum_max_minor is None:
        return room
    left = limits.sum_max_minor - body.sum_minor
    for taken in range(room):
        left -= amounts[start + taken]
        if left < 0:
            return taken
    return room


def message_of(order: Order, number: int, more: bool) -> str:
    """The message id of the file with this number (1 = first): the order's own when it is the only one."""
    return order.message if number == 1 and not more else f"{order.message}-{number}"
