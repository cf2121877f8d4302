"""Places and people that are not where they should be, and places without the uncertainty that every reading has."""

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from ceiba.core.flags.frames import NO_OTHERS, SIGHTINGS, STRANGERS, flagged
from ceiba.core.geometry import EARTH_MEAN_RADIUS_M, Geometries

Floats = npt.NDArray[np.float64]
_DEGREE_M: Final = EARTH_MEAN_RADIUS_M * np.pi / 180


def accuracy_zero(sightings: pl.DataFrame) -> pl.DataFrame:
    """`FLAGS` of places whose accuracy is told as exactly zero, or below: set by hand, or simulated."""
    rows = SIGHTINGS.check(sightings).filter(pl.col("lon").is_not_null() & (pl.col("accuracy_m") <= 0))
    return flagged(
        "accuracy_zero", rows.with_columns(NO_OTHERS), {"lon": pl.col("lon"), "lat": pl.col("lat")}
    )


def outside(flag: str, sightings: pl.DataFrame, shapes: Geometries, margin_m: int) -> pl.DataFrame:
    """`FLAGS` (`flag`) of places farther from the shape of their row than their accuracy and `margin_m`.

    `shapes` are valid polygons in degrees, one a row of `sightings`; None where there is none, which is no flag.
    """
    rows = SIGHTINGS.check(sightings)
    away = distance_to_m(rows["lon"].to_numpy(), rows["lat"].to_numpy(), shapes)
    allowed = rows["accuracy_m"].fill_null(0).clip(0).to_numpy() + margin_m
    with np.errstate(invalid="ignore"):
        far = away > allowed
    rows = rows.with_columns(NO_OTHERS, away=pl.Series(away).round(0)).filter(pl.Series(far))
    figures = {
        "away_m": pl.col("away").cast(pl.Int64),
        "accuracy_m": pl.col("accuracy_m"),
        "margin_m": pl.lit(margin_m),
    }
    return flagged(flag, rows, figures)


def outside_portfolio(strangers: pl.DataFrame) -> pl.DataFrame:
    """`FLAGS` of submissions about people (`STRANGERS`) whom their senders neither look after nor visit again."""
    rows = STRANGERS.check(strangers).group_by("submission_id").agg(people=pl.col("person").sort())
    return flagged("outside_portfolio", rows.with_columns(NO_OTHERS), {"people": pl.col("people")})


def distance_to_m(lon: Floats, lat: Floats, shapes: Geometries) -> Floats:
    """Metres from each point to the shape of its row (n,): 0 inside, NaN where one of the two is missing.

    On a plane that touches the Earth at the point: within 1 % up to tens of kilometres, far less than what flags ask.
    """
    count = shapely.get_num_coordinates(shapes)
    owner = np.repeat(np.arange(len(shapes)), count)
    degrees = shapely.get_coordinates(shapes)
    east = (degrees[:, 0] - lon[owner]) * np.cos(np.radians(lat[owner])) * _DEGREE_M
    north = (degrees[:, 1] - lat[owner]) * _DEGREE_M
    missing = np.isnan(lon) | np.isnan(lat)
    flat = shapely.set_coordinates(shapes.copy(), np.nan_to_num(np.column_stack([east, north])))
    away: Floats = shapely.distance(flat, shapely.Point(0, 0))
    away[missing] = np.nan
    return away
