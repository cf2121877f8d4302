"""Rows of a table from what a submission says, in the shape and with the identifiers of ODK Central.

An answer that does not fit the type that the metadata promises is null, since a client would stop at it; the
submission's XML has it as it was given.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ceiba.analysts.odata.schema import Node, parent_key
from ceiba.core.forms.values import Values

Row = dict[str, Any]
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")


@dataclass(frozen=True, slots=True)
class Shaping:
    """How rows are made. `table` is the table's place, with what is selected; `way` the places on the way to it.

    `keys`: the identifiers that are asked for, None for all. `expands`: repeats stand within their rows.
    """

    table: Node
    way: tuple[Node, ...] = ()
    keys: frozenset[str] | None = None
    expands: bool = False
    as_wkt: bool = False

    def wants(self, key: str) -> bool:
        """Whether an identifier is asked for."""
        return self.keys is None or key in self.keys


def rows_of(instance_id: str, values: Values, shaping: Shaping) -> Iterator[tuple[Row, str]]:
    """The rows of the table that a submission has, each with its `__id`: itself, or the entries of a repeat."""
    here = _Place(f"Submissions#{instance_id}", f"Submissions('{instance_id}')", instance_id)
    if shaping.way:
        yield from _entries(values, shaping.way, here, shaping)
        return
    row = _bag(shaping.table, values, here, shaping)
    if shaping.wants("__id"):
        row["__id"] = instance_id
    yield row, instance_id


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a submission we are: what its identifier is hashed of, its link, and the innermost entry's `__id`."""

    path: str
    link: str
    entry: str

    def group(self, node: Node) -> "_Place":
        return _Place(f"{self.path}%%{node.name}#", f"{self.link}/{node.odata}", self.entry)

    def entered(self, node: Node, index: int) -> "_Place":
        path = f"{self.path}%%{node.name}#{index}"
        entry = hashlib.sha1(path.encode(), usedforsecurity=False).hexdigest()
        return _Place(path, f"{self.link}/{node.odata}('{entry}')", entry)


def _entries(
    values: Values, way: tuple[Node, ...], here: _Place, shaping: Shaping
) -> Iterator[tuple[Row, str]]:
    """The entries of the repeat at the end of the way, in the submission's order."""
    node, *rest = way
    if node.kind == "repeat":
        found = [(each, here.entered(node, index)) for index, each in enumerate(values.get(node.name) or ())]
    else:
        found = [(values.get(node.name) or {}, here.group(node))]
    for each, there in found:
        if rest:
            yield from _entries(each, tuple(rest), there, shaping)
            continue
        row = _bag(shaping.table, each, there, shaping)
        if shaping.wants("__id"):
            row["__id"] = there.entry
        key = parent_key(shaping.way)
        if shaping.wants(key):
            row[key] = here.entry
        yield row, there.entry


def _bag(node: Node, values: Values, here: _Place, shaping: Shaping) -> Row:
    row: Row = {}
    for child in node.children.values():
        value = values.get(child.name)
        if child.kind == "structure":
            row[child.odata] = _bag(child, value or {}, here.group(child), shaping)
        elif child.kind == "repeat":
            row[f"{child.odata}@odata.navigationLink"] = f"{here.link}/{child.odata}"
            if shaping.expands:
                row[child.odata] = [
                    _bag(child, each, there := here.entered(child, index), shaping) | {"__id": there.entry}
                    for index, each in enumerate(value or ())
                ]
        else:
            fit: Callable[[Any], Any] = _FITTING.get(child.kind, _text)
            fitting = fit(value)
            row[child.odata] = wkt(fitting) if shaping.as_wkt and isinstance(fitting, dict) else fitting
    return row


def wkt(shape: Mapping[str, Any]) -> str:
    """A geometry of GeoJSON as Well-Known Text."""
    kind, points = shape["type"], shape["coordinates"]
    if kind == "Point":
        return f"POINT ({_pair(points)})"
    if kind == "LineString":
        return f"LINESTRING ({','.join(map(_pair, points))})"
    return f"POLYGON (({','.join(map(_pair, points[0]))}))"


def _pair(point: list[float]) -> str:
    return " ".join(f"{number:.15g}" for number in point)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None if value is None else str(value)


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and abs(value) < 1 << 63 else None


def _decimal(value: Any) -> float | None:
    return value if isinstance(value, int | float) else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _shape(value: Any) -> Any:
    return value if isinstance(value, dict) else None


def _day(value: Any) -> str | None:
    """A date; what a phone gives as a moment is cut to its day."""
    text = str(value or "")[:10]
    return text if _DATE.fullmatch(text) and _reads(date.fromisoformat, text) else None


def _moment(value: Any) -> str | None:
    text = str(value or "")
    return text if _MOMENT.fullmatch(text) and _reads(datetime.fromisoformat, text) else None


def _reads(read: Callable[[str], Any], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_FITTING: Final[Mapping[str, Callable[[Any], Any]]] = {
    "int": _whole,
    "decimal": _decimal,
    "boolean": _truth,
    "geopoint": _shape,
    "geotrace": _shape,
    "geoshape": _shape,
    "date": _day,
    "dateTime": _moment,
}
