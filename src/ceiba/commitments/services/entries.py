"""Writes entries: what one person wants the register to say, until another person decides it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.commitments.checks import answer_check, delivery_check, terms_check
from ceiba.commitments.given import AnswerGiven, Citation, DeliveryGiven, TermsGiven
from ceiba.commitments.models import Answer, Commitment, Delivery, Entry, EntryKind, Source, Terms
from ceiba.commitments.selectors.standing import terms_of
from ceiba.core.commitments import Kind
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "commitments.nothing_holds": {
            "es": "Ese compromiso no está confirmado: primero lo confirma otra persona.",
            "en": "That commitment is not confirmed: somebody else confirms it first.",
        },
        "commitments.does_not_hold": {
            "es": "Ese renglón ya no vale: otro lo reemplazó o nadie lo confirmó. Vuelva a abrir la página.",
            "en": "That entry does not hold: another replaced it, or nobody confirmed it. Open the page again.",
        },
        "commitments.why": {
            "es": "Diga por qué: quien lo confirme y quien audite lo leerán.",
            "en": "Say why: whoever confirms it, and whoever audits, reads it.",
        },
    }
)


@transaction.atomic
def commitment_enter(*, given: TermsGiven, actor: User, today: date) -> Entry:
    """Enter a commitment. It is in the register when somebody else confirms it. Raises CeibaError (commitments.*)."""
    terms_check(given, today)
    entry = _entry(Commitment.objects.create(), EntryKind.TERMS, actor)
    _terms(entry, given)
    return entry


@transaction.atomic
def commitment_correct(*, commitment: int, given: TermsGiven, why: str, actor: User, today: date) -> Entry:
    """Enter other terms for a commitment that is confirmed, and why. Raises CeibaError (commitments.*)."""
    terms_check(given, today)
    holds = _holding(commitment)
    entry = _entry(holds.entry.commitment, EntryKind.TERMS, actor, holds.entry, why)
    _terms(entry, given)
    return entry


@transaction.atomic
def delivery_enter(*, commitment: int, given: DeliveryGiven, actor: User, today: date) -> Entry:
    """Enter evidence that something was delivered. Raises CeibaError (commitments.*)."""
    holds = _holding(commitment)
    delivery_check(given, holds.unit, Kind(holds.kind), today)
    entry = _entry(holds.entry.commitment, EntryKind.DELIVERY, actor)
    Delivery.objects.create(entry=entry, **_cited(given.cited), **_own(given))
    return entry


@transaction.atomic
def answer_enter(*, commitment: int, given: AnswerGiven, actor: User, today: date) -> Entry:
    """Enter what was said of a proposal, or that a promise was taken back. Raises CeibaError (commitments.*)."""
    holds = _holding(commitment)
    answer_check(given, Kind(holds.kind), today)
    entry = _entry(holds.entry.commitment, EntryKind.ANSWER, actor)
    Answer.objects.create(entry=entry, **_cited(given.cited), **_own(given))
    return entry


@transaction.atomic
def entry_retract(*, entry: int, why: str, actor: User) -> Entry:
    """Enter that a delivery or an answer does not hold, and why. Raises CeibaError (commitments.*)."""
    found = Entry.objects.filter(
        pk=entry, kind__in=(EntryKind.DELIVERY, EntryKind.ANSWER), decision__is_confirmed=True
    ).exclude(replaced_by__decision__is_confirmed=True)
    held = found.first()
    if held is None:
        raise CeibaError(Problem("commitments.does_not_hold"))
    return _entry(held.commitment, EntryKind.RETRACTION, actor, held, why)


def _entry(
    commitment: Commitment, kind: EntryKind, actor: User, replaces: Entry | None = None, why: str = ""
) -> Entry:
    why = why.strip()[:2_000]
    if replaces is not None and not why:
        raise CeibaError(Problem("commitments.why"))
    entry = Entry.objects.create(commitment=commitment, kind=kind, replaces=replaces, why=why, by=actor)
    event_record(
        actor=actor,
        action=f"commitments.{kind}_entered",
        subject=f"commitment:{commitment.pk}",
        detail={"entry": entry.pk},
    )
    return entry


def _holding(commitment: int) -> Terms:
    found = terms_of(commitment)
    if found is None:
        raise CeibaError(Problem("commitments.nothing_holds"))
    return found


def _terms(entry: Entry, given: TermsGiven) -> None:
    own = _own(given)
    own["promiser_id"], own["receiver_id"] = own.pop("promiser"), own.pop("receiver")
    Terms.objects.create(entry=entry, **_cited(given.cited), **own)


def _own(given: TermsGiven | DeliveryGiven | AnswerGiven) -> dict[str, Any]:
    return {name: value for name, value in asdict(given).items() if name != "cited"}


def _cited(cited: Citation) -> Mapping[str, Any]:
    """The citation with the sentence's place in the source's text. Raises CeibaError where it is not there."""
    source = Source.objects.filter(pk=cited.source).first()
    if source is None:
        raise CeibaError(Problem("commitments.no_source"))
    sentence = cited.sentence.strip()
    start = source.text.find(sentence, 0) if source.text and sentence else -1
    if source.text and sentence and start < 0:
        raise CeibaError(Problem("commitments.sentence"))
    near = (
        source.text.rfind(sentence, 0, cited.found_at + len(sentence))
        if start >= 0 and cited.found_at
        else start
    )
    start = near if near >= 0 else start
    return {
        "source": source,
        "sentence": sentence,
        "start": start if start >= 0 else None,
        "end": start + len(sentence) if start >= 0 else None,
        "place": cited.place,
        "found_at": cited.found_at,
    }
