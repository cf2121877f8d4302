"""What a person decides: a submission is approved, returned, or seen again; a flag does not hold."""

from datetime import datetime
from typing import Final

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.audit.services import event_record
from ceiba.core.evidence import DECISIONS
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.review.models import Flag, InTray, Review
from ceiba.review.services.records import flag_records_write, review_record_write
from ceiba.review.services.second_visits import second_visit_ask
from ceiba.review.services.tray import tray_batch, tray_flags_refresh

REASON_MAX: Final = 1_000

register_messages(
    {
        "review.own": {
            "es": "Este envío es suyo. Lo revisa otra persona.",
            "en": "This submission is yours. Somebody else reviews it.",
        },
        "review.not_allowed": {
            "es": "Su rol no revisa envíos.",
            "en": "Your role does not review submissions.",
        },
        "review.decision": {
            "es": "«{text}» no es una decisión; las hay: {decisions}.",
            "en": '"{text}" is not a decision; there are: {decisions}.',
        },
        "review.needs_reason": {
            "es": "Escriba el motivo: la persona que envió lo lee y sabe qué hacer.",
            "en": "Write the reason: the person who sent it reads it, and knows what to do.",
        },
        "review.replaced": {
            "es": "Llegó una edición de este envío. Revise la más reciente.",
            "en": "An edit of this submission has come. Review the latest one.",
        },
        "review.flag_needs_why": {
            "es": "Escriba por qué descarta la señal: quien la vea después debe entenderlo.",
            "en": "Write why you dismiss the flag: whoever sees it later must understand.",
        },
        "review.flag_dismissed": {
            "es": "Otra persona ya descartó esta señal. Vuelva a cargar la página.",
            "en": "Somebody has dismissed this flag already. Load the page again.",
        },
    }
)


@transaction.atomic
def review_add(*, submission: int, decision: str, reason: str, by: User, now: datetime) -> Review:
    """Decide of a submission. The last decision holds; all stay.

    Raises CeibaError (review.*): for one's own, without a reason where one is needed, of one that was replaced. The
    caller has checked the scope.
    """
    reason = reason.strip()[:REASON_MAX]
    tray = InTray.objects.select_for_update().get(pk=submission)
    _check(tray, decision, reason, by)
    review = Review.objects.create(submission_id=submission, decision=decision, reason=reason, by=by, at=now)
    tray.decision = decision
    tray.save(update_fields=["decision"])
    review_record_write(review=review, now=now)
    if decision == "second_visit":
        month = Month.of(tray.month or tray.received_at.date())
        second_visit_ask(submission=submission, month=month, by=by)
    event_record(
        actor=by,
        action=f"review.{decision}",
        subject=f"submission {submission}",
        detail={"review": review.pk, "flags": tray.flags},
    )
    return review


def flag_dismiss(*, flag: Flag, why: str, by: User, now: datetime) -> None:
    """Say that a flag does not hold, and why. The flag stays, dismissed.

    Raises CeibaError (review.*). The caller has checked the scope.
    """
    why = why.strip()[:REASON_MAX]
    if not why:
        raise CeibaError(Problem("review.flag_needs_why"))
    _check_reviewer(InTray.objects.get(pk=flag.submission_id), by)
    with transaction.atomic():
        held = Flag.objects.filter(pk=flag.pk, dismissed_at__isnull=True)
        if not held.update(dismissed_at=now, dismissed_by=by, dismissed_why=why):
            raise CeibaError(Problem("review.flag_dismissed"))
        with tray_batch([flag.submission_id]):
            tray_flags_refresh()
        flag_records_write(flags=[flag.pk], now=now)
        event_record(
            actor=by,
            action="review.flag_dismissed",
            subject=f"submission {flag.submission_id}",
            detail={"flag": flag.flag},
        )


def _check(tray: InTray, decision: str, reason: str, by: User) -> None:
    _check_reviewer(tray, by)
    if decision not in DECISIONS:
        raise CeibaError(
            Problem("review.decision", values={"text": decision, "decisions": ", ".join(DECISIONS)})
        )
    if decision != "approved" and not reason:
        raise CeibaError(Problem("review.needs_reason"))
    if tray.is_replaced:
        raise CeibaError(Problem("review.replaced"))


def _check_reviewer(tray: InTray, by: User) -> None:
    """Whoever sent it does not judge it, and neither does another account of the same technician."""
    if not may(by, Action.REVIEW_SUBMISSIONS):
        raise CeibaError(Problem("review.not_allowed"))
    if tray.user_id == by.pk or (by.code and tray.technician == by.code):
        raise CeibaError(Problem("review.own"))
