"""The kinds of rule that IATI's standard ruleset is made of: of one element, which nodes offend.

The meaning is that of the ruleset's specification (SPEC_JS in IATI's repository of rulesets) and of its reference
implementation, IATI's validator in JavaScript; no maintained library does it in Python. We are stricter where the
reference stumbles: it compares only the first of several dates, and takes an empty list of nodes for true.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from lxml import etree

_YEAR_DAYS: Final = 365
_DECIMALS: Final = 4
_ALL_OF: Final = {
    "lang": ("descendant::narrative", "@xml:lang"),
    "sector": ("transaction", "sector"),
    "currency": ("descendant::value | descendant::forecast | descendant::loan-status", "@currency"),
}
"""What `one_or_all` means by a word: every one of these elements has that."""


@dataclass(frozen=True, slots=True)
class Match:
    """A node that an XPath found: the element it is or stands in, and its text."""

    element: "etree._Element"
    text: str


@dataclass(frozen=True, slots=True)
class Offence:
    """Where an element breaks a rule, and what stands there."""

    element: "etree._Element"
    found: str


@dataclass(frozen=True, slots=True)
class Known:
    """What rules ask of the world: the time, and the agencies that organisation identifiers may begin with."""

    now: datetime
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a rule at one element; `each` is the value a loop stands at, the variable `$each` of its XPaths."""

    element: "etree._Element"
    spec: Mapping[str, Any]
    known: Known
    each: str = ""

    def holds(self, expression: str) -> bool:
        """Whether an XPath is true of the element, as XPath's boolean() says."""
        return bool(_xpath(f"boolean({expression})")(self.element, each=self.each))

    def matches(self, expression: str) -> list[Match]:
        """The nodes that an XPath finds."""
        found = _xpath(expression)(self.element, each=self.each)
        return [_match(node) for node in found] if isinstance(found, list) else []

    def all_paths(self) -> list[Match]:
        """The nodes that any of the case's paths finds."""
        return [match for path in self.spec["paths"] for match in self.matches(path)]

    def times(self, key: str) -> list[tuple[datetime, Match]]:
        """The dates that the XPath under `key` finds; what is no date is the schema's business."""
        if self.spec[key] == "NOW":
            return [(self.known.now, Match(self.element, self.known.now.date().isoformat()))]
        read = ((_time(match.text), match) for match in self.matches(self.spec[key]))
        return [(time, match) for time, match in read if time is not None]

    def here(self, found: str) -> list[Offence]:
        """The element itself offends."""
        return [Offence(self.element, found)]


def no_more_than_one(case: Case) -> list[Offence]:
    """At most one node is there."""
    return [_offence(match) for match in case.all_paths()[1:]]


def atleast_one(case: Case) -> list[Offence]:
    """A node is there."""
    return [] if case.all_paths() else case.here("—")


def one_or_all(case: Case) -> list[Offence]:
    """`one` is there, or every one of `all` has it."""
    if case.matches(case.spec["one"]):
        return []
    elements, wanted = _ALL_OF[case.spec["all"]]
    return [_offence(match) for match in case.matches(elements) if not _xpath(wanted)(match.element)]


def date_order(case: Case) -> list[Offence]:
    """No date of `less` comes after one of `more`; the same day will do."""
    more = case.times("more")
    if not more:
        return []
    first, at = min(more, key=lambda pair: pair[0])
    late = (match for time, match in case.times("less") if time > first)
    return [Offence(match.element, f"{match.text} > {at.text}") for match in late]


def date_now(case: Case) -> list[Offence]:
    """The date is not to come."""
    return [_offence(match) for time, match in case.times("date") if time > case.known.now]


def time_limit(case: Case) -> list[Offence]:
    """From start to end it is at most a year."""
    return [
        Offence(end.element, f"{start.text} – {end.text}")
        for begins, start in case.times("start")
        for ends, end in case.times("end")
        if (ends - begins).days > _YEAR_DAYS
    ]


def between_dates(case: Case) -> list[Offence]:
    """Every date lies in the period."""
    starts, ends = case.times("start"), case.times("end")
    if not starts or not ends:
        return []
    low, high = starts[0][0], ends[0][0]
    return [_offence(match) for time, match in case.times("date") if not low <= time <= high]


def regex_matches(case: Case) -> list[Offence]:
    """Every text matches; an empty one does."""
    regex = re.compile(case.spec["regex"])
    return [_offence(match) for match in case.all_paths() if match.text and not regex.search(match.text)]


