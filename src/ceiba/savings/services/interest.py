"""Gives the interest of a month, once: by the rule of the rulebook, to everybody who had savings."""

from datetime import date, datetime
from typing import Final

import polars as pl
from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.ledger import ACCOUNTS, AccountKind, account_code
from ceiba.core.savings import MOVED, OPENING, InterestRule, interest, interest_transfers
from ceiba.frames.postgres import copy_frame, read_queryset
from ceiba.ledger.selectors import account
from ceiba.ledger.services import accounts_open, savings_open, transfers_book
from ceiba.savings.models import Accrual, AccrualLine
from ceiba.savings.selectors.balances import since
from ceiba.savings.selectors.reach import reaches
from ceiba.savings.selectors.rules import accrual_before, interest_rule

register_messages(
    {
        "interest.not_allowed": {
            "es": "Su cuenta no puede abonar intereses; lo hace pagos, con alcance sobre todo el programa.",
            "en": "Your account cannot give interest; payments does, with the whole programme in its reach.",
        },
        "interest.not_over": {
            "es": "{month} no ha terminado; sus intereses se abonan después de su último día.",
            "en": "{month} is not over; its interest is given after its last day.",
        },
        "interest.turn": {
            "es": "Toca abonar {expected}, no {month}: los meses se abonan en orden y una sola vez.",
            "en": "The next to be given is {expected}, not {month}: months are given in order, and once.",
        },
        "interest.no_savings": {
            "es": "Nadie tenía ahorros en {month}.",
            "en": "Nobody had savings in {month}.",
        },
    }
)

_CARRIED: Final = FrameSchema(
    "fractions carried",
    (Column("participant_id", pl.Int64), Column("carried", pl.Int64)),
    key=("participant_id",),
)
_KEPT: Final = ("participant_id", "base", "amount_minor", "carried")


@transaction.atomic
def interest_post(*, programme: str, currency: str, month: Month, actor: User, at: datetime) -> Accrual:
    """Give everybody the interest of a month that is over.

    Raises CeibaError (interest.*) when the actor may not, the month is not over or not the next one, or nobody had
    savings. A second time is refused by the database too: the month is there, and so are its transfers.
    """
    if not may(actor, Action.MANAGE_SAVINGS) or not reaches(programme, scope_of(actor)):
        raise CeibaError(Problem("interest.not_allowed"))
    if at.date() <= month.last_day:
        raise CeibaError(Problem("interest.not_over", values={"month": month}))
    before = accrual_before(programme, currency, date.max)
    if before is not None and Month.of(before.month) + 1 != month:
        raise CeibaError(
            Problem("interest.turn", values={"month": month, "expected": Month.of(before.month) + 1})
        )
    rule = interest_rule(programme, month)
    found = interest(rule, month, *_savings(programme, currency, month, before))
    if found.filter((pl.col("base") > 0) | (pl.col("carried") > 0)).is_empty():
        raise CeibaError(Problem("interest.no_savings", values={"month": month}))
    accrual = _stored(programme, currency, month, rule, found, actor, at)
    _given(accrual, month, found, at)
    event_record(
        actor=actor,
        action="savings.interest",
        subject=f"{programme}:{currency}:{month}",
        detail={"people": accrual.people, "amount_minor": accrual.amount_minor},
    )
    return accrual


def _savings(
    programme: str, currency: str, month: Month, before: Accrual | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`OPENING` and `MOVED` of a month."""
    found = since(programme, currency, month.first_day)
    lines = AccrualLine.objects.filter(accrual=before) if before else AccrualLine.objects.none()
    carried = read_queryset(lines.values_list("participant_id", "carried"), _CARRIED)
    opening = found.before.join(carried, on="participant_id", how="left").with_columns(
        pl.col("carried").fill_null(0)
    )
    moved = found.moved.filter(pl.col("on") <= month.last_day)
    return OPENING.check(opening), MOVED.check(moved)


def _stored(
    programme: str,
    currency: str,
    month: Month,
    rule: InterestRule,
    found: pl.DataFrame,
    actor: User,
    at: datetime,
) -> Accrual:
    try:
        with transaction.atomic():
            accrual = Accrual.objects.create(
                programme_id=programme,
                currency=currency,
                month=month.first_day,
                rate_basis_points=rule.rate_basis_points,
                method=rule.method,
                year_days=rule.year_days,
                assumed=rule.assumed,
                people=found.filter(pl.col("base") > 0).height,
                amount_minor=int(found["amount_minor"].sum()),
                posted_at=at,
                posted_by=actor,
            )
    except IntegrityError as error:
        raise CeibaError(Problem("interest.turn", values={"month": month, "expected": month + 1})) from error
    lines = found.filter((pl.col("amount_minor") > 0) | (pl.col("carried") > 0)).select(_KEPT)
    copy_frame(lines.with_columns(accrual_id=pl.lit(accrual.pk, pl.Int64)), AccrualLine._meta.db_table)
    return accrual


def _given(accrual: Accrual, month: Month, found: pl.DataFrame, at: datetime) -> None:
    programme, currency = accrual.programme_id, accrual.currency
    row = {
        "code": account_code(programme, currency, AccountKind.INTEREST, programme),
        "kind": AccountKind.INTEREST,
        "programme": programme,
        "currency": currency,
        "subject": programme,
    }
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    source = account(programme, currency, AccountKind.INTEREST, programme).pk
    given = found.filter(pl.col("amount_minor") > 0)
    if given.height:
        savings = savings_open(programme=programme, currency=currency, participants=given["participant_id"])
        transfers = interest_transfers(given, savings, source, programme, month, currency)
        transfers_book(transfers=transfers, cause=f"interest {programme} {month}", at=at)
