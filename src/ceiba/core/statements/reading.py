"""A pasted statement read: what it may promise, propose, answer or tell of, for a person to confirm one by one.

Rules that can be explained, no model and no network: every candidate says which words it rests on (`reasons`) and
what could not be told (`doubts`). What could not be told is left blank. Sentences that look like a promise and are
none are told too, with what stops them (`passed`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from ceiba.core.commitments import Answered, Kind
from ceiba.core.statements.acts import (
    NOTHING_NAMED,
    PAST,
    QUESTION,
    Head,
    Stopped,
    answer_in,
    delivery_in,
    promise_in,
    proposal_in,
)
from ceiba.core.statements.amounts import REACHED, Amount, amounts
from ceiba.core.statements.days import Day, days, relative_due
from ceiba.core.statements.lexicon import LEXICON, Act, Words, pattern
from ceiba.core.statements.naming import Named, promiser, receiver
from ceiba.core.statements.parties import Mention, PartyNames, mentions
from ceiba.core.statements.sentences import Span, sentences

DUE_RELATIVE, NO_QUANTITY = "due_relative", "no_quantity"
SUBJECT_MAX: Final = 240
SERVICES: Final = ("scholarships", "technicians")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was read so: what it tells (`act`, `amount`, `by`, `to`, `said_on`, `due_on`) and the words."""

    tells: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a sentence may be, for a person to confirm. `at` is the place in the text that tells it from others.

    Blank: a party None, a day or a unit empty, a quantity None. `act` is never an announcement: that is a promise.
    """

    act: Act
    kind: Kind
    at: int
    sentence: Span
    by: int | None
    to: int | None
    quantity: Decimal | None
    unit: str
    subject: str
    said_on: str
    due_on: str
    answered: Answered | None
    reasons: tuple[Reason, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passed:
    """A sentence that looks like a promise and is none: `why`, and the words that say so."""

    sentence: Span
    why: str
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a statement, in its order."""

    candidates: tuple[Candidate, ...]
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    """A sentence with everything found in it, by places in the sentence."""

    place: Span
    text: str
    words: Words
    language: str
    mentions: Sequence[Mention]
    amounts: Sequence[Amount]
    days: Sequence[Day]


def read_statement(text: str, language: str, parties: Iterable[PartyNames]) -> Reading:
    """Read a statement in one language ("es", "en") with the names of the parties that there are."""
    known = tuple(parties)
    candidates: list[Candidate] = []
    passed: list[Passed] = []
    for place in sentences(text):
        read = _read(place, place.of(text), language, known)
        heads, stopped = _heads(read)
        for head in heads:
            candidates += _candidates(read, head)
        if not heads and stopped:
            passed.append(Passed(place, stopped.why, stopped.span.of(read.text)))
    return Reading(tuple(candidates), tuple(passed))


def _read(place: Span, text: str, language: str, parties: Sequence[PartyNames]) -> _Read:
    money = amounts(text, language)
    named = [m for m in mentions(text, parties) if not any(_within(m.span, a.span) for a in money)]
    return _Read(place, text, LEXICON[language], language, named, money, days(text, language))


def _heads(read: _Read) -> tuple[list[Head], Stopped | None]:
    """What the sentence does, and what stopped what it does not do. What is proposed is not also promised."""
    text, words = read.text, read.words
    if text.rstrip("\"'”»)").endswith("?"):
        return [], Stopped(QUESTION, Span(len(text) - 1, len(text)))
    answer = answer_in(text, words)
    end = answer.span.start if answer else len(text)
    found = proposal_in(text, words, end)
    if isinstance(found, Head):
        return [found, answer] if answer else [found], None
    if answer:
        return [answer], None
    promise = promise_in(text, words, 0, end)
    if isinstance(promise, Head) and (promise.act == Act.PROMISE or _objects(read, promise)):
        return [promise], None
    stopped = found or promise
    if isinstance(stopped, Head):
        stopped = Stopped(NOTHING_NAMED, stopped.span)
    told = delivery_in(text, words) if stopped is None or stopped.why == PAST else None
    if told and any(not amount.unit or amount.unit not in REACHED for amount in read.amounts):
        return [told], None
    return [], stopped or (Stopped(PAST, told.span) if told else None)


def _candidates(read: _Read, head: Head) -> list[Candidate]:
    """One for each amount or named thing of the head; one without either where it is a promise all the same."""
    if head.act == Act.ANSWER:
        return [_candidate(read, head, None, Span(head.span.start, len(read.text)))]
    objects = _objects(read, head)
    places = [each.span if isinstance(each, Amount) else each for each in objects]
    if not objects:
        return [_candidate(read, head, None, Span(head.span.end, len(read.text)))]
    ends = [*(place.start for place in places[1:]), len(read.text)]
    return [
        _candidate(read, head, each if isinstance(each, Amount) else None, Span(place.start, end))
        for each, place, end in zip(objects, places, ends, strict=True)
    ]


def _objects(read: _Read, head: Head) -> list[Amount | Span]:
    """The amounts of the head, and the things it names with "a" or "an" that have none, in order."""
    told = [amount for amount in read.amounts if not _is_aside(read, amount)]
    others = [amount for amount in told if amount.unit not in REACHED]
    after = [amount for amount in others or told if amount.span.start >= head.span.end]
    found: list[Amount | Span] = [*(after or others or told)]
    if head.act != Act.DELIVERY:
        found += [thing for thing in _things(read, head.span.end) if not _has_amount(read, thing)]
    return sorted(found, key=lambda each: each.span if isinstance(each, Amount) else each)


