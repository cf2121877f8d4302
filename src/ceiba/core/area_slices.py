"""The parts of a sealed month by area, so that an area's rows can be handed out and still be held to the seal.

Everything is cut by person, because a month is decided person by person: with all rows of the people of an area,
what was decided about them can be decided again. A person's area is that of the month's facts; of somebody whom the
month does not decide but whose earlier months it settles, that of the latest late facts, else their country.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ceiba.core.kernel.digest import group_digests
from ceiba.core.kernel.frames import Column, FrameSchema

PLACES: Final = FrameSchema(
    "areas of people",
    (Column("participant_id", pl.Int64), Column("area", pl.String, meaning="empty: nothing says where")),
    ("participant_id",),
)
Slices = Mapping[str, Mapping[str, str]]
"""Part -> area code -> digest of the part's rows of the area; areas without rows are left out."""


def places_of(snapshot: pl.DataFrame, late: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """`PLACES` of everybody in these parts of a month; of the parts, the columns that say where are read."""
    found = [
        snapshot.select("participant_id", "area"),
        late.sort("month", descending=True).select("participant_id", "area"),
        due.select("participant_id", area=pl.col("country").fill_null("")),
    ]
    places = pl.concat(found).unique("participant_id", keep="first", maintain_order=True)
    return PLACES.check(places.sort("participant_id"))


def slice_digests(
    parts: Mapping[str, pl.DataFrame], schemas: Mapping[str, FrameSchema], places: pl.DataFrame
) -> dict[str, dict[str, str]]:
    """The `Slices` of parts; everybody in them must be in `places` (`PLACES`)."""
    return {name: _of_part(frame, schemas[name], places) for name, frame in parts.items()}


def _of_part(frame: pl.DataFrame, schema: FrameSchema, places: pl.DataFrame) -> dict[str, str]:
    area = frame.select("participant_id").join(places, on="participant_id", how="left", maintain_order="left")
    return group_digests(frame, schema, area.get_column("area").fill_null(""))
