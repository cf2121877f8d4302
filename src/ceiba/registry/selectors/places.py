"""Where people and groups are, by their codes: what a batch of forms names."""

from collections.abc import Iterable, Sequence
from typing import Final, LiteralString

import polars as pl

from ceiba.core.facts import SNAPSHOT_KEY
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
ENROLLED: Final = FrameSchema(
    "people of a programme",
    (*SNAPSHOT_KEY, Column("country", pl.String), Column("variant", pl.String)),
    key=("participant_id",),
)
_PEOPLE: Final[LiteralString] = """
    SELECT p.code AS participant, p.id AS participant_id, p.area_id AS area, g.code AS "group"
    FROM registry_participant p LEFT JOIN registry_group g ON g.id = p.group_id WHERE p.code = ANY(%(codes)s)
"""
_GROUPS: Final[LiteralString] = """
    SELECT code AS "group", area_id AS area FROM registry_group WHERE code = ANY(%(codes)s)
"""

_ENROLLED: Final[LiteralString] = """
    SELECT p.id AS participant_id, p.area_id AS area, g.code AS "group", left(p.area_id, 2) AS country, e.variant
    FROM registry_enrolment e
    JOIN registry_participant p ON p.id = e.participant_id
    LEFT JOIN registry_group g ON g.id = p.group_id
    WHERE e.programme_id = %(programme)s
        AND (%(people)s::bigint[] IS NULL OR e.participant_id = ANY(%(people)s::bigint[]))
"""


def enrolled_places(programme: str, people: Sequence[int] | None = None) -> pl.DataFrame:
    """Everyone who is or was in a programme, or some `people` of them, as they are now (`ENROLLED`, sorted)."""
    params = {"programme": programme, "people": people}
    return read_frame(_ENROLLED, params, ENROLLED).sort("participant_id")


def people_places(codes: Iterable[str]) -> pl.DataFrame:
    """The people with these codes (`PEOPLE_PLACES`), as far as they are in the register."""
    return read_frame(_PEOPLE, {"codes": sorted(set(codes))}, PEOPLE_PLACES)


def group_places(codes: Iterable[str]) -> pl.DataFrame:
    """The groups with these codes (`GROUP_PLACES`), as far as they are in the register."""
    return read_frame(_GROUPS, {"codes": sorted(set(codes))}, GROUP_PLACES)
