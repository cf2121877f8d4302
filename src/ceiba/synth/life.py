"""Each person's course in the programme: from application to where they stand at the end of the last month.

Months are positions 0 .. months-1. Activation is always on the first day of the month `start`; whoever leaves
does so on some day of the month `stop`, and until that day may still be seen in it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from ceiba.core.geometry import Floats, Integers
from ceiba.core.register import SHEETS
from ceiba.synth.columns import picked, put, where
from ceiba.synth.groups import Groups
from ceiba.synth.options import SynthOptions
from ceiba.synth.programmes import PROGRAMMES
from ceiba.synth.streams import shares, stream

Days = npt.NDArray[np.datetime64]

NEVER: Final = 10_000  # a month that does not come

# Kinds of people: share, chance of doing a task of the plan, chance of leaving in a month
CARE: Final = {
    "careful": (0.79, 0.988, 0.0025),
    "middling": (0.15, 0.92, 0.005),
    "careless": (0.06, 0.75, 0.012),
}
DEATH_A_MONTH: Final = 0.0003
LATE_JOINERS: Final = 0.08  # take the place of somebody who left
OUTSIDE: Final = 0.045  # not active yet or never
OUTSIDE_STATES: Final = {"waiting": 0.55, "applied": 0.33, "exited": 0.12}
SUSPENDED: Final = 0.015
EXIT_CAUSES: Final = {
    "resignation": 0.30,
    "breach": 0.25,
    "abandonment": 0.20,
    "moved_away": 0.15,
    "land_lost": 0.07,
    "ineligible": 0.02,
    "duplicate": 0.01,
}


@dataclass(frozen=True, slots=True)
class Life:
    """Arrays of (n,), people in the order of the register."""

    state: pl.Series
    start: Integers
    stop: Integers
    applied_on: Days
    active_on: Days  # NaT: never active
    state_since: Days
    cause: pl.Series
    variant: pl.Series
    care: Floats  # chance of doing a task of the plan

    def active(self, month: int) -> Integers:
        """Positions of the people active on the first day of a month."""
        return np.flatnonzero((self.start <= month) & ((month < self.stop) | self._leaves_in(month)))

    def _leaves_in(self, month: int) -> npt.NDArray[np.bool_]:
        first_day = self.state_since == self.state_since.astype("datetime64[M]").astype("datetime64[D]")
        leaves: npt.NDArray[np.bool_] = (self.stop == month) & ~first_day
        return leaves

    @property
    def left_on(self) -> Days:
        """The day on which each person ceased to be active; a day that does not come for those who are."""
        ceased = (self.state != "active").to_numpy() & ~np.isnat(self.active_on)
        days: Days = np.where(ceased, self.state_since, np.datetime64("9999-12-31", "D"))
        return days

    def sheet(self, programme: str, participants: pl.Series) -> pl.DataFrame:
        """The register's sheet of enrolments."""
        schema = SHEETS["enrolments"].schema
        frame = pl.DataFrame(
            {
                "participant": participants,
                "variant": self.variant,
                "state": self.state,
                "applied_on": self.applied_on,
                "active_on": self.active_on,
                "state_since": self.state_since,
                "cause": self.cause,
            }
        )
        return schema.check(frame.with_columns(programme=pl.lit(programme)))


def first_days(options: SynthOptions) -> Days:
    """The first day of each month, and of the one after the last (months + 1,)."""
    months = (options.first_month + step for step in range(options.months + 1))
    return np.array([month.first_day for month in months], dtype="datetime64[D]")


