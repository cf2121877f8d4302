"""SQL conditions as polars expressions.

One table, `_BUILD`, is the allow-list and the meaning: a node of the parsed SQL that is not in it cannot be
compiled, so there is no second parser that could read the text otherwise. In one walk each node gives its
expression, its kind (number, truth or text) and, for numbers, the least and greatest it can be: nothing that
mixes kinds compiles, and nothing that could leave 64 bits. Only numbers and texts are compared, never conditions,
so that no text exists that another SQL would group otherwise (`a = b IS NULL`, `a = b = c`).

AND, OR, NOT, BETWEEN, IN, CASE, IS and the comparisons keep SQL's three values (Kleene). Two meanings are ours:
`a DIV b` (whole part, towards zero) is unknown where b is 0, which SQL calls an error; and LEAST and GREATEST are
unknown when any of their arguments is, where PostgreSQL's skip it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import eq, ge, gt, le, lt, ne
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
            "es": "«{sql}» no se puede leer como una sola condición SQL; vea cerca de «{near}».",
            "en": '"{sql}" cannot be read as one SQL condition; look near "{near}".',
        },
        "expression.not_plain": {
            "es": "«{sql}» tiene «{found}»; use solo letras sin acento, números y signos, y ningún comentario.",
            "en": '"{sql}" has "{found}"; use plain letters, digits and signs only, and no comments.',
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
        "expression.needs_truth": {
            "es": "«{sql}» debe ser una condición (verdadera o falsa).",
            "en": '"{sql}" must be a condition (true or false).',
        },
        "expression.needs_number": {
            "es": "«{sql}» debe ser un número entero.",
            "en": '"{sql}" must be a whole number.',
        },
        "expression.kinds_differ": {
            "es": "«{sql}» mezcla números, textos o condiciones; compare números con números y códigos, con = o <>, "
            "con códigos.",
            "en": '"{sql}" mixes numbers, texts or conditions; compare numbers with numbers and codes, by = or <>, '
            "with codes.",
        },
        "expression.too_long": {
            "es": "la condición tiene {found} caracteres; divídala en reglas de {most} como máximo.",
            "en": "the condition has {found} characters; divide it into rules of at most {most}.",
        },
        "expression.too_deep": {
            "es": "la condición está demasiado anidada; divídala en varias reglas.",
            "en": "the condition is nested too deeply; divide it into several rules.",
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
SQL_CHARACTERS_MAX: Final = 1_000
NESTING_MAX: Final = 15
DEPTH_MAX: Final = 50
_INT64: Final = 2**63
_NOT_PLAIN: Final = re.compile(r"[^ -~\n\t]|--|/\*|\*/|#|\{%")  # what hides: other alphabets, comments, Jinja
_OPENS_OR_CLOSES: Final = re.compile(r"[()]|\b(?:case|end)\b", re.IGNORECASE)
# The parts of a node that the builders read; a node with any other part set says more than they would.
_ARGS: Final = frozenset(
    {
        "this",
        "expression",
        "expressions",
        "low",
        "high",
        "ifs",
        "true",
        "default",
        "is_string",
        "ignore_nulls",
    }
)
NUMBER, TRUTH, TEXT, NOTHING = "number", "truth", "text", "nothing"


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
    """An expression and what it names, in order of first mention.

    `keys` are the facts ("country", "variant") its parameters vary by, `codes` the texts it compares with,
    `bounds` the least and greatest number it can give.
    """

    sql: str
    expr: pl.Expr
    dtype: pl.DataType
    facts: tuple[str, ...]
    parameters: tuple[str, ...]
    keys: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    bounds: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Value:
    """What a node gives."""

    expr: pl.Expr
    kind: str
    low: int = 0
    high: int = 0


def compile_condition(sql: str, names: Names, where: Where | None = None) -> Compiled:
    """A rule's `require`. Raises CeibaError (expression.*), placed at `where`, unless it is true or false."""
    return _compile(sql, names, where or Where(), TRUTH)


def compile_amount(sql: str, names: Names, where: Where | None = None) -> Compiled:
    """A component's amount in minor units. Raises CeibaError (expression.*) unless it is a whole number."""
    return _compile(sql, names, where or Where(), NUMBER)


def names_in(sql: str) -> tuple[str, ...]:
    """Every name in `sql`, in order of first mention. Raises CeibaError (expression.*) when it cannot be read."""
    return tuple(dict.fromkeys(column.name for column in parse(sql).find_all(exp.Column, bfs=False)))


