"""The way of an agreement's money as a picture: promised, arrived, paid by component, and where.

A server-drawn SVG like the charts (`web.charts`): numbers for a template, colours by class. Its table says the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ceiba.web.charts import number

WIDTH: Final = 840
NODE: Final = 14
LEFT: Final = 112
RIGHT: Final = 126
TALL: Final = 300
LABEL: Final = 30
"""The least room a node takes, so that its two lines of words do not run into the next."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node: what it is, how much, its colour's class, and the amount as it is written."""

    key: str
    label: str
    value: int
    css: str
    amount: str


@dataclass(frozen=True, slots=True)
class Link:
    """How much goes from one node to another in the next column."""

    source: str
    target: str
    value: int
    hint: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node as drawn."""

    x: str
    y: str
    height: str
    css: str
    text_x: str
    text_y: str
    under_y: str
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class Band:
    """A band from node to node; its title is read out."""

    path: str
    css: str
    hint: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture, ready to draw."""

    nodes: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: str
    width: int = WIDTH
    node: int = NODE


def flow(columns: Sequence[Sequence[Part]], links: Sequence[Link]) -> Flow | None:
    """Draw `columns` from left to right and the `links` between them; None when there is nothing to show."""
    most = max((sum(part.value for part in column) for column in columns), default=0)
    if most <= 0:
        return None
    scale = TALL / most
    step = (WIDTH - LEFT - RIGHT - NODE) / max(len(columns) - 1, 1)
    places: dict[str, tuple[float, float]] = {}
    nodes: list[Node] = []
    bottom = 0.0
    for index, column in enumerate(columns):
        x, y = LEFT + step * index, 8.0
        for part in column:
            tall = part.value * scale
            places[part.key] = (x, y)
            nodes.append(_node(part, x, y, tall, first=index == 0))
            y += max(tall, LABEL) + 6
        bottom = max(bottom, y)
    css = {part.key: part.css for column in columns for part in column}
    return Flow(tuple(nodes), tuple(_bands(links, places, css, scale)), number(bottom))


def _node(part: Part, x: float, y: float, tall: float, *, first: bool) -> Node:
    """The words of the first column stand on its left, of the others on their right."""
    text_x = x - 6 if first else x + NODE + 6
    return Node(
        number(x),
        number(y),
        number(max(tall, 1.5)),
        part.css,
        number(text_x),
        number(y + 11),
        number(y + 25),
        part.label,
        part.amount,
    )


def _bands(
    links: Sequence[Link], places: dict[str, tuple[float, float]], css: dict[str, str], scale: float
) -> list[Band]:
    """Links leave and reach their nodes from the top down, in the order given."""
    out = {key: y for key, (_, y) in places.items()}
    into = dict(out)
    bands = []
    for link in links:
        tall = link.value * scale
        begin, end = out[link.source], into[link.target]
        out[link.source] += tall
        into[link.target] += tall
        left, right = places[link.source][0] + NODE, places[link.target][0]
        bands.append(Band(_path(left, begin, right, end, max(tall, 0.8)), css[link.target], link.hint))
    return bands


def _path(left: float, begin: float, right: float, end: float, tall: float) -> str:
    middle = (left + right) / 2
    there = [(middle, begin), (middle, end), (right, end)]
    back = [(middle, end + tall), (middle, begin + tall), (left, begin + tall)]

    def points(curve: list[tuple[float, float]]) -> str:
        return " ".join(f"{number(x)} {number(y)}" for x, y in curve)

    return f"M{number(left)} {number(begin)}C{points(there)}L{number(right)} {number(end + tall)}C{points(back)}Z"
