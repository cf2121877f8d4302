"""SQL conditions as polars expressions.

One table, `_BUILD`, is both the allow-list and the meaning: a node of the parsed SQL that is not in it cannot be
compiled, so there is no second parser that could read the text otherwise. AND, OR, NOT, BETWEEN, IN and the
comparisons keep three values (Kleene), as SQL does; numbers are whole and computed in 64 bits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from operator import add, mul, sub
from typing import Any, Final, cast

import polars as pl
import sqlglot
from sqlglot import exp

from ceiba.core.facts import FACTS, Fact
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.rules.rulebook import Parameter

register_messages(
    {
        "expression.syntax": {
            "es": "«{sql}» no se puede leer como condición SQL ({detail}).",
            "en": '"{sql}" cannot be read as an SQL condition ({detail}).',
        },
        "expression.not_allowed": {
            "es": "«{sql}» no está permitido en una regla ({kind}). Se permite: {allowed}.",
            "en": '"{sql}" is not allowed in a rule ({kind}). Allowed: {allowed}.',
        },
        "expression.unknown_name": {
            "es": "«{name}» no es un hecho de la etapa {stage} ni un parámetro vigente. ¿Quiso decir: {close}?",
            "en": '"{name}" is neither a fact of stage {stage} nor a parameter in force. Did you mean: {close}?',
        },
        "expression.not_whole": {
            "es": "«{sql}»: solo números enteros; escriba porcentajes como «100 * a >= 80 * b».",
            "en": '"{sql}": whole numbers only; write percentages as "100 * a >= 80 * b".',
        },
        "expression.type": {
            "es": "«{sql}» da {found}; aquí hace falta {wanted}.",
            "en": '"{sql}" gives {found}; {wanted} is needed here.',
        },
        "expression.too_long": {
            "es": "la condición tiene {found} caracteres; divídala en reglas de {most} como máximo.",
            "en": "the condition has {found} characters; divide it into rules of at most {most}.",
        },
        "expression.too_large": {
            "es": "«{sql}» puede salir de los 64 bits ({low} a {high}).",
            "en": '"{sql}" can leave 64 bits ({low} to {high}).',
        },
    }
)

ALLOWED: Final = (
    "AND OR NOT = <> < <= > >= BETWEEN, IN (…), IS NULL, IS TRUE, IS FALSE, CASE WHEN, + - *, a DIV b, "
    "ABS(), LEAST(), GREATEST()"
)
_INT64: Final = 2**63
SQL_CHARACTERS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Names:
    """What an expression may name: the facts of a stage and the parameters in force."""

    stage: str
    parameters: Mapping[str, Parameter]

    def fact(self, name: str) -> Fact | None:
        """The fact of this stage with that name."""
        fact = FACTS.get(name)
        return fact if fact is not None and self.stage in fact.stages else None


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression and the facts and parameters it names, in order of first mention."""

    sql: str
    expr: pl.Expr
    dtype: pl.DataType
    facts: tuple[str, ...]
    parameters: tuple[str, ...]


def compile_condition(sql: str, names: Names, where: Where | None = None) -> Compiled:
    """A rule's `require`. Raises CeibaError (expression.*), placed at `where`, unless it is boolean."""
    return _compile(sql, names, where or Where(), pl.Boolean(), "true/false")


def compile_amount(sql: str, names: Names, where: Where | None = None) -> Compiled:
    """A component's amount in minor units. Raises CeibaError (expression.*) unless it is a whole number."""
    return _compile(sql, names, where or Where(), pl.Int64(), "a whole number")


def _compile(sql: str, names: Names, where: Where, wanted: pl.DataType, wanted_text: str) -> Compiled:
    compiler = _Compiler(names, where)
    tree = _parsed(sql, where)
    expr = compiler.build(tree)
    _bounds(tree, compiler)
    facts = tuple(compiler.facts)
    schema = {name: FACTS[name].dtype for name in {*facts, *compiler.keys}}
    try:
        dtype = pl.LazyFrame(schema=schema).select(expr.alias("x")).collect_schema()["x"]
    except pl.exceptions.PolarsError as error:
        values = {"sql": sql, "detail": str(error).splitlines()[0]}
        raise CeibaError(Problem("expression.syntax", where, values)) from error
    if dtype != wanted:
        raise CeibaError(
            Problem("expression.type", where, {"sql": sql, "found": str(dtype), "wanted": wanted_text})
        )
    return Compiled(sql, expr, dtype, facts, tuple(compiler.parameters))


