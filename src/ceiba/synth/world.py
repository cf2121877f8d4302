"""The country as the monthly evidence sees it, and one month of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Floats, Integers
from ceiba.core.kernel.month import Month
from ceiba.synth.faults import Faults
from ceiba.synth.groups import Groups
from ceiba.synth.life import Days, Life, first_days
from ceiba.synth.options import SynthOptions
from ceiba.synth.people import People
from ceiba.synth.places import STATE_LETTERS
from ceiba.synth.streams import stream

DAY_US: Final = 86_400_000_000
HOUR_US: Final = DAY_US // 24
FIRST_VISIT_DAY: Final = 6  # what is seen before the 6th could still be counted to the month before
CLOSING: Final = timedelta(days=4, hours=6)  # a month closes on the 5th of the next at 06:00 UTC


@dataclass(frozen=True, slots=True)
class World:
    """Everything drawn once; `skill` and `neglect` are the technicians' effects on their people (n,)."""

    options: SynthOptions
    groups: Groups
    life: Life
    faults: Faults
    people: People
    group: Integers
    productive: pl.Series  # technician code
    social: pl.Series
    route: Integers
    skill: Floats  # added to the logit of a task done
    neglect: Floats  # weight of losing a month's evidence
    states: list[str]
    state: Integers  # position in `states`
    firsts: Days
    left_us: Integers  # when each person ceased to be active, in microseconds (n,)
    cutoffs: Integers  # microseconds: until when a record counts to a month (months,)


def gather_world(options: SynthOptions, groups: Groups, life: Life, faults: Faults, people: People) -> World:
    """Put together what the months need."""
    rng, group = stream(options.seed, "technician effects"), groups.of_person
    routes = int(groups.routes[-1]) + 1
    skill = rng.normal(0, 0.3, routes)
    neglect = np.where(rng.random(routes) < 0.1, 8.0, 1.0)
    state = people.areas.str.head(STATE_LETTERS)
    states = state.unique().sort()
    route = groups.routes[group]
    return World(
        options=options,
        groups=groups,
        life=life,
        faults=faults,
        people=people,
        group=group,
        productive=groups.productive.gather(group),
        social=groups.social.gather(group),
        route=route,
        skill=skill[route],
        neglect=neglect[route],
        states=states.to_list(),
        state=states.search_sorted(state).to_numpy().astype(np.int64),
        firsts=first_days(options),
        left_us=life.left_on.astype(np.int64) * DAY_US,
        cutoffs=np.array([_closing(options.first_month + k) for k in range(options.months)]),
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """A month being made: its position, who is active on its first day, the time it spans in microseconds."""

    month: Month
    position: int
    rows: Integers
    first_us: int
    days: int
    opens_us: int  # cut-off of the month before
    closes_us: int

    def rng(self, world: World, name: str, months_ago: int = 0) -> np.random.Generator:
        """The stream of `name` in this month, or in an earlier one."""
        ordinal = self.month.year * 12 + self.month.month - months_ago
        return stream(world.options.seed, name, ordinal)

    def daytime(self, rng: np.random.Generator, count: int) -> Integers:
        """Moments of daylight (07:00 to 17:00 there, UTC-6) on days on which a month can be seen (count,)."""
        day = rng.integers(FIRST_VISIT_DAY - 1, self.days, count)
        return self.first_us + day * DAY_US + rng.integers(13 * 3_600, 23 * 3_600, count) * 1_000_000


def moment(world: World, position: int) -> Moment:
    """The month at `position`."""
    month = world.options.first_month + position
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    return Moment(
        month=month,
        position=position,
        rows=world.life.active(position),
        first_us=_microseconds(first),
        days=month.last_day.day,
        opens_us=_closing(month + (-1)),
        closes_us=_closing(month),
    )


def _closing(month: Month) -> int:
    after = (month + 1).first_day
    return _microseconds(datetime(after.year, after.month, 1, tzinfo=UTC) + CLOSING)


def _microseconds(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000
