"""What other offices send: deaths, sanctions, and the receipt of each complete list."""

from typing import Final

import numpy as np
import polars as pl

from ceiba.core.evidence import LISTS
from ceiba.synth.columns import picked
from ceiba.synth.mail import Records, of_people
from ceiba.synth.streams import shares
from ceiba.synth.world import DAY_US, HOUR_US, Moment, World

CIVIL_REGISTRIES: Final = {"GT": "RENAP", "HN": "RNP", "SV": "RNPN", "MX": "RENAPO"}
SANCTIONS_OFFICE: Final = "CONTRALORIA"
SANCTIONED: Final = 0.0002  # share of the people in a month
SANCTION_CAUSES: Final = {"trees_felled": 0.3, "false_report": 0.3, "fee_charged": 0.2, "violence": 0.2}
SANCTION_MONTHS: Final = (2, 7)
OPEN_ENDED: Final = 0.15  # of the sanctions: no end said
LATE_LISTS: Final = 0.03
LATE_LIST_DAYS: Final = (1, 60)


def deaths(world: World, now: Moment) -> Records:
    """Notices of this month's deaths: within weeks, or when planned for the planted dead."""
    rng, life, faults = now.rng(world, "death"), world.life, world.faults
    noticed = np.flatnonzero((life.stop == now.position) & (life.state == "deceased").to_numpy())
    planted = (faults.died == now.position) & (faults.notice < world.options.months)
    rows = np.concatenate([noticed, faults.dead[planted]])
    died_on = np.concatenate([life.state_since[noticed], faults.died_on[planted]])
    observed = died_on.astype("datetime64[us]").astype(np.int64) + 18 * HOUR_US
    weeks = observed[: len(noticed)] + rng.integers(5 * DAY_US, 20 * DAY_US, len(noticed))
    late = world.cutoffs[faults.notice[planted]] - rng.integers(HOUR_US, 5 * DAY_US, int(planted.sum()))
    received = np.concatenate([weeks, late])
    countries = world.people.countries.gather(rows)
    return Records(
        kind="death",
        participant=world.people.codes.gather(rows),
        area=world.people.areas.gather(rows),
        reporter=countries.replace_strict(CIVIL_REGISTRIES, return_dtype=pl.String),
        observed=observed,
        body={"died_on": pl.Series(died_on)},
        received=received,
    )


def sanctions(world: World, now: Moment) -> Records:
    """Rare; most with an end."""
    rng = now.rng(world, "sanction")
    rows = now.rows[rng.random(len(now.rows)) < SANCTIONED]
    months = rng.integers(*SANCTION_MONTHS, len(rows))
    until = world.firsts[now.position] + np.rint(months * 30.44).astype("timedelta64[D]")
    until[rng.random(len(rows)) < OPEN_ENDED] = np.datetime64("NaT")
    body = {
        "cause": picked(SANCTION_CAUSES, shares(rng, SANCTION_CAUSES, len(rows))),
        "until": pl.Series(until),
    }
    office = pl.Series([SANCTIONS_OFFICE]).new_from_index(0, len(world.group))
    return of_people(world, "sanction", rows, now.daytime(rng, len(rows)), office, body)


def list_receipts(world: World, now: Moment) -> Records:
    """One list of deaths a state and one of sanctions a country; some late, the planted ones never."""
    rng = now.rng(world, "list_receipt")
    missing = world.faults.missing_lists[world.faults.missing_lists[:, 1] == now.position, 0]
    states = [state for place, state in enumerate(world.states) if place not in set(missing.tolist())]
    countries = sorted({state[:2] for state in world.states})
    deaths_list, sanctions_list = LISTS
    area = pl.Series([*states, *countries])
    count = len(area)
    late = rng.random(count) < LATE_LISTS
    received = np.where(
        late,
        now.closes_us + rng.integers(LATE_LIST_DAYS[0] * DAY_US, LATE_LIST_DAYS[1] * DAY_US, count),
        now.closes_us - rng.integers(HOUR_US, 3 * DAY_US, count),
    )
    office = area.str.head(2).replace_strict(CIVIL_REGISTRIES)
    return Records(
        kind="list_receipt",
        participant=pl.Series([None], dtype=pl.String).new_from_index(0, count),
        area=area,
        reporter=office.zip_with(area.str.len_chars() > 2, pl.Series([SANCTIONS_OFFICE])),
        observed=np.full(count, now.first_us + now.days * DAY_US - 6 * HOUR_US),
        body={"list": pl.Series([deaths_list] * len(states) + [sanctions_list] * len(countries))},
        received=received,
    )
