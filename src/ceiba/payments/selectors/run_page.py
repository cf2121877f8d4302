"""One run in full: what it pays by component, place and agreement, its payments, and whom it leaves out."""

from dataclasses import dataclass
from typing import Final

import polars as pl
from django.db.models import Count, QuerySet, Sum

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame
from ceiba.payments.models import Alert, LeftOut, Payment, PaymentRun
from ceiba.payments.selectors.board import SENT, Tally, covers_whole
from ceiba.payments.selectors.runs import prefixes, sql_text
from ceiba.registry.selectors import participants_in
from ceiba.web.kept import kept

PAGE_ROWS: Final = 50
LEFT_OUT_MAX: Final = 200
KEPT_SECONDS: Final = 600
_TOTALS_SQL: Final = sql_text("run_totals")
_FUNDING_SQL: Final = sql_text("run_funding")
_TALLY: Final = (Column("people", pl.Int64), Column("amount_minor", pl.Int64))
_TOTALS: Final = FrameSchema(
    "totals of a run",
    (Column("component", pl.String), Column("area", pl.String), Column("saved", pl.Boolean), *_TALLY),
    key=("component", "area", "saved"),
)
_FUNDING: Final = FrameSchema("who pays a run", (Column("agreement", pl.String), *_TALLY), key=("agreement",))


@dataclass(frozen=True, slots=True)
class RunTotals:
    """What a run pays and saves within a scope, by component, by state or department, and by agreement."""

    components: list[tuple[str, Tally]]
    areas: list[tuple[str, Tally]]
    agreements: list[tuple[str, Tally]]
    saved_minor: int


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """A page of payments, the number after which the next begins (None on the last), and how many there are."""

    rows: list[Payment]
    next: int | None
    count: int


def run_totals(run: PaymentRun, scope: Scope, taken_out: int) -> RunTotals:
    """The totals of a run; what it pays changes only with its state, and with `taken_out`, the people taken out."""
    return kept(lambda: _run_totals(run, scope), KEPT_SECONDS, "run", run.pk, scope, run.state, taken_out)


def run_payments(
    run: PaymentRun, scope: Scope, *, state: str = "", code: str = "", after: int = 0
) -> PaymentPage:
    """Payments of a run to people of the scope, in a state, of the participant of a code, by participant."""
    rows = payments_in(scope).filter(run=run)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(participant__code__iexact=code) if code else rows
    page = rows.filter(participant__gt=after).order_by("participant_id")
    found = list(page.select_related("participant__area")[: PAGE_ROWS + 1])
    following = found[PAGE_ROWS - 1].participant_id if len(found) > PAGE_ROWS else None
    return PaymentPage(found[:PAGE_ROWS], following, rows.count())


def payments_in(scope: Scope) -> QuerySet[Payment]:
    """The payments of the people a scope reaches."""
    return Payment.objects.filter(participant__in=participants_in(scope).values("pk"))


def left_out_sums(run: PaymentRun, scope: Scope) -> list[tuple[str, Tally]]:
    """How many people of the scope a run leaves out, and what is due to them, by reason."""
    rows = _left_out(run, scope).values_list("reason").order_by("reason")
    return [
        (reason, Tally(people, int(amount)))
        for reason, people, amount in rows.annotate(people=Count("pk"), amount=Sum("amount_minor"))
    ]


def left_out_people(run: PaymentRun, scope: Scope) -> list[LeftOut]:
    """Whom of the scope a run leaves out, at most `LEFT_OUT_MAX` of them, by reason and participant."""
    rows = _left_out(run, scope).select_related("participant__area").order_by("reason", "participant_id")
    return list(rows[:LEFT_OUT_MAX])


def alerts_in(run: PaymentRun, scope: Scope) -> list[Alert]:
    """A run's alerts of the scope's areas; those of the whole run for who covers it."""
    whole = covers_whole(scope, run)
    rows = run.alerts.select_related("explained_by").order_by("area", "code")
    return [alert for alert in rows if whole or (alert.area and scope.covers(alert.area))]


def shown_state(payment: Payment, run: PaymentRun) -> str:
    """What a payment has come to: one that is ordered is planned, or unknown once its run is sent."""
    if payment.state != "ordered":
        return payment.state
    return "unknown" if run.state in SENT else "planned"


def _left_out(run: PaymentRun, scope: Scope) -> QuerySet[LeftOut]:
    return run.people_left_out.filter(participant__in=participants_in(scope).values("pk"))


def _run_totals(run: PaymentRun, scope: Scope) -> RunTotals:
    params = {"run": run.pk, "areas": prefixes(scope.areas)}
    rows = read_frame(_TOTALS_SQL, params, _TOTALS)
    funding = read_frame(_FUNDING_SQL, params | {"month": run.month}, _FUNDING)
    by_component = rows.group_by("component").agg(pl.sum("people"), pl.sum("amount_minor"))
    # A person has several components: the most of any one of them are the people of a place.
    by_area = (
        rows.group_by("area", "component")
        .agg(pl.sum("people"), pl.sum("amount_minor"))
        .group_by("area")
        .agg(pl.max("people"), pl.sum("amount_minor"))
    )
    saved = int(rows.filter("saved")["amount_minor"].sum())
    return RunTotals(_tallied(by_component), _tallied(by_area), _tallied(funding), saved)


def _tallied(rows: pl.DataFrame) -> list[tuple[str, Tally]]:
    ordered = rows.sort(pl.col("amount_minor"), rows.columns[0], descending=[True, False])
    return [(name, Tally(people, amount)) for name, people, amount in ordered.iter_rows()]
