"""A rulebook that does not make sense is refused, with the file, the rule and the month."""

import pytest

from ceiba.core.checking import Report, check_rulebook
from ceiba.core.kernel.errors import Problem
from ceiba.core.rules.reading import read_rulebook
from tests.core.rules.folders import SMALL, changed, shipped, small


def report(files: dict[str, bytes]) -> Report:
    found = check_rulebook(read_rulebook(files))
    for problem in (*found.problems, *found.warnings):
        assert problem.text("es") != problem.text("en")
    return found


def only(files: dict[str, bytes]) -> Problem:
    found = report(files).problems
    assert len(found) == 1, [problem.text("en") for problem in found]
    return found[0]


def test_the_small_rulebook_is_in_order():
    found = report(small())
    assert found.ok, [problem.text("en") for problem in found.problems]
    assert found.warnings == ()
    assert found.counts["rules"] == 3
    # two cases of the plan hold in both versions of its parameter and are run in both
    assert (found.counts["cases"], found.counts["cases_run"]) == (12, 14)
    assert found.counts["assumptions"] == 8


ONE_THING_WRONG = [
    # file, what is there, what is put there, code, where.rule or where.item, where.column
    (
        "rules",
        "plan_done >= plan_percent_min",
        "plan_dun >= plan_percent_min",
        "expression.unknown_name",
        "work.plan",
        "require",
    ),
    (
        "rules",
        "100 * plan_done >=",
        "COALESCE(plan_done, 0) >=",
        "expression.not_allowed",
        "work.plan",
        "require",
    ),
    ("rules", "100 * plan_done >=", "plan_done +", "expression.needs_truth", "work.plan", "require"),
    ("rules", "tenure <> 'lease'", "tenure <> 'rented'", "check.code_unknown", "entry.land", "require"),
    (
        "rules",
        "tenure <> 'lease'",
        "tenure <> 'lease' AND plan_done = 1",
        "expression.unknown_name",
        "entry.land",
        "require",
    ),
    (
        "rules",
        'plan_done = 8, plan_due = 10, expect = "pass"',
        'plan_done = 8, plan_due = 10, expect = "fail"',
        "check.case_failed",
        "work.plan",
        "cases[1]",
    ),
    (
        "rules",
        '{ plan_due = 10, expect = "unknown" }',
        '{ plan_due = 10, expect = "pass" }',
        "check.case_missing",
        "work.plan",
        "cases",
    ),
    ("rules", '{ tenure = "lease", expect = "fail" },', "", "check.case_missing", "entry.land", "cases"),
    ("rules", '{ tenure = "ejidal", expect = "pass" },', "", "check.case_missing", "entry.land", "cases"),
    ("rules", '{ expect = "unknown" },\n', "", "check.case_missing", "entry.land", "cases"),
    (
        "rules",
        'tenure = "ejidal", expect',
        'tenure = "ejidal", tenure_months = 4, expect',
        "check.case_fact",
        "entry.land",
        "cases[1].tenure_months",
    ),
    (
        "rules",
        'tenure = "ejidal", expect',
        'tenur = "ejidal", expect',
        "check.case_fact",
        "entry.land",
        "cases[1].tenur",
    ),
    (
        "rules",
        'tenure = "ejidal", expect',
        'tenure = "private_land", expect',
        "check.case_value",
        "entry.land",
        "cases[1].tenure",
    ),
    (
        "rules",
        'tenure = "ejidal", expect',
        "tenure = 3, expect",
        "check.case_value",
        "entry.land",
        "cases[1].tenure",
    ),
    ("rules", "plan_done = 8,", "plan_done = -1,", "check.case_value", "work.plan", "cases[1].plan_done"),
    ("rules", "plan_done = 8,", "plan_done = 1001,", "check.case_value", "work.plan", "cases[1].plan_done"),
    ("rules", "plan_done = 8,", "plan_done = true,", "check.case_value", "work.plan", "cases[1].plan_done"),
    ("rules", "plan_done = 8,", 'plan_done = "8",', "check.case_value", "work.plan", "cases[1].plan_done"),
    ("rules", 'month = "2026-07"', 'month = "2025-12"', "check.case_month", "work.plan", "cases"),
    ("rules", 'month = "2026-06", ', "", "check.case_failed", "work.plan", "cases[2]"),
    ("programme", "expect = 25000", "expect = 25001", "check.case_failed", "support", "cases[1]"),
    ("programme", 'country = "GT", expect', "expect", "check.case_key", "support", "cases[1]"),
    (
        "programme",
        'country = "GT", expect',
        'country = "SV", expect',
        "check.case_value",
        "support",
        "cases[1].country",
    ),
    ("programme", '"support_minor"', '"support_minor > 1"', "expression.needs_number", "support", "amount"),
    ("programme", '"support_minor"', '"support_minor - 0.5"', "expression.not_whole", "support", "amount"),
    ("parameters", "value = 75000", "value = 0", "check.parameter_range", "cap_minor", None),
    ("parameters", "value = 25\n", "value = 101\n", "check.parameter_range", "recovery_percent_max", None),
    ("parameters", 'name = "cap_minor"', 'name = "capp_minor"', "check.parameter_missing", "cap_minor", None),
    (
        "parameters",
        'name = "recovery_percent_max"',
        'name = "recovery_percent"',
        "check.parameter_missing",
        "recovery_percent_max",
        None,
    ),
    ("parameters", "value = 75000", "value = 24999", "check.over_cap", None, None),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "name", "column"), ONE_THING_WRONG)
