"""Writes down the outside number of a closed list, and draws the order on a later day, when all could see it."""

import re
from datetime import UTC, date, datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.referrals import OUTSIDE_NUMBER, lot_of, ordered, outside_spelled
from ceiba.pathway.models import NOTE_MAX, Batch, Drawing, OutsideNumber, Place
from ceiba.pathway.selectors.batches import entrants_of, number_of
from ceiba.pathway.services.batches import batch_locked, batch_told

register_messages(
    {
        "batch.not_closed": {
            "es": "la lista no se ha cerrado: se cierra sola al terminar el {day}; después viene el número externo.",
            "en": "the list is not closed: it closes by itself when {day} has ended; then the outside number is "
            "waited for.",
        },
        "batch.drawn": {
            "es": "la lista ya se sorteó; se sortea una vez.",
            "en": "the list has been drawn; it is drawn once.",
        },
        "batch.outside_on": {
            "es": "el número externo debe ser de un día posterior al {day} (cierre de la lista) y estar publicado.",
            "en": "the outside number must be of a day after {day}, when the list was closed, and published already.",
        },
        "batch.outside_number": {
            "es": "escriba el número externo, solo cifras y letras de la a a la z, y dónde se puede leer.",
            "en": "write the outside number, digits and letters from a to z alone, and where it can be read.",
        },
        "batch.outside_why": {
            "es": "ya hay un número externo; para corregirlo, diga qué estaba mal.",
            "en": "there is an outside number already; to correct it, say what was wrong with it.",
        },
    }
)


@transaction.atomic
def outside_number_record(
    *, batch: Batch, number: str, on: date, source: str, by: User, now: datetime, why: str = ""
) -> OutsideNumber:
    """Write down the outside number of a closed list: published at once, and drawn with from the next day (UTC) on.

    Where there is one already, `why` says what was wrong with it. Raises CeibaError (batch.*).
    """
    batch, state = batch_locked(batch, now)
    if state in ("open", "due"):
        raise CeibaError(Problem("batch.not_closed", values={"day": batch.closes_on.isoformat()}))
    if state == "drawn":
        raise CeibaError(Problem("batch.drawn"))
    closed_on = batch.closing.at.astimezone(UTC).date()
    if not closed_on < on <= now.astimezone(UTC).date():
        raise CeibaError(Problem("batch.outside_on", values={"day": closed_on.isoformat()}))
    number, told, why = outside_spelled(number), source.strip(), why.strip()
    if not re.fullmatch(OUTSIDE_NUMBER, number) or not told:
        raise CeibaError(Problem("batch.outside_number"))
    before = number_of(batch)
    if before is not None and not why:
        raise CeibaError(Problem("batch.outside_why"))
    made = OutsideNumber.objects.create(
        batch=batch, number=number, on=on, source=told[:300], replaces=before, why=why[:NOTE_MAX] if before else "",
        by=by, at=now,
    )  # fmt: skip
    batch_told(by, "batch.numbered", batch, {"outside_number": number, "corrected": before is not None})
    return made


@transaction.atomic
def batch_draw(*, batch: Batch, now: datetime) -> Drawing | None:
    """Draw the order with the seed that was promised and the outside number, published since a day before; once.

    By itself (`due`); None when it is not due, or somebody else was faster.
    """
    batch, state = batch_locked(batch, now)
    outside = number_of(batch) if state == "numbered" else None
    if outside is None or now.astimezone(UTC).date() < outside.drawn_on:
        return None
    seed = batch.secret.seed
    drawn = Drawing.objects.create(
        batch=batch,
        seed=seed,
        outside_number=outside.number,
        outside_on=outside.on,
        source=outside.source,
        at=now,
    )
    order = ordered(entrants_of(batch), lot_of(seed, outside.number))
    keys = dict(batch.entries.values_list("number", "pk"))
    Place.objects.bulk_create(
        Place(entry_id=keys[number], batch=batch, place=place)
        for place, number in order.select("place", "number").rows()
    )
    batch_told(None, "batch.drawn", batch, {"outside_number": outside.number, "seed": seed})
    return drawn
