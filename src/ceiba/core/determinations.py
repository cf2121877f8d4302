"""Facts and the rules of a month give, for every participant, an outcome, an amount and all the reasons.

Rules are columns: each is evaluated once over all rows, in three values. A verdict costs one bit a row (a mask of
failed rules, a mask of unknown ones), so five million people fit in memory; the few distinct pairs of masks are
then turned into lists of rule ids. The same code decides one person and explains the decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ceiba.core.facts import SNAPSHOT_KEY, stage_schema
from ceiba.core.kernel.errors import Where
from ceiba.core.kernel.frames import Column, FrameSchema, Outcome
from ceiba.core.rules.expression import Compiled, Names, compile_amount, compile_condition
from ceiba.core.rules.rulebook import EXCUSE, Rule, RuleSet

RULES_MAX: Final = 63

RESULT: Final = FrameSchema(
    "result",
    (
        SNAPSHOT_KEY[0],
        Column("outcome", Outcome, meaning="pay, hold (until evidence comes) or refuse"),
        Column("amount_minor", pl.Int64, meaning="sum of the components, minor units; 0 unless pay"),
        Column(
            "failed", pl.List(pl.String), meaning="ids of the rules that are false, in the rulebook's order"
        ),
        Column("unknown", pl.List(pl.String), meaning="ids of the rules for which there is no evidence"),
    ),
    key=("participant_id",),
)

COUNTS: Final = FrameSchema(
    "month counts",
    (
        Column("area", pl.String),
        Column("outcome", pl.String),
        Column("reason", pl.String, meaning="rule id, or empty for the total of the outcome"),
        Column("verdict", pl.String, meaning="fail or unknown for a reason, else empty"),
        Column("participants", pl.Int64),
        Column("amount_minor", pl.Int64),
    ),
    key=("area", "outcome", "reason", "verdict"),
)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule's id, what happens when it is not met, and its expression."""

    id: str
    otherwise: str
    compiled: Compiled


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """The rules of a stage and month, ready to run. `amounts` are the components' (id, expression)."""

    rules: tuple[CompiledRule, ...]
    amounts: tuple[tuple[str, Compiled], ...]
    stage: str

    @property
    def facts(self) -> list[str]:
        """The facts that any rule or amount names, and the columns parameters vary by."""
        named = [name for rule in self.rules for name in rule.compiled.facts]
        named += [name for _, amount in self.amounts for name in amount.facts]
        return list(dict.fromkeys([*named, "country", "variant"]))

    @property
    def result_schema(self) -> FrameSchema:
        """`RESULT` and one `amount_<component>` column (minor units) for each component."""
        columns = (Column(f"amount_{component}", pl.Int64) for component, _ in self.amounts)
        return RESULT.extended("result", columns)


def compile_rules(rules: RuleSet) -> CompiledRules:
    """Compile every rule and amount of `rules`.

    A component whose amount cannot be known holds the month under the id `amount.<component>`: its condition is
    that the amount is not negative, which is null exactly when the amount is.

    Raises CeibaError (expression.*), placed by rule.
    """
    names = Names(rules.stage, rules.parameters)
    compiled = [_compiled(rule, names) for rule in rules.rules]
    amounts = []
    for component in rules.components:
        where = Where(rule=component.reason)
        amounts.append((component.id, compile_amount(component.amount, names, where)))
        condition = compile_condition(f"({component.amount}) >= 0", names, where)
        compiled.append(CompiledRule(component.reason, "hold", condition))
    if len(compiled) > RULES_MAX:
        raise ValueError(f"{len(compiled)} rules in one stage; the masks hold {RULES_MAX}")
    return CompiledRules(tuple(compiled), tuple(amounts), rules.stage)


def _compiled(rule: Rule, names: Names) -> CompiledRule:
    condition = compile_condition(rule.require, names, Where(rule=rule.id))
    if rule.otherwise == EXCUSE:
        condition = replace(condition, expr=condition.expr.fill_null(value=True))
    return CompiledRule(rule.id, rule.otherwise, condition)


