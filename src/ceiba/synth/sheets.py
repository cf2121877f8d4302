"""The sheets of the register that hang on a person: plots, documents, offices in the group."""

from typing import Final

import numpy as np
import polars as pl
import shapely

from ceiba.core.geometry import area_m2
from ceiba.core.register import CONTRACT_TENURES, OFFICES, SHEETS
from ceiba.synth.columns import where
from ceiba.synth.faults import Faults
from ceiba.synth.groups import Groups
from ceiba.synth.keys import identity_numbers, person_keys
from ceiba.synth.life import Days, Life
from ceiba.synth.options import SynthOptions
from ceiba.synth.people import People
from ceiba.synth.programmes import PROGRAMMES
from ceiba.synth.streams import stream

WITHOUT_POLYGON: Final = 0.2  # of those who have only applied: not measured yet
SHORT_CONTRACT: Final = 0.02  # of the contracts: less than the four years asked for
WKT_DECIMALS: Final = 6  # a tenth of a metre
LACKING: Final = 0.35  # of those who have only applied: one document is missing
EXPIRING: Final = 0.04  # of identity documents: within a year before or after the last month


def plots_sheet(options: SynthOptions, people: People, life: Life, faults: Faults) -> pl.DataFrame:
    """One plot a person; stated area as the real roll had it, the same for all, unless none is set."""
    rng, size = stream(options.seed, "plots sheet"), options.participants
    nominal = PROGRAMMES[options.programme].nominal_m2
    stated = (
        area_m2(people.plots) * rng.uniform(0.95, 1.15, size) if nominal is None else np.full(size, nominal)
    )
    years = np.where(rng.random(size) < SHORT_CONTRACT, rng.uniform(1, 3.5, size), rng.uniform(4.2, 10, size))
    until = life.applied_on + np.rint(years * 365.25).astype("timedelta64[D]")
    until[~people.tenure.is_in(CONTRACT_TENURES).to_numpy()] = np.datetime64("NaT")
    wkt = pl.Series(shapely.to_wkt(people.plots, rounding_precision=WKT_DECIMALS), dtype=pl.String)
    unmeasured = (rng.random(size) < WITHOUT_POLYGON) & (life.state == "applied").to_numpy()
    unmeasured[faults.overlapping.ravel()] = False
    frame = pl.DataFrame(
        {
            "code": people.plot_codes,
            "participant": people.codes,
            "area": people.areas,
            "tenure": people.tenure,
            "tenure_until": until,
            "nominal_m2": (np.rint(stated / 100) * 100).astype(np.int32),
            "geometry": where(~unmeasured, wkt),
        }
    )
    return SHEETS["plots"].schema.check(frame)


def documents_sheet(options: SynthOptions, people: People, life: Life) -> pl.DataFrame:
    """A row for each document a person needs; all held by whoever was ever admitted."""
    programme, rng = PROGRAMMES[options.programme], stream(options.seed, "documents")
    kinds = [*programme.documents, *(["assembly_minutes"] if programme.assembly_tenures else [])]
    size, last = options.participants, np.datetime64(options.last_month.last_day, "D")
    admitted = ~np.isnat(life.active_on)
    lacking = ~admitted & (rng.random(size) < LACKING) & (life.state == "applied").to_numpy()
    lacks = rng.integers(0, len(kinds), size)
    seen = np.minimum(life.applied_on + rng.integers(0, 20, size).astype("timedelta64[D]"), last)
    birth = pl.Series(people.birth)
    numbers = {
        "identity_document": identity_numbers(
            people.countries, people.areas, birth, int(rng.integers(0, 10**8))
        )
    }
    if "person_key" in kinds:
        numbers["person_key"] = person_keys(people.given, people.family, birth, people.sex, people.areas)
    sheets = []
    for place, kind in enumerate(kinds):
        held = ~(lacking & (lacks == place))
        sheet = pl.DataFrame(
            {
                "participant": people.codes,
                "document": [kind] * size,
                "number": numbers.get(kind, pl.Series([None] * size, dtype=pl.String)),
                "held": held,
                "expires_on": identity_expiry(options, life)
                if kind == "identity_document"
                else np.full(size, np.datetime64("NaT", "D")),
                "seen_on": seen,
            }
        )
        if kind == "assembly_minutes":
            sheet = sheet.filter(people.tenure.is_in(programme.assembly_tenures))
        sheets.append(sheet)
    return SHEETS["documents"].schema.check(pl.concat(sheets))


def identity_expiry(options: SynthOptions, life: Life) -> Days:
    """When each person's identity document expires (n,), by the register; renewals come as evidence.

    Not before the person came into the present state: nobody becomes active with an expired document.
    """
    rng, size = stream(options.seed, "identity expiry"), options.participants
    last = np.datetime64(options.last_month.last_day, "D")
    expires = last + rng.integers(400, 3_650, size).astype("timedelta64[D]")
    soon = rng.random(size) < EXPIRING
    expires[soon] = last + rng.integers(-365, 365, int(soon.sum())).astype("timedelta64[D]")
    valid: Days = np.fmax(expires, life.state_since + np.timedelta64(1, "D"))
    return valid


def officers_sheet(options: SynthOptions, groups: Groups, people: People, life: Life) -> pl.DataFrame:
    """The first three active people of a group, by lot, are its coordinator, secretary and treasurer."""
    rng, size = stream(options.seed, "officers"), options.participants
    frame = pl.DataFrame(
        {
            "group": groups.codes.gather(groups.of_person),
            "participant": people.codes,
            "since": life.active_on,
            "lot": rng.permutation(size),
            "state": life.state,
        }
    )
    elected = (
        frame.filter(pl.col("state") == "active")
        .with_columns(place=pl.col("lot").rank("ordinal").over("group") - 1)
        .filter(pl.col("place") < len(OFFICES))
        .with_columns(office=pl.col("place").replace_strict(dict(enumerate(OFFICES)), return_dtype=pl.String))
        .sort("group", "place")
    )
    return SHEETS["officers"].schema.check(elected)
