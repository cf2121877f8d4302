"""The participants: who they are, where they live, what land they hold."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Floats, Geometries
from ceiba.core.register import SHEETS
from ceiba.synth.columns import numbered, picked, put, where
from ceiba.synth.faults import Faults
from ceiba.synth.groups import Groups
from ceiba.synth.land import draw_plots, inside_of
from ceiba.synth.life import Days, Life
from ceiba.synth.names import languages, people_names, spelled_otherwise
from ceiba.synth.options import SynthOptions
from ceiba.synth.places import STATE_LETTERS
from ceiba.synth.programmes import PROGRAMMES
from ceiba.synth.streams import shares, stream

WOMEN: Final = 0.36
WITH_PHONE: Final = 0.55
PHONES: Final = {"GT": ("+502", 3, 8), "HN": ("+504", 3, 8), "SV": ("+503", 6, 8), "MX": ("+52", 9, 10)}
FAR: Final = 0.004  # share that lives more than 20 km from the plot
KM_A_DEGREE: Final = 111.0
DAYS_A_YEAR: Final = 365.2425


@dataclass(frozen=True, slots=True)
class People:
    """Series and arrays of (n,), people in the order of the register."""

    codes: pl.Series
    given: pl.Series
    family: pl.Series
    sex: pl.Series
    language: pl.Series
    phone: pl.Series
    areas: pl.Series
    countries: pl.Series
    birth: Days
    homes: Floats  # (n, 2) lon lat
    tenure: pl.Series
    plots: Geometries
    plot_codes: pl.Series

    def sheet(self, groups: Groups, life: Life) -> pl.DataFrame:
        """The register's sheet of participants; of those not admitted, only some have a group yet."""
        group = groups.codes.gather(groups.of_person)
        early = life.state.is_in(["applied", "waiting"]) & (pl.Series(groups.rank) % 2 == 0)
        frame = pl.DataFrame(
            {
                "code": self.codes,
                "given_names": self.given,
                "family_names": self.family,
                "birth_date": self.birth,
                "sex": self.sex,
                "language": self.language,
                "phone": self.phone,
                "area": self.areas,
                "group": where(~early, group),
                "home_lon": self.homes[:, 0],
                "home_lat": self.homes[:, 1],
            }
        )
        return SHEETS["participants"].schema.check(frame)


def settle(options: SynthOptions, groups: Groups, life: Life, faults: Faults) -> People:
    """Draw the people, with the faults of persons and plots planted."""
    seed, of_person = options.seed, groups.of_person
    area, country = groups.areas.gather(of_person), groups.countries.gather(of_person)
    sex = picked("FM", (stream(seed, "sex").random(len(area)) >= WOMEN).astype(np.int64))
    language = languages(area.str.head(STATE_LETTERS), stream(seed, "languages"))
    given, family = people_names(country, language, sex, stream(seed, "names"))
    number = numbered(1, len(area), 7)
    people = People(
        codes=country + number,
        given=given,
        family=family,
        sex=sex,
        language=language,
        phone=_phones(country, stream(seed, "phones")),
        areas=area,
        countries=country,
        birth=_births(options, life, faults, stream(seed, "births")),
        homes=_homes(groups.centres[of_person], stream(seed, "homes")),
        tenure=_tenures(options, stream(seed, "tenure")),
        plots=_plots(options, groups, faults, stream(seed, "plots")),
        plot_codes="P-" + country + number,
    )
    return _doubled(people, faults, stream(seed, "two names"))


def _births(options: SynthOptions, life: Life, faults: Faults, rng: np.random.Generator) -> Days:
    """Ages of 18 to 80 on applying, a few above 75, and the planted ages of 97 to 109 in the last month."""
    size = len(life.applied_on)
    years = np.clip(rng.normal(45, 14, size), 18.05, 74)
    old = rng.random(size) < 0.015
    years[old] = rng.uniform(74, 80, int(old.sum()))
    birth: Days = life.applied_on - np.rint(years * DAYS_A_YEAR).astype("timedelta64[D]")
    last = np.datetime64(options.last_month.last_day, "D")
    ages = rng.uniform(97.1, 109.9, len(faults.very_old))
    birth[faults.very_old] = last - np.rint(ages * DAYS_A_YEAR).astype("timedelta64[D]")
    return birth


