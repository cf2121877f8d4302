"""The template of a bank's CSV files, read from TOML.

Banks change these files and seldom publish them: the template is the programme's, and its `basis` says what it rests
on, as in a rulebook. See `templates/example-bank.toml` for every key.
"""

import codecs
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ceiba.core.banking import Said, Scheme
from ceiba.rails.division import Limits
from ceiba.rails.letters import Letters
from ceiba.rails.problems import Fail

TEMPLATES: Final = Path(__file__).parent / "templates"
# What a column can hold: of an order, of all orders of a file alike, and of a row that opens the file.
OF_ORDER: Final = ("end_to_end_id", "amount", "amount_minor", "name", "scheme", "account", "bank", "concept")
OF_FILE: Final = ("execute_on", "own_account", "own_holder", "own_bank", "currency")
OF_OPENING: Final = (*OF_FILE, "message", "count", "sum")
OF_ANSWER: Final = (
    "end_to_end_id", "said", "amount", "currency", "booked_on", "reference", "reason", "text", "message",
    "batch", "own_account",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of the file of orders: a value by its name, or a fixed text."""

    title: str
    value: str | None
    fixed: str
    length_max: int
    digits_only: bool


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written down."""

    encoding: str
    separator: str
    line_end: str
    decimal: str
    date: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a bank's word in the column `said` means."""

    said: Said
    booked: bool
    credit: bool


@dataclass(frozen=True, slots=True)
class Template:
    """Both sides of a bank's CSV."""

    label: str
    basis: str
    schemes: frozenset[Scheme]
    letters: Letters
    extension: str
    form: Form
    titles: bool
    opening: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    limits: Limits
    answer_form: Form
    answer_columns: Mapping[str, str]
    meanings: Mapping[str, Meaning]


def template_read(path: Path) -> Template:
    """The template in a file. Raises CeibaError (rail.template) with what is wrong in it."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return _template(data)
    except (KeyError, TypeError, ValueError, AttributeError, LookupError, OSError) as error:
        why = f"{type(error).__name__}: {error}"[:200]
        raise Fail(path.name).error("rail.template", why=why) from None


def _template(data: Mapping[str, Any]) -> Template:
    order, answer = data["order"], data["answer"]
    cells = tuple(_cell(cell, (*OF_ORDER, *OF_FILE)) for cell in order["columns"])
    if "end_to_end_id" not in {cell.value for cell in cells}:
        raise ValueError("no column of orders holds end_to_end_id: answers could not be matched")
    columns = dict(answer["columns"])
    if wrong := set(columns) - set(OF_ANSWER):
        raise ValueError(f"answer.columns: {', '.join(sorted(wrong))}")
    if not {"end_to_end_id", "said"} <= set(columns):
        raise ValueError("answer.columns must name end_to_end_id and said")
    return Template(
        label=data["label"],
        basis=data["basis"],
        schemes=frozenset(Scheme(scheme) for scheme in order["schemes"]),
        letters=Letters(order.get("letters", "basic")),
        extension=order.get("extension", "csv"),
        form=_form(order),
        titles=bool(order.get("titles", True)),
        opening=tuple(_cell(cell, OF_OPENING) for cell in order.get("opening", ())),
        cells=cells,
        limits=Limits(order.get("count_max"), order.get("sum_max_minor")),
        answer_form=_form(answer),
        answer_columns=columns,
        meanings={word: _meaning(meaning) for word, meaning in answer["said"].items()},
    )


def _form(data: Mapping[str, Any]) -> Form:
    form = Form(
        encoding=codecs.lookup(data.get("encoding", "utf-8")).name,
        separator=data.get("separator", ","),
        line_end=data.get("line_end", "\r\n"),
        decimal=data.get("decimal", "."),
        date=data.get("date", "%Y-%m-%d"),
    )
    if len(form.separator) != 1 or form.decimal not in (".", ",") or form.line_end not in ("\n", "\r\n"):
        raise ValueError("separator, decimal or line_end")
    return form


def _cell(data: Mapping[str, Any], known: tuple[str, ...]) -> Cell:
    value = data.get("value")
    if (value is None) == ("fixed" not in data) or (value is not None and value not in known):
        raise ValueError(
            f"column {data.get('title')}: value must be one of {', '.join(known)}, or fixed a text"
        )
    return Cell(
        title=data["title"],
        value=value,
        fixed=str(data.get("fixed", "")),
        length_max=int(data.get("length_max", 140)),
        digits_only=bool(data.get("digits_only", False)),
    )


def _meaning(data: Mapping[str, Any]) -> Meaning:
    said = Said(data["said"])
    moved = said in (Said.PAID, Said.RETURNED, Said.OTHER)
    return Meaning(said, bool(data.get("booked", moved)), bool(data.get("credit", said is Said.RETURNED)))
