"""How much was promised, arrived, was paid and is left, told as each viewer may be told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from django.db.models import Sum

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import Count as Told
from ceiba.core.kernel.disclosure import disclosed, disclosed_amount
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame
from ceiba.funding.models import Agreement, Commitment, Disbursement
from ceiba.funding.selectors.agreements import standing

_SQL: Final = Path(__file__).parents[1] / "sql"
_FUNDS_SQL: Final = (_SQL / "funds.sql").read_text()
_MOVED_SQL: Final = (_SQL / "moved.sql").read_text()


def with_moved(file: Path) -> str:
    """The query in `file`, whose `{moved}` are the CTEs of what went from funds to people and came back."""
    return file.read_text().replace("{moved}", _MOVED_SQL)


_PAID_SQL: Final = with_moved(_SQL / "paid.sql")
_BURN_SQL: Final = with_moved(_SQL / "burn.sql")

FUNDS: Final = FrameSchema(
    "funds",
    (
        Column("agreement", pl.String),
        Column("balance_minor", pl.Int64),
        Column("pending_minor", pl.Int64),
        Column("explained_minor", pl.Int64),
        Column("pending_people", pl.Int64),
    ),
    key=("agreement",),
)
PAID: Final = FrameSchema(
    "paid",
    (
        Column("agreement", pl.String),
        Column("component", pl.String, True, "null: all of them"),
        Column("department", pl.String, True, "null: all of them"),
        Column("people", pl.Int64),
        Column("months", pl.Int64, meaning="months of work of people"),
        Column("amount_minor", pl.Int64),
    ),
    key=("agreement", "department", "component"),
)
BURN: Final = FrameSchema(
    "paid by month",
    (
        Column("agreement", pl.String),
        Column("month", pl.Date, meaning="of payment"),
        Column("people", pl.Int64),
        Column("amount_minor", pl.Int64),
    ),
    key=("agreement", "month"),
)


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
    of months of work (docs/decisions/0011).
    """
    codes = [agreement.code for agreement in agreements]
    committed, disbursed = _sums(Commitment, codes), _sums(Disbursement, codes)
    months = _months_of_work(agreements) if scope.cell_min else {}
    params = {"agreements": codes, "counted": bool(scope.cell_min)}
    found = {code: Money(committed.get(code, 0), disbursed.get(code, 0), 0, 0) for code in codes}
    for code, balance, pending, explained, people in read_frame(_FUNDS_SQL, params, FUNDS).iter_rows():
        received = disbursed.get(code, 0) + explained
        paid = _told(received - balance, months.get(code, 0), scope)
        found[code] = Money(committed.get(code, 0), received, paid, _told(pending, people, scope))
    return found


def paid_cells(agreement: Agreement, scope: Scope) -> list[PaidCell]:
    """What people within the scope were paid, by component, department and both, as it is told."""
    params = _params(agreement.programme_id, [agreement.code], scope)
    rows = read_frame(_PAID_SQL, params, PAID).sort("amount_minor", descending=True)
    least = scope.cell_min
    return [
        PaidCell(
            component,
            department,
            disclosed(people, least),
            disclosed(months, least) if disclosed(people, least) is not None else None,
            disclosed_amount(amount, people, least),
        )
        for _, component, department, people, months, amount in rows.iter_rows()
    ]


def burn_of(agreement: Agreement, scope: Scope) -> list[BurnMonth]:
    """What people within the scope were paid in each month, oldest first."""
    params = _params(agreement.programme_id, [agreement.code], scope)
    rows = read_frame(_BURN_SQL, params, BURN).sort("month")
    least = scope.cell_min
    return [
        BurnMonth(month, disclosed(people, least), disclosed_amount(amount, people, least))
        for _, month, people, amount in rows.iter_rows()
    ]


def areas_pattern(scope: Scope) -> str:
    """The scope's areas as a regular expression of codes; nothing matches that of no areas."""
    return "^(" + "|".join(scope.areas) + ")" if scope.areas else "^$"


def _params(programme: str, codes: list[str], scope: Scope) -> dict[str, object]:
    return {"programme": programme, "agreements": codes, "areas": areas_pattern(scope)}


def _told(minor: int, count: int, scope: Scope) -> int | None:
    """Exact to those whose counts are; else by how many months or people it was for. Nothing is nothing."""
    return disclosed_amount(minor, count, scope.cell_min) if minor else 0


def _sums(kind: type[Commitment] | type[Disbursement], codes: Iterable[str]) -> dict[str, int]:
    rows = standing(kind).filter(agreement__code__in=list(codes)).values_list("agreement__code")
    return {code: int(total) for code, total in rows.annotate(total=Sum("amount_minor")).order_by()}


def _months_of_work(agreements: Sequence[Agreement]) -> dict[str, int]:
    months: dict[str, int] = {}
    for programme in {agreement.programme_id for agreement in agreements}:
        params = {"programme": programme, "agreements": [a.code for a in agreements], "areas": "^"}
        whole = read_frame(_PAID_SQL, params, PAID).filter(
            pl.all_horizontal(pl.col("component", "department").is_null())
        )
        months |= dict(whole.select("agreement", "months").iter_rows())
    return months
