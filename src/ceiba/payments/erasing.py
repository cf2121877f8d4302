"""What payments hold of a person: lists, orders and claims stay; words beside a hold can be erased."""

from collections.abc import Iterator, Mapping

import polars as pl
from django.db import connection

from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import last_decided
from ceiba.payments.models import Claim, Hold, LeftOut, Payment, PaymentLine
from ceiba.payments.selectors.lists import due_before
from ceiba.payments.selectors.runs import sql_text


def payments_held(participant: int) -> Mapping[str, int]:
    """Lines, orders to banks, and holds beside which somebody wrote something."""
    holds = Hold.objects.filter(participant=participant)
    runs = (
        Claim.objects.filter(participant=participant).count()
        + LeftOut.objects.filter(participant=participant).count()
    )
    return {
        "lines": PaymentLine.objects.filter(participant=participant).count() + runs,
        "orders": Payment.objects.filter(participant=participant).count(),
        "holds": holds.count(),
        "hold_notes": holds.exclude(note="", lift_note="").count(),
    }


def hold_notes_erase(*, participant: int) -> None:
    """Erase the words beside a person's holds; that there was one, its cause and its days stay."""
    Hold.objects.filter(participant=participant).update(note="", lift_note="")


def payments_open(participant: int) -> Iterator[str]:
    """What of a person's pay is not at its end: "held", "unsettled", "due" (arrears, or a recovery)."""
    if Hold.objects.filter(participant=participant, lifted_at=None).exists():
        yield "held"
    with connection.cursor() as cursor:
        cursor.execute(sql_text("unsettled"), {"participant": participant})
        (unsettled,) = cursor.fetchone()
    if unsettled:
        yield "unsettled"
    programmes = PaymentLine.objects.filter(participant=participant).values_list("programme", flat=True)
    if any(_is_due(programme, participant) for programme in set(programmes)):
        yield "due"


def _is_due(programme: str, participant: int) -> bool:
    """Whether late evidence left something that no list has settled."""
    last = last_decided(programme)
    if last is None:
        return False
    due = due_before(programme, (Month.of(last) + 1).first_day)
    return not due.filter(pl.col("participant_id") == participant).is_empty()
