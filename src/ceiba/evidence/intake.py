"""Records on their way in: read, checked in every respect, and set against what is there. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ceiba.core.cells import PROBLEMS, ROW
from ceiba.core.evidence import KINDS, EvidenceKind
from ceiba.core.intake import (
    correction_problems,
    group_problems,
    hashed,
    key_problems,
    received,
    row_problems,
)
from ceiba.core.sheets import typed
from ceiba.evidence.selectors import Compared, compared
from ceiba.registry.selectors import group_places


@dataclass(frozen=True, slots=True)
class Checked:
    """Records that were checked: all of them, those that are new, and everything wrong with them.

    `new` has the columns of `kind.schema`, participant_id, body and sha256; without problems it can be written.
    """

    kind: EvidenceKind
    rows: int
    new: pl.DataFrame
    problems: pl.DataFrame

    @property
    def known(self) -> int:
        """How many records had been received before, exactly as they are."""
        return self.rows - self.new.height


def cells_read(kind: EvidenceKind, cells: pl.DataFrame, now: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells of a file (ROW and `kind.columns`) as `kind.schema` with ROW, and what is wrong (`PROBLEMS`)."""
    return typed(cells, kind.columns, key=("key",), today=now.date())


def checked(
    kind: EvidenceKind, rows: pl.DataFrame, problems: pl.DataFrame, now: datetime, *, as_stated: bool
) -> Checked:
    """`rows` and `problems` as `cells_read` gives them, set against the register and the evidence that is there.

    `as_stated` says whether the stated time of receipt is trusted (`core.intake.received`).
    """
    return kinds_checked({kind.code: (rows, problems)}, now, as_stated=as_stated)[kind.code]


def kinds_checked(
    read: Mapping[str, tuple[pl.DataFrame, pl.DataFrame]], now: datetime, *, as_stated: bool
) -> dict[str, Checked]:
    """`checked` of the records of several kinds, which are set against what is there all at once."""
    there = compared({code: rows for code, (rows, _) in read.items()})
    return {
        code: _checked(KINDS[code], rows, problems, there, now, as_stated)
        for code, (rows, problems) in read.items()
    }


def _checked(
    kind: EvidenceKind,
    rows: pl.DataFrame,
    problems: pl.DataFrame,
    there: Compared,
    now: datetime,
    as_stated: bool,
) -> Checked:
    known = there.known[kind.code]
    full = hashed(kind, received(_placed(kind, rows, there), now, as_stated=as_stated))
    new = full.join(known, on="key", how="anti")
    found = [row_problems(kind, full), key_problems(full, known), correction_problems(new, known)]
    if kind.of_group:
        found.append(group_problems(full, group_places(full["group"].drop_nulls())))
    # Of a cell that could not be read, only that is told.
    unread = pl.concat(found).join(problems, on=[ROW, "column"], how="anti")
    every = pl.concat([problems, unread]).sort(ROW, maintain_order=True)
    return Checked(kind, rows.height, new, PROBLEMS.check(every))


def _placed(kind: EvidenceKind, rows: pl.DataFrame, there: Compared) -> pl.DataFrame:
    """`rows` with participant_id, area_known, and the cutoff of the person, or of the area."""
    area = pl.col("area")
    rows = rows.with_columns(area_known=area.is_null() | area.is_in(there.areas["area"].implode()))
    if kind.of_person:
        return rows.join(there.people, on="participant", how="left", maintain_order="left")
    rows = rows.with_columns(participant_id=pl.lit(None, pl.Int64))
    return rows.join(there.areas, on="area", how="left", maintain_order="left")
