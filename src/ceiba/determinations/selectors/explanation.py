"""Why a month ended as it did: every rule, what it asks, what was known, and where that is laid down.

The facts are those the month was decided on, the rules those of the run's rulebook; both are decided again here,
so that an explanation can never say something else than the determination without showing it (`agrees`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

import polars as pl

from ceiba.core.determinations import CompiledRules, compile_rules, decide, verdicts_of
from ceiba.core.facts import FACTS, Fact
from ceiba.core.kernel.money import Money
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import CONSEQUENCES, LEAVES_PAY, Component, Parameter, Rule, RuleSet, Text
from ceiba.determinations.models import Determination
from ceiba.determinations.selectors.months import revisions_of
from ceiba.facts.selectors import facts_decided_on, facts_row
from ceiba.registry.models import Participant
from ceiba.rulebook.models import RulebookVersion
from ceiba.rulebook.selectors import rulebook_of

_OUTCOME: Final[Mapping[str, Text]] = {
    "pay": {"es": "pagado", "en": "paid"},
    "hold": {"es": "retenido", "en": "held"},
    "refuse": {"es": "rechazado", "en": "refused"},
}
_AMOUNT_KNOWN: Final[Text] = {
    "es": "El monto se puede calcular: {name}",
    "en": "The amount can be computed: {name}",
}
_AMOUNT_UNKNOWN: Final[Text] = {
    "es": "Falta evidencia para calcular este monto.",
    "en": "There is no evidence to compute this amount from.",
}


@dataclass(frozen=True, slots=True)
class FactKnown:
    """A fact and what was known of it; None: no evidence."""

    fact: Fact
    value: Any


@dataclass(frozen=True, slots=True)
class ParameterInForce:
    """A parameter and the number that held for this person in this month."""

    parameter: Parameter
    value: int | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule as it came out. `text` is its message when not met, what is missing when unknown, else its title."""

    id: str
    verdict: str
    otherwise: str
    title: Text
    text: Text
    basis: str
    is_assumption: bool
    require: str
    facts: tuple[FactKnown, ...]
    parameters: tuple[ParameterInForce, ...]

    @property
    def values(self) -> dict[str, Any]:
        """Name and value of every fact and parameter the rule names."""
        facts = {known.fact.name: known.value for known in self.facts}
        return facts | {each.parameter.name: each.value for each in self.parameters}

    @property
    def decides(self) -> bool:
        """Whether it kept the month from being paid, alone or with others."""
        return self.otherwise not in LEAVES_PAY and self.verdict != "pass"