def startswith(case: Case) -> list[Offence]:
    """Every text begins with one of the prefixes and the separator; `ORG-ID-PREFIX` stands for the agencies."""
    if case.spec["prefix"] == ["ORG-ID-PREFIX"]:
        return [_offence(m) for m in case.all_paths() if _agency(m.text) not in case.known.agencies]
    separator = case.spec.get("separator", "")
    prefixes = tuple(match.text + separator for path in case.spec["prefix"] for match in case.matches(path))
    return [_offence(match) for match in case.all_paths() if not match.text.startswith(prefixes)]


def unique(case: Case) -> list[Offence]:
    """No text is there twice."""
    matches = case.all_paths()
    return [_offence(m) for n, m in enumerate(matches) if m.text in {other.text for other in matches[:n]}]


def no_spaces(case: Case) -> list[Offence]:
    """No text begins or ends with white space."""
    return [_offence(match) for match in case.all_paths() if match.text != match.text.strip()]


def if_then(case: Case) -> list[Offence]:
    """If the one holds, so does the other."""
    if not case.holds(case.spec["if"]) or case.holds(case.spec["then"]):
        return []
    matches = case.all_paths()
    return [_offence(matches[0])] if matches else case.here("—")


def strict_sum(case: Case) -> list[Offence]:
    """The numbers add up."""
    numbers = [_number(match.text) for match in case.all_paths()]
    total = sum((number for number in numbers if number is not None), Decimal(0))
    wrong = None in numbers or round(total, _DECIMALS) != Decimal(str(case.spec["sum"]))
    return case.here(f"{total:f}") if wrong else []


def in_range(case: Case) -> list[Offence]:
    """Every number is from `min` to `max`."""
    low, high = Decimal(str(case.spec["min"])), Decimal(str(case.spec["max"]))
    numbers = ((_number(match.text), match) for match in case.all_paths())
    return [_offence(match) for number, match in numbers if number is None or not low <= number <= high]


KINDS: Final[Mapping[str, Callable[[Case], list[Offence]]]] = {
    "atleast_one": atleast_one,
    "between_dates": between_dates,
    "date_now": date_now,
    "date_order": date_order,
    "if_then": if_then,
    "no_more_than_one": no_more_than_one,
    "no_spaces": no_spaces,
    "one_or_all": one_or_all,
    "range": in_range,
    "regex_matches": regex_matches,
    "startswith": startswith,
    "strict_sum": strict_sum,
    "time_limit": time_limit,
    "unique": unique,
}
"""Every kind but `loop`, which is others over again."""


def nodes(tree: "etree._Element | etree._ElementTree", expression: str) -> list[Any]:
    """What an XPath that selects nodes finds."""
    found = tree.xpath(expression)
    return found if isinstance(found, list) else []


def offences(kind: str, case: Case) -> Iterator[Offence]:
    """Where the element breaks a rule of `kind`. Raises KeyError for a kind that is not known.

    A `condition` that does not hold lets it off. An `idCondition` asks for those who are no registered publishers; no
    list of publishers is shipped, so everybody is asked.
    """
    if kind == "loop":
        yield from _loop(case)
    elif "condition" not in case.spec or case.holds(case.spec["condition"]):
        yield from KINDS[kind](case)


def _loop(case: Case) -> Iterator[Offence]:
    """The rules under `do`, for each different value of `foreach`: it stands as '$1' in their XPaths.

    It is put into every XPath, whatever `subs` lists: some cases of the standard ruleset forget their `condition`
    there, and would never be asked. The value is a variable, not text, so that a quote in it does no harm.
    """
    for each in dict.fromkeys(match.text for match in case.matches(case.spec["foreach"])):
        for kind, rule in case.spec["do"].items():
            for spec in rule["cases"]:
                yield from offences(kind, Case(case.element, _substituted(spec), case.known, each))


def _substituted(spec: Mapping[str, Any]) -> dict[str, Any]:
    def put(value: object) -> object:
        if isinstance(value, list):
            return [put(each) for each in value]
        return value.replace("'$1'", "$each") if isinstance(value, str) else value

    return {key: put(value) for key, value in spec.items()}


@lru_cache(maxsize=1024)
def _xpath(expression: str) -> "etree.XPath":
    return etree.XPath(expression)


def _match(node: Any) -> Match:
    if isinstance(node, str):  # an attribute or a text, which knows its element
        return Match(node.getparent(), str(node))  # type: ignore[attr-defined]
    return Match(node, "".join(node.itertext()))


def _offence(match: Match) -> Offence:
    return Offence(match.element, " ".join(match.text.split())[:80] or "—")


def _time(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.strip()[:10] if "T" not in text else text.strip())
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _number(text: str) -> Decimal | None:
    try:
        read = Decimal(text.strip())
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def _agency(ref: str) -> str:
    """What stands before the second hyphen."""
    return "-".join(ref.split("-")[:2])
