"""Parties named in a text, by the names and adjectives that the register of parties gives them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ceiba.core.statements.sentences import Span


@dataclass(frozen=True, slots=True)
class PartyNames:
    """A party by its number in the register, and everything that it is called: names, short names, adjectives."""

    party: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A party named in a text; `party` is None where the same words name several."""

    span: Span
    party: int | None


PLACES: Final = (
    "New Mexico", "Nuevo México", "Nuevo Mexico", "Mexico City", "Ciudad de México", "Gulf of Mexico", "Golfo "
    "de México",
    "Estado de México", "State of Mexico", "Guatemala City", "Ciudad de Guatemala", "Belize City", "Ciudad de Belice",
    "US-Mexico border", "U.S.-Mexico border", "Mexican border", "US border", "U.S. border", "frontera de México",
    "frontera de Estados Unidos", "frontera mexicana",
)  # fmt: skip
"""Words that hold a party's name and mean a place."""


def mentions(text: str, parties: Iterable[PartyNames]) -> list[Mention]:
    """Where a text names parties, in order; of names that lie in each other, the longer.

    Names in capitals only, or with points (US, U.S.), are looked for as they are written: "us" is no party.
    """
    owners: dict[str, set[int]] = {}
    exact: dict[str, set[int]] = {}
    for each in parties:
        for name in filter(None, each.names):
            as_written = name.isupper() or "." in name
            (exact if as_written else owners).setdefault(name if as_written else name.lower(), set()).add(
                each.party
            )
    found = [*_found(text, exact, 0), *_found(text, owners, re.IGNORECASE)]
    hidden = [
        Span(m.start(), m.end()) for m in re.finditer("|".join(map(re.escape, PLACES)), text, re.IGNORECASE)
    ]
    return _longest([mention for mention in found if not any(_meet(mention.span, place) for place in hidden)])


def _found(text: str, owners: dict[str, set[int]], flags: int) -> list[Mention]:
    if not owners:
        return []
    names = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(owners, key=len, reverse=True))
    found = []
    for match in re.finditer(rf"(?<!\w)(?:{names})(?!\w)", text, flags):
        name = re.sub(r"\s+", " ", match.group())
        of = owners[name.lower() if flags else name]
        found.append(Mention(Span(match.start(), match.end()), next(iter(of)) if len(of) == 1 else None))
    return found


def _longest(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.span.start - m.span.end, m.span.start)):
        if not any(_meet(mention.span, other.span) for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.span.start)


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
