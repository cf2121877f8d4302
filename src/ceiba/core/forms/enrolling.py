"""What a form says for the register of somebody, or of a plot, that is not in it yet.

A question gives a column of a sheet of the register (`participants.birth_date`) as it gives one of evidence. It goes
into the register only when a person puts it there; codes, groups, telephones and stated areas come as the properties
of the entity that the form makes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.evidence import KINDS
from ceiba.core.forms.answers import Answers, read_place
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.plan import plan_of
from ceiba.core.register import SHEETS

HOME: Final = "participants.home"
"""The person's home, a geopoint: two columns of the sheet."""
_ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "participants": ("given_names", "family_names", "birth_date", "sex", "language"),
    "plots": ("tenure", "tenure_until"),
}
COLUMNS: Final[Mapping[str, ColumnSpec]] = {
    **{
        f"{sheet}.{column.name}": column
        for sheet, names in _ASKED.items()
        for column in SHEETS[sheet].columns
        if column.name in names
    },
    HOME: ColumnSpec("home", pl.String, "casa", "home"),
}
"""Everything of the register that a question may give, by the word that says so."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a kind of evidence as it was answered: its columns as text, and the files sent with it."""

    values: Mapping[str, str]
    files: tuple[str, ...]


def register_said(definition: FormDefinition, answers: Answers) -> dict[str, str]:
    """The cells that the form gives, by word; "" for what was not answered. A home is `home_lon` and `home_lat`."""
    (outer,) = answers.rows[0]
    asked = plan_of(definition).fields.items()
    said = {word: outer[place] or "" for place, each in asked for word in each.gives if word in COLUMNS}
    if (home := said.pop(HOME, None)) is not None:
        place = read_place(home)
        for name, value in (("lon", place and place.lon), ("lat", place and place.lat)):
            said[f"{HOME}_{name}"] = "" if value is None else str(value)
    return said


def entries_said(definition: FormDefinition, answers: Answers, kind: str) -> list[Entry]:
    """What the form says of a kind of evidence, an entry each; none where every answer is empty."""
    form = plan_of(definition)
    plan = next((each for each in form.kinds if each.kind == kind), None)
    if plan is None:
        return []
    names = [column.name for column in KINDS[kind].body]
    files = [place for scope, place in form.binaries if scope == plan.scope]
    return [
        Entry(dict(zip(names, values, strict=True)), tuple(name for place in files if (name := row[place])))
        for row in answers.rows[plan.scope]
        if any(values := [value or "" for value in plan.cells(row)[2:]])
    ]
