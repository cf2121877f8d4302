"""Reads what is due and what is listed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, LiteralString

import polars as pl
from django.db.models import Count, Q, Sum

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.payment_list import LINES
from ceiba.core.sealed_month import DUE_PLACES
from ceiba.determinations.models import Determination
from ceiba.frames.postgres import read_frame
from ceiba.payments.models import PaymentLine
from ceiba.rulebook.models import Programme

_DUE_SQL: Final = (Path(__file__).parents[1] / "sql" / "due.sql").read_text()
_LIST_SQL: Final = (Path(__file__).parents[1] / "sql" / "list.sql").read_text()

PAYMENT_LIST: Final = FrameSchema(
    "payment list",
    (
        Column("participant", pl.String, meaning="participant code"),
        Column("family_names", pl.String),
        Column("given_names", pl.String),
        Column("area", pl.String),
        Column("group", pl.String, nullable=True),
        Column("component", pl.String),
        Column("month", pl.Date, meaning="of payment"),
        Column("for_month", pl.Date, meaning="of work"),
        Column("amount_minor", pl.Int64),
        Column("currency", pl.String),
        Column("revision", pl.Int16),
    ),
    key=("participant", "for_month", "component"),
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was determined and what was listed for one month, minor units. They agree when `unexplained` is 0."""

    determined_minor: int
    listed_minor: int
    arrears_minor: int
    recoveries_minor: int

    @property
    def unexplained_minor(self) -> int:
        """Determined for the month itself, less listed for it."""
        return self.determined_minor - self.listed_minor

    @property
    def total_minor(self) -> int:
        """The sum of the list."""
        return self.listed_minor + self.arrears_minor + self.recoveries_minor


def due_before(programme: str, month: date) -> pl.DataFrame:
    """What late evidence left due for months before `month` (`DUE_PLACES`): entitled less listed, if not 0."""
    return read_frame(_DUE_SQL, {"programme": programme, "month": month}, DUE_PLACES)


def lines_of(run_id: int) -> pl.DataFrame:
    """The stored lines of a run (`LINES`, sorted by its key)."""
    query: LiteralString = (
        "SELECT l.participant_id, l.component, l.for_month, l.revision, l.amount_minor, l.cap_minor"
        " FROM payments_paymentline l JOIN runs_run r ON r.programme_id = l.programme_id AND r.month = l.month"
        " WHERE r.id = %(run)s"
    )
    return read_frame(query, {"run": run_id}, LINES).sort(LINES.key)


def payment_list(programme: str, month: date, scope: Scope) -> pl.DataFrame:
    """The list of a month as it is exported (`PAYMENT_LIST`), within the scope, by participant code."""
    prefixes = "^(" + "|".join(scope.areas) + ")" if scope.areas else "^$"
    params = {"programme": programme, "month": month, "areas": prefixes}
    return read_frame(_LIST_SQL, params, PAYMENT_LIST).sort(PAYMENT_LIST.key)


def payment_table(programme: str, month: date, scope: Scope) -> pl.DataFrame:
    """The list as people take it away: `PAYMENT_LIST`, its amounts as decimals of the currency in `amount`."""
    rows = payment_list(programme, month, scope)
    digits = MINOR_DIGITS[Programme.objects.get(pk=programme).currency]
    return rows.with_columns(amount_decimal(pl.col("amount_minor"), digits).alias("amount")).drop(
        "amount_minor"
    )


def amount_decimal(minor: pl.Expr, digits: int) -> pl.Expr:
    """Minor units as a decimal: a number, never a text that a spreadsheet might run. No float on the way."""
    return minor.cast(pl.Decimal(20, 0)) / pl.lit(10**digits).cast(pl.Decimal(20, digits))


def reconciliation(programme: str, month: date, scope: Scope) -> Reconciliation:
    """The totals of a month within the scope, each summed on its own table."""
    determined = Determination.objects.filter(
        scope.areas_q("area_code"), programme=programme, month=month, revision=0
    )
    lines = PaymentLine.objects.filter(
        scope.areas_q("participant__area__code"), programme=programme, month=month
    ).aggregate(
        own=Sum("amount_minor", filter=Q(for_month=month), default=0),
        arrears=Sum("amount_minor", filter=Q(for_month__lt=month, amount_minor__gt=0), default=0),
        recoveries=Sum("amount_minor", filter=Q(for_month__lt=month, amount_minor__lt=0), default=0),
    )
    total = determined.aggregate(total=Sum("amount_minor", default=0))["total"]
    return Reconciliation(int(total), int(lines["own"]), int(lines["arrears"]), int(lines["recoveries"]))


@dataclass(frozen=True, slots=True)
class ListTotal:
    """Lines of the list by component and area: people, and amounts by what they are for."""

    component: str
    area_code: str
    people: int
    own_minor: int
    arrears_minor: int
    recoveries_minor: int

    @property
    def total_minor(self) -> int:
        """The sum of the lines."""
        return self.own_minor + self.arrears_minor + self.recoveries_minor


def list_totals(programme: str, month: date, scope: Scope) -> list[ListTotal]:
    """The list of a month within the scope, summed by component and municipality."""
    lines = PaymentLine.objects.filter(
        scope.areas_q("participant__area__code"), programme=programme, month=month
    )
    earlier = Q(for_month__lt=month)
    summed = (
        lines.values_list("component", "participant__area_id")
        .annotate(
            people=Count("participant_id", distinct=True),
            own=Sum("amount_minor", filter=Q(for_month=month), default=0),
            arrears=Sum("amount_minor", filter=earlier & Q(amount_minor__gt=0), default=0),
            recoveries=Sum("amount_minor", filter=earlier & Q(amount_minor__lt=0), default=0),
        )
        .order_by("component", "participant__area_id")
    )
    return [ListTotal(component, area, people, *map(int, sums)) for component, area, people, *sums in summed]


def lines_for(programme: str, for_month: date, participant_id: int) -> list[PaymentLine]:
    """What was put on a list for a month of one person's work, in the order of payment."""
    lines = PaymentLine.objects.filter(
        programme=programme, for_month=for_month, participant_id=participant_id
    )
    return list(lines.order_by("month", "component"))