def test_one_thing_wrong_is_said_in_its_place(file, old, new, code, name, column):
    found = report(changed(file, old, new)).problems
    assert (code, name, column) in [(p.code, p.where.rule or p.where.item, p.where.column) for p in found]
    assert {p.code for p in found} <= {code, "check.case_failed", "check.over_cap"}


def test_the_failing_case_says_what_was_expected_what_came_out_and_when():
    found = only(changed("rules", 'month = "2026-06", plan_done = 7', 'month = "2026-07", plan_done = 7'))
    assert found.text("en") == (
        "rules.toml, rule work.plan, column cases[2], month 2026-07: fail is expected and pass comes out."
    )


def test_a_parameter_must_hold_in_every_month_of_the_rules_that_name_it():
    found = only(changed("parameters", 'valid_from = "2026-07"', 'valid_from = "2026-08"'))
    assert (found.code, found.where.month) == ("expression.unknown_name", "2026-07")


def test_a_parameter_that_ends_leaves_the_later_months_without_it():
    text = SMALL["parameters.toml"].replace("value = 75000", 'value = 75000\nvalid_until = "2026-09"')
    found = only(small(parameters=text))
    assert (found.code, found.where.item, found.where.month) == (
        "check.parameter_missing",
        "cap_minor",
        "2026-10",
    )


def test_the_cap_is_by_place():
    """The sum is looked at country by country: a low cap in one place does not count against another."""
    fits = changed("parameters", "value = 75000", 'by = "country"\nvalues = { GT = 25000, HN = 20000 }')
    assert report(fits).ok
    short = changed("parameters", "value = 75000", 'by = "country"\nvalues = { GT = 25000, HN = 19999 }')
    found = report(short).problems
    assert {(p.code, p.values["place"].split(",")[0]) for p in found} == {("check.over_cap", "HN")}


def test_an_amount_may_not_be_negative():
    found = report(changed("programme", '"support_minor"', '"support_minor - 22000"')).problems
    assert "check.negative" in [problem.code for problem in found]
    kept = report(changed("programme", '"support_minor"', '"GREATEST(support_minor - 22000, 0)"')).problems
    assert "check.negative" not in [problem.code for problem in kept]


def test_amounts_need_a_worked_case():
    cases = '[{ country = "GT", expect = 25000 }, { country = "HN", month = "2026-06", expect = 20000 }]'
    assert only(changed("programme", cases, "[]")).code == "check.case_missing"


def test_nobody_is_paid_without_a_rule_nor_judged_without_an_amount():
    entry = "[[rule]]" + SMALL["rules.toml"].split("\n[[rule]]")[1]
    found = report(small(rules=entry, pathway="")).problems
    assert "check.no_rule" in [problem.code for problem in found]
    ended = changed("programme", 'to = "participant"', 'to = "participant"\nvalid_until = "2026-08"')
    found = only(ended)
    assert (found.code, found.where.month) == ("check.no_component", "2026-09")


def test_a_stage_is_not_shown_with_other_months_than_its_rules_ask():
    for other in ("35", "37"):
        found = only(changed("pathway", "months = 36", f"months = {other}"))
        assert (found.code, found.where.item, found.where.column) == (
            "check.stage_months",
            "record",
            "months",
        )