def decide(facts: pl.DataFrame | pl.LazyFrame, rules: CompiledRules) -> pl.DataFrame:
    """Decide every row of `facts` (columns of `stage_schema(rules.stage)`; a lazy frame may hold more).

    Returns `rules.result_schema`, in the order of `facts`: refuse where a refusing rule is false; else hold where
    a holding rule is false or a refusing or holding rule is unknown; else pay. Warnings and
    excuses are reasons without effect.
    """
    if isinstance(facts, pl.DataFrame):
        facts = stage_schema(rules.stage).check(facts).lazy()
    verdicts = facts.select(
        "participant_id",
        *(rule.compiled.expr.alias(f"_r{i}") for i, rule in enumerate(rules.rules)),
        *(amount.expr.alias(f"amount_{component}") for component, amount in rules.amounts),
    )
    decided = (
        verdicts.with_columns(
            _failed=_mask([~pl.col(f"_r{i}") for i in range(len(rules.rules))]),
            _unknown=_mask([pl.col(f"_r{i}").is_null() for i in range(len(rules.rules))]),
        )
        .with_columns(outcome=_outcome(rules.rules))
        .with_columns(
            pl.when(pl.col("outcome") == "pay").then(pl.col(f"amount_{component}")).otherwise(0).name.keep()
            for component, _ in rules.amounts
        )
        .with_columns(
            amount_minor=pl.sum_horizontal([pl.lit(0, pl.Int64), *(f"amount_{c}" for c, _ in rules.amounts)])
        )
        .drop(f"_r{i}" for i in range(len(rules.rules)))
        .collect(engine="streaming")
    )
    return rules.result_schema.check(_with_reasons(decided, [rule.id for rule in rules.rules]))


def month_counts(places: pl.DataFrame, result: pl.DataFrame) -> pl.DataFrame:
    """How many people of each area ended how, and for which reasons (`COUNTS`).

    `places` has participant_id and area; a person with two reasons counts under both, and once in the total.
    """
    rows = places.select("participant_id", "area").join(result, on="participant_id", how="inner")
    rows = rows.with_columns(pl.col("outcome").cast(pl.String))
    whole = rows.with_columns(reason=pl.lit(""), verdict=pl.lit(""))
    reasons = [
        rows.filter(pl.col(column).list.len() > 0)
        .explode(column)
        .with_columns(reason=pl.col(column), verdict=pl.lit(verdict))
        for column, verdict in (("failed", "fail"), ("unknown", "unknown"))
    ]
    counted = pl.concat([part.select(*COUNTS.key, "amount_minor") for part in (whole, *reasons)])
    counts = counted.group_by(COUNTS.key).agg(
        participants=pl.len().cast(pl.Int64), amount_minor=pl.sum("amount_minor")
    )
    return COUNTS.check(counts.sort(COUNTS.key))


def verdicts_of(facts: pl.DataFrame, rules: CompiledRules) -> dict[str, str]:
    """Each rule's verdict (pass, fail, unknown) for the one row of `facts`, by rule id."""
    row = (
        stage_schema(rules.stage)
        .check(facts)
        .select(rule.compiled.expr.alias(rule.id) for rule in rules.rules)
        .row(0)
    )
    words = {True: "pass", False: "fail", None: "unknown"}
    return {rule.id: words[value] for rule, value in zip(rules.rules, row, strict=True)}


def _mask(bits: Sequence[pl.Expr]) -> pl.Expr:
    """One bit a condition, the first the lowest; a null condition is not set."""
    zero = pl.lit(0, pl.UInt64)
    return pl.sum_horizontal(
        zero, *(pl.when(bit).then(pl.lit(1 << i, pl.UInt64)).otherwise(zero) for i, bit in enumerate(bits))
    )


def _outcome(rules: Sequence[CompiledRule]) -> pl.Expr:
    def of(*consequences: str) -> pl.Expr:
        bits = sum(1 << i for i, rule in enumerate(rules) if rule.otherwise in consequences)
        return pl.lit(bits, pl.UInt64)

    failed, unknown = pl.col("_failed"), pl.col("_unknown")
    held = ((failed & of("hold")) | (unknown & of("hold", "refuse"))) != 0
    return (
        pl.when((failed & of("refuse")) != 0)
        .then(pl.lit("refuse"))
        .when(held)
        .then(pl.lit("hold"))
        .otherwise(pl.lit("pay"))
        .cast(Outcome)
        .alias("outcome")
    )


def _with_reasons(decided: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """`failed` and `unknown` as lists of rule ids, through the few distinct masks."""
    for name in ("failed", "unknown"):
        masks = decided[f"_{name}"].unique().sort()
        lists = [[rule for i, rule in enumerate(ids) if mask >> i & 1] for mask in masks.to_list()]
        reasons = pl.DataFrame({f"_{name}": masks, name: pl.Series(lists, dtype=pl.List(pl.String))})
        decided = decided.join(reasons, on=f"_{name}", how="left", maintain_order="left").drop(f"_{name}")
    return decided
