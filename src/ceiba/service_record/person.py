"""The service record of one person, put together for their page: from determinations alone, but for land, work and
seasons away.

Whatever is counted here is counted by `core.service_record` over the determinations of the person.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

import polars as pl

from ceiba.core.kernel.month import Month, month_range
from ceiba.core.rules.rulebook import EXCUSE, LEAVES_PAY, Rulebook, Text
from ceiba.core.service_record import DECIDED, breaks, record_of
from ceiba.determinations.models import Determination, Seal
from ceiba.determinations.selectors import Reason, decisions_of, reasons_of
from ceiba.evidence.selectors import Work, records_by_id, work_of
from ceiba.registry.models import Participant, Plot
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.selectors import Season, StageOfPerson, seasons_of_person, stages_of_person


@dataclass(frozen=True, slots=True)
class Change:
    """A month that was decided again: how it had ended, how it ends, in which month that was settled, and for what.

    `causes` are the kinds of the evidence that came late.
    """

    month: date
    was: str
    now: str
    settled_in: date
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month from the first to the last: as decided last, or None where the person was not active."""

    month: date
    decided: Determination | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def outcome(self) -> str:
        """pay, hold or refuse; none."""
        return self.decided.outcome if self.decided else "none"

    @property
    def excuses(self) -> tuple[Reason, ...]:
        """The coded causes that excuse the month, where it was not accepted."""
        return tuple(reason for reason in self.reasons if reason.otherwise == EXCUSE)

    @property
    def why(self) -> tuple[Reason, ...]:
        """What kept the month from being accepted."""
        return tuple(reason for reason in self.reasons if reason.otherwise not in LEAVES_PAY)

    @property
    def seal(self) -> Seal | None:
        """The seal of the run that decided it last, once that run is sealed."""
        return getattr(self.decided.run, "seal", None) if self.decided else None

    @property
    def digest(self) -> str:
        """The digest of the part of the seal that holds the decision."""
        part = "late_result" if self.decided and self.decided.revision else "result"
        return str(self.seal.digests.get(part, "")) if self.seal else ""


@dataclass(frozen=True, slots=True)
class Break:
    """Months without one accepted, between two that were: how many are excused, and how often for which cause."""

    first: date
    last: date
    months: int
    excused: int
    causes: tuple[tuple[Text, int], ...]

    @property
    def unexcused(self) -> int:
        """The months of it that count."""
        return self.months - self.excused


@dataclass(frozen=True, slots=True)
class Counts:
    """What `core.service_record` counts of the determinations; nothing is decided yet where all are 0."""

    months_decided: int = 0
    months_accepted: int = 0
    months_held: int = 0
    months_refused: int = 0
    months_excused: int = 0
    months_missed_running: int = 0
    break_months_longest: int = 0
    break_months_unexcused: int = 0
    months_accepted_in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Everything the page of a record shows."""

    programme: str
    book: Rulebook
    counts: Counts
    lines: tuple[MonthLine, ...]
    changes: tuple[Change, ...]
    stages: tuple[StageOfPerson, ...]
    seasons: tuple[Season, ...]
    plots: tuple[Plot, ...]
    work: tuple[Work, ...]

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Every break, the first first."""
        return tuple(_breaks(self.lines))

    @property
    def goal(self) -> int | None:
        """The months that the first stage with a number asks for."""
        return next((each.stage.months for each in self.stages if each.stage.months), None)

    @property
    def seals(self) -> tuple[tuple[Seal, Determination], ...]:
        """Each seal that holds a decision of this record, and one of its decisions, by month."""
        held = {line.seal.pk: (line.seal, line.decided) for line in self.lines if line.seal and line.decided}
        return tuple(sorted(held.values(), key=lambda pair: pair[1].run.month))

    @property
    def measured_m2(self) -> int | None:
        """What was measured of all plots; None when nothing was. Never added to what was stated."""
        measured = [plot.measured_m2 for plot in self.plots if plot.measured_m2 is not None]
        return sum(measured) if measured else None

    @property
    def nominal_m2(self) -> int:
        """What was stated of all plots."""
        return sum(plot.nominal_m2 for plot in self.plots)


def record_of_person(programme: str, person: Participant, *, details: bool) -> PersonRecord:
    """The record of a person in a programme; land only with `details`. Raises CeibaError (rulebook.none)."""
    decisions = decisions_of(programme, person.pk)
    book = rulebook_of(latest_version(programme))
    latest = [list(revisions)[-1] for _, revisions in groupby(decisions, key=lambda d: d.month)]
    return PersonRecord(
        programme=programme,
        book=book,
        counts=counts_of(latest),
        lines=_lines(latest),
        changes=tuple(_changes(decisions)),
        stages=stages_of_person(book, person.pk),
        seasons=seasons_of_person(programme, person.pk),
        plots=tuple(person.plots.order_by("code")) if details else (),
        work=tuple(work_of(person.pk)),
    )


def counts_of(latest: Sequence[Determination]) -> Counts:
    """What is counted of one person's months, each as decided last."""
    if not latest:
        return Counts()
    rows = [(d.participant_id, d.month, d.outcome, _excused(d)) for d in latest]
    record = record_of(pl.DataFrame(rows, schema=dict(DECIDED.dtypes), orient="row"))
    row = record.join(breaks(record), on="participant_id").row(0, named=True)
    marks = row["marks"].upper()
    counted = {name: row[name] for name in Counts.__slots__ if name in row}
    return Counts(**counted, months_held=marks.count("H"), months_refused=marks.count("R"))


def _excused(decided: Determination) -> bool:
    return not rulebook_of(decided.run.rulebook).excuses.isdisjoint(decided.failed)


def _lines(latest: Sequence[Determination]) -> tuple[MonthLine, ...]:
    """A line for every month from the first decided to the last."""
    if not latest:
        return ()
    of = {decided.month: decided for decided in latest}
    months = (month.first_day for month in month_range(Month.of(latest[0].month), Month.of(latest[-1].month)))
    return tuple(
        MonthLine(day, of.get(day), reasons_of(of[day]) if day in of and of[day].outcome != "pay" else ())
        for day in months
    )


def _changes(decisions: Sequence[Determination]) -> Iterator[Change]:
    kinds = {pk: record.kind for pk, record in records_by_id(c for d in decisions for c in d.causes).items()}
    for _, revisions in groupby(decisions, key=lambda d: d.month):
        before, *later = revisions
        for decided in later:
            causes = tuple(dict.fromkeys(kinds[cause] for cause in decided.causes if cause in kinds))
            yield Change(decided.month, before.outcome, decided.outcome, decided.decided_in, causes)
            before = decided


def _breaks(lines: Sequence[MonthLine]) -> Iterator[Break]:
    accepted = [number for number, line in enumerate(lines) if line.outcome == "pay"]
    for before, after in pairwise(accepted):
        lost = lines[before + 1 : after]
        if lost:
            titles = {excuse.id: excuse.title for line in lost for excuse in line.excuses}
            times = Counter(excuse.id for line in lost for excuse in line.excuses)
            yield Break(
                first=lost[0].month,
                last=lost[-1].month,
                months=len(lost),
                excused=sum(bool(line.excuses) for line in lost),
                causes=tuple((titles[cause], number) for cause, number in times.most_common()),
            )
