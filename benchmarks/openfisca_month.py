"""The baseline: OpenFisca computes the same rules on the same rows.

    uv run --no-project --with openfisca-core==46.0.1 --with polars --with sqlglot python benchmarks/openfisca_month.py SNAPSHOT CHECK

Each rule of the rulebook becomes two OpenFisca variables (`failed`, `unknown`), as each fact becomes two (its value,
and whether it is known): OpenFisca has no third truth value. Formulas are numpy over whole columns, which is how
OpenFisca is fast. Prints `seconds`, from opening the file to outcome, amount and reasons in memory; then compares
every row with the result in CHECK, so that both are known to have computed the same.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from sqlglot import exp, parse_one

from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import EXCUSE, RuleSet

PERIOD = "2026-03"
WORDS = (
    "",
    "GT",
    "HN",
    "SV",
    "us36",
    "amexcid",
    "private",
    "possession",
    "sharecropping",
    "usufruct",
    "lease",
    "approved",
    "illness",
    "maternity",
    "disaster",
)
CODES = {word: code for code, word in enumerate(WORDS)}
Pair = tuple[Any, Any]  # values, known
Person = build_entity(key="person", plural="persons", label="participant", is_person=True)


def evaluate(node: exp.Expression, fact: Any, rules: RuleSet) -> Pair:
    """Kleene logic over (value, known) columns."""
    match node:
        case exp.Paren():
            return evaluate(node.this, fact, rules)
        case exp.Not():
            value, known = evaluate(node.this, fact, rules)
            return ~value, known
        case exp.And() | exp.Or():
            return connective(node, fact, rules)
        case exp.Is():
            return asked(node, fact, rules)
        case exp.Between():
            value, known = evaluate(node.this, fact, rules)
            low, high = (
                evaluate(node.args["low"], fact, rules)[0],
                evaluate(node.args["high"], fact, rules)[0],
            )
            return (value >= low) & (value <= high), known
        case exp.Literal():
            return (CODES[node.name] if node.is_string else np.int64(node.name)), np.True_
        case exp.Column():
            return column(node.name, fact, rules)
    (a, ka), (b, kb) = evaluate(node.this, fact, rules), evaluate(node.expression, fact, rules)
    operations = {
        exp.EQ: np.equal, exp.NEQ: np.not_equal, exp.LT: np.less, exp.LTE: np.less_equal, exp.GT: np.greater,
        exp.GTE: np.greater_equal, exp.Add: np.add, exp.Sub: np.subtract, exp.Mul: np.multiply, exp.IntDiv: np.floor_divide,
    }  # fmt: skip
    return operations[type(node)](a, b), ka & kb


def connective(node: exp.Expression, fact: Any, rules: RuleSet) -> Pair:
    """AND and OR: known where both are, or where the one that is known settles it."""
    (a, ka), (b, kb) = evaluate(node.this, fact, rules), evaluate(node.expression, fact, rules)
    if isinstance(node, exp.And):
        return a & b, (ka & kb) | (ka & ~a) | (kb & ~b)
    return (a & ka) | (b & kb), (ka & kb) | (ka & a) | (kb & b)


def asked(node: exp.Expression, fact: Any, rules: RuleSet) -> Pair:
    """IS NULL, IS TRUE, IS FALSE: always known."""
    value, known = evaluate(node.this, fact, rules)
    if isinstance(node.expression, exp.Null):
        return ~known, np.True_
    return known & (value == node.expression.this), np.True_


def column(name: str, fact: Any, rules: RuleSet) -> Pair:
    parameter = rules.parameters.get(name)
    if parameter is None:
        value, known = fact(name), fact(f"known_{name}")
        return (value.astype(np.int64) if value.dtype == np.int32 else value), known
    if parameter.value is not None:
        return np.int64(parameter.value), np.True_
    by, known = fact(parameter.by), fact(f"known_{parameter.by}")
    return np.select([by == CODES[key] for key in parameter.values], list(parameter.values.values())), known


def variable(name: str, kind: type, formula: Any = None) -> type[Variable]:
    body = {"value_type": kind, "entity": Person, "definition_period": DateUnit.MONTH, "label": name}
    return type(name, (Variable,), body | ({"formula": formula} if formula else {}))


def system(rules: RuleSet, facts: dict[str, pl.DataType]) -> TaxBenefitSystem:
    """One variable a fact, two a rule, the outcome and the amount."""
    tbs = TaxBenefitSystem([Person])
    for name, dtype in facts.items():
        tbs.add_variable(variable(name, bool if dtype == pl.Boolean else int))
        tbs.add_variable(variable(f"known_{name}", bool))
    conditions = {r.id: (r.require, r.otherwise) for r in rules.rules}
    conditions |= {c.reason: (f"({c.amount}) >= 0", "hold") for c in rules.components}
    for id, (sql, consequence) in conditions.items():
        tree = parse_one(f"SELECT {sql}").expressions[0]
        tbs.add_variable(variable(f"failed_{key(id)}", bool, failed_formula(tree, rules)))
        unknown = no_formula if consequence == EXCUSE else unknown_formula(tree, rules)
        tbs.add_variable(variable(f"unknown_{key(id)}", bool, unknown))
    tbs.add_variable(variable("outcome", int, outcome_formula({id: c for id, (_, c) in conditions.items()})))
    tbs.add_variable(variable("amount", int, amount_formula(rules)))
    return tbs


def failed_formula(tree: exp.Expression, rules: RuleSet) -> Any:
    def formula(person: Any, period: Any) -> Any:
        value, known = evaluate(tree, lambda name: person(name, period), rules)
        return known & ~value & np.ones(person.count, bool)

    return formula


def unknown_formula(tree: exp.Expression, rules: RuleSet) -> Any:
    def formula(person: Any, period: Any) -> Any:
        return ~evaluate(tree, lambda name: person(name, period), rules)[1] & np.ones(person.count, bool)

    return formula


def no_formula(person: Any, period: Any) -> Any:
    """Nothing is known that would excuse anything: that is as good as met."""
    return np.zeros(person.count, bool)


def outcome_formula(consequences: dict[str, str]) -> Any:
    def formula(person: Any, period: Any) -> Any:
        refuse, hold = np.zeros(person.count, bool), np.zeros(person.count, bool)
        for id, consequence in consequences.items():
            if consequence == "refuse":
                refuse |= person(f"failed_{key(id)}", period)
            if consequence == "hold":
                hold |= person(f"failed_{key(id)}", period)
            if consequence != "warn":
                hold |= person(f"unknown_{key(id)}", period)
        return np.where(refuse, 2, np.where(hold, 1, 0))

    return formula


def amount_formula(rules: RuleSet) -> Any:
    def formula(person: Any, period: Any) -> Any:
        total = np.zeros(person.count, np.int64)
        for component in rules.components:
            tree = parse_one(f"SELECT {component.amount}").expressions[0]
            total += evaluate(tree, lambda name: person(name, period), rules)[0]
        return np.where(person("outcome", period) == 0, total, 0)

    return formula


def key(id: str) -> str:
    return id.replace(".", "_")


def main(snapshot: Path, check: Path) -> None:
    folder = Path("programmes/ca")
    book = read_rulebook({file.name: file.read_bytes() for file in folder.glob("*.toml")})
    rules = book.at(Month.parse(PERIOD))
    trees = [r.require for r in rules.rules] + [c.amount for c in rules.components]
    named = {c.name for sql in trees for c in parse_one(f"SELECT {sql}").find_all(exp.Column)} - set(
        rules.parameters
    )
    named |= {str(p.by) for p in rules.parameters.values() if p.by}
    started = time.perf_counter()
    frame = pl.read_parquet(snapshot, columns=sorted(named))
    tbs = system(rules, dict(frame.schema))
    simulation = SimulationBuilder().build_default_simulation(tbs, count=frame.height)
    for name in frame.columns:
        values = frame[name]
        known = values.is_not_null().to_numpy()
        if values.dtype == pl.String:
            values = values.replace_strict(CODES, default=0, return_dtype=pl.Int32)
        empty = False if values.dtype == pl.Boolean else 0
        simulation.set_input(name, PERIOD, values.fill_null(empty).to_numpy())
        simulation.set_input(f"known_{name}", PERIOD, known)
    outcome, amount = simulation.calculate("outcome", PERIOD), simulation.calculate("amount", PERIOD)
    print(f"seconds {time.perf_counter() - started:.3f}")
    ours = pl.read_parquet(check, columns=["outcome", "amount_minor", "failed", "unknown"])
    assert (ours["outcome"].to_physical().to_numpy() == outcome).all(), "outcomes differ"
    assert (ours["amount_minor"].to_numpy() == amount).all(), "amounts differ"
    for rule in rules.rules:
        for verdict in ("failed", "unknown"):
            theirs = simulation.calculate(f"{verdict}_{key(rule.id)}", PERIOD)
            assert (ours[verdict].list.contains(rule.id).to_numpy() == theirs).all(), (verdict, rule.id)
    print(f"same outcome, amount and reasons on {frame.height} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
