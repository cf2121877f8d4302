"""Small builders for tests of the core: a rulebook in values, frames with nulls where nothing is said."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from ceiba.core.facts import stage_schema
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Component, Parameter, Rule, Rulebook

SAID = {"es": "dicho", "en": "said"}
LONG_AGO = Month(2020, 1)


def parameter(name: str, value: int | None = None, **more: Any) -> Parameter:
    return Parameter(name, "", SAID, "assumption", more.pop("valid_from", LONG_AGO), value=value, **more)


def rule(id: str, require: str, otherwise: str = "hold", **more: Any) -> Rule:
    return Rule(
        id, more.pop("stage", "month"), require, otherwise, "assumption", SAID, SAID, SAID,
        more.pop("valid_from", LONG_AGO), more.pop("valid_until", None),
    )  # fmt: skip


def component(id: str, amount: str, to: str = "participant") -> Component:
    return Component(id, SAID, amount, to, "assumption", LONG_AGO)


PARAMETERS = (
    parameter("stipend_minor", 25_000),
    parameter("savings_percent", 10),
    parameter("cap_minor", 75_000),
    parameter("recovery_percent_max", 25),
    parameter("plan_percent_min", by="country", values={"GT": 80, "HN": 80, "SV": 75}),
)
RULES = (
    rule("person.alive", "NOT deceased", "refuse"),
    rule("work.plan", "100 * plan_done >= plan_percent_min * plan_due"),
    rule("visit.accuracy", "visit_accuracy_m > 0", "warn"),
)
COMPONENTS = (
    component("stipend", "stipend_minor - stipend_minor * savings_percent DIV 100"),
    component("savings", "stipend_minor * savings_percent DIV 100", "savings"),
)


def rulebook(**changes: Any) -> Rulebook:
    values: dict[str, Any] = {
        "code": "ca", "name": SAID, "summary": SAID, "currency": "USD", "countries": ("GT", "HN", "SV"),
        "variants": {"us36": SAID}, "calendar": {"cutoff_day": 5, "pay_day": 8, "late_months_max": 12},
        "staffing": {}, "parameters": PARAMETERS, "rules": RULES, "components": COMPONENTS, "documents": (),
        "pathway": (), "digest": "d" * 64,
    }  # fmt: skip
    return Rulebook(**(values | changes))


GOOD: Mapping[str, object] = {
    "area": "GT-0101",
    "country": "GT",
    "variant": "us36",
    "deceased": False,
    "plan_due": 10,
    "plan_done": 9,
    "visit_accuracy_m": 5,
}


def facts(*people: Mapping[str, object], stage: str = "month") -> pl.DataFrame:
    """A snapshot of `people` numbered from 1: `GOOD`, changed by what each says."""
    rows = [{**GOOD, "participant_id": i, **person} for i, person in enumerate(people, 1)]
    return frame(stage_schema(stage), *rows)


def frame(schema: FrameSchema, *rows: Mapping[str, object]) -> pl.DataFrame:
    """Rows under `schema`, null where a row says nothing."""
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    return pl.DataFrame(full, schema=dict(schema.dtypes))


def day(text: str) -> date:
    """`2026-03` as its first day."""
    return Month.parse(text).first_day
