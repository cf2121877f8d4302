"""One shape for everything that can be wrong with an input: a coded problem, placed, in two languages.

A `Problem` says *what* (a code of `MESSAGES` and its values), *where* (file, rule or row, column) and, in
its text, *what to do*. Code raises `CeibaError` with one or more problems; pages and commands render them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from ceiba.core.kernel.letters import seen

LANGUAGES: Final = ("es", "en")


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a problem: any of file, rule, item (another thing by its id), row (1 = first data row), column.

    `month` (2026-03) is when, where the problem exists in some months only.
    """

    file: str | None = None
    row: int | None = None
    column: str | None = None
    rule: str | None = None
    item: str | None = None
    month: str | None = None

    def text(self, language: str) -> str:
        """`plots.csv, fila 12, columna age`: the parts that are known, in reading order."""
        words = (
            ("regla", "fila", "columna", "mes") if language == "es" else ("rule", "row", "column", "month")
        )
        named = zip(words, (self.rule, self.row, self.column, self.month), strict=True)
        parts = [part for part in (self.file, self.item) if part]
        return ", ".join([*parts, *(f"{name} {value}" for name, value in named if value is not None)])


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `code` names a message of the catalogue passed to `text`, `values` fill it."""

    code: str
    where: Where = field(default_factory=Where)
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def text(self, language: str = "es") -> str:
        """The message in `language`, led by its place; whatever it speaks of, no terminal obeys it.

        Raises KeyError when the code is not in the catalogue: a missing text is a defect, not a fallback.
        """
        place, message = self.where.text(language), self.message(language)
        return f"{seen(place)}: {message}" if place else message

    def message(self, language: str = "es") -> str:
        """The message without its place, for where it stands beside that. Raises KeyError as `text` does."""
        return seen(MESSAGES[self.code][language].format_map(self.values))


class CeibaError(Exception):
    """An input or a state that cannot be accepted, with every problem found, not only the first."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(problem.text("en") for problem in self.problems))

    def text(self, language: str = "es") -> str:
        """Every problem, a line each."""
        return "\n".join(problem.text(language) for problem in self.problems)


MESSAGES: Final[dict[str, dict[str, str]]] = {}


def register_messages(messages: Mapping[str, Mapping[str, str]]) -> None:
    """Add a module's messages (code -> {es, en}) to the catalogue; each code once, in both languages."""
    for code, texts in messages.items():
        if set(texts) != set(LANGUAGES):
            raise ValueError(f"message {code} must exist in {LANGUAGES}")
        if MESSAGES.setdefault(code, dict(texts)) != dict(texts):
            raise ValueError(f"message {code} is registered twice with different texts")
