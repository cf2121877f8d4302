"""The facts of a month: one row a person, from the register, the record of earlier months, and the evidence.

Evidence that is not there leaves its facts null; what counts and what does not is `standing`'s to say.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.evidence import DECISIONS, KINDS
from ceiba.core.facts.catalogue import DOCUMENTS, FACTS, MONTH_FACTS, RECORD_FACTS, REGISTER_FACTS
from ceiba.core.facts.standing import COMBINATIONS, LIST_OF, covered_areas, months_until, standing_of
from ceiba.core.kernel.frames import FrameError
from ceiba.core.kernel.month import Month

_KEY: Final = "participant_id"

EvidenceFrames = Mapping[str, pl.DataFrame]
"""Kind -> its records (`KINDS[kind].records`), received by the cut-off; a kind left out has no records."""


_DRAWN: Final[Mapping[str, Mapping[str, str | None]]] = {
    "visit": {"plan_due": "plan_due", "plan_done": "plan_done", "visit_accuracy_m": "accuracy_m"},
    "second_visit": {"second_plan_done": "plan_done"},
    "attendance": {"sessions_held": "sessions_held", "sessions_attended": "sessions_attended"},
    "survival": {"survival_sampled": "sampled", "survival_alive": "alive", "survival_age_months": None},
    "absence": {"absence": "cause", "absence_age_months": None},
    "land_check": {"forest_m2": "forest_m2", "possession": "possession"},
    "proof_of_life": {"life_age_months": None},
}
"""Facts that one record gives: fact -> column of the record; None is the record's age in months."""

_MADE: Final[Mapping[str, Mapping[str, tuple[str | None, ...]]]] = {
    "planting": {"plants_planted": ("plants",)},
    "document_check": {"documents_missing": ("document", "held", "expires_on")},
    "death": {"deceased": ("died_on",)},
    "sanction": {"sanctions": ("cause", "until")},
    "flag": {"flags_open": ("flag", "holds")},
    "review": {"review_state": ("decision",)},
}
"""Facts that several records make together: fact -> the columns they are made of."""


def month_facts(
    register: pl.DataFrame,
    evidence: EvidenceFrames,
    record: pl.DataFrame,
    documents: pl.DataFrame,
    month: Month,
    cutoff: datetime,
) -> pl.DataFrame:
    """The facts of `month` (`MONTH_FACTS`, sorted by participant_id) of everyone in `register`.

    `register` is `REGISTER_FACTS`; `record` is `RECORD_FACTS`, where who is not in it has 0 months accepted and 0
    missed; `documents` is `DOCUMENTS`.

    Raises FrameError when a frame is not of its schema or holds evidence received after `cutoff`.
    """
    people = REGISTER_FACTS.check(register).sort(_KEY)
    documents = DOCUMENTS.check(documents)
    counting = counting_records(evidence, people, documents, month, cutoff)
    months = people.select(_KEY).join(RECORD_FACTS.check(record), on=_KEY, how="left").fill_null(0)
    facts = people.join(months, on=_KEY, how="left", maintain_order="left")
    for part in (
        *(_drawn(kind, counting[kind], month) for kind in _DRAWN),
        _planted(counting["planting"]),
        _documents_missing(counting["document_check"], documents, month),
        _deceased(counting, people),
        _sanctions(counting, people),
        _flags_open(counting["flag"]),
        _review_state(counting["review"]),
    ):
        facts = facts.join(part, on=_KEY, how="left", maintain_order="left")
    return MONTH_FACTS.check(facts)


def facts_drawn(kind: str, column: str) -> tuple[str, ...]:
    """The facts that rest on a column of a kind's body: what it says, what is made of it, or that it was said.

    "holds" is said of a whole record (decision 0016).
    """
    said = {fact: (of,) for fact, of in _DRAWN.get(kind, {}).items()} | dict(_MADE.get(kind, {}))
    return tuple(fact for fact, of in said.items() if column == "holds" or column in of or None in of)


