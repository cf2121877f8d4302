"""Reads evidence: records as frames to make facts of, and what a file is compared with before it is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, LiteralString

import polars as pl
from django.db import transaction

from ceiba.core.evidence import KINDS, EvidenceKind
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.intake import KNOWN
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Evidence
from ceiba.frames.postgres import copy_frame, create_temp, execute, read_frame

_SQL: Final = Path(__file__).parent / "sql"
_KNOWN_SQL: Final = (_SQL / "known.sql").read_text()
_PEOPLE_SQL: Final = (_SQL / "people.sql").read_text()
_AREAS_SQL: Final = (_SQL / "areas.sql").read_text()
_TYPES: Final[Mapping[Dtype, str]] = {
    pl.Int32: "integer",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.String: "text",
}
_CUTOFF: Final = Column(
    "cutoff", pl.Datetime("us", "UTC"), True, "the last one that a month was decided with"
)
_PEOPLE: Final = FrameSchema(
    "people named", (Column("participant", pl.String), Column("participant_id", pl.Int64), _CUTOFF)
)
_AREAS: Final = FrameSchema("areas named", (Column("area", pl.String), _CUTOFF))
_INCOMING: Final = FrameSchema(
    "evidence_incoming",
    tuple(Column(name, pl.String, True) for name in ("key", "corrects", "participant", "area")),
)
_WHO: Final = FrameSchema("evidence_who", (Column("id", pl.Int64),))


@dataclass(frozen=True, slots=True)
class Compared:
    """What is there of what a file names: people and areas, each with its last cutoff, and records (`KNOWN`)."""

    people: pl.DataFrame
    areas: pl.DataFrame
    known: pl.DataFrame


def evidence_frames(
    people: pl.Series, kinds: Iterable[str], month: Month, cutoff: datetime
) -> dict[str, pl.DataFrame]:
    """The records that can bear on the facts of `month`: kind -> `KINDS[kind].records`, in no order.

    `people` are ids of participants (Int64): records of other people are left out; those of areas all come. Of a
    kind that counts in its own month only, the records of that month come, and those that are tied to another by
    a correction, whatever their month. Only what was received by `cutoff` is read.
    """
    with transaction.atomic():
        _temp("evidence_who", _WHO, people.alias("id").to_frame())
        return {kind: _records(KINDS[kind], month, cutoff) for kind in kinds}


def compared(kind: EvidenceKind, rows: pl.DataFrame) -> Compared:
    """What `rows` (key, corrects, participant, area) name, as far as it is there."""
    with transaction.atomic():
        _temp("evidence_incoming", _INCOMING, rows.select(_INCOMING.names))
        return Compared(
            people=read_frame(_PEOPLE_SQL, {}, _PEOPLE),
            areas=read_frame(_AREAS_SQL, {}, _AREAS),
            known=read_frame(_KNOWN_SQL, {"kind": kind.code}, KNOWN),
        )


def records_by_id(ids: Iterable[int]) -> dict[int, Evidence]:
    """Records by their number, each with the file it came in."""
    return Evidence.objects.select_related("drop").in_bulk(list(ids))


def _records(kind: EvidenceKind, month: Month, cutoff: datetime) -> pl.DataFrame:
    """The records of a kind of the people in evidence_who, or of all areas."""
    who, source = "e.area_code AS area", "evidence_evidence e"
    if kind.of_person:
        who, source = "e.participant_id", f"{source} JOIN evidence_who ON evidence_who.id = e.participant_id"
    body = "".join(f", (e.body ->> '{c.name}')::{_TYPES[c.dtype]} AS {c.name}" for c in kind.body)
    select = (  # every part is of the declaration of the kind
        f"SELECT {who}, e.key, e.month, e.observed_at, e.received_at, nullif(e.corrects, '') AS corrects{body}"  # noqa: S608
        f" FROM {source} WHERE e.kind = %(kind)s AND e.received_at <= %(cutoff)s"
    )
    if not COMBINATIONS[kind.code].onward:
        select = (
            f"{select} AND e.month = %(month)s"
            f" UNION ALL {select} AND e.month <> %(month)s AND e.id IN ({_TIED})"
        )
    params: dict[str, Any] = {"kind": kind.code, "month": month.first_day, "cutoff": cutoff}
    return read_frame(select, params, kind.records)


_TIED: Final = (
    "SELECT id FROM evidence_evidence WHERE kind = %(kind)s AND corrects <> ''"
    " UNION SELECT t.id FROM evidence_evidence c JOIN evidence_evidence t ON t.kind = c.kind AND t.key = c.corrects"
    " WHERE c.kind = %(kind)s AND c.corrects <> ''"
)


def _temp(name: LiteralString, schema: FrameSchema, rows: pl.DataFrame) -> None:
    """A temporary table of `rows`, of which the planner knows the size."""
    create_temp(name, schema)
    copy_frame(rows, name)
    execute(f"ANALYZE {name}")