def _things(read: _Read, start: int) -> list[Span]:
    articles = r"a|an|the|una?|el|la" if start else ""
    phrase = rf"(?:{articles})\s+(?:[^\s,;.]+\s+){{0,2}}?(?:{read.words.things})"
    return [
        Span(m.start(), m.end()) for m in pattern(phrase).finditer(read.text, start) if _is_new(m.group())
    ]


def _is_new(thing: str) -> bool:
    """Things are announced with "a" or "an": "the programme" is one already spoken of."""
    return re.match(r"(?:an?|una?)\s", thing, re.IGNORECASE) is not None


def _has_amount(read: _Read, thing: Span) -> bool:
    """Whether an amount says how much of the thing: it stands in it, or after it in the same part of the sentence."""
    part = re.split(r",| and | y |;", read.text[thing.end :], maxsplit=1)[0]
    until = thing.end + len(part)
    return any(thing.start <= amount.span.start <= until for amount in read.amounts) or any(
        0 <= thing.start - amount.span.end <= 20 for amount in read.amounts
    )


def _is_aside(read: _Read, amount: Amount) -> bool:
    """An amount that compares ("of the 90 million", "de los 20 mil") is no promise of its own."""
    before = read.text[: amount.span.start].lower().split()[-2:]
    return before in (["of", "the"], ["of", "its"], ["de", "los"], ["de", "las"])


def _candidate(read: _Read, head: Head, amount: Amount | None, part: Span) -> Candidate:
    by = promiser(read.text, read.mentions, head, read.words)
    to = receiver(read.text, read.mentions, head, by.party, read.words)
    said, due = _said(read, head), _due(read, head)
    relative = relative_due(read.text, read.language) if due is None else None
    doubts = [
        named.doubt for named in (by, to) if named.doubt and not (head.act == Act.ANSWER and named is to)
    ]
    doubts += [*(amount.doubts if amount else ()), *([DUE_RELATIVE] if relative else [])]
    at = amount.span if amount else part if part.start > head.span.end else head.span
    return Candidate(
        act=Act.PROMISE if head.act == Act.ANNOUNCEMENT else head.act,
        kind=_kind(read, head, amount, part),
        at=read.place.start + at.start,
        sentence=read.place,
        by=by.party,
        to=to.party,
        quantity=amount.quantity if amount else None,
        unit=amount.unit if amount else "",
        subject=_subject(part.of(read.text), is_last=part.end == len(read.text)),
        said_on=said.on if said else "",
        due_on=due.on if due else "",
        answered=head.answered,
        reasons=_reasons(read, head, amount, by, to, said, due),
        doubts=tuple(doubts),
    )


def _kind(read: _Read, head: Head, amount: Amount | None, part: Span) -> Kind:
    if head.act == Act.PROPOSAL:
        return Kind.PROPOSAL
    if amount is not None:
        if amount.is_money:
            return Kind.MONEY
        return Kind.SERVICE if amount.unit in SERVICES else Kind.GOODS
    told = read.text[head.span.start : part.end]
    if pattern(read.words.negotiation).search(told):
        return Kind.NEGOTIATION
    return Kind.SERVICE if pattern(read.words.service).search(told) else Kind.ACTION


def _said(read: _Read, head: Head) -> Day | None:
    """The one day before the head, or behind an announcement: when it was said. Of several, none is chosen."""
    told = [day for day in read.days if not day.is_due and day.span.start < head.span.start]
    if not told and head.act in (Act.ANNOUNCEMENT, Act.ANSWER, Act.PROPOSAL, Act.DELIVERY):
        told = [day for day in read.days if not day.is_due and 0 <= day.span.start - head.span.end <= 2]
    if not told and head.act == Act.DELIVERY:
        told = [day for day in read.days if not day.is_due]
    return told[0] if len(told) == 1 else None


def _due(read: _Read, head: Head) -> Day | None:
    """The one day by which it is due; or, behind a future, the one day in which it is to be done."""
    if head.act not in (Act.PROMISE, Act.ANNOUNCEMENT):
        return None
    told = [day for day in read.days if day.is_due]
    if not told and head.act == Act.PROMISE:
        told = [day for day in read.days if day.span.start >= head.span.end]
    return told[0] if len(told) == 1 else None


def _reasons(
    read: _Read, head: Head, amount: Amount | None, by: Named, to: Named, said: Day | None, due: Day | None
) -> tuple[Reason, ...]:
    places = (
        ("act", head.span), ("amount", amount.span if amount else None), ("by", by.span), ("to", to.span),
        ("said_on", said.span if said else None), ("due_on", due.span if due else None),
    )  # fmt: skip
    return tuple(Reason(tells, place.of(read.text).strip()) for tells, place in places if place is not None)


def _subject(part: str, *, is_last: bool) -> str:
    """What is promised, in the statement's words, without what leads on to the next."""
    text = re.sub(r"\s+", " ", part.split(";", maxsplit=1)[0]).strip(" ,.:\"'«»“”")
    if not is_last:
        text = re.sub(r",?\s+(?:and|y|e|to|para|as well as|así como)(?:\s+\w+){0,2}$", "", text)
    return text if len(text) <= SUBJECT_MAX else text[:SUBJECT_MAX].rsplit(" ", 1)[0] + "…"


def _within(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
