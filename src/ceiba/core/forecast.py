"""What coming months will cost, from the facts of the last decided one and the rulebook.

Everybody who was active then is taken to go on, to do their work, and to be paid the rulebook's amount of the
month, until a rule ends it that depends on nothing but time: the term of a variant. Nobody knows who will join, who
will leave, or whose months will not be accepted, so it is neither a plan nor a promise.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from ceiba.core.determinations import CompiledRules, compile_rules
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook

GROWING: Final = ("enrolled_months", "months_accepted")
"""Facts that grow by one with each month that is worked and accepted."""
FORESEEN: Final = frozenset({"country", "variant", *GROWING})

NEED: Final = FrameSchema(
    "need",
    (
        Column("month", pl.Date),
        Column("area", pl.String),
        Column("variant", pl.String),
        Column("component", pl.String),
        Column("people", pl.Int64),
        Column("amount_minor", pl.Int64),
    ),
    key=("month", "area", "variant", "component"),
)


def facts_needed(book: Rulebook, months: Sequence[Month]) -> list[str]:
    """The facts that the forecast of these months reads, besides participant_id and area."""
    named = {"country", "variant", *GROWING}
    for rules in (compile_rules(book.at(month)) for month in months):
        named |= {fact for _, amount in rules.amounts for fact in amount.facts}
    return sorted(named)


def needed(facts: pl.DataFrame, book: Rulebook, decided: Month, months: Sequence[Month]) -> pl.DataFrame:
    """What each of `months` will cost by place, variant and component (`NEED`, sorted by its key).

    `facts` are those of the month `decided`: participant_id, area, and what `facts_needed` names.
    """
    parts = [part for month in months for part in _month(facts, book, decided, month)]
    return NEED.check(pl.concat([NEED.empty(), *parts]).sort(NEED.key))


def _month(facts: pl.DataFrame, book: Rulebook, decided: Month, month: Month) -> Iterator[pl.DataFrame]:
    rules = compile_rules(book.at(month))
    later = facts.with_columns((pl.col(name) + (month - decided)).cast(pl.Int32) for name in GROWING)
    people = later.filter(_goes_on(rules))
    for component, amount in rules.amounts:
        paid = people.select("area", "variant", amount_minor=amount.expr.fill_null(0).cast(pl.Int64))
        yield (
            paid.filter(pl.col("amount_minor") > 0)
            .group_by("area", "variant")
            .agg(people=pl.len().cast(pl.Int64), amount_minor=pl.sum("amount_minor"))
            .select(
                pl.lit(month.first_day).alias("month"),
                "area",
                "variant",
                pl.lit(component).alias("component"),
                "people",
                "amount_minor",
            )
        )


def _goes_on(rules: CompiledRules) -> pl.Expr:
    """Whether no rule ends it that only time decides; what is not known ends nothing."""
    ending = (
        rule.compiled.expr.fill_null(value=True)
        for rule in rules.rules
        if rule.otherwise == "refuse" and FORESEEN.issuperset(rule.compiled.facts)
    )
    return pl.all_horizontal(pl.lit(value=True), *ending)
