"""Reads what is due of batches, and what comes next of one: when, and whether by itself or by an office."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, Min, OuterRef, QuerySet

from ceiba.pathway.models import Answer, Batch, OutsideNumber, Referral
from ceiba.pathway.selectors.batches import Progress, number_of

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Next:
    """A step that comes next: what (`NEXT`), on or since which day, and whether it comes by itself.

    Without a day it waits for somebody: for the office, or the world outside.
    """

    what: str
    on: date | None
    by_itself: bool


def lists_to_close(now: datetime) -> QuerySet[Batch]:
    """The batches whose closing day is past and whose list is open."""
    return Batch.objects.filter(closing=None, closes_on__lt=_day(now)).order_by("pk")


def lists_to_draw(now: datetime) -> QuerySet[Batch]:
    """The closed batches whose outside number has been published since a day before."""
    start = datetime.combine(_day(now), datetime.min.time(), UTC)
    known = OutsideNumber.objects.filter(batch=OuterRef("pk"), replaced_by=None, at__lt=start)
    return Batch.objects.filter(Exists(known), drawing=None).order_by("pk")


def with_unanswered(now: datetime) -> QuerySet[Batch]:
    """The batches with an offer whose day has passed and that nobody has answered."""
    silent = _unanswered().filter(batch=OuterRef("pk"), answer_by__lt=_day(now))
    return Batch.objects.filter(Exists(silent)).order_by("pk")


def referrals_unanswered(batch: Batch, now: datetime) -> QuerySet[Referral]:
    """The offers of a batch whose day has passed without an answer."""
    return _unanswered().filter(batch=batch, answer_by__lt=_day(now)).order_by("pk")


def next_of(progress: Progress) -> tuple[Next, ...]:
    """What comes next of a batch; nothing when every place is taken, or nobody waits."""
    batch, state = progress.batch, progress.state
    if state in ("open", "due"):
        return (Next("close", batch.closes_on + ONE_DAY, by_itself=True),)
    if state == "closed":
        return (Next("number", batch.closing.at.astimezone(UTC).date() + ONE_DAY, by_itself=False),)
    if state == "numbered":
        outside = number_of(batch)
        return (Next("draw", outside.drawn_on if outside else None, by_itself=True),)
    offer = (Next("offer", None, by_itself=False),) if progress.free and progress.waiting != 0 else ()
    answers = _unanswered().filter(batch=batch).aggregate(first=Min("answer_by"))["first"]
    lapse = (Next("lapse", answers + ONE_DAY, by_itself=True),) if answers else ()
    return (*offer, *lapse)


def _unanswered() -> QuerySet[Referral]:
    return Referral.objects.exclude(Exists(Answer.objects.filter(referral=OuterRef("pk"))))


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()
