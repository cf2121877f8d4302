"""What a sentence does: the word that promises, announces, proposes, answers or tells of delivery; what stops it.

"May consider", "plans to" and "could" promise nothing; "will not" promises nothing; what has been done is no promise.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ceiba.core.commitments import Answered
from ceiba.core.statements.lexicon import Act, Words, pattern
from ceiba.core.statements.sentences import Span

HEDGED, NEGATED, PAST, NOTHING_NAMED, QUESTION = (
    "hedged", "negated", "past", "nothing_named", "question",
)  # fmt: skip
_BEFORE: Final = re.compile(r"(?:[^\s,;:]+\s+){0,5}$")
_AFTER: Final = re.compile(r"\s*(?:[^\s,;:]+\s*){0,3}")


@dataclass(frozen=True, slots=True)
class Head:
    """The word by which a sentence does what it does; `answered` of an answer."""

    act: Act
    span: Span
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a word that looks like a promise is none, and the words that say so."""

    why: str
    span: Span


def answer_in(sentence: str, words: Words) -> Head | None:
    """The answer that a sentence tells of."""
    for answered, phrase in words.answers:
        found = pattern(phrase).search(sentence)
        if found and not (answered != Answered.NONE and _negated(sentence, found, words)):
            return Head(Act.ANSWER, Span(found.start(), found.end()), answered)
    return None


def proposal_in(sentence: str, words: Words, end: int) -> Head | Stopped | None:
    """The proposal that a sentence makes, before the place `end`."""
    found = pattern(words.proposal).search(sentence, 0, end)
    if found is None:
        return None
    return _stop_before(sentence, found, words) or Head(Act.PROPOSAL, Span(found.start(), found.end()))


def promise_in(sentence: str, words: Words, start: int, end: int) -> Head | Stopped | None:
    """The first promise or announcement between two places that nothing stops; else what stopped the first."""
    first: Stopped | None = None
    for head in _promising(sentence, words, start, end):
        stopped = _stopped(sentence, head, words)
        if stopped is None:
            return head
        first = first or stopped
    return first


def delivery_in(sentence: str, words: Words) -> Head | None:
    """What a sentence says has been done."""
    found = pattern(words.delivery).search(sentence)
    if found is None or _negated(sentence, found, words):
        return None
    return Head(Act.DELIVERY, Span(found.start(), found.end()))


def _promising(sentence: str, words: Words, start: int, end: int) -> Iterator[Head]:
    """Every word that promises or announces, in order; "would" only where somebody is said to have said so."""
    kinds = [(Act.PROMISE, words.promise), (Act.ANNOUNCEMENT, words.announcement), (Act.PROMISE, words.will)]
    said = pattern(words.said).search(sentence)
    if said and not pattern("if|si|unless|salvo").search(sentence):
        kinds.append((Act.PROMISE, words.reported))
    heads = [
        Head(act, Span(found.start(), found.end()))
        for act, phrase in kinds
        for found in pattern(phrase).finditer(sentence, start, end)
    ]
    yield from sorted(heads, key=lambda head: head.span)


def _stopped(sentence: str, head: Head, words: Words) -> Stopped | None:
    """What stands around a head and takes its promise away: five words before it, three after it."""
    start, end = head.span.start, head.span.end
    was_done = pattern(words.was_done).match(sentence, _skip_space(sentence, end))
    if was_done:
        return Stopped(PAST, Span(was_done.start(), was_done.end()))
    for why, phrase in ((HEDGED, words.hedge), (NEGATED, words.negation)):
        stop = _around(pattern(phrase), sentence, start, end)
        if stop:
            return Stopped(why, Span(stop.start(), stop.end()))
    return None


def _around(words: re.Pattern[str], sentence: str, start: int, end: int) -> re.Match[str] | None:
    before, after = _BEFORE.search(sentence[:start]), _AFTER.match(sentence, end)
    at, until = before.start() if before else start, after.end() if after else end
    return words.search(sentence, at, until)


def _stop_before(sentence: str, found: re.Match[str], words: Words) -> Stopped | None:
    """Of a proposal, only what stands before it: what it proposes may be uncertain."""
    before = _BEFORE.search(sentence[: found.start()])
    at = before.start() if before else found.start()
    for why, phrase in ((HEDGED, words.hedge), (NEGATED, words.negation)):
        if stop := pattern(phrase).search(sentence, at, found.start()):
            return Stopped(why, Span(stop.start(), stop.end()))
    return None


def _negated(sentence: str, found: re.Match[str], words: Words) -> bool:
    before = re.search(r"(?:[^\s,;:]+\s+){0,3}$", sentence[: found.start()])
    at = before.start() if before else found.start()
    return pattern(words.negation).search(sentence, at, found.start()) is not None


def _skip_space(sentence: str, at: int) -> int:
    while at < len(sentence) and sentence[at].isspace():
        at += 1
    return at