def parse(sql: str, where: Where | None = None) -> exp.Expression:
    """The tree of `sql`, one expression and nothing beside it.

    Raises CeibaError (expression.too_long, not_plain, too_deep, syntax), placed at `where`.
    """
    where = where or Where()
    _refuse_unreadable(sql, where)
    try:
        statements = sqlglot.parse(f"SELECT {sql}")
    except RecursionError as error:
        raise CeibaError(Problem("expression.too_deep", where)) from error
    except sqlglot.errors.SqlglotError as error:
        found = getattr(error, "errors", None) or [{}]
        near = str(found[0].get("highlight") or sql[-20:])
        raise CeibaError(Problem("expression.syntax", where, {"sql": sql, "near": near})) from error
    select = statements[0]
    # One bare SELECT of one unnamed value: anything beside it (FROM, a second statement, a comma) is refused.
    bare = isinstance(select, exp.Select) and {k for k, v in select.args.items() if v} == {"expressions"}
    if select is None or not bare or len(statements) != 1 or len(select.expressions) != 1:
        raise CeibaError(Problem("expression.syntax", where, {"sql": sql, "near": sql[-20:]}))
    return cast(exp.Expression, select.expressions[0])


def _refuse_unreadable(sql: str, where: Where) -> None:
    if len(sql) > SQL_CHARACTERS_MAX:
        raise CeibaError(
            Problem("expression.too_long", where, {"found": len(sql), "most": SQL_CHARACTERS_MAX})
        )
    if (hidden := _NOT_PLAIN.search(sql)) is not None:
        found = hidden[0] if hidden[0].isprintable() else f"U+{ord(hidden[0]):04X}"
        raise CeibaError(Problem("expression.not_plain", where, {"sql": sql, "found": found}))
    nesting = 0
    for part in _OPENS_OR_CLOSES.findall(sql):
        nesting += 1 if part.lower() in ("(", "case") else -1
        if nesting > NESTING_MAX:
            raise CeibaError(Problem("expression.too_deep", where))


def _compile(sql: str, names: Names, where: Where, wanted: str) -> Compiled:
    compiler = _Compiler(names, where)
    tree = parse(sql, where)
    value = compiler.truth(tree) if wanted == TRUTH else compiler.number(tree)
    return Compiled(
        sql=sql,
        expr=value.expr,
        dtype=pl.Boolean() if wanted == TRUTH else pl.Int64(),
        facts=tuple(compiler.facts),
        parameters=tuple(compiler.parameters),
        keys=tuple(compiler.keys),
        codes=tuple(compiler.codes),
        bounds=(value.low, value.high),
    )


