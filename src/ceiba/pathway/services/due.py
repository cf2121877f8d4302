"""What comes of batches by itself on its day: lists are closed, orders drawn, and offers that nobody answered end.

Each step is one transaction under the batch's lock, and is done once, however many ask for it at once; one that was
broken off was not done, and is due still.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

from django.db import transaction

from ceiba.audit.services import event_record
from ceiba.core.referrals import Said
from ceiba.pathway.models import Answer, Batch
from ceiba.pathway.selectors.due import lists_to_close, lists_to_draw, referrals_unanswered, with_unanswered
from ceiba.pathway.services.batches import batch_close, batch_locked
from ceiba.pathway.services.drawing import batch_draw


def batches_keep(*, now: datetime) -> int:
    """Do everything that is due, of each batch by itself; returns how many steps were taken.

    Raises ExceptionGroup at the end with what broke off: one batch keeps no other waiting.
    """
    broken: list[Exception] = []
    done = 0
    for step in _steps(now):
        try:
            done += bool(step())
        except Exception as error:  # noqa: BLE001 - told below, with all of them
            broken.append(error)
    if broken:
        raise ExceptionGroup("referral batches", broken)
    return done


@transaction.atomic
def answers_lapse(*, batch: Batch, now: datetime) -> list[Answer]:
    """Record "no answer" of every offer of a batch whose day has passed without one; their places become free."""
    batch_locked(batch, now)
    silent = referrals_unanswered(batch, now)
    made = Answer.objects.bulk_create(
        Answer(referral=referral, said=Said.NO_ANSWER, on=now.astimezone(UTC).date(), at=now)
        for referral in silent
    )
    for each in made:
        event_record(
            actor=None,
            action="answer.recorded",
            subject=f"referral:{each.referral_id}",
            detail={"said": Said.NO_ANSWER.value},
        )
    return made


def _steps(now: datetime) -> Iterator[Callable[[], object]]:
    """What is due, asked anew for each kind of step: a list that is closed may be drawn another day."""
    for find, do in (
        (lists_to_close, batch_close),
        (lists_to_draw, batch_draw),
        (with_unanswered, answers_lapse),
    ):
        for batch in find(now):
            yield partial(do, batch=batch, now=now)
