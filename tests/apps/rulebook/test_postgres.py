"""What a compiled rule says is what PostgreSQL says of the same SQL, on random rows."""

from typing import Any

import polars as pl
import pytest
from django.db import connection
from hypothesis import HealthCheck, assume, given, settings
from sqlglot import exp

from ceiba.core.facts import FACTS
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.rules.expression import Names, compile_amount, compile_condition, parse
from tests.core.rules.random_sql import NUMBERS, PARAMETERS, TEXTS, TRUTHS, VALUES, amounts, conditions, rows

pytestmark = pytest.mark.django_db

NAMES = Names("month", PARAMETERS)
TYPES = {
    **dict.fromkeys(NUMBERS, "bigint"),
    **dict.fromkeys(TRUTHS, "boolean"),
    **dict.fromkeys(TEXTS, "text"),
}
SCHEMA = {name: FACTS[name].dtype for name in TYPES}
one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def literal(number: int) -> exp.Expression:
    return (
        exp.cast(exp.Literal.number(number), "bigint")
        if number >= 0
        else exp.paren(exp.Neg(this=literal(-number)))
    )


def parameter(name: str) -> exp.Expression:
    value = VALUES[name]
    if isinstance(value, int):
        return literal(value)
    case = exp.Case()
    for country, number in value.items():
        case = case.when(exp.column("country").eq(country), literal(number))
    return case


def strict(node: exp.Expression) -> exp.Expression:
    """The SQL with our two meanings written out, numbers in 64 bits, and parameters put in.

    `a DIV b` is PostgreSQL's integer division by a number that is not zero; LEAST and GREATEST skip no null.
    """
    if isinstance(node, exp.Column) and node.name in VALUES:
        return parameter(node.name)
    if isinstance(node, exp.Literal) and not node.is_string:
        return literal(int(node.name))
    if isinstance(node, exp.IntDiv):
        divisor = exp.Nullif(this=node.expression.copy(), expression=exp.Literal.number(0))
        return exp.paren(
            exp.Div(this=exp.paren(node.this.copy()), expression=divisor, typed=True, safe=False)
        )
    if isinstance(node, exp.Least | exp.Greatest):
        values = [node.this, *node.expressions]
        known = exp.and_(*(exp.paren(v.copy()).is_(exp.null()).not_() for v in values))
        return exp.Case().when(known, node.copy())
    return node


def written(sql: str) -> str:
    return strict_tree(parse(sql)).sql("postgres")


def strict_tree(tree: exp.Expression) -> exp.Expression:
    """`strict` from the leaves up, so that what it adds is not written out again."""
    for child_key, child in list(tree.args.items()):
        if isinstance(child, exp.Expression):
            tree.set(child_key, strict_tree(child))
        elif isinstance(child, list):
            tree.set(
                child_key, [strict_tree(item) if isinstance(item, exp.Expression) else item for item in child]
            )
    return strict(tree)


def postgres(sql: str, facts: list[dict[str, Any]]) -> list[Any]:
    names = ", ".join(TYPES)
    row = "(" + ", ".join(["%s", *(f"%s::{kind}" for kind in TYPES.values())]) + ")"
    values = [
        value for number, fact in enumerate(facts) for value in (number, *(fact[name] for name in TYPES))
    ]
    condition = written(sql).replace("%", "%%")
    query = (
        f"SELECT {condition} FROM (VALUES {', '.join([row] * len(facts))}) "  # noqa: S608 - the test's own SQL
        f"AS facts (number, {names}) ORDER BY number"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [value for (value,) in cursor.fetchall()]


def polars(compiled, facts):
    """As a month is decided: beside a column, by the streaming engine."""
    rows = pl.LazyFrame(facts, schema=SCHEMA).select("plan_done", x=compiled.expr)
    return rows.collect(engine="streaming")["x"].to_list()


def compiled_or_skipped(compile_, sql):
    try:
        return compile_(sql, NAMES)
    except CeibaError:
        return assume(False)


@one_database
@given(conditions, rows)
def test_conditions_agree(sql, facts):
    compiled = compiled_or_skipped(compile_condition, sql)
    assert polars(compiled, facts) == postgres(sql, facts), written(sql)


@one_database
@given(amounts, rows)
def test_amounts_agree(sql, facts):
    compiled = compiled_or_skipped(compile_amount, sql)
    assert polars(compiled, facts) == postgres(sql, facts), written(sql)


ROW = dict.fromkeys(TYPES)


@pytest.mark.parametrize(
    ("sql", "theirs", "ours"),
    [
        # LEAST and GREATEST skip nulls in PostgreSQL: a missing count would pass for the other one.
        ("LEAST(plan_done, 5) = 5", True, None),
        ("GREATEST(plan_done, 5) = 5", True, None),
    ],
)
def test_where_we_differ_on_purpose(sql, theirs, ours):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql} FROM (SELECT NULL::bigint AS plan_done) AS facts")  # noqa: S608
        assert cursor.fetchone() == (theirs,)
    assert polars(compile_condition(sql, NAMES), [ROW]) == [ours]
    assert postgres(sql, [ROW]) == [ours]


def test_division_by_zero_is_unknown_where_postgresql_stops():
    from django.db import DataError, transaction

    with (
        pytest.raises(DataError, match="division by zero"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 7 / 0")
    assert polars(compile_condition("7 DIV plan_done = 1", NAMES), [ROW | {"plan_done": 0}]) == [None]
