"""Reads sources, and pasted statements by the core's rules: what of them is still to be looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.commitments.models import Answer, Delivery, Dismissal, Source, Terms
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.selectors.register import sees_unconfirmed
from ceiba.core.statements import Candidate, Passed, read_statement


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a candidate: the entry that was made of it, or that somebody dismissed it and why."""

    entry: int | None
    commitment: int | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate, its sentence, and what became of it."""

    candidate: Candidate
    sentence: str
    settled: Settled | None


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A statement as it is read now: its candidates, and sentences that look like promises and are none."""

    source: Source
    found: Sequence[Found]
    passed: Sequence[tuple[Passed, str]]

    @property
    def open(self) -> int:
        """How many candidates nobody has looked at."""
        return sum(each.settled is None for each in self.found)


def sources_in(scope: Scope) -> QuerySet[Source]:
    """The sources that somebody may see: insiders all of them; others meet them on the pages of commitments."""
    return Source.objects.all() if sees_unconfirmed(scope) else Source.objects.none()


def statement_read(source: Source) -> ReadStatement:
    """Read a source's text anew, with the parties as they are called now."""
    reading = read_statement(source.text, source.language, [party.names for party in parties().values()])
    settled = _settled(source)
    found = [Found(each, each.sentence.of(source.text), settled.get(each.at)) for each in reading.candidates]
    return ReadStatement(source, found, [(each, each.sentence.of(source.text)) for each in reading.passed])


def _settled(source: Source) -> Mapping[int, Settled]:
    """What became of the places of a source; what was refused afterwards may be looked at again."""
    settled = {
        dismissal.place: Settled(None, None, dismissal.why)
        for dismissal in Dismissal.objects.filter(source=source)
    }
    for model in (Terms, Delivery, Answer):
        rows = model.objects.filter(source=source, found_at__isnull=False).exclude(
            entry__decision__is_confirmed=False
        )
        for place, entry, commitment in rows.values_list("found_at", "entry_id", "entry__commitment_id"):
            settled[place or 0] = Settled(entry, commitment)
    return settled
