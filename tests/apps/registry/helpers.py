"""A small register, and files of its sheets."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import shapely

from ceiba.accounts.models import AreaScope, Role, User
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.register import SHEETS
from ceiba.frames.tabular import write_table
from ceiba.registry.models import Area, Document, Enrolment, Group, Participant, Technician
from ceiba.registry.services import Preview, enrolment_open, import_apply, import_preview
from ceiba.rulebook.models import Programme

TODAY = date(2026, 4, 15)
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "technicians": {"code": "T-1", "name": "Rosa Tum", "kind": "productive", "area": "GT-0901"},
    "groups": {"code": "CAC-1", "name": "La Esperanza", "area": "GT-0901"},
    "participants": {
        "code": "P-1",
        "given_names": "María",
        "family_names": "Pérez Ixcoy",
        "birth_date": date(1980, 5, 1),
        "sex": "F",
        "language": "quc",
        "phone": "+502 5555-0000",
        "area": "GT-0901",
        "group": "CAC-1",
        "home_lon": -91.5,
        "home_lat": 14.8,
    },
    "documents": {
        "participant": "P-1",
        "document": "identity_document",
        "number": "1234 56789 0901",
        "held": True,
        "seen_on": date(2026, 1, 10),
    },
    "officers": {"group": "CAC-1", "office": "treasurer", "participant": "P-1", "since": date(2026, 2, 1)},
    "plots": {
        "code": "PL-1",
        "participant": "P-1",
        "area": "GT-0901",
        "tenure": "private",
        "nominal_m2": 25_000,
    },
    "enrolments": {
        "participant": "P-1",
        "programme": "ca",
        "variant": "us36",
        "state": "active",
        "applied_on": date(2025, 3, 1),
        "active_on": date(2025, 5, 1),
        "state_since": date(2025, 5, 1),
    },
}
SQUARES = {  # west, south, east, north of each municipality
    "GT-0901": (-91.6, 14.7, -91.4, 14.9),
    "GT-0902": (-91.4, 14.7, -91.2, 14.9),
    "HN-01": (-87.0, 14.0, -86.5, 14.5),
}


def areas() -> None:
    """Two municipalities of Guatemala side by side, and one department of Honduras."""
    for code, parent in (
        ("GT", None), ("GT-09", "GT"), ("GT-0901", "GT-09"), ("GT-0902", "GT-09"), ("HN", None), ("HN-01", "HN"),
    ):  # fmt: skip
        square = SQUARES.get(code)
        Area.objects.create(
            code=code,
            parent_id=parent,
            level="municipality" if square else "country",
            name=f"Área {code}",
            marginalisation=4 if square else None,
            geometry=shapely.to_wkb(shapely.box(*square)) if square else None,
        )


def base(people: int = 3) -> list[Participant]:
    """Areas, the programme `ca`, CAC-1 with its technicians, and P-1 to P-<people> in it, all of GT-0901."""
    areas()
    Programme.objects.create(code="ca", currency="USD", name={"es": "p", "en": "p"})
    pair = [
        Technician.objects.create(code=f"T-{i}", name=f"T {i}", kind=kind, area_id="GT-0901")
        for i, kind in enumerate(("productive", "social"), 1)
    ]
    group = Group.objects.create(
        code="CAC-1",
        name="La Esperanza",
        area_id="GT-0901",
        technician_productive=pair[0],
        technician_social=pair[1],
    )
    return [person(f"P-{i}", group=group) for i in range(1, people + 1)]


def person(code: str, area: str = "GT-0901", group: Group | None = None, **more: Any) -> Participant:
    """A person in the register."""
    values = {"given_names": "María", "family_names": "Pérez", "birth_date": date(1980, 5, 1), "sex": "F"}
    return Participant.objects.create(
        code=code, area_id=area, group=group, search_text=f" maria perez {code.lower()}", **(values | more)
    )


def holds(someone: Participant, document: str = "identity_document", **more: Any) -> Document:
    """A document that the register holds."""
    return Document.objects.create(
        participant=someone, document=document, **({"held": True, "seen_on": date(2024, 1, 1)} | more)
    )


def applied(someone: Participant, actor: User | None = None, on: date = date(2025, 3, 1)) -> Enrolment:
    """An application to `ca`."""
    return enrolment_open(
        participant=someone, programme="ca", variant="us36", on=on, actor=actor, today=TODAY
    )


def user(role: str = Role.OFFICE, areas: Iterable[str] = ("GT",), code: str = "", name: str = "") -> User:
    """Somebody who signs in."""
    made = User.objects.create(username=name or f"{role}-{User.objects.count()}", role=role, code=code)
    AreaScope.objects.bulk_create(AreaScope(user=made, area_code=area) for area in areas)
    return made


def frame(sheet: str, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as the sheet's schema, each the sheet's usual row with changes."""
    schema = SHEETS[sheet].schema
    filled = [{name: (DEFAULTS[sheet] | row).get(name) for name in schema.names} for row in rows]
    return pl.DataFrame(filled, schema=dict(schema.dtypes))


def sheet_file(folder: Path, sheet: str, *rows: Mapping[str, Any], fmt: str = "csv", name: str = "") -> Path:
    """A file of the sheet with these rows."""
    path = folder / (name or f"{sheet}.{fmt}")
    with path.open("wb") as out:
        write_table(frame(sheet, *rows), SHEETS[sheet].columns, out, fmt=fmt)
    return path


def text_file(folder: Path, sheet: str, *rows: Mapping[str, str], name: str = "") -> Path:
    """A CSV whose cells are as somebody typed them."""
    path = folder / (name or f"{sheet}.csv")
    schema = SHEETS[sheet].schema
    usual = frame(sheet, {}).select(pl.all().cast(pl.String).fill_null("")).row(0, named=True)
    filled = [usual | row for row in rows]
    pl.DataFrame(filled).select(schema.names).write_csv(path)
    return path


def take(sheet: str, path: Path, **more: Any) -> Any:
    """Import the file."""
    return import_apply(**({"sheet": sheet, "path": path, "name": path.name, "today": TODAY} | more))


def look(sheet: str, path: Path, **more: Any) -> Preview:
    """Preview the file."""
    return import_preview(**({"sheet": sheet, "path": path, "name": path.name, "today": TODAY} | more))


def refused(sheet: str, path: Path, **more: Any) -> list[tuple[int | None, str | None, str]]:
    """Row, column and code of each problem for which the file is refused, by preview and import alike."""
    try:
        seen = look(sheet, path, **more).problems
    except CeibaError as error:
        seen = error.problems
    try:
        take(sheet, path, **more)
    except CeibaError as error:
        assert [p.text("es") for p in error.problems] == [p.text("es") for p in seen]
        return [(p.where.row, p.where.column, p.code) for p in error.problems]
    raise AssertionError(f"taken in, in spite of {seen}")
