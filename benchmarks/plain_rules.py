"""The rules of a month as plain Python over one object's attributes: what a loop over rows would run."""

from collections.abc import Callable
from typing import Any

from sqlglot import exp, parse_one

from ceiba.core.rules.rulebook import EXCUSE, RuleSet

Evaluate = Callable[[Any], Any]
ARITHMETIC: dict[type[exp.Expression], Callable[[Any, Any], Any]] = {
    exp.EQ: lambda a, b: a == b, exp.NEQ: lambda a, b: a != b, exp.LT: lambda a, b: a < b, exp.LTE: lambda a, b: a <= b,
    exp.GT: lambda a, b: a > b, exp.GTE: lambda a, b: a >= b, exp.Add: lambda a, b: a + b, exp.Sub: lambda a, b: a - b,
    exp.Mul: lambda a, b: a * b, exp.IntDiv: lambda a, b: a // b if b else None,
}  # fmt: skip


def decide_row(rules: RuleSet) -> Callable[[Any], tuple[str, int, list[str], list[str]]]:
    """A function from a row to outcome, amount, failed and unknown."""
    conditions = [(r.id, r.otherwise, compiled(r.require, rules)) for r in rules.rules]
    conditions += [(c.reason, "hold", compiled(f"({c.amount}) >= 0", rules)) for c in rules.components]
    amounts = [compiled(c.amount, rules) for c in rules.components]

    def decided(row: Any) -> tuple[str, int, list[str], list[str]]:
        outcome, failed, unknown = "pay", [], []
        for id, otherwise, condition in conditions:
            verdict = condition(row)
            if verdict is None and otherwise == EXCUSE:  # nothing is known that would excuse anything
                continue
            if verdict is None:
                unknown.append(id)
                if otherwise != "warn" and outcome == "pay":
                    outcome = "hold"
            elif not verdict:
                failed.append(id)
                if otherwise == "refuse" or (otherwise == "hold" and outcome == "pay"):
                    outcome = otherwise
        amount = sum(amount(row) for amount in amounts) if outcome == "pay" else 0
        return outcome, amount, failed, unknown

    return decided


def compiled(sql: str, rules: RuleSet) -> Evaluate:
    return build(parse_one(f"SELECT {sql}").expressions[0], rules)


def build(node: exp.Expression, rules: RuleSet) -> Evaluate:
    if isinstance(node, exp.Paren):
        return build(node.this, rules)
    if isinstance(node, exp.Literal):
        constant = node.name if node.is_string else int(node.name)
        return lambda row: constant
    if isinstance(node, exp.Column):
        return column(node.name, rules)
    if isinstance(node, exp.Not):
        inner = build(node.this, rules)
        return lambda row: None if (value := inner(row)) is None else not value
    if isinstance(node, exp.Is):
        inner = build(node.this, rules)
        wanted = None if isinstance(node.expression, exp.Null) else node.expression.this
        return lambda row: inner(row) is wanted
    if isinstance(node, exp.Between):
        low, high = build(node.args["low"], rules), build(node.args["high"], rules)
        inner = build(node.this, rules)
        return lambda row: None if (value := inner(row)) is None else low(row) <= value <= high(row)
    left, right = build(node.this, rules), build(node.expression, rules)
    if isinstance(node, exp.And | exp.Or):
        return connective(left, right, absorbing=isinstance(node, exp.Or))
    operate = ARITHMETIC[type(node)]
    return lambda row: None if (a := left(row)) is None or (b := right(row)) is None else operate(a, b)


def connective(left: Evaluate, right: Evaluate, absorbing: bool) -> Evaluate:
    """OR when `absorbing` is true, AND when it is false, in three values."""

    def evaluate(row: Any) -> Any:
        a = left(row)
        if a is absorbing:
            return absorbing
        b = right(row)
        if b is absorbing:
            return absorbing
        return None if a is None or b is None else not absorbing

    return evaluate


def column(name: str, rules: RuleSet) -> Evaluate:
    parameter = rules.parameters.get(name)
    if parameter is None:
        return lambda row: getattr(row, name)
    if parameter.value is not None:
        value = parameter.value
        return lambda row: value
    values, by = dict(parameter.values), str(parameter.by)
    return lambda row: values.get(getattr(row, by))
