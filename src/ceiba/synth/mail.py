"""How records travel: from what was seen to rows of a month's drop, on time or late."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.geometry import Integers
from ceiba.synth.columns import numbered, where
from ceiba.synth.world import DAY_US, HOUR_US, Moment, World

LATE: Final = 0.025  # share of the records that miss the month's closing
LATE_DAYS_MAX: Final = 88  # they come within three months
FOLDER: Final = "folder"
CORRECTION_DAYS_MAX: Final = 30

Body = Mapping[str, pl.Series | npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Records:
    """Records of one kind about one month; arrays and series of (r,).

    `until` is when its person leaves: what would be seen later is not seen. `received` is when they arrive,
    where that is not for the mail to say. `corrects` is the place, among these records, of the one that each
    replaces, or -1. Times in microseconds.
    """

    kind: str
    participant: pl.Series
    area: pl.Series
    reporter: pl.Series
    observed: Integers
    body: Body = field(default_factory=dict)
    until: Integers | None = None
    received: Integers | None = None
    corrects: Integers | None = None


def of_people(
    world: World,
    kind: str,
    rows: Integers,
    observed: Integers,
    reporter: pl.Series,
    body: Body | None = None,
    *,
    corrects: Integers | None = None,
) -> Records:
    """Records about the people at `rows`, until they leave; `reporter` is of everybody (n,)."""
    return Records(
        kind=kind,
        participant=world.people.codes.gather(rows),
        area=world.people.areas.gather(rows),
        reporter=reporter.gather(rows),
        observed=observed,
        body=body or {},
        until=world.left_us[rows],
        corrects=corrects,
    )


def posted(world: World, now: Moment, records: Records) -> pl.DataFrame:
    """The records as rows of their kind's schema, and the month in whose drop each arrives (`FOLDER`)."""
    count = len(records.observed)
    prefix = f"{world.options.programme}-{now.month}-{records.kind}-"
    key = prefix + numbered(1, count, 6)
    received, rng = records.received, now.rng(world, f"mail {records.kind}")
    if received is None:
        received = _arrivals(now, records.observed, rng)
    corrects = pl.Series([None], dtype=pl.String).new_from_index(0, count)
    if records.corrects is not None:
        correction = records.corrects >= 0
        original = np.where(correction, records.corrects, 0)
        corrects = where(correction, key.gather(original))
        after = rng.integers(DAY_US, CORRECTION_DAYS_MAX * DAY_US, count)
        received = np.where(correction, np.maximum(received[original], now.closes_us) + after, received)
    schema = KINDS[records.kind].schema
    said = {
        "key": key,
        "participant": records.participant,
        "observed_at": pl.Series(records.observed).cast(pl.Datetime("us", "UTC")),
        "received_at": pl.Series(received).cast(pl.Datetime("us", "UTC")),
        "reporter": records.reporter,
        "area": records.area,
        "corrects": corrects,
        **records.body,
        FOLDER: np.searchsorted(world.cutoffs, received, side="left"),
    }
    frame = pl.DataFrame(said).with_columns(
        pl.lit(now.month.first_day).alias("month"),
        *(pl.lit(None, c.dtype).alias(c.name) for c in schema if c.nullable and c.name not in said),
    )
    if records.until is not None:
        frame = frame.filter(pl.Series(records.observed < records.until))
    return frame.select(*schema.names, FOLDER)


def _arrivals(now: Moment, observed: Integers, rng: np.random.Generator) -> Integers:
    """A day or two after they were seen, before the month closes; the late ones after it, up to 88 days."""
    count = len(observed)
    prompt = observed + (rng.exponential(1.2, count) * DAY_US).astype(np.int64)
    latest = now.closes_us - (rng.random(count) * 12 * HOUR_US).astype(np.int64)
    prompt = np.minimum(prompt, np.maximum(latest, observed + HOUR_US))
    delay = (rng.random(count) ** 2 * LATE_DAYS_MAX * DAY_US).astype(np.int64) + HOUR_US
    return np.where(rng.random(count) < LATE, now.closes_us + delay, prompt)
