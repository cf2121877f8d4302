"""From a fact of one person back to the records of evidence it was drawn from, and those that were set aside."""

from typing import Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.facts.building import EvidenceFrames
from ceiba.core.facts.catalogue import FACTS
from ceiba.core.facts.standing import LIST_OF, Standing, covered_areas, standing_of
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month

TRACE: Final = FrameSchema(
    "trace of a fact",
    (
        Column("kind", pl.String),
        Column("key", pl.String),
        Column("standing", Standing, meaning="see standing.standing_of"),
    ),
    key=("kind", "key"),
)


def kinds_of(fact: str) -> tuple[str, ...]:
    """The kinds of evidence a fact is drawn from: none for a fact of the register or of earlier months."""
    source = FACTS[fact].source
    if source not in KINDS:
        return ()
    return (source, "list_receipt") if source in LIST_OF else (source,)


def trace(
    fact: str, evidence: EvidenceFrames, person: pl.DataFrame, documents: pl.DataFrame, month: Month
) -> pl.DataFrame:
    """The records behind `fact` of one person in `month` (`TRACE`), by kind and time, each with its standing.

    `person` has one row with participant_id, area and enrolled_months; `evidence` and `documents` are as for
    `building.month_facts`. Receipts of lists count where they are what the fact rests on: no notice does.
    """
    parts = [
        standing_of(kind, evidence.get(kind, KINDS[kind].records.empty()), person, documents, month)
        for kind in kinds_of(fact)
    ]
    if len(parts) > 1:
        notices, receipts = parts
        parts[1] = _receipts(notices, receipts, person, LIST_OF[FACTS[fact].source])
    frames = [
        part.sort("month", "observed_at", "key").select(pl.lit(kind).alias("kind"), "key", "standing")
        for kind, part in zip(kinds_of(fact), parts, strict=True)
    ]
    return TRACE.check(pl.concat([TRACE.empty(), *frames]))


def _receipts(
    notices: pl.DataFrame, receipts: pl.DataFrame, person: pl.DataFrame, list_name: str
) -> pl.DataFrame:
    """Receipts of the list: outside unless they cover the person's area, overruled where a notice counts."""
    of_list = receipts.filter(pl.col("list") == list_name)
    covering = covered_areas(person["area"], of_list)["receipt"]
    notified = (notices["standing"] == "counts").any()
    counts = pl.col("standing") == "counts"
    standing = (
        pl.when(counts & ~pl.col("key").is_in(covering.implode()))
        .then(pl.lit("outside"))
        .when(counts & pl.lit(notified))
        .then(pl.lit("overruled"))
        .otherwise(pl.col("standing").cast(pl.String))
    )
    return of_list.with_columns(standing=standing.cast(Standing))
