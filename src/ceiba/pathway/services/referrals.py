"""Offers places to the next in the order, and records what came back: answers, departures, returns."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final

import polars as pl
from django.db import transaction
from django.db.utils import IntegrityError

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.referrals import Moved, Said, following
from ceiba.pathway.models import Answer, Batch, Leaving, Movement, Referral
from ceiba.pathway.selectors.batches import OnList, queue_of

RESTRICT_VIOLATION: Final = "23001"  # of PostgreSQL: a guard refused

register_messages(
    {
        "referral.answer_by": {
            "es": "elija hasta qué día se espera la respuesta: desde hoy.",
            "en": "choose the day by which an answer is to come: from today on.",
        },
        "referral.none": {
            "es": "no hay lugares libres, o nadie espera en la lista.",
            "en": "no place is free, or nobody waits on the list.",
        },
        "answer.source": {
            "es": "anote de dónde se sabe: oficio, correo, llamada, con su fecha.",
            "en": "say where it is known from: a letter, a message, a call, with its date.",
        },
        "answer.day": {
            "es": "la respuesta es de un día entre el {first} y hoy.",
            "en": "the answer is of a day between {first} and today.",
        },
        "answer.early": {
            "es": "se espera la respuesta hasta el {day}: «sin respuesta» se anota después.",
            "en": 'the answer is waited for until {day}: "no answer" is recorded after it.',
        },
        "answer.not_referred": {
            "es": "a esta persona no se le ha ofrecido un lugar.",
            "en": "no place has been offered to this person.",
        },
        "answer.why": {
            "es": "ya hay una respuesta; para corregirla, diga por qué.",
            "en": "there is an answer already; to correct it, say why.",
        },
        "answer.places": {
            "es": "el lugar ya pasó a quien seguía y no hay otro: pida otro al destinatario y abra un lote.",
            "en": "the place has gone to the next, and there is no other: ask the recipient for one more and open "
            "another batch.",
        },
        "answer.gone": {
            "es": "la persona ya salió: su respuesta no se corrige.",
            "en": "the person has departed already: their answer is not corrected.",
        },
        "movement.refused": {
            "es": "no puede anotarse: sale, o no se presenta, quien fue aceptado para una temporada, dentro de ella; "
            "regresa quien salió, y no antes.",
            "en": "this cannot be recorded: who was accepted for a season departs, or does not, within it; who "
            "departed returns, and not before.",
        },
        "movement.year": {
            "es": "con esta salida la persona pasaría de seis meses fuera en un año. Revise cuándo regresó antes.",
            "en": "with this departure the person would be away more than six months in a year. Check when they "
            "returned before.",
        },
    }
)


@transaction.atomic
def places_refer(*, batch: Batch, answer_by: date, by: User, now: datetime) -> list[Referral]:
    """Offer every free place to the next in the order; who consents no longer when it is their turn leaves the list.

    Raises CeibaError (referral.*) when there is nothing to offer. The database refuses any other order, and one place
    more than there are.
    """
    if answer_by < now.astimezone(UTC).date():
        raise CeibaError(Problem("referral.answer_by"))
    turns = following(queue_of(batch, now), batch.places)
    entries = dict(batch.entries.values_list("number", "pk"))
    leaves = [Leaving(entry_id=entries[number], by=by, at=now) for number in _numbers(turns, offered=False)]
    offered = [
        Referral(entry_id=entries[number], batch=batch, answer_by=answer_by, by=by, at=now)
        for number in _numbers(turns, offered=True)
    ]
    Leaving.objects.bulk_create(leaves)
    Referral.objects.bulk_create(offered)
    if turns.is_empty():
        raise CeibaError(Problem("referral.none"))
    event_record(
        actor=by, action="batch.referred", subject=f"batch:{batch.pk}", detail={"places": len(offered)}
    )
    return offered


def answer_record(
    *, who: OnList, said: Said, on: date, source: str, by: User, now: datetime, why: str = ""
) -> Answer:
    """Record what came back of a referral; where there is an answer already, `why` says what was wrong with it.

    Raises CeibaError (answer.*).
    """
    problems = list(_answer_problems(who, said, on, source, why, now.astimezone(UTC).date()))
    if problems or who.referral is None:
        raise CeibaError(problems or Problem("answer.not_referred"))
    try:
        with transaction.atomic():
            made = Answer.objects.create(
                referral=who.referral,
                said=said,
                on=on,
                source=source.strip()[:300],
                replaces=who.answer,
                why=why.strip()[:500] if who.answer else "",
                by=by,
                at=now,
            )
            event_record(
                actor=by,
                action="answer.recorded",
                subject=f"referral:{who.entry.pk}",
                detail={"said": str(said)},
            )
    except IntegrityError as error:
        raise _refused(error, "answer.places", "answer.why") from error
    return made


def movement_record(*, who: OnList, moved: Moved, on: date, source: str, by: User, now: datetime) -> Movement:
    """Record that somebody accepted for a season departed, returned home, or did not depart.

    Raises CeibaError (answer.source, movement.*).
    """
    if not source.strip():
        raise CeibaError(Problem("answer.source"))
    if not _may_move(who, moved, on, now.astimezone(UTC).date()) or who.referral is None:
        raise CeibaError(Problem("movement.refused"))
    try:
        with transaction.atomic():
            made = Movement.objects.create(
                referral=who.referral, moved=moved, on=on, source=source.strip()[:300], by=by, at=now
            )
            event_record(
                actor=by,
                action="movement.recorded",
                subject=f"referral:{who.entry.pk}",
                detail={"moved": str(moved)},
            )
    except IntegrityError as error:
        raise _refused(error, "movement.year", "movement.refused") from error
    return made


def _numbers(turns: pl.DataFrame, *, offered: bool) -> list[str]:
    return list(turns.filter(offered=offered)["number"])


def _refused(error: IntegrityError, by_guard: str, twice: str) -> CeibaError:
    """What a guard's refusal means; two at once meet a key instead."""
    state = getattr(error.__cause__, "sqlstate", "")
    return CeibaError(Problem(by_guard if state == RESTRICT_VIOLATION else twice))


def _answer_problems(
    who: OnList, said: Said, on: date, source: str, why: str, today: date
) -> Iterable[Problem]:
    if who.referral is None:
        yield Problem("answer.not_referred")
        return
    first = who.referral.at.astimezone(UTC).date()
    if not source.strip():
        yield Problem("answer.source")
    if not first <= on <= today:
        yield Problem("answer.day", values={"first": first.isoformat()})
    if said == Said.NO_ANSWER and today <= who.referral.answer_by:
        yield Problem("answer.early", values={"day": who.referral.answer_by.isoformat()})
    if who.movements:
        yield Problem("answer.gone")
    if who.answer is not None and not why.strip():
        yield Problem("answer.why")


def _may_move(who: OnList, moved: Moved, on: date, today: date) -> bool:
    """Whether it can be, but for how long somebody was away in a year, which the database counts."""
    season, answer = who.entry.batch, who.answer
    if season.season_from is None or season.season_until is None or on > today:
        return False
    if answer is None or answer.said != Said.ACCEPTED or moved in who.moved or Moved.NO_SHOW in who.moved:
        return False
    if moved == Moved.RETURNED:
        return any(each.moved == Moved.DEPARTED and each.on <= on for each in who.movements)
    within = season.season_from <= on <= season.season_until or moved == Moved.NO_SHOW
    return within and Moved.DEPARTED not in who.moved
