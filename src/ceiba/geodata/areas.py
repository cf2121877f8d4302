"""The administrative areas shipped with Ceiba: Mexico, Guatemala, Honduras, El Salvador.

Codes are hierarchical prefixes: `MX` holds `MX-07` (a state) holds `MX-07059` (a municipality). Honduras and
El Salvador end at their departments. Sources, licences and limits: SOURCES.md beside this file.
"""

from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

LEVELS: Final = ("country", "state", "municipality")

AREAS: Final = FrameSchema(
    "areas",
    (
        Column("code", pl.String, meaning="country, country-state or country-municipality"),
        Column("parent", pl.String, nullable=True, meaning="code of the area above; null for a country"),
        Column("level", pl.String, meaning="country, state or municipality"),
        Column("name", pl.String, meaning="as its country writes it"),
        Column("marginalisation", pl.Int32, nullable=True, meaning="grade, 1 very low to 5 very high"),
        Column("geometry", pl.Binary, meaning="WKB, degrees, WGS84; neighbours share their borders"),
        Column("lon", pl.Float64, meaning="a point inside"),
        Column("lat", pl.Float64, meaning="a point inside"),
        Column("minx", pl.Float64, meaning="westernmost longitude"),
        Column("miny", pl.Float64, meaning="southernmost latitude"),
        Column("maxx", pl.Float64, meaning="easternmost longitude"),
        Column("maxy", pl.Float64, meaning="northernmost latitude"),
    ),
    key=("code",),
)


@cache
def areas() -> pl.DataFrame:
    """Every area in the order of its code, as `AREAS`."""
    data = (files("ceiba.geodata") / "areas.parquet").read_bytes()
    return AREAS.check(pl.read_parquet(data))
