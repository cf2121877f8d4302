"""Reads evidence: records as frames to make facts of, and what a file is compared with before it is taken."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.core.evidence import KINDS, EvidenceKind
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.intake import KNOWN
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.frames.postgres import read_frame

_TIME: Final = pl.Datetime("us", "UTC")
_KNOWN_SQL: Final = (Path(__file__).parent / "sql" / "known.sql").read_text()
_PEOPLE_SQL: Final = (Path(__file__).parent / "sql" / "people.sql").read_text()
_AREAS_SQL: Final = (Path(__file__).parent / "sql" / "areas.sql").read_text()

PEOPLE: Final = FrameSchema(
    "people named",
    (
        Column("participant", pl.String),
        Column("participant_id", pl.Int64),
        Column("cutoff", _TIME, True, "the last cut-off that a month of theirs was decided with"),
    ),
    key=("participant",),
)
AREAS: Final = FrameSchema(
    "areas named",
    (Column("area", pl.String), Column("cutoff", _TIME, True, "the last cut-off of anybody in it")),
    key=("area",),
)

_SQL_TYPES: Final[Mapping[Dtype, str]] = {
    pl.Int32: "integer",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.String: "text",
}


def evidence_frames(
    people: pl.Series, kinds: Iterable[str], month: Month, cutoff: datetime
) -> dict[str, pl.DataFrame]:
    """The records that can bear on the facts of `month`: kind -> `KINDS[kind].records`, in no order.

    `people` are ids of participants (Int64): records of other people are left out; those of areas all come. Of a
    kind that counts in its own month only, the records of that month come, and those that are tied to another by
    a correction, whatever their month. Only what was received by `cutoff` is read.
    """
    return {kind: _records(KINDS[kind], people, month, cutoff) for kind in kinds}


def _records(kind: EvidenceKind, people: pl.Series, month: Month, cutoff: datetime) -> pl.DataFrame:
    params: dict[str, Any] = {"kind": kind.code, "month": month.first_day, "cutoff": cutoff}
    who = "e.area_code AS area"
    source = "evidence_evidence e"
    if kind.of_person:
        who = "e.participant_id"
        source += " JOIN unnest(%(people)s::bigint[]) AS who (id) ON who.id = e.participant_id"
        params["people"] = people.to_list()
    body = "".join(f", (e.body ->> '{c.name}')::{_SQL_TYPES[c.dtype]} AS {c.name}" for c in kind.body)
    select = (  # every part is of the declaration of the kind
        f"SELECT {who}, e.key, e.month, e.observed_at, e.received_at, nullif(e.corrects, '') AS corrects{body}"  # noqa: S608
        f" FROM {source} WHERE e.kind = %(kind)s AND e.received_at <= %(cutoff)s"
    )
    if not COMBINATIONS[kind.code].onward:
        select = (
            f"{select} AND e.month = %(month)s"
            f" UNION ALL {select} AND e.month <> %(month)s AND e.id IN ({_TIED})"
        )
    return read_frame(select, params, kind.records)


_TIED: Final = (
    "SELECT id FROM evidence_evidence WHERE kind = %(kind)s AND corrects <> ''"
    " UNION SELECT t.id FROM evidence_evidence c JOIN evidence_evidence t ON t.kind = c.kind AND t.key = c.corrects"
    " WHERE c.kind = %(kind)s AND c.corrects <> ''"
)


def people_named(codes: pl.Series) -> pl.DataFrame:
    """Those of the participant codes that the register knows (`PEOPLE`)."""
    return read_frame(_PEOPLE_SQL, {"codes": codes.drop_nulls().unique().to_list()}, PEOPLE)


def areas_named(codes: pl.Series) -> pl.DataFrame:
    """Those of the area codes that there are (`AREAS`)."""
    return read_frame(_AREAS_SQL, {"codes": codes.drop_nulls().unique().to_list()}, AREAS)


def records_known(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Records of a kind (`KNOWN`) that `rows` (key, corrects) repeat or correct, and those that correct the same."""
    targets = rows["corrects"].drop_nulls()
    params = {
        "kind": kind,
        "keys": pl.concat([rows["key"].drop_nulls(), targets]).unique().to_list(),
        "targets": targets.unique().to_list(),
    }
    return read_frame(_KNOWN_SQL, params, KNOWN)
