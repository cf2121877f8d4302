"""Builds the facts of a month, and again those of earlier months that late evidence changes; writes both."""

from typing import Final

import polars as pl

from ceiba.core.facts import EVIDENCE_FACTS, FACTS, MONTH_FACTS
from ceiba.core.facts.building import month_facts
from ceiba.core.facts.catalogue import DOCUMENTS, RECORD_FACTS, REGISTER_FACTS
from ceiba.core.facts.standing import COMBINATIONS, LIST_OF
from ceiba.core.kernel.month import Month
from ceiba.evidence.selectors import evidence_frames
from ceiba.evidence.services import evidence_close
from ceiba.facts.models import MonthFacts
from ceiba.facts.selectors import LATE, REVISED, MonthRun, facts_before, late_snapshot, snapshot
from ceiba.frames.postgres import analyze, copy_frame
from ceiba.registry.selectors import documents_required_and_held

TABLE: Final = "facts_monthfacts"


def facts_build(*, run: MonthRun, register: pl.DataFrame, record: pl.DataFrame) -> pl.DataFrame:
    """Build and write the facts of the month of `run` as revision 0; returns them (`MONTH_FACTS`, by participant).

    `register` is `REGISTER_FACTS`, `record` has at least `RECORD_FACTS`. The evidence is closed first: from then on
    what comes in is late. Facts that are there already are read back instead. In the caller's transaction.
    """
    if MonthFacts.objects.filter(programme=run.programme_id, month=run.month, revision=0).exists():
        return snapshot(run)
    month = Month.of(run.month)
    evidence_close(programme=run.programme_id, month=month, cutoff=run.cutoff)
    people = REGISTER_FACTS.check(register)
    facts = month_facts(
        people,
        evidence_frames(people["participant_id"], COMBINATIONS, month, run.cutoff),
        record.select(RECORD_FACTS.names),
        documents_required_and_held(run.programme_id, month.first_day),
        month,
        run.cutoff,
    )
    _copy(facts.with_columns(month=pl.lit(run.month), revision=pl.lit(0, pl.Int16)), run)
    analyze(TABLE, "programme_id", "month", "participant_id", "revision")
    return facts


def facts_rebuild(*, run: MonthRun, late: pl.DataFrame) -> pl.DataFrame:
    """Write, as their next revision, the facts of earlier months that `late` evidence (`LATE`) changes.

    Returns the revised facts (`REVISED`, sorted by its key). A pair of person and month whose facts stay the same
    gets no revision: nothing about it can be decided otherwise. Only facts of the kinds of the late evidence are
    drawn again, from all evidence received by the run's cut-off; the rest stays as it was, and so does what the
    register and the record said then. (A late check of a document is set against the register as it is now: what
    documents it showed then is not kept.) Called again for the same run it reads back what is there, or finds the
    same again. In the caller's transaction.
    """
    done = late_snapshot(run)
    if done.height or late.is_empty():
        return done
    evidence_close(programme=run.programme_id, month=Month.of(run.month), cutoff=run.cutoff)
    before = facts_before(run, LATE.check(late))
    parts = [REVISED.empty()]
    for (first_day,), rows in before.partition_by("month", as_dict=True).items():
        touched = late.filter(pl.col("month") == first_day)
        parts.append(_revised(run, Month.of(first_day), rows, touched))
    revised = REVISED.check(pl.concat(parts).sort(REVISED.key))
    _copy(revised, run)
    return revised


def _revised(run: MonthRun, month: Month, before: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    """The rows of `before` (`REVISED`, of one month) whose facts `late` evidence changes, as the next revision."""
    kinds = set(late["kind"])
    if "list_receipt" in kinds or kinds & set(LIST_OF):
        kinds |= {"list_receipt", *LIST_OF}
    documents = DOCUMENTS.empty()
    if "document_check" in kinds:
        documents = documents_required_and_held(run.programme_id, month.first_day)
    people = before.select(REGISTER_FACTS.names).sort("participant_id")
    again = month_facts(
        people,
        evidence_frames(people["participant_id"], sorted(kinds), month, run.cutoff),
        before.select(RECORD_FACTS.names),
        documents,
        month,
        run.cutoff,
    )
    names = [name for name in EVIDENCE_FACTS if FACTS[name].source in kinds]
    both = before.sort("participant_id").with_columns(
        again.select(pl.col(name).alias(f"{name}_again") for name in names)
    )
    concerned = {
        name: pl.col("participant_id").is_in(_people_of(late, FACTS[name].source).implode()) for name in names
    }
    merged = both.with_columns(
        pl.when(concerned[name]).then(f"{name}_again").otherwise(name).alias(f"{name}_again")
        for name in names
    )
    changed = merged.filter(
        pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_again")) for name in names)
    )
    return changed.with_columns(
        (pl.col("revision") + 1).cast(pl.Int16), *(pl.col(f"{name}_again").alias(name) for name in names)
    ).select(REVISED.names)


def _people_of(late: pl.DataFrame, kind: str) -> pl.Series:
    """Whose late evidence is of `kind`, or of the lists that make the kind complete."""
    kinds = [kind, "list_receipt"] if kind in LIST_OF else [kind]
    return late.filter(pl.col("kind").is_in(kinds))["participant_id"].unique()


def _copy(facts: pl.DataFrame, run: MonthRun) -> int:
    """Append `REVISED` rows of `run`."""
    rows = facts.select(
        pl.lit(run.programme_id).alias("programme_id"),
        pl.lit(run.pk).alias("run_id"),
        "month",
        "revision",
        pl.col("area").alias("area_code"),
        pl.col("group").fill_null("").alias("group_code"),
        pl.col(MONTH_FACTS.names).exclude("area", "group"),
    )
    return copy_frame(rows, TABLE)
