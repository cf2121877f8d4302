"""Checks of a person and their land: on entry, of documents now and then, of life for the old."""

from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Integers
from ceiba.core.kernel.month import Month
from ceiba.synth.columns import picked
from ceiba.synth.life import Days
from ceiba.synth.mail import Body, Records, of_people
from ceiba.synth.programmes import BASIC_DOCUMENTS
from ceiba.synth.world import Moment, World

FOREST: Final = 0.012  # share of the plots with some forest at the cut-off date
CLEARED: Final = 0.003  # with much
DOUBTFUL: Final = 0.004  # possession not proven
CHECKED: Final = 0.004  # share of the people whose documents are looked at in a month
LOST: Final = 0.06  # of those: one is missing, found again a month later
RENEWED: Final = 0.6  # of expired identity documents, in the month after
PROOF_OF_LIFE_AGE: Final = 75
PROOF_MISSED: Final = 0.03


def land_checks(world: World, now: Moment) -> Records:
    """The verification visit to the plots of those who enter this month, or are put on the waiting list."""
    rng, life = now.rng(world, "land_check"), world.life
    first, end = world.firsts[now.position], world.firsts[now.position + 1]
    waiting = (life.state == "waiting").to_numpy() & (life.state_since >= first) & (life.state_since < end)
    rows = np.flatnonzero((life.start == now.position) | waiting)
    draw = rng.random(len(rows))
    forest = np.where(draw < FOREST, rng.integers(50, 900, len(rows)), 0)
    forest = np.where(draw < CLEARED, rng.integers(2_000, 15_000, len(rows)), forest)
    body = {"forest_m2": forest.astype(np.int32), "possession": rng.random(len(rows)) >= DOUBTFUL}
    return of_people(world, "land_check", rows, now.daytime(rng, len(rows)), world.productive, body)


def document_checks(world: World, now: Moment, expiry: Days) -> Records:
    """Spot checks; those who lacked a document last month show it now; identity documents renewed."""
    checked, document, held = _spot_checks(world, now, 0)
    before, document_before, held_before = _spot_checks(world, now, 1)
    again = ~held_before & (world.life.stop[before] > now.position)
    renewed = _renewals(world, now, expiry)
    rows = np.concatenate([checked, before[again], renewed])
    place = np.concatenate([document, document_before[again], np.zeros(len(renewed), dtype=np.int64)])
    shown = np.concatenate([held, np.ones(len(rows) - len(held), dtype=bool)])
    expires = np.full(len(rows), np.datetime64("NaT", "D"))
    identity = (place == 0) & shown
    expires[identity] = expiry[rows[identity]]
    end = world.firsts[now.position + 1]
    expires[identity & (expires < end)] = end + np.timedelta64(3_652, "D")
    rng = now.rng(world, "document_check")
    body: Body = {
        "document": picked(BASIC_DOCUMENTS, place),
        "held": shown,
        "expires_on": pl.Series(expires),
    }
    return of_people(world, "document_check", rows, now.daytime(rng, len(rows)), world.social, body)


def proofs_of_life(world: World, now: Moment) -> Records:
    """On entry or on turning 75, then yearly; the planted people of 97 and more show none."""
    rng, rows = now.rng(world, "proof_of_life"), now.rows
    born = world.people.birth[rows]
    old, old_before = (born < _born_before(now.month + step) for step in (1, 0))
    anniversary = (now.position - world.life.start[rows]) % 12 == 0
    due = old & (anniversary | ~old_before)
    due &= (rng.random(len(rows)) >= PROOF_MISSED) & ~np.isin(rows, world.faults.very_old)
    return of_people(world, "proof_of_life", rows[due], now.daytime(rng, int(due.sum())), world.social)


def _born_before(month: Month) -> np.datetime64:
    """The birth date from which on a person is not yet of PROOF_OF_LIFE_AGE the day before `month` begins."""
    return np.datetime64(Month(month.year - PROOF_OF_LIFE_AGE, month.month).first_day, "D")


def _spot_checks(world: World, now: Moment, months_ago: int) -> tuple[Integers, Integers, np.ndarray]:
    """(rows, place of the document in BASIC_DOCUMENTS, held) of a month's spot checks."""
    if months_ago > now.position:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    rng = now.rng(world, "document spot checks", months_ago)
    active = world.life.active(now.position - months_ago)
    rows = active[rng.random(len(active)) < CHECKED]
    return rows, rng.integers(0, len(BASIC_DOCUMENTS), len(rows)), rng.random(len(rows)) >= LOST


def _renewals(world: World, now: Moment, expiry: Days) -> Integers:
    """Who renews an identity document that expired last month."""
    if now.position == 0:
        return np.zeros(0, dtype=np.int64)
    rng, rows = now.rng(world, "renewals"), now.rows
    first, end = world.firsts[now.position - 1], world.firsts[now.position]
    expired = (expiry[rows] >= first) & (expiry[rows] < end)
    renewed: Integers = rows[expired & (rng.random(len(rows)) < RENEWED)]
    return renewed
