"""Whether a rulebook makes sense: every rule compiles in every month, its worked cases come out, the cap holds.

It goes the way of a real month: `compile_rules` and `decide`, on frames of the real schema.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Final

import polars as pl

from ceiba.core.determinations import RULES_MAX, compile_rules, decide
from ceiba.core.evidence import ABSENCES, DECISIONS
from ceiba.core.facts import FACTS, STAGES, stage_schema
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.register import TENURES
from ceiba.core.rules.expression import Compiled, Names, compile_amount, compile_condition
from ceiba.core.rules.reading import PARAMETERS_FILE, PATHWAY_FILE, PROGRAMME_FILE, RULES_FILE
from ceiba.core.rules.rulebook import (
    CAP,
    EXCUSE,
    RECOVERY_PERCENT_MAX,
    VERDICTS,
    Case,
    Component,
    Parameter,
    Rule,
    Rulebook,
    RuleSet,
    all_bases,
    is_assumption,
    valid,
)
from ceiba.core.rules.tables import close_to
from ceiba.core.savings import RULE_PARAMETERS

register_messages(
    {
        "check.case_missing": {
            "es": "faltan casos resueltos con resultado: {missing}.",
            "en": "worked cases are missing that come out as: {missing}.",
        },
        "check.case_failed": {
            "es": "se espera {expected} y sale {found}.",
            "en": "{expected} is expected and {found} comes out.",
        },
        "check.case_fact": {
            "es": "la regla no usa «{name}». ¿Quiso decir: {close}?",
            "en": 'the rule does not use "{name}". Did you mean: {close}?',
        },
        "check.case_key": {
            "es": "falta «{name}»: el parámetro {parameter} depende de ello.",
            "en": '"{name}" is missing: the parameter {parameter} depends on it.',
        },
        "check.case_value": {
            "es": "es «{found}»; puede ser: {wanted}.",
            "en": 'is "{found}"; it can be: {wanted}.',
        },
        "check.case_month": {
            "es": "{found} está fuera de la vigencia de la regla.",
            "en": "{found} is outside the rule's validity.",
        },
        "check.code_unknown": {
            "es": "«{found}» no es un país, una modalidad ni una tenencia. ¿Quiso decir: {close}?",
            "en": '"{found}" is no country, variant or tenure. Did you mean: {close}?',
        },
        "check.parameter_missing": {
            "es": "falta este parámetro, que todo programa necesita en todos sus meses.",
            "en": "this parameter is missing; every programme needs it in all its months.",
        },
        "check.parameter_range": {
            "es": "va de {found_low} a {found_high}; debe estar entre {low} y {high}.",
            "en": "goes from {found_low} to {found_high}; it must be between {low} and {high}.",
        },
        "check.parameter_value": {
            "es": "no puede valer {found}: de los ahorros se fija un solo número, el mismo en todas partes, y uno de "
            "los que dice docs/rulebook.md.",
            "en": "cannot be {found}: of savings one number is laid down, the same everywhere, and one of those that "
            "docs/rulebook.md tells.",
        },
        "check.parameter_unused": {
            "es": "ninguna regla ni monto usa este parámetro.",
            "en": "no rule or amount uses this parameter.",
        },
        "check.over_cap": {
            "es": "los montos de {place} pueden sumar {found} centavos, más que el tope de {cap}.",
            "en": "the amounts of {place} can add up to {found} cents, more than the cap of {cap}.",
        },
        "check.negative": {
            "es": "en {place} el monto puede ser {found} centavos; escriba GREATEST(…, 0) o corrija los números.",
            "en": "in {place} the amount can be {found} cents; write GREATEST(…, 0) or correct the numbers.",
        },
        "check.no_component": {
            "es": "hay reglas de mes pero ningún monto vigente.",
            "en": "there are rules of the month but no amount in force.",
        },
        "check.no_rule": {
            "es": "hay montos vigentes pero ninguna regla de mes: se pagaría a todas las personas sin condición.",
            "en": "there are amounts in force but no rule of the month: everyone would be paid unconditionally.",
        },
        "check.too_many_rules": {
            "es": "la etapa {stage} tiene {found} reglas y montos; caben {most}.",
            "en": "stage {stage} has {found} rules and amounts; at most {most} fit.",
        },
        "check.stage_rules": {
            "es": "ninguna regla dice qué pide esta etapa: nadie puede alcanzarla.",
            "en": "no rule says what this stage asks: nobody can reach it.",
        },
        "check.stage_months": {
            "es": "sus reglas no piden {found} meses aceptados, ni más ni menos.",
            "en": "its rules do not ask for {found} accepted months, no more and no fewer.",
        },
        "check.rule_of_no_stage": {
            "es": "ninguna etapa de pathway.toml pide esta regla.",
            "en": "no stage of pathway.toml asks for this rule.",
        },
        "check.empty": {"es": "no hay ninguna regla.", "en": "there is no rule."},
    }
)

REQUIRED: Final = {CAP: (1, 10**12), RECOVERY_PERCENT_MAX: (0, 100)}
"""The parameters that every programme needs, and the least and greatest each may be."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. A rulebook with problems must not be published; warnings may be."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    counts: Mapping[str, int]

    @property
    def ok(self) -> bool:
        """Whether the rulebook may be published."""
        return not self.problems


