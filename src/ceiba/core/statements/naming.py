"""Who promises and to whom, told from where the parties stand around the word that promises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ceiba.core.statements.acts import Head
from ceiba.core.statements.lexicon import Words, pattern
from ceiba.core.statements.parties import Mention
from ceiba.core.statements.sentences import Span

BY_UNKNOWN, BY_SEVERAL, TO_UNKNOWN, TO_SEVERAL = "by_unknown", "by_several", "to_unknown", "to_several"
_ARTICLES: Final = (
    r"(?:(?:the|el|la|los|las|its|his|her|su|sus|this|of|de|del)\s+|(?:government|people|republic|gobierno|"
    r"pueblo|república)"
    r"\s+(?:of|de|del)\s+)*"
)
_BEFORE: Final = re.compile(r"(?:([^\s,;:()«»\"“”]+)\s+)?(?:([^\s,;:()«»\"“”]+)\s+)?$")


@dataclass(frozen=True, slots=True)
class Named:
    """A party, or none with the doubt why; `span` are the words that name it."""

    party: int | None
    span: Span | None
    doubt: str


def promiser(sentence: str, mentions: Sequence[Mention], head: Head, words: Words) -> Named:
    """Whoever stands before the head as its subject; in the passive, whoever it is done by."""
    passive = pattern(words.passive.removeprefix(r"\b").removesuffix(r"\b")).search(
        sentence, max(0, head.span.start - 1), head.span.end + 25
    )
    agents = [m for m in mentions if m.span.start >= head.span.end and _led(sentence, m, words.by_whom)]
    if agents:
        return _one(agents, BY_UNKNOWN, BY_SEVERAL)
    if passive and passive.start() <= head.span.end:
        return Named(None, None, BY_UNKNOWN)
    clause = sentence.rfind(";", 0, head.span.start)
    near = [m for m in mentions if clause < m.span.start and m.span.end <= head.span.start]
    subjects = [m for m in near if _is_subject(sentence, m, words)]
    return _one(subjects, BY_UNKNOWN, BY_SEVERAL)


def receiver(sentence: str, mentions: Sequence[Mention], head: Head, by: int | None, words: Words) -> Named:
    """Whoever is named after the head behind a word such as "to"; where others are named, that is not guessed."""
    after = [m for m in mentions if m.span.start >= head.span.end and (m.party is None or m.party != by)]
    led = [m for m in after if _led(sentence, m, words.to_whom)]
    if led:
        return _one(led + [m for m in after if _is_joined(sentence, m, led)], TO_UNKNOWN, TO_SEVERAL)
    return Named(None, None, TO_UNKNOWN if after else "")


def _one(found: Sequence[Mention], none: str, several: str) -> Named:
    parties = {mention.party for mention in found}
    if len(parties) == 1 and None not in parties:
        return Named(found[0].party, found[0].span, "")
    return Named(None, None, several if len(found) > 1 and len(parties) > 1 else none)


def _led(sentence: str, mention: Mention, leads: str) -> bool:
    """Whether one of the words stands before the mention, but for articles and the like."""
    before = sentence[max(0, mention.span.start - 60) : mention.span.start]
    return re.search(rf"(?<!\w)(?:{leads})\s+{_ARTICLES}$", before, re.IGNORECASE) is not None


def _is_joined(sentence: str, mention: Mention, led: Sequence[Mention]) -> bool:
    """Whether the mention goes on a list: to Guatemala, Honduras and El Salvador."""
    return any(
        re.fullmatch(
            rf"(?:\s*,?\s*(?:and|y|e|,)\s+{_ARTICLES}(?:\w+\s*,\s*)*)+|\s*,\s*",
            sentence[other.span.end : mention.span.start],
            re.IGNORECASE,
        )
        for other in [*led]
        if other.span.end <= mention.span.start
    )


def _is_subject(sentence: str, mention: Mention, words: Words) -> bool:
    """Not behind a word that sets it aside ("in Mexico"), unless behind an office ("the president of Mexico")."""
    before = _BEFORE.search(sentence[: mention.span.start])
    one, two = (before.group(1) or "", before.group(2) or "") if before else ("", "")
    nearest, further = (two, one) if two else (one, "")
    if nearest.lower() in ("the", "el", "la", "los", "las", "del", "al"):
        if nearest.lower() == "del":
            return pattern(words.offices).fullmatch(further) is not None
        return nearest.lower() != "al" and not pattern(words.aside).fullmatch(further)
    if pattern(words.aside).fullmatch(nearest):
        return nearest.lower() in ("of", "de") and pattern(words.offices).fullmatch(further) is not None
    return True
