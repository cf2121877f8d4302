"""Cells of the register as fields of a page: how each is asked, its words, what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.errors import Problem
from ceiba.core.register import SHEETS
from ceiba.review.selectors.enrolment import ASKED
from ceiba.web.labels import LANGUAGE, label
from ceiba.web.words import language, words

Choices = Sequence[tuple[str, str]]
_LABELLED: Final = {"sex": "sex", "tenure": "tenure"}


@dataclass(frozen=True, slots=True)
class Field:
    """A cell as it is asked. `kind` is of an input; with `choices` one of them is chosen. `told` explains its value.

    `near` are values worth proposing, each with its name.
    """

    key: str
    name: str
    value: str
    kind: str
    required: bool
    length: int
    choices: Choices
    told: str
    near: Choices
    problems: tuple[str, ...]

    @property
    def id(self) -> str:
        """The field's id in the page."""
        return self.key.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Asking:
    """What fields are made of: cells, explanations and problems by cell, choices and values near it by column."""

    cells: Mapping[str, str]
    choices: Mapping[str, Choices]
    told: Mapping[str, str]
    near: Mapping[str, Choices]
    problems: Mapping[str, Sequence[Problem]]

    def rows(self, sheet: str) -> list[list[Field]]:
        """The fields of each row of a sheet."""
        numbers = dict.fromkeys(int(key.split(".")[1]) for key in self.cells if key.startswith(f"{sheet}."))
        columns = {column.name: column for column in SHEETS[sheet].columns}
        return [
            [self._field(f"{sheet}.{number}.{name}", columns[name]) for name in ASKED[sheet]]
            for number in numbers
        ]

    def _field(self, key: str, column: ColumnSpec) -> Field:
        value = self.cells[key]
        choices = self.choices.get(column.name) or _labelled(column)
        if choices and value not in dict(choices):
            choices = [("", "—"), *choices] if not value else [*choices, (value, value)]
        elif choices and not column.required:
            choices = [("", "—"), *choices]
        return Field(
            key=key,
            name=words(column),
            value=value,
            kind="date" if column.dtype == pl.Date else "text",
            required=column.required,
            length=column.length,
            choices=choices,
            told=self.told.get(key, ""),
            near=self.near.get(column.name, ()),
            problems=tuple(said(each) for each in self.problems.get(key, ())),
        )


def by_cell(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by the cell that they are of; "" for those of none."""
    found: dict[str, list[Problem]] = {}
    for each in problems:
        found.setdefault(each.where.item or "", []).append(each)
    return found


def said(problem: Problem) -> str:
    """A problem without its place: it stands beside its field, or follows from what is not asked."""
    return problem.message(language())


def languages() -> Choices:
    """Languages by name."""
    named = [(code, str(name)) for code, name in LANGUAGE.items()]
    return sorted(named, key=lambda pair: pair[1].casefold())


def _labelled(column: ColumnSpec) -> Choices:
    return [
        (each, label(_LABELLED[column.name], each)) for each in column.choices if column.name in _LABELLED
    ]