def check_rulebook(rulebook: Rulebook) -> Report:
    """Check everything; one pass over the months in which anything changes."""
    check = _Check(rulebook)
    check.run()
    cases = [case for rule in rulebook.rules for case in rule.cases]
    cases += [case for component in rulebook.components for case in component.cases]
    counts = {
        "rules": len(rulebook.rules),
        "components": len(rulebook.components),
        "parameters": len(rulebook.parameters),
        "cases": len(cases),
        "cases_run": check.cases_run,
        "months": len(rulebook.changes),
        "assumptions": sum(map(is_assumption, all_bases(rulebook))),
    }
    return Report(tuple(check.problems), tuple(check.warnings()), counts)


@dataclass(slots=True)
class _Check:
    """One check: what has been found so far."""

    rulebook: Rulebook
    problems: list[Problem] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    cases_run: int = 0

    def run(self) -> None:
        """Fill `problems`, `used` and `cases_run`."""
        if not self.rulebook.rules:
            self.problems.append(Problem("check.empty", Where(file=RULES_FILE)))
        for rule in self.rulebook.rules:
            where = Where(file=RULES_FILE, rule=rule.id)
            missing = [
                verdict for verdict in _verdicts(rule) if verdict not in {c.expect for c in rule.cases}
            ]
            if missing:
                values = {"missing": ", ".join(missing)}
                self.problems.append(Problem("check.case_missing", replace(where, column="cases"), values))
            self.versions(rule, rule.stage, where)
        for component in self.rulebook.components:
            where = Where(file=PROGRAMME_FILE, item=component.id)
            if not any(isinstance(case.expect, int) for case in component.cases):
                values = {"missing": "25000"}
                self.problems.append(Problem("check.case_missing", replace(where, column="cases"), values))
            self.versions(component, "month", where)
        self.months()

    def versions(self, item: Rule | Component, stage: str, where: Where) -> None:
        """Compile `item` and run its cases in each month in which something it uses changes."""
        compile_, sql, column = _source(item)
        done: list[tuple[Parameter, ...]] = []
        for month in self.rulebook.changes:
            if not valid([item], month):
                continue
            at = self.rulebook.at(month, stage)
            place = replace(where, column=column, month=str(month))
            try:
                compiled = compile_(sql, Names(stage, at.parameters), place)
            except CeibaError as error:
                self.problems.extend(error.problems)
                return  # the same would be said of every later month
            self.used.update(compiled.parameters)
            parameters = tuple(at.parameters[name] for name in compiled.parameters)
            if parameters not in done:
                done.append(parameters)
                self.codes(compiled, place)
                self.cases(item, at, compiled, replace(where, month=str(month)))
        self.dated_cases(item, stage, where)

    def codes(self, compiled: Compiled, where: Where) -> None:
        """Note texts in the SQL that nothing can be equal to."""
        known = self.known_codes()
        for code in compiled.codes:
            if code not in known:
                values = {"found": code, "close": close_to(code, known)}
                self.problems.append(Problem("check.code_unknown", where, values))

    def known_codes(self) -> list[str]:
        return [*self.rulebook.countries, *self.rulebook.variants, *TENURES, *ABSENCES]

    def dated_cases(self, item: Rule | Component, stage: str, where: Where) -> None:
        """Run the cases that name a month in that month."""
        compile_, sql, _ = _source(item)
        for month in sorted({case.month for case in item.cases if case.month is not None}):
            if not valid([item], month):
                values = {"found": month}
                self.problems.append(Problem("check.case_month", replace(where, column="cases"), values))
                continue
            at = self.rulebook.at(month, stage)
            compiled = compile_(sql, Names(stage, at.parameters), where)
            self.cases(item, at, compiled, replace(where, month=str(month)), month)

    def cases(
        self,
        item: Rule | Component,
        at: RuleSet,
        compiled: Compiled,
        where: Where,
        month: Month | None = None,
    ) -> None:
        """Run the cases of `month` (None: those without one) under the rules of `at`."""
        numbered = [(number, case) for number, case in enumerate(item.cases, 1) if case.month == month]
        sound = []
        for number, case in numbered:
            wrong = list(self.case_problems(case, at, compiled, replace(where, column=f"cases[{number}]")))
            self.problems.extend(problem for problem in wrong if problem not in self.problems)
            if not wrong:
                sound.append((number, case))
        if not sound:
            return
        self.cases_run += len(sound)
        for (number, case), found in zip(sound, _outcomes(item, at, [c for _, c in sound]), strict=True):
            if found != case.expect:
                place = replace(where, column=f"cases[{number}]")
                values = {"expected": case.expect, "found": found}
                self.problems.append(Problem("check.case_failed", place, values))

    def case_problems(self, case: Case, at: RuleSet, compiled: Compiled, where: Where) -> Iterator[Problem]:
        """What makes `case` no case of this rule."""
        known = {*compiled.facts, *compiled.keys}
        for name, value in case.facts.items():
            place = replace(where, column=f"{where.column}.{name}")
            if name not in known:
                yield Problem("check.case_fact", place, {"name": name, "close": close_to(name, known)})
            elif (wanted := self.fact_problem(name, value)) is not None:
                yield Problem("check.case_value", place, {"found": value, "wanted": wanted})
        for key in compiled.keys:
            if key not in case.facts:
                parameter = next(name for name in compiled.parameters if at.parameters[name].by == key)
                yield Problem("check.case_key", where, {"name": key, "parameter": parameter})

    def fact_problem(self, name: str, value: object) -> str | None:
        """What the fact may be, when `value` is not one of that."""
        fact = FACTS[name]
        choices: Mapping[str, Sequence[str]] = {
            "country": self.rulebook.countries,
            "variant": tuple(self.rulebook.variants),
            "tenure": TENURES,
            "review_state": DECISIONS,
            "absence": ABSENCES,
        }
        if fact.dtype == pl.Boolean:
            return None if isinstance(value, bool) else "true, false"
        if fact.dtype == pl.String:
            return None if value in choices[name] else ", ".join(choices[name])
        sound = type(value) is int and fact.low <= value <= fact.high
        return None if sound else f"{fact.low} … {fact.high}"

    def months(self) -> None:
        """What must hold in every month in which the programme decides."""
        self.problems += _savings_problems(self.rulebook)
        said: set[tuple[str, str | None]] = set()
        for month in self.rulebook.changes:
            for problem in self.month_problems(month):
                if (problem.code, problem.where.item) not in said:
                    said.add((problem.code, problem.where.item))
                    self.problems.append(problem)

    def month_problems(self, month: Month) -> Iterator[Problem]:
        """What is wrong with the whole of `month`."""
        for stage in STAGES:
            at = self.rulebook.at(month, stage)
            if (found := len(at.rules) + len(at.components)) > RULES_MAX:
                values = {"stage": stage, "found": found, "most": RULES_MAX}
                yield Problem("check.too_many_rules", Where(file=RULES_FILE, month=str(month)), values)
        at = self.rulebook.at(month)
        if bool(at.rules) != bool(at.components):
            code = "check.no_component" if at.rules else "check.no_rule"
            yield Problem(code, Where(file=PROGRAMME_FILE, month=str(month)))
        yield from _stage_problems(self.rulebook, month)
        if at.rules or at.components:
            yield from _required_problems(at)
            yield from self.amount_problems(at)

    def amount_problems(self, at: RuleSet) -> Iterator[Problem]:
        """Where a component can be negative, or all together more than the cap."""
        cap = at.parameters.get(CAP)
        for country, variant in product(self.rulebook.countries, self.rulebook.variants):
            here = {"country": country, "variant": variant}
            names = Names("month", {name: _narrowed(p, here) for name, p in at.parameters.items()})
            try:
                amounts = [compile_amount(component.amount, names) for component in at.components]
            except CeibaError:
                return  # said of the component itself
            values: dict[str, object] = {"place": f"{country}, {variant}"}
            for component, amount in zip(at.components, amounts, strict=True):
                if amount.bounds[0] < 0:
                    place = Where(
                        file=PROGRAMME_FILE, item=component.id, column="amount", month=str(at.month)
                    )
                    yield Problem("check.negative", place, values | {"found": amount.bounds[0]})
            most = sum(amount.bounds[1] for amount in amounts)
            if cap is not None and most > (limit := _narrowed(cap, here).bounds[1]):
                place = Where(file=PROGRAMME_FILE, month=str(at.month))
                yield Problem("check.over_cap", place, values | {"found": most, "cap": limit})

    def warnings(self) -> Iterator[Problem]:
        """What is odd but harmless."""
        for name in dict.fromkeys(parameter.name for parameter in self.rulebook.parameters):
            if name not in self.used and name not in REQUIRED and name not in RULE_PARAMETERS:
                yield Problem("check.parameter_unused", Where(file=PARAMETERS_FILE, item=name))
        for stage in self.rulebook.pathway:
            if not self.rulebook.asked_by(stage):
                yield Problem("check.stage_rules", Where(file=PATHWAY_FILE, item=stage.id))
        asked = {rule for stage in self.rulebook.pathway for rule in stage.rules}
        for rule_id in dict.fromkeys(r.id for r in self.rulebook.rules if r.stage == "pathway"):
            if rule_id not in asked:
                yield Problem("check.rule_of_no_stage", Where(file=RULES_FILE, rule=rule_id))


