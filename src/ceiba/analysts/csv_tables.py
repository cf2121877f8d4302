"""A form's submissions as the CSV files of ODK Central: one of them all, and one of each repeat."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from ceiba.analysts.odata.rows import Shaping, rows_of
from ceiba.analysts.odata.schema import Node, parent_key, tables
from ceiba.analysts.places import FormPlace
from ceiba.analysts.shapes import files_named, system_shape
from ceiba.core.forms.values import Values
from ceiba.frames.tabular.guard import guarded
from ceiba.submissions.exporting import Kept

_POINT: Final = ("Latitude", "Longitude", "Altitude", "Accuracy")
_SYSTEM: Final = {
    "SubmitterID": "submitterId", "SubmitterName": "submitterName", "AttachmentsPresent": "attachmentsPresent",
    "AttachmentsExpected": "attachmentsExpected", "Status": "status", "ReviewState": "reviewState",
    "DeviceID": "deviceId", "Edits": "edits", "FormVersion": "formVersion",
}  # fmt: skip
_NUMBERS: Final = frozenset(("int", "decimal", "geopoint", "geotrace", "geoshape"))
_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class CsvTable:
    """One file: its name, its columns, and which of them are numbers. All others are made harmless, ids too."""

    file: str
    way: tuple[Node, ...]
    node: Node
    columns: tuple[str, ...]
    numbers: frozenset[str]

    def header(self) -> str:
        """The line of names."""
        return pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String)).write_csv()


def csv_tables(place: FormPlace) -> list[CsvTable]:
    """The files of a form, that of the submissions first."""
    return [_table(place, way) for _, way in tables(place.schema)]


def csv_text(table: CsvTable, rows: Iterable[tuple[str | None, ...]]) -> Iterator[str]:
    """The lines of rows, by the thousand. Text that a spreadsheet would take for a formula is made harmless."""
    held: list[tuple[str | None, ...]] = []
    for row in rows:
        held.append(row)
        if len(held) == _ROWS:
            yield _lines(table, held)
            held = []
    if held:
        yield _lines(table, held)


def csv_rows(
    table: CsvTable, place: FormPlace, row: Kept, values: Values
) -> Iterator[tuple[str | None, ...]]:
    """The rows that a submission has in a file."""
    for made, entry in rows_of(row.instance_id, values, Shaping(table.node, table.way)):
        cells = dict(_cells(table.node, made, ""))
        if table.way:
            cells |= {"PARENT_KEY": made[parent_key(table.way)], "KEY": entry}
        else:
            system = system_shape(row, files_named(place.schema, values))
            cells |= {"SubmissionDate": system["submissionDate"], "KEY": row.instance_id}
            cells |= {name: _written(system[own]) for name, own in _SYSTEM.items()}
        yield tuple(cells.get(column) for column in table.columns)


def _table(place: FormPlace, way: tuple[Node, ...]) -> CsvTable:
    node = way[-1] if way else place.schema
    named = list(_columns(node, ""))
    own = tuple(name for name, _ in named)
    columns = (*own, "PARENT_KEY", "KEY") if way else ("SubmissionDate", *own, "KEY", *_SYSTEM)
    numbers = frozenset(name for name, kind in named if kind in _NUMBERS)
    file = "-".join([place.code, *(each.odata for each in way)])
    return CsvTable(f"{file}.csv", way, node, columns, numbers)


def _columns(node: Node, prefix: str) -> Iterator[tuple[str, str]]:
    for child in node.children.values():
        name = f"{prefix}{child.name}"
        if child.kind == "structure":
            yield from _columns(child, f"{name}-")
        elif child.kind == "geopoint":
            yield from ((f"{name}-{part}", child.kind) for part in _POINT)
        elif child.kind != "repeat":
            yield name, child.kind


def _cells(node: Node, row: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    for child in node.children.values():
        name, value = f"{prefix}{child.name}", row.get(child.odata)
        if child.kind == "structure":
            yield from _cells(child, value or {}, f"{name}-")
        elif child.kind == "geopoint":
            parts = _point(value)
            yield from ((f"{name}-{part}", each) for part, each in zip(_POINT, parts, strict=True))
        elif child.kind != "repeat":
            yield name, _written(value)


def _point(value: Mapping[str, Any] | None) -> tuple[str | None, ...]:
    if value is None:
        return (None,) * 4
    lon, lat, *more = value["coordinates"]
    accuracy = value.get("properties", {}).get("accuracy")
    return _written(lat), _written(lon), _written(more[0] if more else None), _written(accuracy)


def _written(value: Any) -> str | None:
    """A value as a phone writes it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        points = value["coordinates"][0] if value["type"] == "Polygon" else value["coordinates"]
        return ";".join(" ".join(str(number) for number in (lat, lon, *more)) for lon, lat, *more in points)
    return str(value)


def _lines(table: CsvTable, rows: list[tuple[str | None, ...]]) -> str:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(table.columns, pl.String), orient="row")
    harmless = [guarded(pl.col(name)) for name in table.columns if name not in table.numbers]
    return frame.with_columns(harmless).write_csv(include_header=False)