def _phones(country: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Mobile numbers with the country's prefix for some, null for the rest."""
    has, digits = rng.random(len(country)) < WITH_PHONE, rng.integers(0, 10**9, len(country))
    frame = pl.DataFrame({"country": country, "digits": digits}).with_columns(
        tail=pl.col("digits").cast(pl.String).str.zfill(9)
    )
    numbers = [
        pl.when(pl.col("country") == code).then(f"{prefix}{first}" + pl.col("tail").str.tail(length - 1))
        for code, (prefix, first, length) in PHONES.items()
    ]
    return where(has, frame.select(pl.coalesce(numbers)).to_series())


def _homes(village: Floats, rng: np.random.Generator) -> Floats:
    """Homes in degrees (n, 2), mostly within 3 km of the village, some beyond 20 km."""
    size = len(village)
    km = np.minimum(rng.lognormal(0, 0.7, size), 12)
    far = rng.random(size) < FAR
    km[far] = rng.uniform(22, 60, int(far.sum()))
    angle = rng.uniform(0, 2 * np.pi, size)
    east, north = km * np.cos(angle), km * np.sin(angle)
    lat = village[:, 1] + north / KM_A_DEGREE
    lon = village[:, 0] + east / (KM_A_DEGREE * np.cos(np.radians(lat)))
    homes: Floats = np.column_stack([lon, lat]).round(6)
    return homes


def _tenures(options: SynthOptions, rng: np.random.Generator) -> pl.Series:
    tenures = PROGRAMMES[options.programme].tenures
    return picked(tenures, shares(rng, tenures, options.participants))


def _plots(options: SynthOptions, groups: Groups, faults: Faults, rng: np.random.Generator) -> Geometries:
    """A polygon each, of the programme's areas."""
    size, measured = options.participants, PROGRAMMES[options.programme].measured
    # a gamma leans to the right where the spread is wide (0.1 to 15 ha) and is a normal where it is narrow
    shape = (measured.middle / measured.spread) ** 2
    wanted = rng.gamma(shape, measured.middle / shape, size).clip(measured.low, measured.high)
    small = rng.random(size) < measured.small
    wanted[small] = rng.uniform(measured.small_low, measured.low, int(small.sum()))
    plots = draw_plots(groups.centres, groups.of_person, groups.sizes, wanted, rng)
    inner, outer = faults.overlapping.T
    plots[inner] = inside_of(plots[outer], rng)
    return plots


def _doubled(people: People, faults: Faults, rng: np.random.Generator) -> People:
    """The second of each pair becomes the first under another name: same birth, near home, often same phone.

    Half of them are spelled as another clerk would, half took the names in the other order; where that
    changes nothing, one name was dropped.
    """
    first, second = faults.two_names.T
    family = people.family.gather(first)
    turned = family.str.split(" ").list.reverse().list.join(" ")
    alias = spelled_otherwise(family).zip_with(pl.Series(rng.random(len(first)) < 0.5), turned)
    alias = alias.zip_with(alias != family, family.str.split(" ").list.first())
    birth, homes = people.birth.copy(), people.homes.copy()
    birth[second] = birth[first]
    homes[second] = np.round(homes[first] + rng.uniform(-0.0002, 0.0002, (len(first), 2)), 6)
    shared = rng.random(len(first)) < 0.5
    return replace(
        people,
        given=put(people.given, second, people.given.gather(first)),
        family=put(people.family, second, alias),
        sex=put(people.sex, second, people.sex.gather(first)),
        language=put(people.language, second, people.language.gather(first)),
        phone=put(people.phone, second[shared], people.phone.gather(first[shared])),
        birth=birth,
        homes=homes,
    )