def _required_problems(at: RuleSet) -> Iterator[Problem]:
    """The required parameters that are missing in the month, or out of range."""
    for name, (low, high) in REQUIRED.items():
        place = Where(file=PARAMETERS_FILE, item=name, month=str(at.month))
        parameter = at.parameters.get(name)
        if parameter is None:
            yield Problem("check.parameter_missing", place)
        elif not (low <= parameter.bounds[0] and parameter.bounds[1] <= high):
            found_low, found_high = parameter.bounds
            values = {"found_low": found_low, "found_high": found_high, "low": low, "high": high}
            yield Problem("check.parameter_range", place, values)


def _stage_problems(rulebook: Rulebook, month: Month) -> Iterator[Problem]:
    """Stages of the pathway whose rules do not ask, anywhere, for the months that they are shown with."""
    for stage in rulebook.pathway:
        asked = rulebook.at(month, "pathway").only(rulebook.asked_by(stage))
        if stage.months is not None and asked.rules and not _asks_for(asked, stage.months):
            place = Where(file=PATHWAY_FILE, item=stage.id, column="months", month=str(month))
            yield Problem("check.stage_months", place, {"found": stage.months})


def _asks_for(asked: RuleSet, months: int) -> bool:
    """Whether, in some country and variant, a rule fails with a month less, and none with so many accepted."""
    places = product(asked.rulebook.countries, asked.rulebook.variants)
    rows = [
        {"country": country, "variant": variant, "months_accepted": accepted}
        for country, variant in places
        for accepted in (months - 1, months)
    ]
    try:
        failed = decide(_facts(asked.stage, rows), compile_rules(asked))["failed"].list.len().to_list()
    except CeibaError:
        return True  # said of the rule itself
    return any(before and not enough for before, enough in zip(failed[::2], failed[1::2], strict=True))


