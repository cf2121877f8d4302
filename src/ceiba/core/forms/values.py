"""All the answers of one submission as JSON: groups within groups, repeats as lists, numbers as numbers.

For people and analysts to read, in the shape of ODK's OData documents; what goes to evidence is `answers`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from ceiba.core.forms.definition import Field, FormDefinition
from ceiba.core.forms.safe_xml import local_name, read_xml

Values = dict[str, Any]
"""Name -> text, number, true or false, GeoJSON geometry, null, Values of a group, or a list of Values of a repeat."""


def read_values(definition: FormDefinition, source: "bytes | etree._Element") -> Values:
    """The answers to everything the form has, null where there is none; what the form does not have is left out.

    A number that cannot be read stays the text it is, and so does a geometry. Raises UnsafeXml as `read_xml`.
    """
    root = read_xml(source) if isinstance(source, bytes) else source
    return _read(root, _tree(definition))


@lru_cache(maxsize=512)
def _tree(definition: FormDefinition) -> "_Group":
    """The form's groups within groups; meta is one, too."""
    root = _Group()
    for each in definition.fields:
        _group_at(root, each.path.rpartition("/")[0]).parts[each.name] = each
    for path in definition.repeats:
        _group_at(root, path).repeats = True
    return root


class _Group:
    def __init__(self) -> None:
        self.repeats = False
        self.parts: dict[str, _Group | Field] = {}


def _group_at(root: _Group, path: str) -> _Group:
    group = root
    for name in path.split("/")[2:]:
        below = group.parts.setdefault(name, _Group())
        if not isinstance(below, _Group):
            raise TypeError(path)
        group = below
    return group


def _read(element: "etree._Element | None", group: _Group) -> Values:
    found: dict[str, list[etree._Element]] = {}
    for child in element if element is not None else ():
        found.setdefault(local_name(child), []).append(child)
    return {name: _part(found.get(name, []), part) for name, part in group.parts.items()}


def _part(elements: "list[etree._Element]", part: _Group | Field) -> Any:
    if isinstance(part, Field):
        text = (elements[0].text or "").strip() if elements else ""
        return _READ.get(part.type, str)(text) if text else None
    if part.repeats:
        return [_read(element, part) for element in elements]
    return _read(elements[0] if elements else None, part)


def _whole(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text


def _decimal(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return number if abs(number) < float("inf") else text  # JSON has no infinity, and NaN is not below it


def _truth(text: str) -> bool | str:
    return {"true": True, "1": True, "false": False, "0": False}.get(text, text)


def _point(text: str) -> Values | str:
    parts = _coordinates(text)
    if parts is None:
        return text
    point: Values = {"type": "Point", "coordinates": parts[:3]}
    return point | ({"properties": {"accuracy": parts[3]}} if len(parts) > 3 else {})


def _line(text: str) -> Values | str:
    points = [_coordinates(each) for each in text.split(";") if each.strip()]
    if len(points) < 2 or None in points:
        return text
    line: Values = {"type": "LineString", "coordinates": [point[:3] for point in points if point]}
    accuracies = [point[3] or None if len(point) > 3 else None for point in points if point]
    return line | ({"properties": {"accuracies": accuracies}} if any(accuracies) else {})


def _area(text: str) -> Values | str:
    line = _line(text)
    if isinstance(line, str):
        return text
    return line | {"type": "Polygon", "coordinates": [line["coordinates"]]}


def _coordinates(text: str) -> list[float] | None:
    """Longitude, latitude, altitude and accuracy of `latitude longitude altitude accuracy`, as far as it goes."""
    numbers = [_decimal(part) for part in text.split()]
    if len(numbers) < 2 or any(isinstance(number, str) for number in numbers):
        return None
    lat, lon, *more = (float(number) for number in numbers)
    return [lon, lat, *more]


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "int": _whole,
    "integer": _whole,
    "decimal": _decimal,
    "boolean": _truth,
    "geopoint": _point,
    "geotrace": _line,
    "geoshape": _area,
}
