"""Outcomes, amounts and all the reasons."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.determinations import compile_rules, decide, month_counts, verdicts_of
from ceiba.core.kernel.frames import FrameError
from ceiba.core.kernel.month import Month
from tests.core.helpers import component, facts, rule, rulebook

MONTH = Month(2026, 3)
CA = compile_rules(rulebook().at(MONTH))


def decided(*people: dict[str, object]) -> list[dict[str, object]]:
    return decide(facts(*people), CA).to_dicts()


def test_the_dead_are_refused_whatever_else_holds() -> None:
    (row,) = decided({"deceased": True, "plan_done": None})
    assert (row["outcome"], row["amount_minor"]) == ("refuse", 0)
    assert (row["failed"], row["unknown"]) == (["person.alive"], ["work.plan"])


def test_a_missed_plan_holds() -> None:
    (row,) = decided({"plan_done": 7})
    assert (row["outcome"], row["failed"], row["amount_minor"]) == ("hold", ["work.plan"], 0)


@pytest.mark.parametrize("fact", ["deceased", "plan_done", "plan_due", "country"])
def test_no_evidence_holds_and_is_not_a_failure(fact: str) -> None:
    (row,) = decided({fact: None})
    assert row["outcome"] == "hold"
    assert row["failed"] == []
    assert row["unknown"] != []


def test_warnings_are_reasons_without_effect() -> None:
    failed, unknown = decided({"visit_accuracy_m": 0}, {"visit_accuracy_m": None})
    assert (failed["outcome"], failed["failed"]) == ("pay", ["visit.accuracy"])
    assert (unknown["outcome"], unknown["unknown"]) == ("pay", ["visit.accuracy"])


def test_who_meets_every_rule_is_paid_all_components() -> None:
    (row,) = decided({})
    assert row["outcome"] == "pay"
    assert (row["amount_stipend"], row["amount_savings"], row["amount_minor"]) == (22_500, 2_500, 25_000)
    assert row["failed"] == row["unknown"] == []


def test_a_parameter_of_the_country_decides() -> None:
    gt, sv = decided({"plan_done": 30, "plan_due": 40}, {"plan_done": 30, "plan_due": 40, "country": "SV"})
    assert (gt["outcome"], sv["outcome"]) == ("hold", "pay")


def test_an_amount_that_cannot_be_known_holds() -> None:
    rules = compile_rules(
        rulebook(components=(component("area", "plot_measured_m2 * stipend_minor DIV 10000"),)).at(MONTH)
    )
    unknown, known = decide(facts({}, {"plot_measured_m2": 25_000}), rules).to_dicts()
    assert (unknown["outcome"], unknown["unknown"]) == ("hold", ["amount.area"])
    assert (known["outcome"], known["amount_minor"]) == ("pay", 62_500)


def test_only_rules_in_force_decide() -> None:
    rules = (
        rule("work.plan", "plan_done >= 5", valid_until=Month(2025, 12)),
        rule("work.plan", "plan_done >= 9", valid_from=Month(2026, 1)),
    )
    book = rulebook(rules=rules)
    snapshot = facts({"plan_done": 7})
    before = decide(snapshot, compile_rules(book.at(Month(2025, 12))))
    after = decide(snapshot, compile_rules(book.at(Month(2026, 1))))
    assert (before["outcome"].item(), after["outcome"].item()) == ("pay", "hold")


def test_a_frame_that_is_not_a_snapshot_is_refused() -> None:
    with pytest.raises(FrameError, match="plan_due"):
        decide(facts({}).drop("plan_due"), CA)


def test_more_rules_than_a_mask_holds_are_refused() -> None:
    many = tuple(rule(f"r.{i}", "plan_done >= 0") for i in range(64))
    with pytest.raises(ValueError, match="66 rules"):
        compile_rules(rulebook(rules=many).at(MONTH))


def test_explaining_one_person_says_what_deciding_all_said() -> None:
    snapshot = facts({"deceased": True, "visit_accuracy_m": None, "plan_done": 0})
    verdicts = verdicts_of(snapshot, CA)
    row = decide(snapshot, CA).row(0, named=True)
    assert [r for r, v in verdicts.items() if v == "fail"] == row["failed"]
    assert [r for r, v in verdicts.items() if v == "unknown"] == row["unknown"]


maybe = st.none() | st.integers(0, 20)
people = st.lists(
    st.fixed_dictionaries(
        {
            "deceased": st.none() | st.booleans(),
            "plan_due": maybe,
            "plan_done": maybe,
            "visit_accuracy_m": maybe,
            "country": st.sampled_from([None, "GT", "SV"]),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(people, st.randoms(use_true_random=False))
def test_order_and_partition_change_nothing(rows: list[dict[str, object]], random: object) -> None:
    snapshot = facts(*rows)
    whole = decide(snapshot, CA).sort("participant_id")
    shuffled = snapshot.sample(fraction=1, shuffle=True, seed=len(rows))
    parts = [decide(part, CA) for part in shuffled.iter_slices(3)]
    assert pl.concat(parts).sort("participant_id").equals(whole)


@given(people)
def test_everyone_ends_paid_or_with_a_reason_and_the_counts_add_up(rows: list[dict[str, object]]) -> None:
    snapshot = facts(*rows)
    result = decide(snapshot, CA)
    silent = result.filter(
        (pl.col("outcome") != "pay") & (pl.col("failed").list.len() + pl.col("unknown").list.len() == 0)
    )
    assert silent.height == 0
    counts = month_counts(snapshot, result)
    assert counts.filter(pl.col("reason") == "")["participants"].sum() == len(rows)
    assert counts.filter(pl.col("reason") == "")["amount_minor"].sum() == result["amount_minor"].sum()


@given(people)
def test_more_evidence_of_work_never_takes_pay_away(rows: list[dict[str, object]]) -> None:
    """Raising plan_done can only help: a rule must not punish work."""
    rank = {"refuse": 0, "hold": 1, "pay": 2}
    known = [row for row in rows if row["plan_done"] is not None]
    if not known:
        return
    before = decide(facts(*known), CA)["outcome"].to_list()
    after = decide(facts(*({**row, "plan_done": row["plan_done"] + 1} for row in known)), CA)[
        "outcome"
    ].to_list()  # type: ignore[operator]
    assert all(rank[a] >= rank[b] for a, b in zip(after, before, strict=True))