def _savings_problems(rulebook: Rulebook) -> Iterator[Problem]:
    """What is laid down of savings and cannot be followed."""
    for parameter in rulebook.parameters:
        allowed = RULE_PARAMETERS.get(parameter.name)
        if allowed is not None and parameter.value not in allowed:
            found = parameter.value if parameter.value is not None else f"{parameter.values}"
            place = Where(file=PARAMETERS_FILE, item=parameter.name, month=str(parameter.valid_from))
            yield Problem("check.parameter_value", place, {"found": found})


def _verdicts(rule: Rule) -> tuple[str, ...]:
    """What may come out of a rule: no evidence excuses nothing."""
    return tuple(verdict for verdict in VERDICTS if rule.otherwise != EXCUSE or verdict != "unknown")


def _source(item: Rule | Component) -> tuple[Callable[[str, Names, Where], Compiled], str, str]:
    """How the SQL of `item` compiles, the SQL, and its key in the file."""
    if isinstance(item, Rule):
        return compile_condition, item.require, "require"
    return compile_amount, item.amount, "amount"


def _outcomes(item: Rule | Component, at: RuleSet, cases: Sequence[Case]) -> list[str | int]:
    """What comes out of each case: a verdict, or the amount of a component."""
    facts = _facts(at.stage, [case.facts for case in cases])
    if isinstance(item, Rule):
        decided = decide(facts, compile_rules(replace(at, rules=(item,), components=())))
        name, passed = item.id, ["pass"] * len(cases)
    else:
        decided = decide(facts, compile_rules(replace(at, rules=(), components=(item,))))
        name, passed = item.reason, decided["amount_minor"].to_list()
    return [
        "fail" if name in failed else "unknown" if name in unknown else value
        for failed, unknown, value in zip(decided["failed"], decided["unknown"], passed, strict=True)
    ]


def _facts(stage: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """A frame of the stage's facts; what a row does not name is null."""
    numbered = [{"participant_id": number, "area": "", **row} for number, row in enumerate(rows)]
    return pl.DataFrame(
        {
            name: pl.Series([row.get(name) for row in numbered], dtype=dtype)
            for name, dtype in stage_schema(stage).dtypes.items()
        }
    )


def _narrowed(parameter: Parameter, here: Mapping[str, str]) -> Parameter:
    """The parameter as it is in one country and variant."""
    if parameter.by is None:
        return parameter
    return replace(parameter, value=parameter.values[here[parameter.by]], by=None, values={})
