"""A text divided into sentences, each by its place, so that the very words can be shown where they stand."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A part of a text: from `start` up to `end`, in characters."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The part itself."""
        return text[self.start : self.end]


_END: Final = re.compile(r"[.!?…]+[\"”»’')\]]*(?=\s|$)|\n\s*\n|\n(?=\s*[-•*–])")
_WORD_BEFORE: Final = re.compile(r"([^\s(«“\"]+)$")
_WORD_AFTER: Final = re.compile(r"\s*[¿¡«“\"(]*([^\s,.;:]+)")
_NEVER: Final = frozenset(
    ("ee", "sr", "sra", "srs", "dr", "dra", "lic", "ing", "gral", "mr", "mrs", "ms", "prof", "st", "sta", "sto", "no",
     "núm", "num", "art", "aprox", "vs", "gov", "sen", "rep", "jan", "feb", "aug", "sept", "oct", "nov", "dec", "ene",
     "abr", "ago", "dic", "vol", "pp")
)  # fmt: skip
_MAYBE: Final = frozenset(("uu", "u.s", "u.k", "u.n", "etc", "inc", "corp", "s.a", "a.m", "p.m", "d.c"))
_OPENERS: Final = frozenset(
    ("The", "A", "An", "He", "She", "It", "In", "On", "At", "They", "But", "And", "This", "That", "These",
        "Those", "We",
     "For", "As", "However", "Mexico", "Both", "El", "La", "Los", "Las", "En", "Un", "Una", "Pero", "Y",
     "Según", "Por",
     "Para", "Con", "Además", "También", "Al", "Del", "Ambos", "Ambas", "México")
)  # fmt: skip


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without the space around them; together they hold every word of it."""
    found, start = [], 0
    for end in _END.finditer(text):
        if end.group()[0] == "." and not _ends(text, end.start(), end.end()):
            continue
        found.append(_trimmed(text, start, end.end()))
        start = end.end()
    found.append(_trimmed(text, start, len(text)))
    return [span for span in found if span.start < span.end]


def _ends(text: str, dot: int, after: int) -> bool:
    """Whether a full stop ends a sentence, and not an abbreviation or an initial."""
    before = _WORD_BEFORE.search(text[max(0, dot - 20) : dot])
    word = before.group(1).lower() if before else ""
    if word in _NEVER:
        return False
    if word in _MAYBE or (len(word) == 1 and word.isalpha()):
        following = _WORD_AFTER.match(text, after)
        return following is None or following.group(1) in _OPENERS
    return True


def _trimmed(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    return Span(start + left, start + len(part.rstrip())) if part.strip() else Span(end, end)