def counting_records(
    evidence: EvidenceFrames, people: pl.DataFrame, documents: pl.DataFrame, month: Month, cutoff: datetime
) -> dict[str, pl.DataFrame]:
    """The records that count for `month`, by kind: every kind that facts are drawn from.

    Raises FrameError for a record received after `cutoff`.
    """
    counting = {}
    for kind in COMBINATIONS:
        records = evidence.get(kind, KINDS[kind].records.empty())
        if records.filter(pl.col("received_at") > cutoff).height:
            raise FrameError(f"{kind}: evidence received after the cut-off {cutoff.isoformat()}")
        standing = standing_of(kind, records, people, documents, month)
        counting[kind] = standing.filter(pl.col("standing") == "counts")
    return counting


def _drawn(kind: str, counting: pl.DataFrame, month: Month) -> pl.DataFrame:
    columns = {
        fact: months_until(pl.col("month"), month) if column is None else pl.col(column)
        for fact, column in _DRAWN[kind].items()
    }
    return counting.select(_KEY, **columns)


def _planted(counting: pl.DataFrame) -> pl.DataFrame:
    """The sum of all plantings; a sum beyond the fact's bound is kept at the bound."""
    high = FACTS["plants_planted"].high
    total = pl.col("plants").cast(pl.Int64).sum().clip(upper_bound=high)
    return counting.group_by(_KEY).agg(plants_planted=total.cast(pl.Int32))


def _documents_missing(checks: pl.DataFrame, documents: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Required documents less those held and not expired on the last day of the month.

    The latest check of a document holds unless the register saw the document on a later day. Null for a person of
    whose required documents nothing at all is known.
    """
    latest = checks.select(_KEY, "document", checked="held", checked_expires="expires_on")
    merged = documents.join(latest, on=[_KEY, "document"], how="left")
    is_checked = pl.col("checked").is_not_null()
    held = pl.coalesce("checked", "held")
    expires = pl.when(is_checked).then("checked_expires").otherwise("expires_on")
    good = held & (expires.is_null() | (expires >= month.last_day))
    missing = (~good.fill_null(value=False)).sum().cast(pl.Int32)
    return merged.group_by(_KEY).agg(
        documents_missing=pl.when(held.is_not_null().any()).then(missing),
    )


def _deceased(counting: Mapping[str, pl.DataFrame], people: pl.DataFrame) -> pl.DataFrame:
    """True by a notice; false where the month's list of deaths arrived and names nobody; else null."""
    notices = counting["death"].group_by(_KEY).agg(number=pl.len())
    notified = _or_none(notices, "death", counting["list_receipt"], people)
    return notified.select(_KEY, deceased=pl.col("number") > 0)


def _sanctions(counting: Mapping[str, pl.DataFrame], people: pl.DataFrame) -> pl.DataFrame:
    """Sanctions in force; 0 where the month's list of sanctions arrived and names nobody; else null."""
    in_force = counting["sanction"].group_by(_KEY).agg(number=pl.len())
    known = _or_none(in_force, "sanction", counting["list_receipt"], people)
    high = FACTS["sanctions"].high
    return known.select(_KEY, sanctions=pl.col("number").clip(upper_bound=high).cast(pl.Int32))


def _flags_open(counting: pl.DataFrame) -> pl.DataFrame:
    """Flags that hold; null where none was ever raised or withdrawn."""
    number = pl.col("holds").sum().clip(upper_bound=FACTS["flags_open"].high)
    return counting.group_by(_KEY).agg(flags_open=number.cast(pl.Int32))


def _review_state(counting: pl.DataFrame) -> pl.DataFrame:
    """The gravest decision (`DECISIONS`)."""
    gravest = pl.col("decision").cast(pl.Enum(DECISIONS)).max()
    return counting.group_by(_KEY).agg(review_state=gravest.cast(pl.String))


def _or_none(numbers: pl.DataFrame, kind: str, receipts: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """participant_id and `number`: as in `numbers`, or 0 where a receipt of the kind's list covers the person."""
    of_kind = receipts.filter(pl.col("list") == LIST_OF[kind])
    covered = covered_areas(people["area"], of_kind).select(pl.col("area").unique(), none=True)
    known = (
        people.select(_KEY, "area").join(covered, on="area", how="left").join(numbers, on=_KEY, how="left")
    )
    none = pl.when("none").then(0).cast(pl.UInt32)
    return known.select(_KEY, number=pl.coalesce("number", none))
