"""Groups (CAC) of 20 to 30 people, their villages, and the technicians who serve eight groups each."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ceiba.core.geometry import Floats, Integers
from ceiba.core.register import SHEETS
from ceiba.geodata.areas import areas
from ceiba.synth.columns import numbered, picked
from ceiba.synth.names import GROUP_NAMES, people_names
from ceiba.synth.options import SynthOptions
from ceiba.synth.places import GROUPS_A_ROUTE, place_routes
from ceiba.synth.programmes import PROGRAMMES
from ceiba.synth.streams import stream

PEOPLE: Final = 27  # rows a group, leavers and waiting list included: about 23 active
PEOPLE_MAX: Final = 30


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups (G,), in the order of their people: the people of a group are neighbours in the register."""

    codes: pl.Series
    names: pl.Series
    areas: pl.Series  # area code
    countries: pl.Series  # ISO code
    centres: Floats  # (G, 2) lon lat of the village
    sizes: Integers
    routes: Integers  # which pair of technicians
    productive: pl.Series  # technician code
    social: pl.Series
    technicians: pl.DataFrame  # the sheet

    @property
    def of_person(self) -> Integers:
        """Position of each person's group (n,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def rank(self) -> Integers:
        """Position of each person in the group (n,)."""
        return np.arange(self.sizes.sum()) - np.repeat(np.cumsum(self.sizes) - self.sizes, self.sizes)

    @property
    def sheet(self) -> pl.DataFrame:
        """The register's sheet of groups."""
        columns = (self.codes, self.names, self.areas, self.productive, self.social)
        schema = SHEETS["groups"].schema
        return schema.check(pl.DataFrame(dict(zip(schema.names, columns, strict=True))))


def form_groups(options: SynthOptions) -> Groups:
    """As many groups as the participants need, in villages of the programme's areas."""
    sizes = _sizes(options.participants, stream(options.seed, "group sizes"))
    routes = np.arange(len(sizes)) // GROUPS_A_ROUTE
    places, cells = place_routes(
        PROGRAMMES[options.programme], int(routes[-1]) + 1, stream(options.seed, "places")
    )
    route_area = pl.Series(places)
    technicians = _technicians(options, route_area)
    area = route_area.gather(routes)
    country = area.str.head(2)
    number = numbered(1, len(sizes), 5)
    rng = stream(options.seed, "group names")
    town = areas().select(parent="code", town="name")
    names = pl.DataFrame(
        {
            "saint": pl.Series(GROUP_NAMES).gather(rng.integers(0, len(GROUP_NAMES), len(sizes))),
            "parent": area,
        }
    ).join(town, on="parent", how="left", maintain_order="left")
    return Groups(
        codes="CAC-" + country + "-" + number,
        names=names["saint"] + ", " + names["town"],
        areas=area,
        countries=country,
        centres=cells.reshape(-1, 2)[: len(sizes)],
        sizes=sizes,
        routes=routes,
        productive=technicians["code"].gather(2 * routes),
        social=technicians["code"].gather(2 * routes + 1),
        technicians=technicians,
    )


def _sizes(participants: int, rng: np.random.Generator) -> Integers:
    """Sizes that add up to `participants`, from 24 to 30 as far as the total allows."""
    count = max(round(participants / PEOPLE), -(-participants // PEOPLE_MAX))
    sizes = np.full(count, participants // count)
    sizes[: participants % count] += 1
    shift = rng.integers(0, np.clip(PEOPLE_MAX - sizes.max(), 0, 3) + 1, count // 2)
    sizes[0 : 2 * len(shift) : 2] += shift
    sizes[1 : 2 * len(shift) : 2] -= shift
    return sizes


def _technicians(options: SynthOptions, route_area: pl.Series) -> pl.DataFrame:
    """One productive and one social technician a route, next to each other."""
    pair = np.repeat(np.arange(len(route_area)), 2)
    area = route_area.gather(pair)
    kind = pl.Series(["productive", "social"] * len(route_area))
    number = numbered(1, len(route_area), 4).gather(pair)
    rng = stream(options.seed, "technicians")
    sex = picked("FM", (rng.random(len(area)) < 0.6).astype(np.int64))
    country = area.str.head(2)
    given, family = people_names(country, pl.Series(["spa"]).new_from_index(0, len(area)), sex, rng)
    schema = SHEETS["technicians"].schema
    columns = (
        kind.replace({"productive": "TP-", "social": "TS-"}) + country + "-" + number,
        given + " " + family,
        kind,
        area,
    )
    return schema.check(pl.DataFrame(dict(zip(schema.names, columns, strict=True))))
