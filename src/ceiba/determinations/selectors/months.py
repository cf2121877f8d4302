"""The months of a person, and the last outcome of many."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import OUTCOMES
from ceiba.determinations.models import Determination, Seal
from ceiba.registry.selectors import PAGE_ROWS, participants_in


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """A month of a person in a programme, as its latest revision says."""

    programme: str
    month: date
    revision: int
    outcome: str
    amount_minor: int


def person_months(participant_id: int, programme: str = "") -> list[PersonMonth]:
    """Every month decided for a person, by programme and month."""
    rows = Determination.objects.filter(participant_id=participant_id)
    if programme:
        rows = rows.filter(programme=programme)
    latest = rows.order_by("programme_id", "month", "-revision").distinct("programme_id", "month")
    return [
        PersonMonth(*row)
        for row in latest.values_list("programme_id", "month", "revision", "outcome", "amount_minor")
    ]


def revisions_of(programme: str, month: date, participant_id: int) -> list[Determination]:
    """Everything that was decided of one person-month, first decision first."""
    rows = Determination.objects.filter(programme=programme, month=month, participant_id=participant_id)
    return list(rows.select_related("run__rulebook").order_by("revision"))


def decisions_of(programme: str, participant_id: int) -> list[Determination]:
    """Everything ever decided of a person in a programme, by month and revision, each with its run and its seal."""
    rows = Determination.objects.filter(programme=programme, participant_id=participant_id)
    return list(rows.select_related("run__rulebook", "run__seal").order_by("month", "revision"))


def last_decided(programme: str) -> date | None:
    """The last month of which anything has been decided in a programme."""
    months = (
        Determination.objects.filter(programme=programme).order_by("-month").values_list("month", flat=True)
    )
    return months.first()


def last_outcomes(months: Iterable[tuple[str, date]], participants: Iterable[int]) -> dict[int, str]:
    """The outcome of each person in the last month of a programme, given as (programme, month) pairs."""
    people = list(participants)
    outcomes: dict[int, str] = {}
    for programme, month in months:
        rows = Determination.objects.filter(programme=programme, month=month, participant_id__in=people)
        outcomes.update(rows.order_by("revision").values_list("participant_id", "outcome"))
    return outcomes


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """A page of people of a month, by number in the register, and the last of them when there are more."""

    rows: tuple[Determination, ...]
    next: int | None


def decided_people(
    programme: str,
    month: date,
    scope: Scope,
    *,
    outcome: str = "",
    reason: str = "",
    verdict: str = "",
    area: str = "",
    after: str = "",
) -> DecidedPage:
    """The people of a month decided so, within the scope; `after` is the participant number a page ended on."""
    rows = Determination.objects.filter(
        programme=programme,
        month=month,
        revision=0,
        area_code__startswith=area,
        participant_id__in=participants_in(scope).values("pk"),
    )
    if outcome in OUTCOMES:
        rows = rows.filter(outcome=outcome)
    if reason:
        rows = rows.filter(**{f"{'unknown' if verdict == 'unknown' else 'failed'}__contains": [reason]})
    if after.isdigit():
        rows = rows.filter(participant_id__gt=int(after))
    found = tuple(
        rows.select_related("participant__area", "participant__group").order_by("participant_id")[
            : PAGE_ROWS + 1
        ]
    )
    return DecidedPage(
        found[:PAGE_ROWS], found[PAGE_ROWS - 1].participant_id if len(found) > PAGE_ROWS else None
    )


def last_seal(programme: str, before: date) -> Seal | None:
    """The seal of the last month of a programme that is sealed, of those before the day `before`."""
    seals = Seal.objects.filter(run__programme=programme, run__month__lt=before)
    return seals.select_related("run").order_by("-run__month").first()


def sealed_months() -> list[tuple[str, date]]:
    """(programme, month) of every month that is sealed, the newest first: only those lists are paid."""
    seals = Seal.objects.order_by("-run__month", "run__programme_id")
    return list(seals.values_list("run__programme_id", "run__month"))
