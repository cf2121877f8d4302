"""Months lost to illness, maternity and disaster, where a programme's rules excuse them: who, why, and until when."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Integers
from ceiba.synth.columns import picked
from ceiba.synth.life import Days
from ceiba.synth.mail import Body, Records, of_people
from ceiba.synth.programmes import PROGRAMMES
from ceiba.synth.streams import shares
from ceiba.synth.world import DAY_US, Moment, World

BEGUN: Final = 0.004
"""Share of the people active in a month who begin an absence in it; all shares are assumptions."""
CAUSES: Final = {"illness": 0.65, "maternity": 0.15, "disaster": 0.2}
DAYS: Final = {"illness": (10, 120), "maternity": (84, 99), "disaster": (10, 75)}
ATTESTED_BY: Final = {"illness": "health_centre", "maternity": "midwife", "disaster": "civil_protection"}
BY_AUTHORITY: Final = 0.15  # attested by the authority of the community instead
NO_PAPER: Final = 0.04  # told of, and nobody attests it
NO_END: Final = 0.1  # the paper says no end
OF_CHILDBEARING_AGE: Final = (18, 45)
MONTHS_BACK: Final = 4  # the longest began so long ago
AWAY_DAYS: Final = 15  # of a month, from which on its work is not done


@dataclass(frozen=True, slots=True)
class Begun:
    """The absences that begin in a month; arrays of (k,). `worked`: planted, all the work was done all the same."""

    rows: Integers
    cause: pl.Series
    since: Days
    until: Days
    worked: np.ndarray[tuple[int], np.dtype[np.bool_]]


def begun(world: World, now: Moment, months_ago: int = 0) -> Begun:
    """The absences that begin in this month, or began in an earlier one; none where no rule excuses any."""
    rng, position = now.rng(world, "absences", months_ago), now.position - months_ago
    active = world.life.active(position) if position >= 0 else np.zeros(0, dtype=np.int64)
    rows = active[rng.random(len(active)) < BEGUN * PROGRAMMES[world.options.programme].excuses]
    # Whose months are made up already is left out, so that every label stands alone.
    rows = rows[~np.isin(rows, world.faults.dead) & ~np.isin(world.route[rows], world.faults.regular_routes)]
    cause = picked(CAUSES, shares(rng, CAUSES, len(rows)))
    first, end = world.firsts[max(position, 0)], world.firsts[max(position, 0) + 1]
    mothers = _may_bear(world, rows, first)
    cause = cause.zip_with(pl.Series(mothers) | (cause != "maternity"), pl.Series(["illness"]))
    low, high = (cause.replace_strict({c: d[k] for c, d in DAYS.items()}).to_numpy() for k in (0, 1))
    since = first + rng.integers(0, 12, len(rows)).astype("timedelta64[D]")
    until = since + rng.integers(low, high).astype("timedelta64[D]")
    worked = rng.random(len(rows)) < world.options.faults.working_absences
    until[worked] = end - np.timedelta64(1, "D")
    return Begun(rows, cause, since, until, worked)


def away(world: World, now: Moment) -> Integers:
    """Who is absent for so much of the month that its work is not done."""
    first, end = world.firsts[now.position], world.firsts[now.position + 1]
    found = []
    for months_ago in range(MONTHS_BACK + 1):
        those = begun(world, now, months_ago)
        days = np.minimum(those.until + np.timedelta64(1, "D"), end) - np.maximum(those.since, first)
        found.append(those.rows[(days >= np.timedelta64(AWAY_DAYS, "D")) & ~those.worked])
    return np.setdiff1d(np.unique(np.concatenate(found)), worked_all(world, now))


def worked_all(world: World, now: Moment) -> Integers:
    """Of whom an absence is attested in the month although all its work was done (planted)."""
    those = begun(world, now)
    return np.sort(those.rows[those.worked])


def absences(world: World, now: Moment) -> Records:
    """What is told of the absences that begin in the month, by the technician who brings the paper."""
    those, rng = begun(world, now), now.rng(world, "absence papers")
    count = len(those.rows)
    attested = those.cause.replace_strict(ATTESTED_BY, return_dtype=pl.String)
    attested = attested.zip_with(pl.Series(rng.random(count) >= BY_AUTHORITY), pl.Series(["authority"]))
    has_paper = (rng.random(count) >= NO_PAPER) | those.worked
    until = those.until.copy()
    until[(rng.random(count) < NO_END) & ~those.worked] = np.datetime64("NaT")
    observed = np.maximum(
        now.daytime(rng, count), those.since.astype("datetime64[us]").astype(np.int64) + DAY_US
    )
    body: Body = {
        "cause": those.cause,
        "since": pl.Series(those.since),
        "until": pl.Series(until),
        "attested_by": attested,
        "documented": has_paper,
    }
    return of_people(world, "absence", those.rows, observed, world.social, body)


def _may_bear(world: World, rows: Integers, day: np.datetime64) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    ages = (day - world.people.birth[rows]).astype(np.int64) / 365.25
    women = (world.people.sex.gather(rows) == "F").to_numpy()
    low, high = OF_CHILDBEARING_AGE
    return women & (ages >= low) & (ages <= high)
