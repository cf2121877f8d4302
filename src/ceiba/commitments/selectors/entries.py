"""Reads entries: the history of a commitment, and what waits for a second person."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.commitments.models import Answer, Delivery, Entry, EntryKind, Terms
from ceiba.commitments.selectors.register import sees_unconfirmed
from ceiba.commitments.selectors.standing import Standing, holding, standing

RELATED = (
    "by", "decision__by", "terms__source", "delivery__source", "answer__source", "replaces__terms",
    "replaces__delivery",
    "replaces__answer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a history: what it says, and how it stands (`waiting`, `holds`, `replaced`, `refused`)."""

    entry: Entry
    stands: str
    body: Terms | Delivery | Answer | None


def entries_in(scope: Scope) -> QuerySet[Entry]:
    """The entries that somebody may see: insiders all, others those that another person confirmed."""
    found = Entry.objects.select_related(*RELATED)
    return found if sees_unconfirmed(scope) else found.filter(decision__is_confirmed=True)


def waiting(scope: Scope) -> list[Entry]:
    """What waits for a second person, the longest first; nothing for those who do not see it."""
    return list(entries_in(scope).filter(decision__isnull=True).order_by("pk"))


def commitment_standing(scope: Scope, number: int, on: date) -> Standing | None:
    """How one commitment stands; None where there is none that this person may see."""
    entries = entries_in(scope).filter(commitment=number)
    held = list(entries.filter(pk__in=holding()).order_by("pk"))
    terms = next((entry.terms for entry in held if entry.kind == EntryKind.TERMS), None)
    if terms is None:
        first = entries.filter(kind=EntryKind.TERMS, replaces=None).first()
        return (
            None
            if first is None
            else standing(first.terms, is_confirmed=False, deliveries=(), answers=(), on=on)
        )
    deliveries = [entry.delivery for entry in held if entry.kind == EntryKind.DELIVERY]
    answers = [entry.answer for entry in held if entry.kind == EntryKind.ANSWER]
    return standing(terms, is_confirmed=True, deliveries=deliveries, answers=answers, on=on)


def history(scope: Scope, number: int) -> list[Line]:
    """Everything entered about a commitment, the last first."""
    entries = list(entries_in(scope).filter(commitment=number).order_by("-pk"))
    held = set(holding().filter(commitment=number).values_list("pk", flat=True))
    return [Line(entry, _stands(entry, held), body_of(entry)) for entry in entries]


def body_of(entry: Entry) -> Terms | Delivery | Answer | None:
    """What an entry says; None of a retraction, which says that what it replaces does not hold."""
    return None if entry.kind == EntryKind.RETRACTION else getattr(entry, entry.kind)


def _stands(entry: Entry, held: set[int]) -> str:
    decision = getattr(entry, "decision", None)
    if decision is None:
        return "waiting"
    if not decision.is_confirmed:
        return "refused"
    return "holds" if entry.pk in held or entry.kind == EntryKind.RETRACTION else "replaced"
