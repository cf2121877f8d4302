"""Where the rows of each sheet go: tables, references, what is compared. Data for `services.staging`.

SQL fragments speak of `s`, the row as it came; `r_<column>`, the row that its column refers to; `x`, the row as
it would be stored; `t`, the row that is there now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column
from ceiba.core.register import SHEETS, Sheet


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of the sheet that names a row of `table` by its code, and the column that stores it.

    `area` is the referred table's column of its area, when only rows within the sender's areas may be named.
    """

    column: LiteralString
    table: LiteralString
    stored: LiteralString
    identity: LiteralString = "id"
    area: LiteralString | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The table of a sheet.

    `stored` gives each column by SQL. Columns of `kept` stay as they are where the file says nothing; `derived`
    are not compared when asking whether a row changes. `places` are the areas a row has to do with, now and
    then. `was` keeps what later steps must know of the row that was there. `staged` are columns that preparation
    adds to the sheet's.
    """

    sheet: Sheet
    table: LiteralString
    key: tuple[LiteralString, ...]
    stored: Mapping[LiteralString, LiteralString]
    references: tuple[Reference, ...]
    places: tuple[LiteralString, ...] = ()
    kept: tuple[LiteralString, ...] = ()
    derived: tuple[LiteralString, ...] = ()
    was: Mapping[LiteralString, LiteralString] = field(default_factory=dict)
    staged: tuple[Column, ...] = ()


AREA: Final = Reference("area", "registry_area", "area_id", "code")
PERSON: Final = Reference("participant", "registry_participant", "participant_id", area="area_id")
GROUP: Final = Reference("group", "registry_group", "group_id", area="area_id")
_OWN_AREAS: Final = ("x.area_id", "t.area_id")

TARGETS: Final[dict[str, Target]] = {
    "technicians": Target(
        SHEETS["technicians"],
        "registry_technician",
        ("code",),
        {"code": "s.code", "name": "s.name", "kind": "s.kind", "area_id": "r_area.code"},
        (AREA,),
        _OWN_AREAS,
    ),
    "groups": Target(
        SHEETS["groups"],
        "registry_group",
        ("code",),
        {
            "code": "s.code",
            "name": "s.name",
            "area_id": "r_area.code",
            "technician_productive_id": "r_technician_productive.id",
            "technician_social_id": "r_technician_social.id",
        },
        (
            AREA,
            Reference("technician_productive", "registry_technician", "technician_productive_id"),
            Reference("technician_social", "registry_technician", "technician_social_id"),
        ),
        _OWN_AREAS,
    ),
    "participants": Target(
        SHEETS["participants"],
        "registry_participant",
        ("code",),
        {
            "code": "s.code",
            "given_names": "s.given_names",
            "family_names": "s.family_names",
            "birth_date": "s.birth_date",
            "sex": "s.sex",
            "language": "coalesce(s.language, '')",
            "phone": "coalesce(s.phone, '')",
            "area_id": "r_area.code",
            "group_id": "r_group.id",
            "home_lon": "s.home_lon",
            "home_lat": "s.home_lat",
            "search_text": "s.search_text",
        },
        (AREA, GROUP),
        _OWN_AREAS,
        staged=(Column("search_text", pl.String),),
    ),
    "documents": Target(
        SHEETS["documents"],
        "registry_document",
        ("participant_id", "document"),
        {
            "participant_id": "r_participant.id",
            "document": "s.document",
            "number_cipher": "s.number_cipher",
            "number_hash": "s.number_hash",
            "held": "s.held",
            "expires_on": "s.expires_on",
            "seen_on": "s.seen_on",
        },
        (PERSON,),
        kept=("number_cipher", "number_hash"),
        derived=("number_cipher",),
        staged=(Column("number_cipher", pl.Binary, True), Column("number_hash", pl.Binary, True)),
    ),
    "officers": Target(
        SHEETS["officers"],
        "registry_officer",
        ("group_id", "office"),
        {
            "group_id": "r_group.id",
            "office": "s.office",
            "participant_id": "r_participant.id",
            "since": "s.since",
        },
        (GROUP, PERSON),
    ),
    "plots": Target(
        SHEETS["plots"],
        "registry_plot",
        ("code",),
        {
            "code": "s.code",
            "participant_id": "r_participant.id",
            "area_id": "r_area.code",
            "tenure": "s.tenure",
            "tenure_until": "s.tenure_until",
            "nominal_m2": "s.nominal_m2",
            "measured_m2": "s.measured_m2",
            "overlap_m2": "NULL::integer",
            "geometry": "s.wkb",
            "west": "s.west",
            "south": "s.south",
            "east": "s.east",
            "north": "s.north",
        },
        (PERSON, AREA),
        (*_OWN_AREAS, "(SELECT o.area_id FROM registry_participant o WHERE o.id = t.participant_id)"),
        derived=("overlap_m2",),
        was={
            "was_participant_id": "t.participant_id",
            "was_geometry": "t.geometry",
            "was_overlap_m2": "t.overlap_m2",
            "was_west": "t.west",
            "was_south": "t.south",
            "was_east": "t.east",
            "was_north": "t.north",
        },
        staged=(
            Column("wkb", pl.Binary, True),
            Column("measured_m2", pl.Int32, True),
            Column("west", pl.Float64, True),
            Column("south", pl.Float64, True),
            Column("east", pl.Float64, True),
            Column("north", pl.Float64, True),
        ),
    ),
    "enrolments": Target(
        SHEETS["enrolments"],
        "registry_enrolment",
        ("participant_id", "programme_id"),
        {
            "participant_id": "r_participant.id",
            "programme_id": "r_programme.code",
            "variant": "s.variant",
            "state": "s.state",
            "applied_on": "s.applied_on",
            "active_on": "s.active_on",
            "state_since": "s.state_since",
            "cause": "coalesce(s.cause, '')",
        },
        (PERSON, Reference("programme", "rulebook_programme", "programme_id", "code")),
        was={
            "was_state": "t.state",
            "was_since": "t.state_since",
            "was_applied_on": "t.applied_on",
            "was_active_on": "t.active_on",
            "was_cause": "t.cause",
        },
    ),
}
