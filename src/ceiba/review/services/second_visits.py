"""Publishes the seed of a month's second visits, draws them, and sends for one that a reviewer wants."""

from datetime import datetime

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.second_visits import PERCENT_DEFAULT, draw, lot_of, seed_of
from ceiba.review.models import Draw, Drawing, SecondVisit
from ceiba.review.selectors.second_visits import assigned, visits_in, visits_of

register_messages(
    {
        "second_visits.too_late": {
            "es": "La semilla de {month} se publica antes de que empiece el mes: ya empezó.",
            "en": "The seed of {month} is published before the month begins: it has begun.",
        },
        "second_visits.no_seed": {
            "es": "No hay semilla publicada de {month}. Publíquela antes del mes: ceiba second-visits publish.",
            "en": "No seed of {month} is published. Publish it before the month: ceiba second-visits publish.",
        },
        "second_visits.drawn": {
            "es": "Las segundas visitas de {month} ya se sortearon; un mes se sortea una vez.",
            "en": "The second visits of {month} were drawn already; a month is drawn once.",
        },
        "second_visits.month_open": {
            "es": "De {month} se recibe todavía: se sortea entre lo recibido hasta {until}.",
            "en": "{month} is still being received: the draw is from what was received by {until}.",
        },
        "second_visits.nobody": {
            "es": "Este envío no es de una persona del padrón: nadie puede volver a visitarla.",
            "en": "This submission is of nobody in the register: nobody can be visited again.",
        },
    }
)


@transaction.atomic
def seed_publish(
    *, programme: str, month: Month, digest: str, by: User | None, now: datetime, late: bool = False
) -> Draw:
    """Publish the seed of a month's draw: `digest` is of the seal of the month before, else of the rulebook.

    Once: published again, it stays as it was. Raises CeibaError (second_visits.too_late) when the month has begun;
    `late` allows it, and the time of publication tells.
    """
    found = Draw.objects.filter(programme=programme, month=month.first_day).first()
    if found is not None:
        return found
    if now.date() >= month.first_day and not late:
        raise CeibaError(Problem("second_visits.too_late", values={"month": month}))
    made = Draw.objects.create(
        programme_id=programme,
        month=month.first_day,
        seed=seed_of(digest, programme, month),
        published_at=now,
    )
    event_record(
        actor=by, action="second_visits.published", subject=f"draw {made.pk}", detail={"seed": made.seed}
    )
    return made


@transaction.atomic
def second_visits_draw(
    *,
    programme: str,
    month: Month,
    until: datetime,
    by: User | None,
    now: datetime,
    percent: int = PERCENT_DEFAULT,
) -> Drawing:
    """Draw a month's second visits from what was received by `until`, its cut-off, and say who goes.

    Raises CeibaError (second_visits.*) without a seed, before the cut-off, and the second time.
    """
    made = Draw.objects.select_for_update().filter(programme=programme, month=month.first_day).first()
    if made is None:
        raise CeibaError(Problem("second_visits.no_seed", values={"month": month}))
    if Drawing.objects.filter(draw=made).exists():
        raise CeibaError(Problem("second_visits.drawn", values={"month": month}))
    if now < until or until.date() <= month.last_day:
        raise CeibaError(Problem("second_visits.month_open", values={"month": month, "until": until}))
    visits = visits_of(programme, month, until)
    lot = lot_of(made.seed, visits)
    chosen = draw(visits, percent, lot)
    drawing = Drawing.objects.create(
        draw=made, received_until=until, percent=percent, visits=visits.height, by=by, at=now
    )
    _write(chosen, lot, month, made)
    event_record(
        actor=by,
        action="second_visits.drawn",
        subject=f"draw {made.pk}",
        detail={"visits": visits.height, "drawn": chosen.height, "percent": percent},
    )
    return drawing


@transaction.atomic
def second_visit_ask(*, submission: int, month: Month, by: User) -> int:
    """Send somebody of another portfolio to see again what a submission says; how many visits were asked for.

    Raises CeibaError (second_visits.nobody). Asked again, it stays with whom it was given to.
    """
    chosen = visits_in(submission)
    if chosen.is_empty():
        raise CeibaError(Problem("second_visits.nobody"))
    return _write(chosen, f"asked:{by.pk}:", month, None)


def _write(chosen: pl.DataFrame, lot: str, month: Month, made: Draw | None) -> int:
    """The rows of `chosen` (`VISITS`) as second visits; those that there are already stay."""
    goes = assigned(chosen, lot).select("key", goes=pl.col("technician").fill_null(""))
    rows = chosen.join(goes, on="key", maintain_order="left").select(
        "submission_id", "key", "participant_id", "goes"
    )
    SecondVisit.objects.bulk_create(
        [
            SecondVisit(
                draw=made,
                submission_id=sent,
                key=key,
                participant_id=who,
                month=month.first_day,
                technician=code,
            )
            for sent, key, who, code in rows.rows()
        ],
        ignore_conflicts=True,
    )
    return rows.height