def _parsed(sql: str, where: Where) -> exp.Expression:
    if len(sql) > SQL_CHARACTERS_MAX:
        raise CeibaError(
            Problem("expression.too_long", where, {"found": len(sql), "most": SQL_CHARACTERS_MAX})
        )
    try:
        statements = sqlglot.parse(f"SELECT {sql}")
    except (sqlglot.errors.SqlglotError, RecursionError) as error:
        detail = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CeibaError(Problem("expression.syntax", where, {"sql": sql, "detail": detail})) from error
    select = statements[0]
    # One bare SELECT of one unnamed value: anything beside it (FROM, a second statement, a comma) is refused.
    bare = isinstance(select, exp.Select) and {k for k, v in select.args.items() if v} == {"expressions"}
    if select is None or not bare or len(statements) != 1 or len(select.expressions) != 1:
        raise CeibaError(Problem("expression.syntax", where, {"sql": sql, "detail": "one condition"}))
    return cast(exp.Expression, select.expressions[0])


class _Compiler:
    """Builds the polars expression of one tree and remembers what it names."""

    def __init__(self, names: Names, where: Where) -> None:
        self.names = names
        self.where = where
        self.facts: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.keys: dict[str, None] = {}

    def build(self, node: exp.Expression) -> pl.Expr:
        builder = _BUILD.get(type(node))
        if builder is None:
            raise self.problem("expression.not_allowed", node, kind=type(node).__name__, allowed=ALLOWED)
        return builder(self, node)

    def sides(self, node: exp.Expression) -> tuple[pl.Expr, pl.Expr]:
        return self.build(node.this), self.build(node.expression)

    def problem(self, code: str, node: exp.Expression, **values: object) -> CeibaError:
        return CeibaError(Problem(code, self.where, {"sql": node.sql(), **values}))

    def column(self, node: exp.Column) -> pl.Expr:
        if node.table:
            raise self.problem("expression.not_allowed", node, kind="table", allowed=ALLOWED)
        name = node.name
        if (fact := self.names.fact(name)) is not None:
            self.facts[name] = None
            column = pl.col(name)
            return column.cast(pl.Int64) if fact.dtype == pl.Int32 else column
        if (parameter := self.names.parameters.get(name)) is not None:
            self.parameters[name] = None
            return self.parameter(parameter)
        raise CeibaError(Problem("expression.unknown_name", self.where, self.near(name)))

    def parameter(self, parameter: Parameter) -> pl.Expr:
        if parameter.value is not None:
            return pl.lit(parameter.value, pl.Int64)
        by = str(parameter.by)  # the reader refuses a parameter with neither value nor by
        self.keys[by] = None
        return pl.col(by).replace_strict(dict(parameter.values), default=None, return_dtype=pl.Int64)

    def near(self, name: str) -> dict[str, object]:
        known = [n for n, f in FACTS.items() if self.names.stage in f.stages] + list(self.names.parameters)
        return {
            "name": name,
            "stage": self.names.stage,
            "close": ", ".join(get_close_matches(name, known, n=3, cutoff=0.5)) or "—",
        }

    def literal(self, node: exp.Literal) -> pl.Expr:
        if node.is_string:
            return pl.lit(node.name)
        if not node.name.isdigit():
            raise self.problem("expression.not_whole", node)
        if int(node.name) >= _INT64:
            raise self.problem("expression.too_large", node, low=node.name, high=node.name)
        return pl.lit(int(node.name), pl.Int64)

    def is_(self, node: exp.Is) -> pl.Expr:
        value = self.build(node.this)
        if isinstance(node.expression, exp.Null):
            return value.is_null()
        if isinstance(node.expression, exp.Boolean):
            return value.eq_missing(pl.lit(bool(node.expression.this)))
        raise self.problem("expression.not_allowed", node, kind="IS", allowed=ALLOWED)

    def in_(self, node: exp.In) -> pl.Expr:
        literal = all(isinstance(item, exp.Literal) for item in node.expressions)
        if node.args.get("query") or node.args.get("unnest") or not node.expressions or not literal:
            raise self.problem("expression.not_allowed", node, kind="IN", allowed=ALLOWED)
        for item in node.expressions:
            self.literal(item)
        items = [item.name if item.is_string else int(item.name) for item in node.expressions]
        return self.build(node.this).is_in(items)

    def between(self, node: exp.Between) -> pl.Expr:
        if node.args.get("symmetric"):
            raise self.problem("expression.not_allowed", node, kind="SYMMETRIC", allowed=ALLOWED)
        value = self.build(node.this)
        return (value >= self.build(node.args["low"])) & (value <= self.build(node.args["high"]))

    def case(self, node: exp.Case) -> pl.Expr:
        if node.this is not None:  # CASE x WHEN 1: written out as comparisons it says the same
            raise self.problem("expression.not_allowed", node, kind="CASE x WHEN", allowed=ALLOWED)
        chain: Any = pl
        for branch in node.args["ifs"]:
            chain = chain.when(self.build(branch.this)).then(self.build(branch.args["true"]))
        default = node.args.get("default")
        return cast(pl.Expr, chain.otherwise(self.build(default) if default is not None else pl.lit(None)))

    def extreme(self, node: exp.Least | exp.Greatest) -> pl.Expr:
        """SQL's LEAST and GREATEST skip nulls; here a null is no evidence, so it stays null."""
        values = [self.build(item) for item in (node.this, *node.expressions)]
        pick = pl.min_horizontal if isinstance(node, exp.Least) else pl.max_horizontal
        return pl.when(pl.all_horizontal(v.is_not_null() for v in values)).then(pick(values))


