"""What flags of a batch of submissions are drawn from, as frames of `core.flags`.

All read the temporary table tray_batch (id, phone), which `review.services.tray` fills in the same transaction.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
import shapely

from ceiba.core.flags import COUNTS, PHOTOS, SIGHTINGS, STRANGERS, band_probes
from ceiba.core.geometry import Geometries
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame, temp_frame
from ceiba.registry.places import area_geometries, plot_polygons

_SQL: Final = Path(__file__).parents[1] / "sql"
_SIGHTINGS: Final = (_SQL / "sightings.sql").read_text()
_COUNTS: Final = (_SQL / "counts.sql").read_text()
_ON_LAND: Final = (_SQL / "on_land.sql").read_text()
_STRANGERS: Final = (_SQL / "strangers.sql").read_text()
_PHOTOS: Final = (_SQL / "photos.sql").read_text()
_KNOWN: Final = (_SQL / "photos_known.sql").read_text()

_PLACED: Final = FrameSchema(
    "submissions that should be somewhere",
    (
        Column("submission_id", pl.Int64),
        Column("participant_id", pl.Int64),
        Column("plot_code", pl.String),
        Column("area", pl.String),
        Column("on_land", pl.Boolean),
    ),
    ("submission_id",),
)
_PROBE: Final = FrameSchema(
    "photo_probe", (Column("sha256", pl.String), Column("band", pl.Int32), Column("value", pl.Int32))
)


@dataclass(frozen=True, slots=True)
class Placed:
    """Sightings with the shapes that they should be in, row by row; None where there is none to compare with."""

    sightings: pl.DataFrame
    plots: Geometries
    areas: Geometries


def sightings() -> pl.DataFrame:
    """`SIGHTINGS` of the batch, and of the same accounts and phones within a day."""
    return read_frame(_SIGHTINGS, {}, SIGHTINGS)


def counts() -> pl.DataFrame:
    """`COUNTS` of the accounts and days of the batch."""
    return read_frame(_COUNTS, {}, COUNTS)


def strangers() -> pl.DataFrame:
    """`STRANGERS` of the batch."""
    return read_frame(_STRANGERS, {}, STRANGERS)


def placed(seen: pl.DataFrame) -> Placed:
    """Those of `seen` (SIGHTINGS) that are of the batch and of a person, with the land and the area of each."""
    should = read_frame(_ON_LAND, {}, _PLACED)
    rows = seen.join(should, on="submission_id", how="inner").sort("submission_id")
    return Placed(rows.select(SIGHTINGS.names), _plots(rows), _areas(rows["area"].to_list()))


def photos() -> pl.DataFrame:
    """`PHOTOS` of the batch."""
    return read_frame(_PHOTOS, {}, PHOTOS)


def photos_known(of: pl.DataFrame, distance_bits: int) -> pl.DataFrame:
    """`PHOTOS` of all submissions that may have the same as or like those in `of`; those in `of` among them."""
    plain = of.select("sha256", band=pl.lit(-1, pl.Int32), value=pl.lit(0, pl.Int32))
    probes = band_probes(of, distance_bits).select(_PROBE.names)
    temp_frame("photo_probe", _PROBE, pl.concat([plain, probes]).unique())
    return read_frame(_KNOWN, {}, PHOTOS)


def _plots(rows: pl.DataFrame) -> Geometries:
    """The plot that each names, else all plots of its person together; None for what is not of land."""
    found = plot_polygons(rows["participant_id"].unique().to_list())
    by_code = {code: shape for plots in found.values() for code, shape in plots}
    wanted = []
    for person, code, on_land in rows.select("participant_id", "plot_code", "on_land").rows():
        own = [shape for _, shape in found.get(person, ())]
        wkb = ([by_code[code]] if code in by_code else own) if on_land else []
        wanted.append(shapely.union_all(shapely.make_valid(shapely.from_wkb(wkb))) if wkb else None)
    return np.array(wanted, dtype=object)


def _areas(codes: list[str]) -> Geometries:
    shapes = area_geometries(set(codes))
    read = {code: shapely.from_wkb(wkb) for code, wkb in shapes.items()}
    return np.array([read.get(code) for code in codes], dtype=object)