@dataclass(frozen=True, slots=True)
class Part:
    """A component of the support and its amount in this month."""

    component: Component
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """A determination with everything that made it. `revisions` are all decisions of the month, first first."""

    determination: Determination
    participant: str
    currency: str
    rulebook: RulebookVersion
    rules: tuple[RuleLine, ...]
    parts: tuple[Part, ...]
    revisions: tuple[Determination, ...]
    component_names: Mapping[str, Text]
    agrees: bool

    @property
    def deciding(self) -> tuple[RuleLine, ...]:
        """The rules that kept the month from being paid: those that refuse first."""
        return tuple(sorted((r for r in self.rules if r.decides), key=lambda r: r.otherwise != "refuse"))

    @property
    def warnings(self) -> tuple[RuleLine, ...]:
        """Rules not met, or not known, that change nothing."""
        return tuple(r for r in self.rules if r.verdict != "pass" and not r.decides)

    @property
    def met(self) -> tuple[RuleLine, ...]:
        """The rules that were met; that an amount can be computed goes without saying."""
        return tuple(r for r in self.rules if r.verdict == "pass" and r.id not in self.amount_ids)

    @property
    def amount_ids(self) -> frozenset[str]:
        """The ids under which amounts that cannot be known would hold the month."""
        return frozenset(f"amount.{component}" for component in self.component_names)

    def headline(self, language: str) -> str:
        """`CA-000007, 2026-10: refused`, with the amount when paid, for the command line."""
        decided = self.determination
        said = f"{self.participant}, {Month.of(decided.month)}: {_OUTCOME[decided.outcome][language]}"
        if decided.outcome != "pay":
            return said
        return f"{said}, {Money(decided.amount_minor, self.currency)}"

    def as_dict(self, language: str) -> dict[str, Any]:
        """For JSON, texts in one language."""
        decided = self.determination
        return {
            "programme": decided.programme_id,
            "participant": self.participant,
            "month": str(Month.of(decided.month)),
            "revision": decided.revision,
            "decided_in": str(Month.of(decided.decided_in)),
            "rulebook": self.rulebook.digest,
            "outcome": decided.outcome,
            "currency": self.currency,
            "amount_minor": decided.amount_minor,
            "amounts": decided.amounts,
            "agrees": self.agrees,
            "rules": [
                {
                    "id": rule.id,
                    "verdict": rule.verdict,
                    "otherwise": rule.otherwise,
                    "text": rule.text[language],
                    "legal_basis": rule.basis,
                    "require": rule.require,
                    "values": rule.values,
                }
                for rule in self.rules
            ],
        }


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a determination in words; `otherwise` is what its rule does when it is not met."""

    id: str
    verdict: str
    otherwise: str
    title: Text
    text: Text


def reasons_of(decided: Determination) -> tuple[Reason, ...]:
    """The reasons of a determination as its rulebook words them: what refuses, what holds, then the rest.

    Raises CeibaError (rulebook.altered). `decided.run.rulebook` is best read along with it.
    """
    rules = rulebook_of(decided.run.rulebook).at(Month.of(decided.month))
    rule_of = {rule.id: rule for rule in rules.rules} | {c.reason: _amount_rule(c) for c in rules.components}
    found = [(rule_of[id], "fail") for id in decided.failed] + [
        (rule_of[id], "unknown") for id in decided.unknown
    ]
    reasons = [
        Reason(
            rule.id, verdict, rule.otherwise, rule.title, rule.message if verdict == "fail" else rule.unknown
        )
        for rule, verdict in found
    ]
    return tuple(sorted(reasons, key=lambda reason: CONSEQUENCES.index(reason.otherwise)))


def explanation(
    programme: str, participant: str, month: date, revision: int | None = None
) -> Explanation | None:
    """Why `month` of the participant with that code ended as it did, in a revision or (None) the latest.

    None when nothing was decided. Whether the caller may know is the caller's to ask (registry.person_in).
    """
    person = Participant.objects.filter(code=participant).only("pk").first()
    revisions = revisions_of(programme, month, person.pk) if person else []
    wanted = [d for d in revisions if revision is None or d.revision == revision]
    if person is None or not wanted:
        return None
    decided = wanted[-1]
    rulebook = decided.run.rulebook
    rules, compiled = _compiled(rulebook.pk, Month.of(month))
    facts = facts_row(facts_decided_on(programme, month, person.pk, decided.revision))
    return Explanation(
        determination=decided,
        participant=participant,
        currency=rules.rulebook.currency,
        rulebook=rulebook,
        rules=rule_lines(facts, rules, compiled),
        parts=tuple(Part(c, decided.amounts[c.id]) for c in rules.components if c.id in decided.amounts),
        revisions=tuple(revisions),
        component_names={c.id: c.name for c in rules.rulebook.components},
        agrees=_agrees(decided, decide(facts, compiled)),
    )


@lru_cache(maxsize=256)
def _compiled(version_id: int, month: Month) -> tuple[RuleSet, CompiledRules]:
    """A published rulebook never changes, so what it compiles to is kept."""
    rules = rulebook_of(RulebookVersion.objects.get(pk=version_id)).at(month)
    return rules, compile_rules(rules)


def rule_lines(facts: pl.DataFrame, rules: RuleSet, compiled: CompiledRules) -> tuple[RuleLine, ...]:
    """Every rule, then the amounts, with verdicts from the one row of `facts` (of `rules.stage`)."""
    verdicts = verdicts_of(facts, compiled)
    row = facts.row(0, named=True)
    rule_of = {rule.id: rule for rule in rules.rules} | {c.reason: _amount_rule(c) for c in rules.components}

    def line(rule: Rule, index: int) -> RuleLine:
        named = compiled.rules[index].compiled
        verdict = verdicts[rule.id]
        return RuleLine(
            id=rule.id,
            verdict=verdict,
            otherwise=rule.otherwise,
            title=rule.title,
            text={"pass": rule.title, "fail": rule.message, "unknown": rule.unknown}[verdict],
            basis=rule.basis,
            is_assumption=rule.is_assumption,
            require=rule.require,
            facts=tuple(FactKnown(FACTS[name], row[name]) for name in named.facts),
            parameters=tuple(_in_force(rules.parameters[name], row) for name in named.parameters),
        )

    return tuple(line(rule_of[rule.id], index) for index, rule in enumerate(compiled.rules))


def _amount_rule(component: Component) -> Rule:
    """The condition under which a component whose amount cannot be known holds the month."""
    title = {lang: _AMOUNT_KNOWN[lang].format(name=name) for lang, name in component.name.items()}
    return Rule(
        id=component.reason,
        stage="month",
        require=component.amount,
        otherwise="hold",
        basis=component.basis,
        title=title,
        message=_AMOUNT_UNKNOWN,
        unknown=_AMOUNT_UNKNOWN,
        valid_from=component.valid_from,
    )


def _in_force(parameter: Parameter, row: Mapping[str, Any]) -> ParameterInForce:
    if parameter.value is not None:
        return ParameterInForce(parameter, parameter.value)
    return ParameterInForce(parameter, parameter.values.get(str(row[str(parameter.by)])))


def _agrees(decided: Determination, again: pl.DataFrame) -> bool:
    """Whether deciding again gives what is stored."""
    row = again.row(0, named=True)
    stored = (decided.outcome, decided.amount_minor, decided.failed, decided.unknown)
    return stored == (row["outcome"], row["amount_minor"], row["failed"], row["unknown"])
