"""A form as OData tables: the submissions, one a repeat, and groups within rows.

Names are made fit for OData as Central does, and tables are called as there: `Submissions`, `Submissions.planted`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from ceiba.analysts.problems import no_such_property, unsupported_select
from ceiba.core.forms.definition import Field, FormDefinition

SUBMISSIONS: Final = "Submissions"
_TYPES: Final = {"integer": "int", "text": "string", "datetime": "dateTime"}


@dataclass(slots=True, eq=False)
class Node:
    """A place of the form. `kind` is "structure", "repeat", or the type of an answer ("int", "geoshape", "binary").

    `path` has no root element: "/planted/class".
    """

    name: str
    path: str
    kind: str
    selects_many: bool = False
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def odata(self) -> str:
        """The name in OData."""
        return identifier(self.name)

    @property
    def is_structural(self) -> bool:
        """Whether it holds other places."""
        return self.kind in ("structure", "repeat")

    def walk(self) -> Iterator["Node"]:
        """All below it, each before what it holds, in the form's order."""
        for child in self.children.values():
            yield child
            yield from child.walk()


@lru_cache(maxsize=8192)
def identifier(name: str) -> str:
    """A name as OData takes it: letters, digits and underscores, not beginning with a digit."""
    return re.sub(r"[^A-Za-z0-9_]+", "_", re.sub(r"^([^A-Za-z_])", r"_\1", name))


@lru_cache(maxsize=256)
def schema_of(definition: FormDefinition) -> Node:
    """The root of the form's places."""
    root = Node("", "", "structure")
    for each in definition.fields:
        parent = root
        names = each.path.split("/")[2:]
        for name in names[:-1]:
            parent = parent.children.setdefault(name, Node(name, f"{parent.path}/{name}", "structure"))
        parent.children[each.name] = _leaf(each, f"{parent.path}/{each.name}")
    for path in definition.repeats:
        node = root
        for name in path.split("/")[2:]:
            node = node.children.setdefault(name, Node(name, f"{node.path}/{name}", "structure"))
        node.kind = "repeat"
    return root


def _leaf(each: Field, path: str) -> Node:
    return Node(each.name, path, _TYPES.get(each.type, each.type), each.asked_as == "select_multiple")


def table_path(root: Node, table: str) -> tuple[Node, ...] | None:
    """The places on the way to a table (`Submissions.a.b`); empty for the submissions, None for what is no table."""
    first, *rest = table.split(".")
    if first != SUBMISSIONS:
        return None
    found: list[Node] = []
    for name in rest:
        above = found[-1] if found else root
        node = next((each for each in above.children.values() if each.odata == name), None)
        if node is None:
            return None
        found.append(node)
    return tuple(found) if not found or found[-1].kind == "repeat" else None


def tables(root: Node) -> list[tuple[str, tuple[Node, ...]]]:
    """Every table with the places on the way to it, the submissions first."""
    return [(SUBMISSIONS, ()), *_repeats(root, (), SUBMISSIONS)]


def _repeats(node: Node, way: tuple[Node, ...], name: str) -> Iterator[tuple[str, tuple[Node, ...]]]:
    for child in node.children.values():
        below = f"{name}.{child.odata}"
        if child.kind == "repeat":
            yield below, (*way, child)
        yield from _repeats(child, (*way, child), below)


def parent_key(way: tuple[Node, ...]) -> str:
    """The property of a repeat's rows that holds the `__id` of the row they stand in."""
    return f"__{'-'.join([SUBMISSIONS, *(node.odata for node in outer_repeat(way))])}-id"


def outer_repeat(way: tuple[Node, ...]) -> tuple[Node, ...]:
    """The places on the way to the repeat around a repeat; empty when that is the submission itself."""
    for length in range(len(way) - 1, 0, -1):
        if way[length - 1].kind == "repeat":
            return way[:length]
    return ()


def selected(table: Node, names: list[str]) -> Node:
    """The table with what is named alone (`a`, `group/a`, or a whole group). Raises ApiProblem (400.23, 400.24)."""
    top = replace(table, children={})
    for name in names:
        _select(table, top, name)
    return top


def _select(table: Node, into: Node, name: str) -> None:
    steps = name.split("/")
    for number, step in enumerate(steps):
        node = next((each for each in table.children.values() if each.odata == step), None)
        if node is None:
            raise no_such_property(name)
        if number == len(steps) - 1:
            into.children[node.name] = node
            return
        if node.kind == "repeat":
            raise unsupported_select(name)
        into = into.children.setdefault(node.name, replace(node, children={}))
        table = node
