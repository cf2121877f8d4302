"""A rulebook as a readable document: what each part of its page shows, ready for a thin template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Final

from ceiba.core.facts import FACTS, STAGES, Fact
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month
from ceiba.core.rules.expression import names_in
from ceiba.core.rules.rulebook import (
    ASSUMPTION,
    CALENDAR,
    EXCUSE,
    STAFFING,
    UNITS,
    VARIANCE,
    Case,
    Component,
    Parameter,
    PathwayStage,
    Rule,
    Rulebook,
    Setting,
    Text,
    all_bases,
    is_assumption,
)
from ceiba.core.variance import Thresholds
from ceiba.rulebook.models import RulebookVersion

RuleCounts = Mapping[str, int]
"""Of one rule over the months decided: "decided", "fail" and "unknown" participant-months."""

Statistics = Callable[[RulebookVersion], Mapping[str, RuleCounts]]
"""Rule id -> counts; given to the views by whoever may read determinations, which stand above the rulebook."""

_NO_UNIT: Final[Text] = {"es": "", "en": ""}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as people read it: an amount of `currency`, or a count of `unit`; `place` is where it holds."""

    value: Decimal | int
    unit: Text
    currency: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """Where something is laid down; `assumption` when nobody has established it."""

    text: str
    assumption: bool

    @classmethod
    def of(cls, basis: str) -> "Basis":
        """From the rulebook's text."""
        return cls(basis, is_assumption(basis))


