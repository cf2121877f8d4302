"""Which faults are planted, and where: chosen once, before anything else is drawn from them.

Nobody has two faults of the person, so that every label stands alone. The planting itself is done where the
faulty thing is made: names, land, visits.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np

from ceiba.core.geometry import Integers
from ceiba.synth.groups import Groups
from ceiba.synth.life import NEVER, Days, Life, first_days
from ceiba.synth.options import SynthOptions
from ceiba.synth.places import STATE_LETTERS
from ceiba.synth.streams import stream

PAIRS_A_GROUP: Final = 14  # so far apart in the register are the two names of a person, in pairs
NOTICE_NEVER: Final = 0.25  # share of the dead of whom no notice ever comes
NOTICE_MONTHS: Final = 7  # a notice comes 0 to 6 months after the death


@dataclass(frozen=True, slots=True)
class Faults:
    """Positions of people, pairs of people (k, 2), groups and routes; months are positions, too."""

    dead: Integers
    died: Integers  # month of each death
    died_on: Days
    notice: Integers  # month in which the notice comes; NEVER
    very_old: Integers
    overlapping: Integers  # (k, 2): the first one's plot lies in the second one's
    two_names: Integers  # (k, 2): the second is the first one under another name
    copied_groups: Integers
    regular_routes: Integers
    missing_lists: Integers  # (k, 2): a state, as a position in `world.states`, and a month


def choose_faults(options: SynthOptions, groups: Groups, life: Life) -> Faults:
    """Draw the faults at the rates asked for, each from a stream of its own."""
    seed, rates, months = options.seed, options.faults, options.months
    overlapping, two_names = _choose_pairs(options, _neighbours(groups), stream(seed, "fault pairs"))
    free = (life.state == "active").to_numpy()
    lasting = int(free.sum())
    free[overlapping.ravel()] = False
    free[two_names.ravel()] = False
    order = stream(seed, "fault people").permutation(len(free))
    order = order[free[order]]
    seasoned = life.start[order] < months - 2  # so that months follow the death
    order = np.concatenate([order[seasoned], order[~seasoned]])
    dead = order[: _count(rates.dead, lasting, len(order))]
    alive = order[len(dead) :][::-1]
    died, died_on, notice = _deaths(options, life.start[dead], stream(seed, "fault deaths"))
    states = groups.areas.str.head(STATE_LETTERS).n_unique()
    lists = _some(rates.missing_lists, states * months, stream(seed, "fault lists"))
    return Faults(
        dead=dead,
        died=died,
        died_on=died_on,
        notice=notice,
        very_old=alive[: _count(rates.very_old, lasting, len(alive))],
        overlapping=overlapping,
        two_names=two_names,
        copied_groups=_some(rates.copied_counts, len(groups.sizes), stream(seed, "fault groups")),
        regular_routes=_some(
            rates.regular_technicians, int(groups.routes[-1]) + 1, stream(seed, "fault routes")
        ),
        missing_lists=np.column_stack(np.divmod(lists, months)),
    )


def _deaths(
    options: SynthOptions, start: Integers, rng: np.random.Generator
) -> tuple[Integers, Days, Integers]:
    """Month and day of each planted death, and the month in which its notice comes."""
    count, months = len(start), options.months
    span = np.maximum(1, months - 2 - start)
    died = np.minimum(start + 1 + rng.integers(0, span), months - 1)
    died_on = first_days(options)[died] + rng.integers(0, 28, count).astype("timedelta64[D]")
    late = rng.integers(0, NOTICE_MONTHS, count)
    return died, died_on, np.where(rng.random(count) < NOTICE_NEVER, NEVER, died + late)


def _choose_pairs(
    options: SynthOptions, pairs: Integers, rng: np.random.Generator
) -> tuple[Integers, Integers]:
    """Pairs (k, 2) of neighbours whose plots overlap, and of one person, mostly in neighbouring groups."""
    rates, people = options.faults, options.participants
    pairs = rng.permutation(pairs)
    overlaps = _count(rates.overlapping_plots, people, len(pairs))
    single = np.sort(pairs[overlaps:, 0])
    step = max(1, min(PAIRS_A_GROUP, len(single) // 2))
    blocks = len(single) // (2 * step)
    doubles = single[: blocks * 2 * step].reshape(blocks, 2, step).swapaxes(1, 2).reshape(-1, 2)
    return pairs[:overlaps], rng.permutation(doubles)[: _count(rates.two_names, people, len(doubles))]


def _neighbours(groups: Groups) -> Integers:
    """Pairs of people (k, 2) with neighbouring plots in a group, nobody in two pairs."""
    first = np.flatnonzero((groups.rank % 2 == 0) & (groups.rank + 1 < groups.sizes[groups.of_person]))
    return np.column_stack([first, first + 1])


def _count(rate: float, base: int, available: int) -> int:
    """The rate's share of `base`, rounded up but for the noise of floats."""
    return min(ceil(round(rate * base, 6)), available)


def _some(rate: float, count: int, rng: np.random.Generator) -> Integers:
    return np.sort(rng.permutation(count)[: _count(rate, count, count)])
