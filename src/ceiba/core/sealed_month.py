"""A decided month as values: what goes in, what comes out, and how to tell whether it still comes out.

The run of a month and the verification of a sealed one call the same functions here, so a seal proves what was
run, not a second opinion of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.determinations import RESULT, compile_rules, decide
from ceiba.core.facts import MONTH_FACTS
from ceiba.core.kernel.digest import frame_digest
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.payment_list import DUE, LIMITS, PAY, payment_lines
from ceiba.core.rules.expression import Names, compile_amount
from ceiba.core.rules.rulebook import Rulebook

_REVISION: Final = (
    Column("month", pl.Date, meaning="the earlier month that is decided again"),
    Column("revision", pl.Int16),
    Column("rulebook", pl.String, meaning="digest of the rulebook the month was first decided by"),
)
LATE_FACTS: Final = FrameSchema(
    "late facts", (*_REVISION, *MONTH_FACTS.columns), ("participant_id", "month", "revision")
)
LATE_RESULT: Final = FrameSchema(
    "late result",
    (
        *_REVISION[:2],
        *RESULT.columns,
        Column("amounts", pl.String, meaning="component -> minor units, as JSON"),
    ),
    ("participant_id", "month", "revision"),
)
DUE_PLACES: Final = DUE.extended(
    "due with places", (Column("country", pl.String, True), Column("variant", pl.String, True))
)


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a sealed frame and its recomputation disagree."""

    part: str
    key: Mapping[str, object]
    column: str
    sealed: object
    recomputed: object


def month_result(snapshot: pl.DataFrame, rulebook: Rulebook, month: Month) -> pl.DataFrame:
    """The determinations of `month` (`RESULT` and an amount column a component), sorted by participant."""
    return decide(snapshot, compile_rules(rulebook.at(month))).sort("participant_id")


def late_result(late: pl.DataFrame, rulebooks: Mapping[str, Rulebook]) -> pl.DataFrame:
    """The earlier months of `late` (`LATE_FACTS`) decided again, each by the rules valid then (`LATE_RESULT`)."""
    parts = [LATE_RESULT.empty()]
    for rows in LATE_FACTS.check(late).partition_by("rulebook", "month", "revision"):
        month, revision, digest = rows.row(0)[:3]
        rules = compile_rules(rulebooks[digest].at(Month.of(month)))
        result = decide(rows.select(MONTH_FACTS.names), rules)
        parts.append(
            result.select(
                pl.lit(month, pl.Date).alias("month"),
                pl.lit(revision, pl.Int16).alias("revision"),
                *RESULT.names,
                amounts_json([component for component, _ in rules.amounts]).alias("amounts"),
            )
        )
    return LATE_RESULT.check(pl.concat(parts).sort(LATE_RESULT.key))


def month_lines(
    snapshot: pl.DataFrame, due: pl.DataFrame, result: pl.DataFrame, rulebook: Rulebook, month: Month
) -> pl.DataFrame:
    """The payment lines of `month` (`LINES`) from its result and what is due for earlier months (`DUE_PLACES`)."""
    places = ["participant_id", "country", "variant"]
    people = pl.concat([snapshot.select(places), due.select(places)]).unique(
        "participant_id", keep="first", maintain_order=True
    )
    limits = _limits(people, rulebook, month)
    return payment_lines(pay_of(result), due.select(DUE.names), limits, pl.lit(month.first_day, pl.Date))


def pay_of(result: pl.DataFrame) -> pl.DataFrame:
    """The components of a result's amounts as rows (`PAY`), those of nothing left out."""
    components = [name for name in result.columns if name.startswith("amount_") and name != "amount_minor"]
    long = (
        result.lazy()
        .filter(pl.col("outcome") == "pay")
        .select("participant_id", *components)
        .unpivot(index="participant_id", variable_name="component", value_name="amount_minor")
        .with_columns(
            pl.col("component").cast(pl.String).str.strip_prefix("amount_"),
            pl.col("amount_minor").cast(pl.Int64),
        )
        .filter(pl.col("amount_minor") != 0)
    )
    return PAY.check(long.collect())


def amounts_json(components: list[str]) -> pl.Expr:
    """`{"stipend":22500,"savings":2500}` where the outcome is pay, `{}` elsewhere: as the database keeps it."""
    if not components:
        return pl.lit("{}")
    template = ",".join(f'"{component}":' + "{}" for component in components)
    paid = (
        pl.lit("{") + pl.format(template, *(f"amount_{component}" for component in components)) + pl.lit("}")
    )
    return pl.when(pl.col("outcome") == "pay").then(paid).otherwise(pl.lit("{}"))


def first_difference(
    part: str, sealed: pl.DataFrame, recomputed: pl.DataFrame, schema: FrameSchema
) -> Difference | None:
    """Where two frames of `schema` first disagree, in key order; None when they hold the same values."""
    if frame_digest(sealed, schema) == frame_digest(recomputed, schema):
        return None
    key = list(schema.key)
    values = [name for name in schema.names if name not in key]
    both = sealed.join(recomputed, on=key, how="full", suffix="_again", coalesce=True).sort(key)
    differs = {name: pl.col(name).ne_missing(pl.col(f"{name}_again")) for name in values}
    row = both.filter(pl.any_horizontal(differs.values())).head(1)
    column = next(name for name in values if row.select(differs[name]).item())
    place = row.row(0, named=True)
    return Difference(
        part, {name: place[name] for name in key}, column, place[column], place[f"{column}_again"]
    )


def _limits(people: pl.DataFrame, rulebook: Rulebook, month: Month) -> pl.DataFrame:
    rules = rulebook.at(month)
    names = Names("month", rules.parameters)
    limits = people.select(
        "participant_id",
        *(compile_amount(name, names).expr.alias(name) for name in ("cap_minor", "recovery_percent_max")),
    )
    return LIMITS.check(limits)