def test_a_stage_that_nobody_can_reach_and_a_rule_that_no_stage_asks_are_warnings():
    found = report(changed("pathway", 'rules = ["pathway.accepted"]\n', ""))
    assert found.ok
    assert [w.code for w in found.warnings] == ["check.stage_rules", "check.rule_of_no_stage"]


def test_an_excuse_has_no_case_without_evidence():
    rule = """
[[rule]]
id = "absence.illness"
stage = "month"
require = "absence <> 'illness'"
otherwise = "excuse"
valid_from = "2026-01"
basis = "assumption"
title = { es = "Ausencia", en = "Absence" }
message = { es = "Consta", en = "On record" }
unknown = { es = "No consta", en = "Not on record" }
cases = [{ absence = "maternity", expect = "pass" }, { expect = "pass" }, { absence = "illness", expect = "fail" }]
"""
    assert report(small(rules=SMALL["rules.toml"] + rule)).ok
    wrong = rule.replace('{ expect = "pass" }', '{ expect = "unknown" }')
    assert only(small(rules=SMALL["rules.toml"] + wrong)).code == "check.case_failed"
    other = rule.replace("absence <> 'illness'", "absence <> 'holiday'")
    assert "check.code_unknown" in {p.code for p in report(small(rules=SMALL["rules.toml"] + other)).problems}


def test_no_rule_at_all():
    found = report(small(rules="rule = []", pathway="")).problems
    assert {"check.empty", "check.no_rule"} <= {problem.code for problem in found}


def test_more_rules_than_the_masks_hold(monkeypatch):
    monkeypatch.setattr("ceiba.core.checking.RULES_MAX", 2)  # one rule and one amount
    assert report(small()).ok
    monkeypatch.setattr("ceiba.core.checking.RULES_MAX", 1)
    assert only(small()).code == "check.too_many_rules"


def test_unused_parameters_are_a_warning():
    extra = """
[[parameter]]
name = "nobody_asks"
unit = "days"
value = 3
valid_from = "2026-01"
basis = "assumption"
meaning = { es = "Nada", en = "Nothing" }
"""
    found = report(small(parameters=SMALL["parameters.toml"] + extra))
    assert found.ok
    assert [(w.code, w.where.item) for w in found.warnings] == [("check.parameter_unused", "nobody_asks")]


def test_every_rule_is_looked_at_even_when_the_first_is_broken():
    text = SMALL["rules.toml"].replace("100 * plan_done", "100 * plan_dun").replace("'lease'", "'rented'")
    codes = {problem.code for problem in report(small(rules=text)).problems}
    assert {"expression.unknown_name", "check.code_unknown"} <= codes


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_the_programmes_that_ship_are_in_order(code):
    found = report(shipped(code))
    assert found.ok, [problem.text("en") for problem in found.problems]
    assert found.warnings == ()


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_every_worked_case_that_ships_can_fail(code):
    """Turning any expectation of the rules round is noticed: no case is passed over."""
    files = shipped(code)
    turned = {'"pass"': '"fail"', '"fail"': '"pass"', '"unknown"': '"pass"'}
    text = files["rules.toml"].decode()
    for verdict, other in turned.items():
        wrong = text.replace(f"expect = {verdict}", f"expect = {other}")
        found = check_rulebook(read_rulebook(files | {"rules.toml": wrong.encode()})).problems
        failed = [problem for problem in found if problem.code == "check.case_failed"]
        assert len(failed) == text.count(f"expect = {verdict}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("savings_rate_basis_points", "value = 10001"),
        ("savings_rate_basis_points", 'by = "country"\nvalues = { GT = 1, HN = 1 }'),
        ("savings_interest_method", "value = 3"),
        ("savings_year_days", "value = 364"),
        ("savings_payout", "value = 2"),
    ],
)
def test_savings_that_cannot_be_followed(name: str, value: str) -> None:
    parameter = """
[[parameter]]
name = "{}"
unit = "option"
{}
valid_from = "2026-01"
basis = "assumption"
meaning = {{ es = "Ahorro", en = "Savings" }}
"""
    files = small()
    given = {key: body for key, body in files.items() if key != "parameters.toml"}
    with_it = files["parameters.toml"] + parameter.format(name, value).encode()
    problem = only(given | {"parameters.toml": with_it})
    assert (problem.code, problem.where.item) == ("check.parameter_value", name)
    sound = parameter.format("savings_year_days", "value = 360").encode()
    found = report(given | {"parameters.toml": files["parameters.toml"] + sound})
    assert found.ok
    assert found.warnings == ()
