"""A verdict as people and scripts read it. The standard library alone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ceiba.packs.verdict import SORTS, Verdict

MARKS: Final = {"wrong": "✗", "checked": "✓", "unchecked": "?"}
_HEADS: Final[Mapping[str, Mapping[str, str]]] = {
    "wrong": {"es": "El paquete NO es el que se hizo.", "en": "The pack is NOT the one that was made."},
    "right": {"es": "Nada está mal en lo que se comprobó.", "en": "Nothing is wrong in what was checked."},
    "pack": {"es": "identificador del paquete", "en": "the pack's identifier"},
    "seal": {"es": "SHA-256 de seal.json", "en": "SHA-256 of seal.json"},
    "log": {"es": "registro de transparencia: tamaño y raíz", "en": "transparency log: size and root"},
}


def lines_of(verdict: Verdict, language: str) -> Iterator[tuple[str, str]]:
    """Marks and texts: what is wrong first, then what was checked, what was not, and what to compare."""
    head = "right" if verdict.is_right else "wrong"
    yield MARKS["checked" if verdict.is_right else "wrong"], _HEADS[head][language]
    for sort in SORTS:
        for problem in getattr(verdict, sort):
            yield MARKS[sort], problem.text(language)
    for name, value in verdict.said.items():
        yield "=", f"{_HEADS[name][language]}: {value}"


def as_dict(verdict: Verdict, language: str) -> dict[str, Any]:
    """For a script: each problem with its code, place and text."""
    told = {
        sort: [
            {
                "code": problem.code,
                "file": problem.where.file,
                "item": problem.where.item,
                "column": problem.where.column,
                "text": problem.text(language),
            }
            for problem in getattr(verdict, sort)
        ]
        for sort in SORTS
    }
    return {"right": verdict.is_right, **told, "said": dict(verdict.said)}
