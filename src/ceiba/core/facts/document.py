"""The catalogue of facts as a document: docs/facts.md, which a test keeps equal to this."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.facts.catalogue import FACTS, Fact
from ceiba.core.facts.standing import COMBINATIONS

# Sources that are not evidence.
SOURCES: Final = {
    "register": {
        "es": "El padrón, como estaba cuando se decidió el mes.",
        "en": "The register, as it was when the month was decided.",
    },
    "record": {
        "es": "Las determinaciones de los meses anteriores.",
        "en": "The determinations of earlier months.",
    },
    "answer": {
        "es": "Las respuestas que llegaron sobre quienes pidieron una visa. Si no llegó ninguna, no hay evidencia.",
        "en": "The answers that came about those who asked for a visa. If none came, there is no evidence.",
    },
}

_INTRODUCTION: Final = """\
<!-- Written by scripts/document-facts from src/ceiba/core/facts; do not edit. -->
# Facts

What rules can ask of a person and a month. Each fact is a typed column; it is null when there is no evidence for
it, never zero. A fact of evidence can be followed to the records that it was drawn from, and to those that were set
aside.

Evidence counts when it was received by the month's cut-off. What comes later changes no decided month: it yields a
new revision of the facts, and a difference in the next payment. A record is never changed; a correction is a new
record that names the one it replaces, which then no longer counts. "The latest" is the last by month, then by when
it was observed, when it was received, and its key.
"""


def facts_document() -> str:
    """The document, in Markdown."""
    return "\n".join([_INTRODUCTION, *(line for source in _sources() for line in _section(source))])


def source_title(source: str) -> dict[str, str]:
    """What a source of facts is called, in both languages."""
    names = {
        "register": {"es": "Padrón", "en": "Register"},
        "record": {"es": "Historial", "en": "Earlier months"},
        "answer": {"es": "Respuestas", "en": "Answers"},
    }
    return names[source] if source in names else {"es": KINDS[source].es, "en": KINDS[source].en}


def source_rule(source: str) -> dict[str, str]:
    """How a source becomes facts, in both languages."""
    if source in SOURCES:
        return SOURCES[source]
    return {"es": COMBINATIONS[source].es, "en": COMBINATIONS[source].en}


def facts_by_source() -> dict[str, list[Fact]]:
    """The facts, source by source, in the catalogue's order."""
    return {source: [fact for fact in FACTS.values() if fact.source == source] for source in _sources()}


def bounds_text(fact: Fact) -> str:
    """`0 to 1,000` for a number; nothing for what is no number."""
    return f"{fact.low} to {fact.high:,}" if fact.dtype == pl.Int32 else ""


def _sources() -> list[str]:
    return list(dict.fromkeys(fact.source for fact in FACTS.values()))


def _section(source: str) -> Iterator[str]:
    title, rule = source_title(source), source_rule(source)
    code = f" (`{source}`)" if source in KINDS else ""
    yield f"## {title['en']}{code} · {title['es']}\n"
    yield f"{rule['en']}\n\n*{rule['es']}*\n"
    yield "| fact | meaning | significado | unit | range | known at |"
    yield "|---|---|---|---|---|---|"
    for fact in facts_by_source()[source]:
        stages = ", ".join(fact.stages)
        yield f"| `{fact.name}` | {fact.en} | {fact.es} | {fact.unit} | {bounds_text(fact)} | {stages} |"
    yield ""
