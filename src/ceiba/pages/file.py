"""A person's page, put together: the file, and for each programme the months as a strip and the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from ceiba.core.evidence import KINDS
from ceiba.core.facts import EVIDENCE_FACTS, FACTS, Fact
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import RequiredDocument, Rulebook, Text
from ceiba.determinations.selectors import PersonMonth, person_months
from ceiba.facts.sofar import so_far_of
from ceiba.registry.models import Enrolment, EnrolmentSpan
from ceiba.registry.profiles import Profile
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.models import ServiceRecord
from ceiba.service_record.selectors import StageOfPerson, records_of_person, stages_of_person
from ceiba.web.words import month_letter


@dataclass(frozen=True, slots=True)
class Cell:
    """A month of the strip; `decided` is None where nothing was."""

    month: date
    letter: str
    decided: PersonMonth | None


@dataclass(frozen=True, slots=True)
class Year:
    """A row of the strip: twelve cells."""

    year: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class OpenMonth:
    """What the evidence of a month says that nothing is decided on yet: the facts that some has come of."""

    programme: str
    month: date
    updated_at: datetime
    facts: tuple[tuple[Fact, object], ...]


@dataclass(frozen=True, slots=True)
class Service:
    """What a person did in one programme."""

    programme: str
    currency: str
    book: Rulebook
    enrolment: Enrolment | None
    spans: tuple[EnrolmentSpan, ...]
    years: tuple[Year, ...]
    record: ServiceRecord | None
    stages: tuple[StageOfPerson, ...]

    @property
    def last(self) -> date | None:
        """The last month decided."""
        months = [cell.month for year in self.years for cell in year.cells if cell.decided]
        return months[-1] if months else None

    @property
    def goal(self) -> int | None:
        """The months that the first stage with a number asks for."""
        return next((s.stage.months for s in self.stages if s.stage.months), None)

    @property
    def accepted(self) -> int:
        """Months accepted."""
        return self.record.months_accepted if self.record else 0


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document of the file, or one that is required and not there."""

    name: Text
    held: bool
    required: bool
    expires_on: date | None
    seen_on: date | None


def services_of(profile: Profile) -> list[Service]:
    """Every programme the person is or was in, the latest enrolment first."""
    months = {
        programme: list(rows)
        for programme, rows in groupby(person_months(profile.person.pk), key=lambda month: month.programme)
    }
    records = records_of_person(profile.person.pk)
    return [
        _service(enrolment, months.get(enrolment.programme_id, []), records)
        for enrolment in profile.enrolments
    ]


def so_far(participant: int) -> list[OpenMonth]:
    """The open months of a person of which evidence has come, the latest first; only facts that forms may give."""
    given = [FACTS[name] for name in EVIDENCE_FACTS if KINDS[FACTS[name].source].by_form]
    months = (
        OpenMonth(
            row.programme_id,
            row.month,
            row.updated_at,
            tuple((fact, value) for fact in given if (value := getattr(row, fact.name)) is not None),
        )
        for row in so_far_of(participant)
    )
    return [month for month in months if month.facts]


def documents_of(profile: Profile, books: Sequence[Rulebook]) -> list[DocumentLine]:
    """The documents held, then those a rulebook requires of this person that are missing."""
    required = {d.id: d for book in books for d in book.documents if _asks(d, profile)}
    there = {document.document: document for document in profile.documents}
    lines = []
    for code in dict.fromkeys([*required, *there]):
        document = there.get(code)
        name = required[code].name if code in required else {"es": code, "en": code}
        lines.append(
            DocumentLine(
                name,
                held=document is not None and document.held,
                required=code in required,
                expires_on=document.expires_on if document else None,
                seen_on=document.seen_on if document else None,
            )
        )
    return sorted(lines, key=lambda line: line.held)


def strip(months: Sequence[PersonMonth]) -> tuple[Year, ...]:
    """Whole years from the first month to the last, the latest year first."""
    if not months:
        return ()
    decided = {month.month: month for month in months}
    first, last = min(decided).year, max(decided).year
    return tuple(
        Year(
            year,
            tuple(
                Cell(day, month_letter(number), decided.get(day))
                for number in range(1, 13)
                for day in (Month(year, number).first_day,)
            ),
        )
        for year in range(last, first - 1, -1)
    )


def neighbours(months: Sequence[PersonMonth], month: date) -> tuple[date | None, date | None]:
    """The decided months just before and after `month`."""
    days = [each.month for each in months]
    earlier, later = [day for day in days if day < month], [day for day in days if day > month]
    return (earlier[-1] if earlier else None, later[0] if later else None)


def _service(enrolment: Enrolment, months: list[PersonMonth], records: dict[str, ServiceRecord]) -> Service:
    book = rulebook_of(latest_version(enrolment.programme_id))
    record = records.get(enrolment.programme_id)
    return Service(
        programme=enrolment.programme_id,
        currency=enrolment.programme.currency,
        book=book,
        enrolment=enrolment,
        spans=tuple(sorted(enrolment.spans.all(), key=lambda span: span.since)),
        years=strip(months),
        record=record,
        stages=stages_of_person(book, enrolment.participant_id),
    )


def _asks(document: RequiredDocument, profile: Profile) -> bool:
    """Whether a document is required of this person: by country, and by the tenure of any plot."""
    country = profile.person.area_id[:2]
    tenures = {plot.tenure for plot in profile.plots}
    return (not document.countries or country in document.countries) and (
        not document.tenures or bool(tenures & set(document.tenures))
    )