def _div(compiler: _Compiler, node: exp.Expression) -> pl.Expr:
    left, right = compiler.sides(node)
    return pl.when(right != 0).then(left // right)


def _binary(combine: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> Callable[[_Compiler, Any], pl.Expr]:
    return lambda compiler, node: combine(*compiler.sides(node))


_BUILD: Final[Mapping[type[exp.Expression], Callable[[_Compiler, Any], pl.Expr]]] = {
    exp.And: _binary(lambda a, b: a & b),
    exp.Or: _binary(lambda a, b: a | b),
    exp.Not: lambda c, node: ~c.build(node.this),
    exp.Paren: lambda c, node: c.build(node.this),
    exp.EQ: _binary(lambda a, b: a == b),
    exp.NEQ: _binary(lambda a, b: a != b),
    exp.LT: _binary(lambda a, b: a < b),
    exp.LTE: _binary(lambda a, b: a <= b),
    exp.GT: _binary(lambda a, b: a > b),
    exp.GTE: _binary(lambda a, b: a >= b),
    exp.Add: _binary(lambda a, b: a + b),
    exp.Sub: _binary(lambda a, b: a - b),
    exp.Mul: _binary(lambda a, b: a * b),
    exp.IntDiv: _div,
    exp.Neg: lambda c, node: -c.build(node.this),
    exp.Abs: lambda c, node: c.build(node.this).abs(),
    exp.Least: _Compiler.extreme,
    exp.Greatest: _Compiler.extreme,
    exp.Between: _Compiler.between,
    exp.In: _Compiler.in_,
    exp.Is: _Compiler.is_,
    exp.Case: _Compiler.case,
    exp.Column: _Compiler.column,
    exp.Literal: _Compiler.literal,
    exp.Boolean: lambda _, node: pl.lit(bool(node.this)),
    exp.Null: lambda _, __: pl.lit(None),
}


def _bounds(node: exp.Expression, compiler: _Compiler) -> tuple[int, int]:
    """The least and greatest number `node` can give, by interval arithmetic; (0, 0) for what is no number."""
    if isinstance(node, exp.Column):
        return _column_bounds(node.name, compiler)
    if isinstance(node, exp.Literal):
        return (0, 0) if node.is_string else (int(node.name), int(node.name))
    children = [_bounds(child, compiler) for child in node.iter_expressions()]
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        combine = {exp.Add: add, exp.Sub: sub, exp.Mul: mul}[type(node)]
        reached = [combine(a, b) for a in children[0] for b in children[1]]
    elif isinstance(node, exp.Neg | exp.Abs):
        reached = [sign * end for sign in (-1, 1) for end in children[0]]
    else:  # a DIV b, CASE, LEAST and GREATEST stay within what they are given; conditions are no numbers
        reached = [end for child in children for end in child] or [0]
    low, high = min(reached), max(reached)
    if low < -_INT64 or high >= _INT64:
        raise compiler.problem("expression.too_large", node, low=low, high=high)
    return low, high


def _column_bounds(name: str, compiler: _Compiler) -> tuple[int, int]:
    fact = compiler.names.fact(name)
    return (fact.low, fact.high) if fact is not None else compiler.names.parameters[name].bounds
