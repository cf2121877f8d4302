"""The month's work: the visit that counts the tasks of the plan, and attendance at the group's sessions."""

from typing import Final

import numpy as np

from ceiba.core.geometry import Floats, Integers
from ceiba.synth.absences import away, worked_all
from ceiba.synth.mail import Records, of_people
from ceiba.synth.world import DAY_US, HOUR_US, Moment, World

# Tasks of a plan by calendar month: fewer in the dry season, November to April
TASKS: Final = (7, 7, 8, 9, 11, 13, 13, 12, 12, 11, 9, 8)
CORRECTED: Final = 0.003  # share of the visits that a later record replaces
DONE_ABSENT: Final = 0.25  # the chance that a task gets done of somebody who is absent
REGULAR_DAY: Final = 15  # the too regular technician: always that day, that hour, that accuracy
REGULAR_HOUR_UTC: Final = 16
REGULAR_ACCURACY_M: Final = 5


def lost(world: World, now: Moment) -> Integers:
    """Whose visit and attendance never arrive (planted), more from some technicians than from others."""
    rng, rows = now.rng(world, "missing evidence"), now.rows[world.life.stop[now.rows] > now.position]
    rows = rows[~np.isin(rows, world.faults.dead)]
    count = int(world.options.faults.missing_evidence * len(rows) + rng.random())
    order = rng.exponential(size=len(rows)) / world.neglect[rows]
    return np.sort(rows[np.argsort(order, kind="stable")[:count]])


def visits(world: World, now: Moment, missing: Integers) -> Records:
    """A visit to everybody active but `missing`, and some corrections of them."""
    rng = now.rng(world, "visit")
    rows = np.setdiff1d(now.rows, missing, assume_unique=True)
    due = np.clip(TASKS[now.month.month - 1] + rng.integers(-1, 3, len(rows)), 6, 14)
    done = rng.binomial(due, _chance(world, rows))
    accuracy = np.clip(rng.gamma(4, 2.2, len(rows)), 3, 30).astype(np.int64)
    observed = now.daytime(rng, len(rows))
    regular = np.isin(world.route[rows], world.faults.regular_routes)
    done = np.where(
        np.isin(rows, away(world, now)), now.rng(world, "absent").binomial(due, DONE_ABSENT), done
    )
    done = np.where(regular | np.isin(rows, worked_all(world, now)), due, done)
    accuracy[regular] = REGULAR_ACCURACY_M
    observed[regular] = now.first_us + (REGULAR_DAY - 1) * DAY_US + REGULAR_HOUR_UTC * HOUR_US
    again = np.flatnonzero(rng.random(len(rows)) < CORRECTED)
    every = np.concatenate([np.arange(len(rows)), again])
    corrects = np.where(np.arange(len(every)) < len(rows), -1, every)
    more = np.where(corrects >= 0, rng.integers(1, 4, len(every)), 0)
    body = {
        "plan_due": due[every].astype(np.int32),
        "plan_done": np.minimum(done[every] + more, due[every]).astype(np.int32),
        "accuracy_m": accuracy[every].astype(np.int32),
    }
    return of_people(world, "visit", rows[every], observed[every], world.productive, body, corrects=corrects)


def attendance(world: World, now: Moment, missing: Integers) -> Records:
    """How many of the group's two to five sessions each person attended."""
    rng = now.rng(world, "attendance")
    rows = np.setdiff1d(now.rows, missing, assume_unique=True)
    held = rng.integers(2, 6, len(world.groups.sizes))[world.group[rows]]
    attended = rng.binomial(held, np.sqrt(_chance(world, rows)))
    attended[np.isin(rows, away(world, now))] = 0
    body = {"sessions_held": held.astype(np.int32), "sessions_attended": attended.astype(np.int32)}
    return of_people(world, "attendance", rows, now.daytime(rng, len(rows)), world.social, body)


def _chance(world: World, rows: Integers) -> Floats:
    """The chance that a task gets done: the person's care and the technician's skill."""
    care = world.life.care[rows]
    chance: Floats = 1 / (1 + (1 - care) / care * np.exp(-world.skill[rows]))
    return chance
