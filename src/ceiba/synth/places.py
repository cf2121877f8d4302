"""Where the villages are: cells of one lattice over the real areas, so that no two villages share land.

A route is the work of a pair of technicians, eight groups in one area; each group has a cell of its own.
"""

from typing import Final

import numpy as np
import polars as pl
import shapely

from ceiba.core.geometry import Floats, Integers
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.geodata.areas import areas
from ceiba.synth.programmes import Programme
from ceiba.synth.streams import quota

CELL_DEGREES: Final = 0.0125  # about 1.4 km: room for thirty plots of 2.5 ha at any angle
GROUPS_A_ROUTE: Final = 8
STATE_LETTERS: Final = 5  # of an area code: GT-01 of GT-0101

register_messages(
    {
        "synth.no_land": {
            "es": "En {country} no cabe tanta gente sin encimar parcelas: faltó lugar para {people} "
            "personas. Pida menos participantes.",
            "en": "{country} cannot hold that many people without plots overlapping: "
            "there was no room for {people}. Ask for fewer participants.",
        }
    }
)


def place_routes(programme: Programme, routes: int, rng: np.random.Generator) -> tuple[list[str], Floats]:
    """Area codes (routes,) and the middles of the villages' cells in degrees (routes, 8, 2), lon lat.

    Raises CeibaError (synth.no_land) when the areas cannot hold the routes.
    """
    codes: list[str] = []
    cells: list[Floats] = []
    for country, count in quota(routes, programme.countries).items():
        found = _place(_leaves(programme, country), count, rng)
        if missing := count - sum(len(blocks) for blocks in found.values()):
            people = missing * GROUPS_A_ROUTE * 25
            raise CeibaError(Problem("synth.no_land", values={"country": country, "people": people}))
        for code, blocks in found.items():
            codes += [code] * len(blocks)
            cells.append(blocks)
    return codes, np.concatenate(cells)


def _leaves(programme: Programme, country: str) -> pl.DataFrame:
    """The smallest areas of a country where the programme works, with a `weight`: poorer and larger, more."""
    inside = areas().filter(pl.col("code").str.starts_with(f"{country}-"))
    leaves = inside.filter(~pl.col("code").is_in(inside["parent"].implode()))
    if country in programme.states:
        state = pl.col("code").str.head(STATE_LETTERS)
        leaves = leaves.filter(state.is_in(programme.states[country]))
    weight = ((pl.col("maxx") - pl.col("minx")) * (pl.col("maxy") - pl.col("miny"))).sqrt()
    if programme.marginalisation_min is not None:
        leaves = leaves.filter(pl.col("marginalisation") >= programme.marginalisation_min)
        weight = weight * (pl.col("marginalisation") - programme.marginalisation_min + 1)
    return leaves.with_columns(weight=weight)


def _place(leaves: pl.DataFrame, count: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Blocks of eight cells an area: `count` in all, or as many as fit; areas by weight until full."""
    weight = leaves["weight"].to_numpy().copy()
    free: dict[int, Floats] = {}
    taken: dict[str, list[Floats]] = {}
    left = count
    while left and weight.any():
        for area, wanted in enumerate(rng.multinomial(left, weight / weight.sum())):
            if not wanted:
                continue
            if area not in free:
                free[area] = rng.permutation(_blocks(leaves.row(area, named=True)["geometry"]))
            here, free[area] = free[area][:wanted], free[area][wanted:]
            if len(free[area]) == 0:
                weight[area] = 0
            taken.setdefault(leaves["code"][area], []).append(here)
            left -= len(here)
    return {code: np.concatenate(blocks) for code, blocks in taken.items() if sum(map(len, blocks))}


def _blocks(wkb: bytes) -> Floats:
    """The lattice's cells that lie wholly in an area, by neighbourhoods of eight: middles (n, 8, 2)."""
    polygon = shapely.from_wkb(wkb)
    west, south, east, north = (np.array(polygon.bounds) / CELL_DEGREES).astype(np.int64)
    i, j = (
        axis.ravel() for axis in np.meshgrid(np.arange(west - 1, east + 1), np.arange(south - 1, north + 1))
    )
    boxes = shapely.box(i * CELL_DEGREES, j * CELL_DEGREES, (i + 1) * CELL_DEGREES, (j + 1) * CELL_DEGREES)
    shapely.prepare(polygon)
    inside = shapely.contains(polygon, boxes)
    i, j = i[inside], j[inside]
    order = np.argsort(_z_order(i - west + 1, j - south + 1), kind="stable")
    whole = len(order) // GROUPS_A_ROUTE * GROUPS_A_ROUTE
    middles = (np.column_stack([i, j])[order[:whole]] + 0.5) * CELL_DEGREES
    return middles.reshape(-1, GROUPS_A_ROUTE, 2)


def _z_order(i: Integers, j: Integers) -> Integers:
    """Morton code of cells: near in the order means near on the ground, mostly."""
    code = np.zeros(len(i), dtype=np.int64)
    for bit in range(16):
        code |= ((i >> bit) & 1) << (2 * bit) | ((j >> bit) & 1) << (2 * bit + 1)
    return code