def live(options: SynthOptions, groups: Groups) -> Life:
    """Draw everybody's course."""
    rng, months = stream(options.seed, "life"), options.months
    size = options.participants
    start = _starts(groups, months, rng)
    variant = _variants(options, groups, rng)
    kind = shares(rng, {name: share for name, (share, _, _) in CARE.items()}, size)
    care, leaving = np.array([(care, leaving) for _, care, leaving in CARE.values()])[kind].T
    ends = {
        "active": np.full(size, months),  # first, so that it wins a tie
        "exited": start + rng.geometric(leaving),
        "deceased": start + rng.geometric(DEATH_A_MONTH, size),
        "graduated": start + _terms(options, variant, rng),
        "suspended": np.where(
            (rng.random(size) < SUSPENDED) & (start < months - 3), months - rng.integers(1, 3, size), NEVER
        ),
    }
    which = np.argmin(np.stack(list(ends.values())), axis=0)
    stop = np.minimum.reduce(list(ends.values()))
    outside = rng.random(size) < OUTSIDE
    state = picked(ends, which)
    elsewhere = shares(rng, OUTSIDE_STATES, int(outside.sum()))
    state = put(state, np.flatnonzero(outside), picked(OUTSIDE_STATES, elsewhere))
    start[outside], stop[outside] = NEVER, NEVER
    applied_on, active_on, since = _dates(first_days(options), start, stop, state, rng)
    cause = picked(EXIT_CAUSES, shares(rng, EXIT_CAUSES, size))
    cause = cause.zip_with(pl.Series(~outside), pl.Series(["ineligible"]))
    return Life(
        state=state,
        start=start,
        stop=stop,
        applied_on=applied_on,
        active_on=active_on,
        state_since=since,
        cause=where(state == "exited", cause),
        variant=variant,
        care=care,
    )


def _starts(groups: Groups, months: int, rng: np.random.Generator) -> Integers:
    """Groups start together: half at once, a third in the first third of the time, the rest in the second."""
    count, third = len(groups.sizes), max(1, months // 3)
    wave = shares(rng, {"at once": 0.45, "soon": 0.35, "later": 0.20}, count)
    soon, later = rng.integers(1, third + 1, count), rng.integers(third, 2 * third + 1, count)
    start = np.choose(wave, [np.zeros(count, dtype=np.int64), soon, later])[groups.of_person]
    joiner = rng.random(len(start)) < LATE_JOINERS
    start[joiner] += rng.geometric(0.1, int(joiner.sum()))
    starts: Integers = np.minimum(start, months - 1)
    return starts


def _variants(options: SynthOptions, groups: Groups, rng: np.random.Generator) -> pl.Series:
    """A variant of the programme for each group, given to its people (n,)."""
    variants = PROGRAMMES[options.programme].variants
    chosen = shares(rng, variants, len(groups.sizes))
    return picked(variants, chosen[groups.of_person])


def _terms(options: SynthOptions, variant: pl.Series, rng: np.random.Generator) -> Integers:
    """After how many months each person graduates (n,); NEVER where the variant has no term."""
    terms, draw = PROGRAMMES[options.programme].terms, rng.random(len(variant))
    months = np.full(len(variant), NEVER)
    for name, term in terms.items():
        here = (variant == name).to_numpy()
        months[here] = term.start + (draw[here] * len(term)).astype(np.int64)
    return months


def _dates(
    firsts: Days, start: Integers, stop: Integers, state: pl.Series, rng: np.random.Generator
) -> tuple[Days, Days, Days]:
    """applied_on, active_on (NaT when never) and state_since, none after the last day of the last month."""
    size, end = len(start), firsts[-1] - np.timedelta64(1, "D")

    def days(low: int, high: int) -> npt.NDArray[np.timedelta64]:
        return rng.integers(low, high, size).astype("timedelta64[D]")

    never = start == NEVER
    active_on = firsts[np.where(never, 0, start)]
    applied_on = np.where(never, end - days(60, 400), active_on - days(20, 90))
    left = stop < len(firsts) - 1
    since = np.where(left, firsts[np.where(left, stop, 0)] + days(0, 28), active_on)
    since = np.where(never, applied_on + days(10, 60), since)
    since = np.where(state == "applied", applied_on, since)
    active_on[never] = np.datetime64("NaT")
    return applied_on, active_on, since
