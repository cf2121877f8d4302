"""What a programme's own rules for entering say of somebody, as far as it is known by then."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from ceiba.core.determinations import compile_rules, verdicts_of
from ceiba.core.facts import stage_schema
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rule, Rulebook
from ceiba.registry.profiles import age_on
from ceiba.review.selectors.enrolment import day_of

STAGE = "enrolment"


def rules_failed(
    rulebook: Rulebook, *, cells: Mapping[str, str], land: Mapping[str, str], today: date
) -> list[Rule]:
    """The rules for entering that do not hold. What nobody knows yet (land to be measured) stands against nobody."""
    rules = rulebook.at(Month.of(today), STAGE)
    schema = stage_schema(STAGE)
    facts = pl.DataFrame([{**dict.fromkeys(schema.names), **_facts(cells, land, today)}], schema.dtypes)
    verdicts = verdicts_of(facts, compile_rules(rules))
    return [rule for rule in rules.rules if verdicts[rule.id] == "fail"]


def _facts(cells: Mapping[str, str], land: Mapping[str, str], today: date) -> dict[str, object]:
    """The facts of `STAGE` that a form tells, by name."""
    area, born = cells["participants.0.area"], day_of(cells["participants.0.birth_date"])
    forest = land.get("forest_m2", "")
    return {
        "participant_id": 0,
        "area": area,
        "country": area.partition("-")[0] or None,
        "variant": cells["enrolments.0.variant"] or None,
        "age_years": born and age_on(today, born),
        "possession": {"yes": True, "no": False}.get(land.get("possession", "")),
        "forest_m2": int(forest) if forest.isascii() and forest.isdigit() else None,
    }
