"""What holds of a commitment, and how it therefore stands on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from ceiba.commitments.models import Answer, Delivery, Entry, EntryKind, Terms
from ceiba.core.commitments import Answered, Delivered, Kind, Promise, Reply, State, delivered, state_of


@dataclass(frozen=True, slots=True)
class Standing:
    """A commitment on a day: its terms, what came of it, and what follows from that."""

    terms: Terms
    is_confirmed: bool
    deliveries: Sequence[Delivery]
    answers: Sequence[Answer]
    state: State
    delivered: Decimal

    @property
    def number(self) -> int:
        """The commitment's number."""
        return self.terms.entry.commitment_id

    @property
    def permille(self) -> int:
        """How much of what was promised has been delivered, in thousandths, rounded down: 999 is not all of it."""
        quantity = self.terms.quantity
        return int(self.delivered * 1_000 / quantity) if quantity else 0


def holding() -> QuerySet[Entry]:
    """The entries that hold: confirmed, and replaced by none that is."""
    replaced = Entry.objects.filter(replaces=OuterRef("pk"), decision__is_confirmed=True)
    return Entry.objects.filter(~Exists(replaced), decision__is_confirmed=True).exclude(
        kind=EntryKind.RETRACTION
    )


def terms_of(commitment: int) -> Terms | None:
    """The terms that hold of a commitment, if somebody confirmed any."""
    return (
        Terms.objects.filter(entry__commitment=commitment, entry__in=holding())
        .select_related("entry__commitment", "source")
        .first()
    )


def standing(
    terms: Terms, *, is_confirmed: bool, deliveries: Iterable[Delivery], answers: Iterable[Answer], on: date
) -> Standing:
    """How a commitment stands on a day; the state is the core's."""
    deliveries, answers = list(deliveries), list(answers)
    promise = Promise(Kind(terms.kind), terms.quantity, terms.unit, terms.due_on, is_confirmed)
    given = [Delivered(each.on, each.quantity, each.unit, each.completes) for each in deliveries]
    replies = [Reply(each.on, each.entry_id, Answered(each.said)) for each in answers]
    state = state_of(promise, given, replies, on)
    return Standing(terms, is_confirmed, deliveries, answers, state, delivered(promise, given, on))
