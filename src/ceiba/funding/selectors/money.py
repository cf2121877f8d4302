"""How much was promised, arrived, was paid and is left, told as each viewer may be told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
from django.db.models import Sum

from ceiba.accounts.selectors import Scope
from ceiba.core import paid
from ceiba.core.kernel.disclosure import Count as Told
from ceiba.core.kernel.disclosure import disclosed, disclosed_amount
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame
from ceiba.funding.models import Agreement, Commitment
from ceiba.funding.selectors.agreements import standing
from ceiba.funding.selectors.figures import Figure, figures_of, sql_text

_FUNDS_SQL: Final = sql_text("funds")
FUNDS: Final = FrameSchema(
    "funds",
    (
        Column("agreement", pl.String),
        Column("received_minor", pl.Int64),
        Column("balance_minor", pl.Int64),
        Column("pending_minor", pl.Int64),
    ),
    key=("agreement",),
)


def _with_fund(sums: pl.DataFrame, agreement: Agreement, decided: date | None) -> pl.DataFrame:
    """How the fund stands, beside of how many people what is ordered is; no row where there is none."""
    return sums.join(read_frame(_FUNDS_SQL, {"agreements": [agreement.code]}, FUNDS), how="cross")


MONEY: Final = Figure("money", paid.WAITING, paid.waiting, FUNDS.columns, _with_fund)
PAID: Final = Figure("paid", paid.PAID, paid.paid)
BURN: Final = Figure("burn", paid.BURN, paid.burn)
FIGURES: Final = (MONEY, PAID, BURN)
_SUMS: Final = (pl.sum("people"), pl.sum("months"), pl.sum("amount_minor"))


@dataclass(frozen=True, slots=True)
class Money:
    """An agreement's money in minor units; `paid` and `pending` are None where they could point at someone."""

    committed_minor: int
    received_minor: int
    paid_minor: int | None
    pending_minor: int | None

    @property
    def left_minor(self) -> int | None:
        """What arrived and is neither paid nor about to be."""
        if self.paid_minor is None or self.pending_minor is None:
            return None
        return self.received_minor - self.paid_minor - self.pending_minor

    @property
    def to_come_minor(self) -> int:
        """What was promised and has not arrived."""
        return max(self.committed_minor - self.received_minor, 0)


@dataclass(frozen=True, slots=True)
class PaidCell:
    """What people were paid, as it is told: of a component, a department, both, or (None) all."""

    component: str | None
    department: str | None
    people: Told
    months: Told
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class BurnMonth:
    """What an agreement paid in a month."""

    month: date
    people: Told
    amount_minor: int | None


def money_of(agreements: Sequence[Agreement], scope: Scope) -> dict[str, Money]:
    """The money of each agreement by its code.

    Amounts are of the whole agreement. For those whose counts are rounded, what was paid follows the rounded number
    of months of work (docs/decisions/0011), and all of it is as it was counted.
    """
    codes = [agreement.code for agreement in agreements]
    committed = _committed(codes)
    if scope.cell_min:
        return {each.code: _rounded(each, committed.get(each.code, 0), scope) for each in agreements}
    found = {code: Money(committed.get(code, 0), 0, 0, 0) for code in codes}
    for code, received, balance, pending in read_frame(_FUNDS_SQL, {"agreements": codes}, FUNDS).iter_rows():
        found[code] = Money(committed.get(code, 0), received, received - balance, pending)
    return found


def paid_cells(agreement: Agreement, scope: Scope) -> list[PaidCell]:
    """What people within the scope were paid, by component, department and both, as it is told."""
    places = figures_of(agreement, PAID).within(scope).with_columns(department=pl.col("area").str.slice(0, 5))
    whole = pl.lit(None, pl.String).alias("department")
    cells = pl.concat([
        places.group_by("component", "department").agg(*_SUMS),
        places.group_by("component").agg(*_SUMS).select("component", whole, "people", "months", "amount_minor"),
    ])  # fmt: skip
    least = scope.cell_min
    return [
        PaidCell(
            component,
            department,
            disclosed(people, least),
            disclosed(months, least) if disclosed(people, least) is not None else None,
            disclosed_amount(amount, people, least),
        )
        for component, department, people, months, amount in _ordered(cells)
    ]


def burn_of(agreement: Agreement, scope: Scope) -> list[BurnMonth]:
    """What people within the scope were paid in each month, oldest first."""
    rows = figures_of(agreement, BURN).within(scope)
    months = rows.group_by("month").agg(pl.sum("people"), pl.sum("amount_minor")).sort("month")
    least = scope.cell_min
    return [
        BurnMonth(month, disclosed(people, least), disclosed_amount(amount, people, least))
        for month, people, amount in months.iter_rows()
    ]


def _ordered(cells: pl.DataFrame) -> Iterable[tuple[Any, ...]]:
    """The largest first."""
    return cells.sort(
        "amount_minor", "component", "department", descending=[True, False, False], nulls_last=True
    ).iter_rows()


def _rounded(agreement: Agreement, committed: int, scope: Scope) -> Money:
    """An agreement's money as those are told whose counts are rounded."""
    found = figures_of(agreement, MONEY).rows
    if found.is_empty():
        return Money(committed, 0, 0, 0)
    people, _, received, balance, pending = found.row(0)
    whole = figures_of(agreement, PAID).rows.filter(pl.col("component").is_null())
    months = int(whole["months"].sum())
    return Money(committed, received, _told(received - balance, months, scope), _told(pending, people, scope))


def _told(minor: int, count: int, scope: Scope) -> int | None:
    """By how many months or people it was for. Nothing is nothing."""
    return disclosed_amount(minor, count, scope.cell_min) if minor else 0


def _committed(codes: Iterable[str]) -> dict[str, int]:
    rows = standing(Commitment).filter(agreement__code__in=list(codes)).values_list("agreement__code")
    return {code: int(total) for code, total in rows.annotate(total=Sum("amount_minor")).order_by()}
