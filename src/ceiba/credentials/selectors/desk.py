"""The issuing desk: how the people of a scope stand to a constancia, each with the reasons in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.rules.rulebook import PathwayStage, Rulebook, Text
from ceiba.credentials.models import CredentialEvent
from ceiba.credentials.selectors.standing import Standing, standings
from ceiba.frames.postgres import read_queryset
from ceiba.registry.models import Participant
from ceiba.registry.selectors import PAGE_ROWS, participant_search, participants_in
from ceiba.service_record.selectors import records_of
from ceiba.service_record.selectors.stages import month_of_record
from ceiba.web.kept import kept

KEPT_SECONDS: Final = 300
HITS: Final = 200
_PEOPLE: Final = FrameSchema("people", (Column("participant_id", pl.Int64),), ("participant_id",))
_MONTHS: Final = FrameSchema(
    "months accepted",
    (Column("participant_id", pl.Int64), Column("months_accepted", pl.Int32)),
    ("participant_id",),
)


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A person, the months accepted, and why there is no constancia for them (language -> text)."""

    person: Participant
    standing: str
    months: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of people of one standing; how many there are of each; the offset of the next page."""

    rows: tuple[DeskRow, ...]
    counts: Mapping[str, int]
    next: int | None


def desk_page(
    book: Rulebook,
    stage: PathwayStage,
    scope: Scope,
    at: datetime,
    *,
    standing: str,
    area: str = "",
    text: str = "",
    offset: int = 0,
) -> DeskPage:
    """People of a standing in an area of the scope, who have most months first; with `text`, those found by it.

    What was reckoned of everybody is kept for some minutes, unless somebody is issued one or a month is decided.
    """
    if text:
        found = _standings(
            book.code, stage.id, at, [p.pk for p in participant_search(scope, text, HITS).people]
        )
    else:
        last = CredentialEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
        key = ("desk", book.code, book.digest, scope, area, last, month_of_record(book.code))
        found = kept(lambda: _standings(book.code, stage.id, at, _people(scope, area)), KEPT_SECONDS, *key)
    counts = dict(found.group_by("standing").len().iter_rows())
    chosen = found.filter(pl.col("standing") == standing).sort(
        "months_accepted", "participant_id", descending=[True, False]
    )
    page = chosen.slice(offset, PAGE_ROWS)
    more = offset + PAGE_ROWS if chosen.height > offset + PAGE_ROWS else None
    return DeskPage(_rows(page, book, stage), counts, more)


def people_ready(programme: str, stage: str, scope: Scope, area: str, at: datetime) -> list[int]:
    """Who in an area of the scope is to be issued one and has none that holds."""
    found = standings(programme, stage, at, _people(scope, area))
    return found.filter(pl.col("standing") == Standing.READY)["participant_id"].to_list()


def reasons_of(
    failed: Sequence[str], unknown: Sequence[str], book: Rulebook, stage: PathwayStage
) -> tuple[Text, ...]:
    """Why rules are not met, in words; of a stage of which no rule holds, that."""
    newest = {rule.id: rule for rule in book.rules}
    told = [newest[each].message for each in failed if each in newest]
    told += [newest[each].unknown for each in unknown if each in newest]
    return (*told, *(NO_RULE for each in unknown if each == stage.reason))


NO_RULE: Final[Text] = {
    "es": "El reglamento no dice qué se pide para la constancia.",
    "en": "The rulebook does not say what the certificate asks for.",
}


def _people(scope: Scope, area: str) -> list[int]:
    rows = participants_in(scope)
    if area:
        rows = rows.filter(area__code__startswith=area)
    return read_queryset(rows.values_list("pk"), _PEOPLE)["participant_id"].to_list()


def _standings(programme: str, stage: str, at: datetime, people: Sequence[int]) -> pl.DataFrame:
    found = standings(programme, stage, at, people)
    months = records_of(programme, _MONTHS, people)
    return found.join(months, on="participant_id", how="left").with_columns(
        pl.col("months_accepted").fill_null(0)
    )


def _rows(page: pl.DataFrame, book: Rulebook, stage: PathwayStage) -> tuple[DeskRow, ...]:
    people = Participant.objects.select_related("area", "group").in_bulk(page["participant_id"].to_list())
    return tuple(
        DeskRow(
            people[row["participant_id"]], row["standing"], row["months_accepted"],
            reasons_of(row["failed"], row["unknown"], book, stage),
        )
        for row in page.iter_rows(named=True)
    )  # fmt: skip