class _Compiler:
    """Builds the polars expression of one tree and remembers what it names."""

    def __init__(self, names: Names, where: Where) -> None:
        self.names = names
        self.where = where
        self.facts: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.keys: dict[str, None] = {}
        self.codes: dict[str, None] = {}
        self.depth = 0

    def build(self, node: exp.Expression) -> _Value:
        """The value of `node`. Raises CeibaError when it, or anything in it, is not in `_BUILD`."""
        builder = _BUILD.get(type(node))
        beside = {name for name, value in node.args.items() if value} - _ARGS
        if builder is None or beside:
            raise self.not_allowed(node, " ".join([type(node).__name__, *sorted(beside)]))
        if self.depth >= DEPTH_MAX:
            raise CeibaError(Problem("expression.too_deep", self.where))
        self.depth += 1
        value = builder(self, node)
        self.depth -= 1
        if not -_INT64 < value.low <= value.high < _INT64:
            raise self.problem("expression.too_large", node, low=value.low, high=value.high)
        return value

    def number(self, node: exp.Expression) -> _Value:
        return self.of_kind(node, NUMBER, "expression.needs_number")

    def truth(self, node: exp.Expression) -> _Value:
        return self.of_kind(node, TRUTH, "expression.needs_truth")

    def of_kind(self, node: exp.Expression, kind: str, otherwise: str) -> _Value:
        value = self.build(node)
        if value.kind != kind:
            raise self.problem(otherwise, node)
        return value

    def numbers(self, nodes: Sequence[exp.Expression]) -> list[_Value]:
        return [self.number(node) for node in nodes]

    def problem(self, code: str, node: exp.Expression, **values: object) -> CeibaError:
        try:
            sql = node.sql()
        except RecursionError:
            sql = "…"
        return CeibaError(Problem(code, self.where, {"sql": sql, **values}))

    def not_allowed(self, node: exp.Expression, kind: str) -> CeibaError:
        return self.problem("expression.not_allowed", node, kind=kind, allowed=ALLOWED)

    def column(self, node: exp.Column) -> _Value:
        name = node.name
        if (fact := self.names.fact(name)) is not None:
            self.facts[name] = None
            return _fact_value(fact)
        if (parameter := self.names.parameters.get(name)) is not None:
            self.parameters[name] = None
            return self.parameter(parameter)
        raise CeibaError(Problem("expression.unknown_name", self.where, self.near(name)))

    def parameter(self, parameter: Parameter) -> _Value:
        if parameter.value is not None:
            return _Value(pl.lit(parameter.value, pl.Int64), NUMBER, parameter.value, parameter.value)
        by = str(parameter.by)  # the reader refuses a parameter with neither value nor by
        self.keys[by] = None
        values = pl.col(by).replace_strict(dict(parameter.values), default=None, return_dtype=pl.Int64)
        return _Value(values, NUMBER, *parameter.bounds)

    def near(self, name: str) -> dict[str, object]:
        known = [n for n, f in FACTS.items() if self.names.stage in f.stages] + list(self.names.parameters)
        close = ", ".join(get_close_matches(name, known, n=3, cutoff=0.5)) or "—"
        return {"name": name, "stage": self.names.stage, "close": close}

    def literal(self, node: exp.Literal) -> _Value:
        if node.is_string:
            self.codes[node.name] = None
            return _Value(pl.lit(node.name), TEXT)
        if not node.name.isdigit():
            raise self.problem("expression.not_whole", node)
        number = int(node.name)
        if number >= _INT64:
            raise self.problem("expression.too_large", node, low=number, high=number)
        return _Value(pl.lit(number, pl.Int64), NUMBER, number, number)

    def is_(self, node: exp.Is) -> _Value:
        if isinstance(node.expression, exp.Null):
            return _Value(self.build(node.this).expr.is_null(), TRUTH)
        if isinstance(node.expression, exp.Boolean):
            wanted = pl.lit(bool(node.expression.this))
            return _Value(self.truth(node.this).expr.eq_missing(wanted), TRUTH)
        raise self.not_allowed(node, "IS")

    def in_(self, node: exp.In) -> _Value:
        if not node.expressions or not all(isinstance(item, exp.Literal) for item in node.expressions):
            raise self.not_allowed(node, "IN")
        value = self.build(node.this)
        if {value.kind} != {self.build(item).kind for item in node.expressions}:
            raise self.problem("expression.kinds_differ", node)
        items = [item.name if value.kind == TEXT else int(item.name) for item in node.expressions]
        return _Value(value.expr.is_in(items), TRUTH)

    def between(self, node: exp.Between) -> _Value:
        value, low, high = self.numbers([node.this, node.args["low"], node.args["high"]])
        return _Value((value.expr >= low.expr) & (value.expr <= high.expr), TRUTH)

    def case(self, node: exp.Case) -> _Value:
        if node.this is not None:  # CASE x WHEN 1: written out as comparisons it says the same
            raise self.not_allowed(node, "CASE x WHEN")
        branches = node.args["ifs"]
        conditions = [self.truth(branch.this) for branch in branches]
        results = [self.build(branch.args["true"]) for branch in branches]
        default = node.args.get("default")
        results.append(self.build(default) if default is not None else _NULL)
        given = [value for value in results if value.kind != NOTHING]
        if len({value.kind for value in given}) != 1:
            raise self.problem("expression.kinds_differ", node)
        chain: Any = pl
        for condition, value in zip(conditions, results, strict=False):  # the last result is the default
            chain = chain.when(condition.expr).then(value.expr)
        expr = chain.otherwise(results[-1].expr)
        return _Value(expr, given[0].kind, min(v.low for v in given), max(v.high for v in given))

    def extreme(self, node: exp.Least | exp.Greatest) -> _Value:
        values = self.numbers([node.this, *node.expressions])
        pick, of = (pl.min_horizontal, min) if isinstance(node, exp.Least) else (pl.max_horizontal, max)
        known = pl.all_horizontal(value.expr.is_not_null() for value in values)
        picked = pl.when(known).then(pick(value.expr for value in values))
        return _Value(picked, NUMBER, of(v.low for v in values), of(v.high for v in values))

    def compare(self, node: exp.Expression, combine: Callable[[Any, Any], Any], ordered: bool) -> _Value:
        left, right = self.build(node.this), self.build(node.expression)
        allowed = (NUMBER,) if ordered else (NUMBER, TEXT)
        if left.kind != right.kind or left.kind not in allowed:
            raise self.problem("expression.kinds_differ", node)
        return _Value(combine(left.expr, right.expr), TRUTH)

    def product(self, node: exp.Mul) -> _Value:
        left, right = self.numbers([node.this, node.expression])
        ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
        return _Value(left.expr * right.expr, NUMBER, min(ends), max(ends))

    def sum(self, node: exp.Add) -> _Value:
        left, right = self.numbers([node.this, node.expression])
        return _Value(left.expr + right.expr, NUMBER, left.low + right.low, left.high + right.high)

    def difference(self, node: exp.Sub) -> _Value:
        left, right = self.numbers([node.this, node.expression])
        return _Value(left.expr - right.expr, NUMBER, left.low - right.high, left.high - right.low)

    def quotient(self, node: exp.IntDiv) -> _Value:
        left, right = self.numbers([node.this, node.expression])
        if left.low >= 0 and right.low >= 0:
            whole = left.expr // right.expr
            low, high = left.low // max(right.high, 1), left.high // max(right.low, 1)
        else:  # polars rounds down, SQL towards zero
            whole = (left.expr.abs() // right.expr.abs()) * left.expr.sign() * right.expr.sign()
            high = max(abs(left.low), abs(left.high))
            low = -high
        return _Value(pl.when(right.expr != 0).then(whole), NUMBER, low, high)

    def absolute(self, node: exp.Abs) -> _Value:
        value = self.number(node.this)
        low = max(value.low, -value.high, 0)
        return _Value(value.expr.abs(), NUMBER, low, max(abs(value.low), abs(value.high)))

    def negative(self, node: exp.Neg) -> _Value:
        value = self.number(node.this)
        return _Value(-value.expr, NUMBER, -value.high, -value.low)

    def and_(self, node: exp.And) -> _Value:
        return _Value(self.truth(node.this).expr & self.truth(node.expression).expr, TRUTH)

    def or_(self, node: exp.Or) -> _Value:
        return _Value(self.truth(node.this).expr | self.truth(node.expression).expr, TRUTH)


_NULL: Final = _Value(pl.lit(None), NOTHING)


def _fact_value(fact: Fact) -> _Value:
    column = pl.col(fact.name)
    if fact.dtype == pl.Int32:
        return _Value(column.cast(pl.Int64), NUMBER, fact.low, fact.high)
    return _Value(column, TRUTH if fact.dtype == pl.Boolean else TEXT)


def _comparison(combine: Callable[[Any, Any], Any], ordered: bool) -> Callable[[_Compiler, Any], _Value]:
    return lambda compiler, node: compiler.compare(node, combine, ordered)


_BUILD: Final[Mapping[type[exp.Expression], Callable[[_Compiler, Any], _Value]]] = {
    exp.And: _Compiler.and_,
    exp.Or: _Compiler.or_,
    exp.Not: lambda c, node: _Value(~c.truth(node.this).expr, TRUTH),
    exp.Paren: lambda c, node: c.build(node.this),
    exp.EQ: _comparison(eq, ordered=False),
    exp.NEQ: _comparison(ne, ordered=False),
    exp.LT: _comparison(lt, ordered=True),
    exp.LTE: _comparison(le, ordered=True),
    exp.GT: _comparison(gt, ordered=True),
    exp.GTE: _comparison(ge, ordered=True),
    exp.Add: _Compiler.sum,
    exp.Sub: _Compiler.difference,
    exp.Mul: _Compiler.product,
    exp.IntDiv: _Compiler.quotient,
    exp.Neg: _Compiler.negative,
    exp.Abs: _Compiler.absolute,
    exp.Least: _Compiler.extreme,
    exp.Greatest: _Compiler.extreme,
    exp.Between: _Compiler.between,
    exp.In: _Compiler.in_,
    exp.Is: _Compiler.is_,
    exp.Case: _Compiler.case,
    exp.Column: _Compiler.column,
    exp.Literal: _Compiler.literal,
    exp.Boolean: lambda _, node: _Value(pl.lit(bool(node.this)), TRUTH),
    exp.Null: lambda _, __: _NULL,
}
