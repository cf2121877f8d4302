"""What the page of a programme's IATI files says: what would be published, and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import polars as pl

from ceiba.core.iati.elements import number_of
from ceiba.core.iati.frames import Publication
from ceiba.core.iati.known import Knowledge
from ceiba.core.iati.money import EXPENDITURE, INCOMING_COMMITMENT, INCOMING_FUNDS
from ceiba.core.iati.publication import publication_of, too_few
from ceiba.core.iati.publisher import Publisher
from ceiba.core.kernel.errors import LANGUAGES
from ceiba.core.rules.rulebook import ASSUMPTION, Text
from ceiba.reports.iati.files import IatiFile
from ceiba.reports.iati.standard import names
from ceiba.web.words import NOTHING

FINDINGS_SHOWN: Final = 50
_CODES: Final = (
    ("region", "Region"),
    ("scope", "ActivityScope"),
    ("collaboration_type", "CollaborationType"),
    ("flow_type", "FlowType"),
    ("finance_type", "FinanceType"),
    ("aid_type", "AidType"),
    ("tied_status", "TiedStatus"),
)


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file: what it is called, how many bytes it has, and the first that was found in it (how grave, its text)."""

    kind: str
    name: str
    size: int
    errors: int
    warnings: int
    more: int
    first: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class ActivityShown:
    """An activity of the file, and its money in minor units."""

    identifier: str
    title: Text
    start: date
    end: date | None
    committed_minor: int
    received_minor: int
    spent_minor: int
    transactions: int


@dataclass(frozen=True, slots=True)
class PeriodShown:
    """A year of an indicator."""

    title: Text
    year: str
    target: str
    actual: str
    comment: Text | None


@dataclass(frozen=True, slots=True)
class CodeShown:
    """A code of a codelist of the standard, with its share where it has one, and where the choice comes from."""

    codelist: str
    code: str
    name: str
    percent: int | None
    basis: str

    @property
    def assumed(self) -> bool:
        """Whether nobody has established it."""
        return self.basis.startswith(ASSUMPTION)


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page."""

    files: tuple[FileShown, ...]
    activities: tuple[ActivityShown, ...]
    periods: tuple[PeriodShown, ...]
    too_few: tuple[str, ...]


def shown_of(known: Knowledge, files: Sequence[IatiFile]) -> Shown:
    """The page of what is known, and of the files made of it."""
    publication = publication_of(known)
    return Shown(
        files=tuple(map(_file, files)),
        activities=_activities(publication),
        periods=_periods(publication),
        too_few=tuple(too_few(known)),
    )


def as_json(shown: Shown) -> dict[str, Any]:
    """What a page says, to be kept."""
    page: dict[str, Any] = json.loads(json.dumps(asdict(shown), default=date.isoformat))
    return page


def from_json(page: Mapping[str, Any]) -> Shown:
    """What `as_json` kept."""
    return Shown(
        files=tuple(FileShown(**each) for each in page["files"]),
        activities=tuple(ActivityShown(**each | _days(each)) for each in page["activities"]),
        periods=tuple(PeriodShown(**each) for each in page["periods"]),
        too_few=tuple(page["too_few"]),
    )


def codes_of(publisher: Publisher) -> tuple[CodeShown, ...]:
    """The codes under which a publisher publishes."""
    sectors = [
        CodeShown(
            "Sector", sector.code, names("Sector").get(sector.code, ""), sector.share // 100, sector.basis
        )
        for sector in publisher.sectors
    ]
    others = [
        CodeShown(codelist, code, names(codelist).get(code, ""), None, publisher.codes_basis)
        for codelist, code in ((codelist, getattr(publisher, field)) for field, codelist in _CODES)
    ]
    return (*sectors, *others)


def _file(file: IatiFile) -> FileShown:
    found, told = file.findings, file.findings[:FINDINGS_SHOWN]
    first = ((f.severity.value, {each: f.problem.text(each) for each in LANGUAGES}) for f in told)
    return FileShown(
        file.kind,
        file.name,
        len(file.data),
        file.errors,
        len(found) - file.errors,
        len(found) - len(told),
        tuple(first),
    )


def _activities(publication: Publication) -> tuple[ActivityShown, ...]:
    kinds = {"committed": INCOMING_COMMITMENT, "received": INCOMING_FUNDS, "spent": EXPENDITURE}
    value = pl.col("value_minor")
    sums = publication.transactions.group_by("activity").agg(
        pl.len().alias("transactions"),
        *(value.filter(pl.col("type") == code).sum().alias(f"{name}_minor") for name, code in kinds.items()),
    )
    rows = publication.activities.filter(pl.col("parent").is_not_null()).join(sums, on="activity", how="left")
    counts = ("transactions", *(f"{name}_minor" for name in kinds))
    return tuple(
        ActivityShown(
            identifier=row["activity"],
            title=_text(row, "title"),
            start=row["planned_start"],
            end=row["planned_end"],
            **{name: row[name] or 0 for name in counts},
        )
        for row in rows.rows(named=True)
    )


def _periods(publication: Publication) -> tuple[PeriodShown, ...]:
    rows = publication.periods.join(
        publication.indicators.select("activity", "indicator", "title_es", "title_en"),
        on=["activity", "indicator"],
        maintain_order="left",
    )
    return tuple(
        PeriodShown(
            _text(row, "title"),
            str(row["start"].year),
            _number(row["target"]),
            _number(row["actual"]),
            _text(row, "actual_comment") if row["actual_comment_es"] else None,
        )
        for row in rows.rows(named=True)
    )


def _days(activity: Mapping[str, Any]) -> dict[str, date | None]:
    return {name: activity[name] and date.fromisoformat(activity[name]) for name in ("start", "end")}


def _number(number: Decimal | None) -> str:
    """`1,234.5`, or a dash."""
    if number is None:
        return NOTHING
    whole, _, rest = (number_of(number) or "").partition(".")
    return f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"


def _text(row: Mapping[str, Any], name: str) -> Text:
    return {"es": row[f"{name}_es"], "en": row[f"{name}_en"]}
