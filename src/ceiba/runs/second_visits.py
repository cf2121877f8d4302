"""Second visits as months go by: the next month's seed is published, and months whose evidence is in are drawn."""

from datetime import datetime

from ceiba.accounts.models import User
from ceiba.core.kernel.month import Month
from ceiba.core.second_visits import PERCENT_DEFAULT
from ceiba.determinations.selectors import last_seal
from ceiba.review.models import Draw, Drawing
from ceiba.review.selectors.second_visits import draws_open
from ceiba.review.services.second_visits import second_visits_draw, seed_publish
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of, versions_of
from ceiba.runs.selectors import cutoff_of


def second_visits_keep(*, now: datetime) -> None:
    """Publish the seeds of the month that comes, and draw the months of which no more evidence is received.

    Of every programme with a published rulebook. What is done already stays as it is.
    """
    coming = Month.of(now.date()) + 1
    for each in programmes():
        if versions_of(each.code):
            month_seed_publish(programme=each.code, month=coming, by=None, now=now)
    for draw in draws_open():
        month = Month.of(draw.month)
        if now >= cutoff_of(month, rulebook_of(latest_version(draw.programme_id))):
            month_second_visits_draw(programme=draw.programme_id, month=month, by=None, now=now)


def month_seed_publish(
    *, programme: str, month: Month, by: User | None, now: datetime, late: bool = False
) -> Draw:
    """Publish a month's seed: of the seal of the last sealed month before it, else of the rulebook.

    Raises CeibaError (second_visits.too_late, rulebook.none).
    """
    seal = last_seal(programme, month.first_day)
    digest = str(seal.digests["result"]) if seal else latest_version(programme).digest
    return seed_publish(programme=programme, month=month, digest=digest, by=by, now=now, late=late)


def month_second_visits_draw(*, programme: str, month: Month, by: User | None, now: datetime) -> Drawing:
    """Draw a month's second visits from what was received by its cut-off, the share that the rulebook says.

    Raises CeibaError (second_visits.*, rulebook.none).
    """
    rulebook = rulebook_of(latest_version(programme))
    return second_visits_draw(
        programme=programme,
        month=month,
        until=cutoff_of(month, rulebook),
        by=by,
        now=now,
        percent=rulebook.staffing.get("second_visit_percent", PERCENT_DEFAULT),
    )
