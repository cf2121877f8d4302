"""The register as the sheets it is imported by, within what a user may see."""

from collections.abc import Callable
from typing import Any, Final

import polars as pl
import shapely
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import NullIf

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.register import SHEETS
from ceiba.frames.postgres import read_queryset
from ceiba.registry import numbers
from ceiba.registry.models import Document, Enrolment, Officer, Participant, Plot, Technician
from ceiba.registry.selectors.people import BY_AREA, groups_in, participants_in

NUMBERS_SHOWN: Final = (Role.OFFICE, Role.AUDITOR)

Rows = QuerySet[Any, Any]


def sheet_frame(sheet: str, scope: Scope, code: str | None = None) -> pl.DataFrame:
    """The rows of a sheet within the scope, in the sheet's schema, by key.

    `code` asks for one row, of a sheet whose key is its code. Importing it again changes nothing. The numbers of
    documents are there for offices and auditors only.
    """
    schema = SHEETS[sheet].schema
    if sheet == "documents":
        frame = _documents(scope)
    elif sheet == "plots":
        frame = _plots(scope, code)
    else:
        rows = _ROWS[sheet](scope)
        frame = read_queryset(rows if code is None else rows.filter(code=code), schema)
    return schema.check(frame.sort(schema.key))


def _technicians(scope: Scope) -> Rows:
    by_area = scope.role in BY_AREA
    own = scope.areas_q("area__code") if by_area else Q(pk__in=[])
    if scope.role == Role.TECHNICIAN:
        own = Q(code=scope.code)
    return Technician.objects.filter(own).values_list("code", "name", "kind", "area_id")


def _groups(scope: Scope) -> Rows:
    return groups_in(scope).values_list(
        "code", "name", "area_id", "technician_productive__code", "technician_social__code"
    )


def _told(scope: Scope) -> QuerySet[Participant]:
    """The people of the scope whose data were not erased: of the others a file would be refused."""
    return participants_in(scope).filter(erased_at=None)


def _participants(scope: Scope) -> Rows:
    return _told(scope).values_list(
        "code",
        "given_names",
        "family_names",
        "birth_date",
        "sex",
        NullIf("language", Value("")),
        NullIf("phone", Value("")),
        "area_id",
        "group__code",
        "home_lon",
        "home_lat",
    )


def _officers(scope: Scope) -> Rows:
    return Officer.objects.filter(participant__in=participants_in(scope)).values_list(
        "group__code", "office", "participant__code", "since"
    )


def _enrolments(scope: Scope) -> Rows:
    return Enrolment.objects.filter(participant__in=_told(scope)).values_list(
        "participant__code",
        "programme_id",
        "variant",
        "state",
        "applied_on",
        "active_on",
        "state_since",
        NullIf("cause", Value("")),
    )


_ROWS: Final[dict[str, Callable[[Scope], Rows]]] = {
    "technicians": _technicians,
    "groups": _groups,
    "participants": _participants,
    "officers": _officers,
    "enrolments": _enrolments,
}


def _documents(scope: Scope) -> pl.DataFrame:
    """Documents, their numbers opened where the role sees them and not read from the database where it does not."""
    schema = SHEETS["documents"].schema
    rows = Document.objects.filter(participant__in=participants_in(scope))
    head = (F("participant__code"), F("document"))
    rest = (F("held"), F("expires_on"), F("seen_on"))
    if scope.role not in NUMBERS_SHOWN:
        blank = FrameSchema("documents without number", tuple(c for c in schema if c.name != "number"))
        frame = read_queryset(rows.values_list(*head, *rest), blank)
        return frame.with_columns(number=pl.lit(None, pl.String))
    sealed = FrameSchema(
        "sealed documents",
        tuple(Column("number", pl.Binary, True) if c.name == "number" else c for c in schema),
    )
    frame = read_queryset(rows.values_list(*head, F("number_cipher"), *rest), sealed)
    opened = numbers.decrypted(frame["participant"], frame["document"], frame["number"])
    return frame.with_columns(pl.Series("number", opened, pl.String))


def _plots(scope: Scope, code: str | None = None) -> pl.DataFrame:
    """Plots, their polygons as WKT with every digit that was measured."""
    schema = SHEETS["plots"].schema
    stored = FrameSchema(
        "stored plots",
        tuple(Column("geometry", pl.Binary, True) if c.name == "geometry" else c for c in schema),
    )
    plots = Plot.objects.filter(participant__in=_told(scope))
    rows = (plots if code is None else plots.filter(code=code)).values_list(
        "code", "participant__code", "area_id", "tenure", "tenure_until", "nominal_m2", "geometry"
    )
    frame = read_queryset(rows, stored)
    wkt = shapely.to_wkt(shapely.from_wkb(frame["geometry"].to_numpy()), rounding_precision=-1)
    return frame.with_columns(pl.Series("geometry", wkt.tolist(), pl.String))
