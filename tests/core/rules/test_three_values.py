"""A compiled condition says for every row what SQL's three-valued logic says."""

import polars as pl
import pytest
from hypothesis import assume, given

from ceiba.core.facts import FACTS
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.rules.expression import Compiled, Names, compile_amount, compile_condition, parse
from tests.core.rules.kleene import evaluate
from tests.core.rules.random_sql import NUMBERS, PARAMETERS, TEXTS, TRUTHS, VALUES, amounts, conditions, rows

NAMES = Names("month", PARAMETERS)
SCHEMA = {name: FACTS[name].dtype for name in (*NUMBERS, *TRUTHS, *TEXTS)}


def column(compiled: Compiled, facts: list[dict]) -> list:
    """As a month is decided: beside a column, by the streaming engine."""
    rows = pl.LazyFrame(facts, schema=SCHEMA)
    return rows.select("plan_done", x=compiled.expr).collect(engine="streaming")["x"].to_list()


@given(conditions, rows)
def test_conditions_agree_with_the_reference(sql, facts):
    compiled = compiled_or_skipped(compile_condition, sql)
    expected = [evaluate(parse(sql), row, VALUES) for row in facts]
    assert column(compiled, facts) == expected


@given(amounts, rows)
def test_amounts_agree_with_the_reference_and_stay_within_their_bounds(sql, facts):
    compiled = compiled_or_skipped(compile_amount, sql)
    found = column(compiled, facts)
    assert found == [evaluate(parse(sql), row, VALUES) for row in facts]
    low, high = compiled.bounds
    assert all(value is None or low <= value <= high for value in found)


def compiled_or_skipped(compile_, sql):
    """Random SQL may be refused for its size or range; for nothing else."""
    try:
        return compile_(sql, NAMES)
    except CeibaError as error:
        codes = {problem.code for problem in error.problems}
        assert codes <= {"expression.too_large", "expression.too_deep", "expression.too_long"}, error
        return assume(False)


@pytest.mark.parametrize(
    ("sql", "row", "expected"),
    [
        ("plan_done > 3", {"plan_done": None}, None),
        ("plan_done > 3 AND FALSE", {"plan_done": None}, False),
        ("plan_done > 3 OR TRUE", {"plan_done": None}, True),
        ("NOT plan_done > 3", {"plan_done": None}, None),
        ("plan_done BETWEEN 5 AND plan_due", {"plan_done": 4, "plan_due": None}, False),
        ("plan_done IN (1, 2)", {"plan_done": None}, None),
        ("country NOT IN ('GT')", {"country": None}, None),
        ("deceased IS FALSE", {"deceased": None}, False),
        ("(plan_done > 3) IS NULL", {"plan_done": None}, True),
        ("CASE WHEN deceased THEN FALSE ELSE TRUE END", {"deceased": None}, True),
        ("10 DIV plan_due = 1", {"plan_due": 0}, None),
        ("(0 - 7) DIV 2 = - 3", {}, True),
        ("LEAST(plan_done, 5) < 9", {"plan_done": None}, None),
        ("by_country = 40", {"country": "SV"}, True),
        ("by_country = 40", {"country": None}, None),
    ],
)
def test_the_cases_that_surprise(sql, row, expected):
    facts = [dict.fromkeys(SCHEMA) | row]
    assert column(compile_condition(sql, NAMES), facts) == [expected]
    assert evaluate(parse(sql), facts[0], VALUES) is expected