@dataclass(frozen=True, slots=True)
class NumberVersion:
    """What a parameter is from one month until another."""

    valid_from: Month
    valid_until: Month | None
    meaning: Text
    numbers: tuple[Number, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """A parameter with every version it has had."""

    name: str
    meaning: Text
    versions: tuple[NumberVersion, ...]


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A worked case: its facts as SQL would say them, and what comes out, a verdict or an amount."""

    facts: str
    month: Month | None
    verdict: str
    amount: Number | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule or a component of support, with all it rests on; `counts` when there are statistics of it."""

    item: Rule | Component
    sql: str
    facts: tuple[Fact, ...]
    parameters: tuple[ParameterEntry, ...]
    cases: tuple[CaseEntry, ...]
    basis: Basis
    counts: RuleCounts | None = None


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage of the pathway with all that is laid down of it: the one it comes after, and every rule it asks for.

    `rules` are its own and those of the stages before it, each in every version there has been.
    """

    stage: PathwayStage
    after: PathwayStage | None
    rules: tuple[Entry, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class SettingEntry:
    """A number of the calendar, the staffing or the variance."""

    setting: Setting
    meaning: Text
    value: int
    basis: Basis


@dataclass(frozen=True, slots=True)
class Document:
    """The whole page."""

    rulebook: Rulebook
    calendar: tuple[SettingEntry, ...]
    staffing: tuple[SettingEntry, ...]
    variance: tuple[SettingEntry, ...]
    stages: tuple[tuple[str, tuple[Entry, ...]], ...]
    components: tuple[Entry, ...]
    parameters: tuple[ParameterEntry, ...]
    documents: tuple[tuple[object, Basis], ...]
    pathway: tuple[StageEntry, ...]
    excuses: tuple[Entry, ...]
    statements: int
    assumptions: int


def document_of(rulebook: Rulebook, counts: Mapping[str, RuleCounts] | None = None) -> Document:
    """The document of `rulebook`; `counts` by rule id are shown beside the rules."""
    parameters = _parameters(rulebook)
    bases = all_bases(rulebook)
    entries = [_entry(rule, rule.require, rulebook, parameters, counts) for rule in rulebook.rules]
    stages = (
        (stage, tuple(e for e in entries if isinstance(e.item, Rule) and e.item.stage == stage))
        for stage in ("month", *(stage for stage in STAGES if stage != "month"))
    )
    return Document(
        rulebook=rulebook,
        calendar=_settings(CALENDAR, rulebook.calendar, rulebook),
        staffing=_settings(STAFFING, rulebook.staffing, rulebook),
        variance=variance_of(rulebook),
        stages=tuple((stage, rules) for stage, rules in stages if rules),
        components=tuple(_entry(c, c.amount, rulebook, parameters, counts) for c in rulebook.components),
        parameters=tuple(parameters.values()),
        documents=tuple((document, Basis.of(document.basis)) for document in rulebook.documents),
        pathway=tuple(_stage(stage, rulebook, entries) for stage in rulebook.pathway),
        excuses=tuple(e for e in entries if isinstance(e.item, Rule) and e.item.otherwise == EXCUSE),
        statements=len(bases),
        assumptions=sum(map(is_assumption, bases)),
    )


def _stage(stage: PathwayStage, rulebook: Rulebook, entries: Iterable[Entry]) -> StageEntry:
    asked = rulebook.asked_by(stage)
    of_rules = {
        rule: [e for e in entries if isinstance(e.item, Rule) and e.item.id == rule] for rule in asked
    }
    return StageEntry(
        stage=stage,
        after=next((each for each in rulebook.pathway if each.id == stage.after), None),
        rules=tuple(entry for found in of_rules.values() for entry in found),
        basis=Basis.of(stage.basis),
    )


def _entry(
    item: Rule | Component,
    sql: str,
    rulebook: Rulebook,
    parameters: Mapping[str, ParameterEntry],
    counts: Mapping[str, RuleCounts] | None,
) -> Entry:
    names = names_in(sql)
    reason = item.id if isinstance(item, Rule) else item.reason
    return Entry(
        item=item,
        sql=sql,
        facts=tuple(FACTS[name] for name in names if name in FACTS),
        parameters=tuple(parameters[name] for name in names if name in parameters),
        cases=tuple(_case(case, rulebook.currency) for case in item.cases),
        basis=Basis.of(item.basis),
        counts=counts.get(reason) if counts is not None else None,
    )


def _case(case: Case, currency: str) -> CaseEntry:
    facts = ", ".join(f"{name} = {_literal(value)}" for name, value in case.facts.items())
    if isinstance(case.expect, int):
        return CaseEntry(facts, case.month, "", _number(case.expect, "minor", currency))
    return CaseEntry(facts, case.month, case.expect, None)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _parameters(rulebook: Rulebook) -> dict[str, ParameterEntry]:
    """Every parameter by name, in the order of the file, its versions by date."""
    by_name: dict[str, list[Parameter]] = {}
    for parameter in rulebook.parameters:
        by_name.setdefault(parameter.name, []).append(parameter)
    entries = {}
    for name, found in by_name.items():
        found.sort(key=lambda parameter: parameter.valid_from)
        versions = tuple(_version(parameter, rulebook.currency) for parameter in found)
        entries[name] = ParameterEntry(name, found[-1].meaning, versions)
    return entries


def _version(parameter: Parameter, currency: str) -> NumberVersion:
    values: Iterable[tuple[str, int]] = parameter.values.items()
    if parameter.value is not None:
        values = [("", parameter.value)]
    return NumberVersion(
        valid_from=parameter.valid_from,
        valid_until=parameter.valid_until,
        meaning=parameter.meaning,
        numbers=tuple(_number(value, parameter.unit, currency, place) for place, value in values),
        basis=Basis.of(parameter.basis),
    )


def _number(value: int, unit: str, currency: str, place: str = "") -> Number:
    if unit == "minor":
        return Number(Decimal(value).scaleb(-MINOR_DIGITS[currency]), _NO_UNIT, currency, place)
    return Number(value, UNITS.get(unit, _NO_UNIT), place=place)


def variance_of(rulebook: Rulebook) -> tuple[SettingEntry, ...]:
    """What a payment run is compared by; what a programme leaves out is as by default, and an assumption."""
    return tuple(
        SettingEntry(
            VARIANCE[name],
            {"es": VARIANCE[name].es, "en": VARIANCE[name].en},
            value,
            Basis.of(rulebook.bases[name] if name in rulebook.variance else ASSUMPTION),
        )
        for name, value in asdict(Thresholds(**rulebook.variance)).items()
    )


def _settings(
    settings: Mapping[str, Setting], values: Mapping[str, int], rulebook: Rulebook
) -> tuple[SettingEntry, ...]:
    return tuple(
        SettingEntry(
            settings[name],
            {"es": settings[name].es, "en": settings[name].en},
            value,
            Basis.of(rulebook.bases[name]),
        )
        for name, value in values.items()
    )
