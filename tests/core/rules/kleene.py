"""SQL's three-valued logic again, in plain Python over the parsed tree: what the compiled columns must give."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

Row = Mapping[str, Any]


def evaluate(node: exp.Expression, row: Row, parameters: Mapping[str, Any]) -> Any:
    """The value of `node` for one row: True, False, a number, a text, or None for unknown."""

    def of(child: exp.Expression) -> Any:
        return evaluate(child, row, parameters)

    return _OF[type(node)](node, of, row, parameters)


def _and(left: Any, right: Any) -> Any:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True


def _or(left: Any, right: Any) -> Any:
    if left is True or right is True:
        return True
    return None if left is None or right is None else False


def _not(value: Any) -> Any:
    return None if value is None else not value


def _column(node: Any, of: Any, row: Row, parameters: Mapping[str, Any]) -> Any:
    if node.name in row:
        return row[node.name]
    value = parameters[node.name]
    return value.get(row["country"]) if isinstance(value, Mapping) else value


def _strict(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Unknown as soon as one side is."""

    def run(node: Any, of: Any, *_: Any) -> Any:
        left, right = of(node.this), of(node.expression)
        return None if left is None or right is None else combine(left, right)

    return run


def _div(left: int, right: int) -> int | None:
    """Towards zero; unknown when divided by zero."""
    if right == 0:
        return None
    whole = abs(left) // abs(right)
    return whole if (left < 0) == (right < 0) else -whole


def _is(node: Any, of: Any, *_: Any) -> Any:
    value = of(node.this)
    if isinstance(node.expression, exp.Null):
        return value is None
    return value is bool(node.expression.this)


def _in(node: Any, of: Any, *_: Any) -> Any:
    value = of(node.this)
    return None if value is None else value in [of(item) for item in node.expressions]


def _between(node: Any, of: Any, *_: Any) -> Any:
    value, low, high = of(node.this), of(node.args["low"]), of(node.args["high"])
    above = None if value is None or low is None else value >= low
    below = None if value is None or high is None else value <= high
    return _and(above, below)


def _case(node: Any, of: Any, *_: Any) -> Any:
    for branch in node.args["ifs"]:
        if of(branch.this) is True:
            return of(branch.args["true"])
    default = node.args.get("default")
    return of(default) if default is not None else None


def _extreme(pick: Callable[[list[int]], int]) -> Callable[..., Any]:
    def run(node: Any, of: Any, *_: Any) -> Any:
        values = [of(item) for item in (node.this, *node.expressions)]
        return None if None in values else pick(values)

    return run


def _literal(node: Any, *_: Any) -> Any:
    return node.name if node.is_string else int(node.name)


def _negative(node: Any, of: Any, *_: Any) -> Any:
    value = of(node.this)
    return None if value is None else -value


def _absolute(node: Any, of: Any, *_: Any) -> Any:
    value = of(node.this)
    return None if value is None else abs(value)


_OF: dict[type, Callable[..., Any]] = {
    exp.And: lambda n, of, *_: _and(of(n.this), of(n.expression)),
    exp.Or: lambda n, of, *_: _or(of(n.this), of(n.expression)),
    exp.Not: lambda n, of, *_: _not(of(n.this)),
    exp.Paren: lambda n, of, *_: of(n.this),
    exp.EQ: _strict(lambda a, b: a == b),
    exp.NEQ: _strict(lambda a, b: a != b),
    exp.LT: _strict(lambda a, b: a < b),
    exp.LTE: _strict(lambda a, b: a <= b),
    exp.GT: _strict(lambda a, b: a > b),
    exp.GTE: _strict(lambda a, b: a >= b),
    exp.Add: _strict(lambda a, b: a + b),
    exp.Sub: _strict(lambda a, b: a - b),
    exp.Mul: _strict(lambda a, b: a * b),
    exp.IntDiv: _strict(_div),
    exp.Neg: _negative,
    exp.Abs: _absolute,
    exp.Least: _extreme(min),
    exp.Greatest: _extreme(max),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Case: _case,
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda n, *_: bool(n.this),
    exp.Null: lambda *_: None,
}
