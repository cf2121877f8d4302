"""Planting in the rains, and counts of what survives, twice a year."""

from typing import Final

import numpy as np

from ceiba.core.evidence import PLANT_CLASSES
from ceiba.core.geometry import Floats, Integers
from ceiba.synth.columns import picked
from ceiba.synth.mail import Body, Records, of_people
from ceiba.synth.streams import shares, stream
from ceiba.synth.world import Moment, World

RAINS: Final = (5, 6, 7, 8, 9)
PLANTING: Final = 0.87  # share of the careful who plant in a month of the rains
SECOND_CLASS: Final = 0.25  # of those: a second class of plant
CLASSES: Final = dict(zip(PLANT_CLASSES, (0.50, 0.25, 0.20, 0.05), strict=True))
PLANTING_MONTHS: Final = 24  # after activation: the 2,500 plants are in the ground, then gaps are filled
FIRST_PLANTS: Final = (220, 460)
LATER_PLANTS: Final = (30, 150)

COUNTS: Final = {2: 0, 3: 1, 10: 0, 11: 1}  # calendar month -> which half of the groups is counted
FIRST_COUNT_MONTHS: Final = 4  # after activation
SURVIVAL: Final = 0.85
DROUGHT_CHANCE: Final = 0.12  # of a state in a year; seen in the count at the end of the dry season
DROUGHT_LOSS: Final = (0.05, 0.20)
DRY_SEASON_COUNTS: Final = (2, 3)


def planting(world: World, now: Moment) -> Records:
    """One or two classes of plant for those who plant this month; nothing outside the rains."""
    rng, share = now.rng(world, "planting"), PLANTING if now.month.month in RAINS else 0
    first = now.rows[rng.random(len(now.rows)) < share * world.life.care[now.rows]]
    second = first[rng.random(len(first)) < SECOND_CLASS]
    rows = np.concatenate([first, second])
    new = now.position - world.life.start[rows] < PLANTING_MONTHS
    plants = np.where(new, rng.integers(*FIRST_PLANTS, len(rows)), rng.integers(*LATER_PLANTS, len(rows)))
    kind = shares(rng, CLASSES, len(rows))
    kind[len(first) :] = (kind[np.searchsorted(first, second)] + 1) % len(CLASSES)
    body: Body = {"plant_class": picked(CLASSES, kind), "plants": plants.astype(np.int32)}
    return of_people(world, "planting", rows, now.daytime(rng, len(rows)), world.productive, body)


def counted(world: World, now: Moment) -> Integers:
    """Whose plants are counted this month: those of half of the groups, twice a year."""
    if now.month.month not in COUNTS:
        return np.zeros(0, dtype=np.int64)
    life, rows = world.life, now.rows
    settled = (now.position - life.start[rows] >= FIRST_COUNT_MONTHS) & (life.stop[rows] > now.position)
    half: Integers = rows[settled & (world.group[rows] % 2 == COUNTS[now.month.month])]
    return half


def survival(world: World, now: Moment) -> Records:
    """Counts of samples; in the planted groups everybody's is that of the group's first person."""
    rng, rows = now.rng(world, "survival"), counted(world, now)
    sampled = rng.integers(60, 121, len(rows))
    alive = rng.binomial(sampled, _survival(world, now, rows))
    replanted = rng.binomial(sampled - alive, 0.5)
    group = world.group[rows]
    _, first, of_group = np.unique(group, return_index=True, return_inverse=True)
    source = np.where(np.isin(group, world.faults.copied_groups), first[of_group], np.arange(len(rows)))
    body = {
        "sampled": sampled[source].astype(np.int32),
        "alive": alive[source].astype(np.int32),
        "replanted": replanted[source].astype(np.int32),
    }
    return of_people(world, "survival", rows, now.daytime(rng, len(rows)), world.productive, body)


def _survival(world: World, now: Moment, rows: Integers) -> Floats:
    """Chance of a plant to live: care, the technician, the soil, and the drought of the state in that year."""
    rng = stream(world.options.seed, "drought", now.month.year)
    dry = (rng.random(len(world.states)) < DROUGHT_CHANCE) & (now.month.month in DRY_SEASON_COUNTS)
    loss = np.where(dry, rng.uniform(*DROUGHT_LOSS, len(world.states)), 0)
    care = 0.6 * (world.life.care[rows] - 0.95) + 0.05 * world.skill[rows]
    person = stream(world.options.seed, "soil").normal(0, 0.035, len(world.group))[rows]
    return np.clip(SURVIVAL + care + person - loss[world.state[rows]], 0.3, 0.97)
