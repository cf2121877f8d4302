"""Rehearse another rulebook over sealed months, from their files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.core.determinations import RESULT, compile_rules, decide
from ceiba.core.facts import MONTH_FACTS, SNAPSHOT_KEY
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.rehearsal import COMPARED, compared, impact
from ceiba.core.rules.rulebook import Rulebook
from ceiba.frames.sealed import read_part, read_seal

LEVELS: Final = {"country": 2, "department": 5}
"""How many characters of an area code name it: GT, GT-01."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What other rules would have done: `total` (one row), by month, by department and by group (`impact`)."""

    total: pl.DataFrame
    by_month: pl.DataFrame
    by_area: pl.DataFrame
    by_group: pl.DataFrame
    people_gain: int
    people_lose: int


def rehearse(
    folders: Sequence[Path], rulebook: Rulebook, progress: Callable[[str], None] = lambda _: None
) -> Rehearsal:
    """Decide each sealed month again by `rulebook`, by the rules it has valid then, and compare with the seal.

    A month is compared as it was decided in its own run: differences from late evidence are left out on both
    sides. Raises CeibaError (seal.*).
    """
    months = []
    for folder in folders:
        seal = read_seal(folder)
        progress(seal["month"])
        month = Month.parse(seal["month"])
        months.append(_month(folder, rulebook, month).with_columns(month=pl.lit(month.first_day)))
    frame = pl.concat(months) if months else COMPARED.empty().with_columns(month=pl.lit(None, pl.Date))
    frame = frame.with_columns(area=pl.col("area").str.slice(0, LEVELS["department"]))
    people = frame.group_by("participant_id").agg(
        change=(pl.col("amount_then_minor") - pl.col("amount_now_minor")).sum()
    )
    return Rehearsal(
        total=impact(frame, []),
        by_month=impact(frame, ["month"]).sort("month"),
        by_area=impact(frame, ["area"]),
        by_group=impact(frame, ["group"]),
        people_gain=people.filter(pl.col("change") > 0).height,
        people_lose=people.filter(pl.col("change") < 0).height,
    )


def _month(folder: Path, rulebook: Rulebook, month: Month) -> pl.DataFrame:
    snapshot = read_part(folder, "snapshot", MONTH_FACTS).frame
    sealed = read_part(folder, "result", FrameSchema("sealed result", RESULT.columns, RESULT.key)).frame
    then = decide(snapshot, compile_rules(rulebook.at(month)))
    return compared(snapshot.select(c.name for c in SNAPSHOT_KEY), sealed, then)
