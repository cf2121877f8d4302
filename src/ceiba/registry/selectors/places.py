"""Where people and groups are, by their codes: what a batch of forms names."""

from collections.abc import Iterable
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame

PEOPLE_PLACES: Final = FrameSchema(
    "places of people",
    (
        Column("participant", pl.String, meaning="participant code"),
        Column("participant_id", pl.Int64),
        Column("area", pl.String, meaning="code of the municipality"),
        Column("group", pl.String, True, meaning="group code"),
    ),
    key=("participant",),
)
GROUP_PLACES: Final = FrameSchema(
    "places of groups", (Column("group", pl.String), Column("area", pl.String)), key=("group",)
)
_PEOPLE: Final[LiteralString] = """
    SELECT p.code AS participant, p.id AS participant_id, p.area_id AS area, g.code AS "group"
    FROM registry_participant p LEFT JOIN registry_group g ON g.id = p.group_id WHERE p.code = ANY(%(codes)s)
"""
_GROUPS: Final[LiteralString] = """
    SELECT code AS "group", area_id AS area FROM registry_group WHERE code = ANY(%(codes)s)
"""


def people_places(codes: Iterable[str]) -> pl.DataFrame:
    """The people with these codes (`PEOPLE_PLACES`), as far as they are in the register."""
    return read_frame(_PEOPLE, {"codes": sorted(set(codes))}, PEOPLE_PLACES)


def group_places(codes: Iterable[str]) -> pl.DataFrame:
    """The groups with these codes (`GROUP_PLACES`), as far as they are in the register."""
    return read_frame(_GROUPS, {"codes": sorted(set(codes))}, GROUP_PLACES)
