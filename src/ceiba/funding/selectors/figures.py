"""What an agreement's transfers add up to: counted once, kept, and told while it is so.

Millions of transfers take longer to count than a page may. What was counted is kept under the stamp of the
agreement's fund (`sql/stamps.sql`), which nothing can be booked on, settled or ordered from without changing it.
Figures whose stamp is not the fund's any more are counted anew: at once where that is quick, and else by the worker,
every few minutes; until it has, the page says as of when they are.
"""

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.paid import MOVED, together
from ceiba.determinations.selectors import sealed_months
from ceiba.frames.postgres import Query, read_frame
from ceiba.funding.models import Agreement, Figures

QUICK_MS: Final = 500
"""What takes no longer is counted when it is asked for."""
_SQL: Final = Path(__file__).parents[1] / "sql"
_STAMPS: Final = FrameSchema("stamps", (Column("agreement", pl.String), Column("stamp", pl.String)))
_TRANSFERS: Final = FrameSchema("transfers", tuple(column for column in MOVED if column.name != "area"))
_AREAS: Final = FrameSchema("areas", (Column("participant_id", pl.Int64), Column("area", pl.String)))
_PART_ROWS: Final = 2_000_000
_NUMBER: Final = FrameSchema("a number", (Column("number", pl.Int64),))


def sql_text(name: str) -> Query:
    """A statement of this app."""
    return (_SQL / f"{name}.sql").read_text()


_MOVED_SQL: Final = sql_text("moved")
_STAMPS_SQL: Final = sql_text("stamps")
_AREAS_SQL: Final = "SELECT id AS participant_id, area_id AS area FROM registry_participant"
_PLACES_SQL: Final[Query] = (
    "SELECT coalesce(bit_xor(hashtextextended(area_id, id)), 0) AS number FROM registry_participant"
)


class Finish(Protocol):
    """What turns sums into figures: adds what follows from anything but transfers."""

    def __call__(self, sums: pl.DataFrame, agreement: Agreement, decided: date | None) -> pl.DataFrame:
        """The figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Figures of one kind: what they look like, and the sums of transfers (`core.paid`) that they are made of."""

    name: str
    sums: FrameSchema
    add_up: Callable[[pl.DataFrame], pl.DataFrame]
    more: tuple[Column, ...] = ()
    finish: Finish | None = None

    @property
    def schema(self) -> FrameSchema:
        """What they look like."""
        return self.sums.extended(self.name, self.more)


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of an agreement, and the last month that was decided when they were counted."""

    rows: pl.DataFrame
    decided: date | None

    def within(self, scope: Scope) -> pl.DataFrame:
        """The rows of the scope's areas."""
        return self.rows.filter(pl.col("area").str.contains(areas_pattern(scope)))


def areas_pattern(scope: Scope) -> str:
    """The scope's areas as a regular expression of codes; nothing matches that of no areas."""
    return "^(" + "|".join(scope.areas) + ")" if scope.areas else "^$"


def figures_of(agreement: Agreement, figure: Figure) -> Counted:
    """The figures as they are; or, where counting takes long, as they were counted last (`counted_at`)."""
    kept = Figures.objects.filter(subject=agreement.code, name=figure.name).first()
    if kept is not None and (kept.took_ms > QUICK_MS or kept.stamp == stamp_of(agreement)):
        return Counted(rows_of(kept, figure.schema), kept.decided)
    rows = figures_now(agreement, [figure])[figure.name]
    return Counted(rows, decided_last(agreement.programme_id))


def counted_at(agreements: Iterable[Agreement]) -> datetime | None:
    """When the oldest of the agreements' figures were counted that are not so any more; None: all are as they are."""
    by_code = {each.code: each for each in agreements}
    kept = Figures.objects.filter(subject__in=by_code, took_ms__gt=QUICK_MS).defer("rows")
    stamps = stamps_of(by_code.values()) if kept else {}
    return min((each.counted_at for each in kept if each.stamp != stamps.get(each.subject)), default=None)


def stamp_of(agreement: Agreement) -> str:
    """How the agreement's fund stands; "" when it has none."""
    return stamps_of([agreement]).get(agreement.code, "")


def stamps_of(agreements: Iterable[Agreement]) -> Mapping[str, str]:
    """How each agreement's fund stands, and up to which month its programme is decided."""
    programmes = {each.code: each.programme_id for each in agreements}
    rows = read_frame(_STAMPS_SQL, {"agreements": list(programmes)}, _STAMPS)
    decided = {programme: decided_last(programme) for programme in set(programmes.values())}
    return {code: f"{stamp} {decided[programmes[code]]}" for code, stamp in rows.iter_rows()}


def places_stamp() -> int:
    """A number that follows from where everybody of the register lives."""
    return int(read_frame(_PLACES_SQL, {}, _NUMBER).item())


def decided_last(programme: str) -> date | None:
    """The last month of a programme that was decided."""
    return next((month for code, month in sealed_months() if code == programme), None)


def figures_now(agreement: Agreement, figures: Iterable[Figure]) -> dict[str, pl.DataFrame]:
    """Several figures by name, counted from one reading of the transfers."""
    listed, decided = list(figures), decided_last(agreement.programme_id)
    params = {"programme": agreement.programme_id, "agreement": agreement.code}
    transfers = read_frame(_MOVED_SQL, params, _TRANSFERS)
    areas = read_frame(_AREAS_SQL, {}, _AREAS)
    sums: dict[str, list[pl.DataFrame]] = {each.name: [] for each in listed}
    part = pl.col("participant_id") % (1 + transfers.height // _PART_ROWS)
    for number in range(1 + transfers.height // _PART_ROWS):
        moved = transfers.filter(part == number).join(areas, on="participant_id").select(MOVED.names)
        for each in listed:
            sums[each.name].append(each.add_up(moved))
    return {each.name: _finished(each, sums[each.name], agreement, decided) for each in listed}


def strayed(agreement: Agreement, figures: Iterable[Figure]) -> list[str]:
    """Names of the kept figures that are current by their stamp and not what the transfers add up to: none, ever."""
    listed, stamp = list(figures), stamp_of(agreement)
    kept = {each.name: each for each in Figures.objects.filter(subject=agreement.code, stamp=stamp)}
    now = figures_now(agreement, listed) if kept else {}
    return [
        each.name
        for each in listed
        if each.name in kept and not _alike(pl.read_parquet(io.BytesIO(kept[each.name].rows)), now[each.name])
    ]


def rows_of(kept: Figures, schema: FrameSchema) -> pl.DataFrame:
    """What is kept, as a frame."""
    return schema.check(pl.read_parquet(io.BytesIO(kept.rows)))


def _alike(kept: pl.DataFrame, now: pl.DataFrame) -> bool:
    return kept.sort(kept.columns).equals(now.sort(now.columns))


def _finished(
    figure: Figure, sums: list[pl.DataFrame], agreement: Agreement, decided: date | None
) -> pl.DataFrame:
    # People are in one part each, and so are their rows.
    by_person = "participant_id" in figure.sums.names
    whole = pl.concat([figure.sums.empty(), *sums]) if by_person else together(sums, figure.sums)
    finished = figure.finish(whole, agreement, decided) if figure.finish else whole
    return figure.schema.check(finished)
