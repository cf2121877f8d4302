"""A run's plan: who must not be paid first, then that every line of the others is claimed once and adds up."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.ledger import TransferKind
from ceiba.core.payment_run import (
    CLAIMS,
    FOUR_PEOPLE,
    LEFT_OUT,
    PAYEES,
    PAYMENT_NEXT,
    PAYMENTS,
    REACHED_BY,
    RUN_NEXT,
    UNCLAIMED,
    FileLimits,
    PaymentState,
    Plan,
    RunAccounts,
    RunState,
    Step,
    end_to_end_ids,
    planned,
    transfers_of,
)
from ceiba.core.shares import PARTS, SHARES, divided

CODE, MONTH, EARLIER = "ca", date(2026, 10, 1), date(2026, 8, 1)
NOBODY = pl.Series("participant_id", [], pl.Int64)
SAVED = ["savings"]
ANY = FileLimits()


def lines(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """(participant, component, for_month, amount) rows, never tried before."""
    made = [(*row, "GT-1301", "us36", 1, 1) for row in rows]
    return pl.DataFrame(made, UNCLAIMED.dtypes, orient="row").sort(UNCLAIMED.key)


def payees(*rows: tuple[int, bool]) -> pl.DataFrame:
    made = [(person, 1_000 + person, reachable) for person, reachable in rows]
    return pl.DataFrame(made, PAYEES.dtypes, orient="row").sort(PAYEES.key)


def plan_of(rows: pl.DataFrame, to: pl.DataFrame, held: pl.Series = NOBODY, limits: FileLimits = ANY) -> Plan:
    return planned(CODE, MONTH, rows, to, held, SAVED, limits)


def left_out(plan: Plan) -> list[tuple[int, str, int]]:
    return plan.left_out.rows()


SUPPORT = (1, "support", MONTH, 25_000)


@pytest.mark.parametrize(
    ("rows", "to", "held", "reason"),
    [
        ([SUPPORT], payees(), NOBODY, ("no_account", 25_000)),
        ([SUPPORT], payees((2, True)), NOBODY, ("no_account", 25_000)),
        ([SUPPORT], payees((1, False)), NOBODY, ("other_rail", 25_000)),
        ([SUPPORT], payees((1, True)), pl.Series([1]), ("held", 25_000)),
        # held is said even of who has no account, and of who is owed nothing
        ([SUPPORT], payees(), pl.Series([1, 2]), ("held", 25_000)),
        ([SUPPORT, (1, "support", EARLIER, -25_001)], payees((1, True)), NOBODY, ("below_nothing", -1)),
        # what is taken back of savings is taken from the payment, and there is none
        ([(1, "savings", EARLIER, -1_000)], payees((1, True)), NOBODY, ("below_nothing", -1_000)),
    ],
)
def test_who_is_not_paid_and_why(
    rows: list[tuple[Any, ...]], to: pl.DataFrame, held: pl.Series, reason: tuple[str, int]
) -> None:
    plan = plan_of(lines(*rows), to, held.cast(pl.Int64))
    assert left_out(plan) == [(1, *reason)]
    assert plan.payments.is_empty() and plan.claims.is_empty()


def test_savings_need_no_account_and_ask_no_bank() -> None:
    plan = plan_of(lines((1, "savings", MONTH, 2_500)), payees())
    [claim] = plan.claims.rows(named=True)
    assert (claim["payment_id"], claim["amount_minor"]) == (None, 2_500)
    [payment] = plan.payments.rows(named=True)
    assert (payment["amount_minor"], payment["account_id"], payment["part"]) == (0, None, None)
    assert left_out(plan) == []


def test_recoveries_that_take_all_of_it_ask_no_bank() -> None:
    plan = plan_of(lines(SUPPORT, (1, "support", EARLIER, -25_000)), payees((1, True)))
    [payment] = plan.payments.rows(named=True)
    assert (payment["amount_minor"], payment["part"]) == (0, None)
    assert plan.claims["payment_id"].to_list() == [payment["id"]] * 2


def test_the_states_and_steps_fit_together() -> None:
    for step, state in REACHED_BY.items():
        before = [each for each, following in RUN_NEXT.items() if state in following]
        assert before, step
        assert (step in FOUR_PEOPLE) == (step != Step.CANCEL)
        assert step == Step.CANCEL or len(before) == 1
    for end in (RunState.CLOSED, RunState.CANCELLED):
        assert RUN_NEXT[end] == ()
    assert RunState.CANCELLED not in RUN_NEXT[RunState.SENT], (
        "what is at the bank is not called back by a click"
    )
    assert set(RUN_NEXT) == set(RunState) and set(PAYMENT_NEXT) == set(PaymentState)
    assert PaymentState.PAID not in PAYMENT_NEXT[PaymentState.REJECTED]


AMOUNTS = st.integers(-40_000, 40_000).filter(bool)
LINE = st.tuples(
    st.integers(1, 12), st.sampled_from(["support", "savings", "bonus"]), st.sampled_from([MONTH, EARLIER]), AMOUNTS
)  # fmt: skip
LISTS = st.lists(LINE, max_size=40, unique_by=lambda row: row[:3]).map(lambda rows: lines(*rows))
TO = st.dictionaries(st.integers(1, 12), st.booleans()).map(lambda found: payees(*found.items()))
HELD = st.sets(st.integers(1, 12), max_size=4).map(
    lambda ids: pl.Series("participant_id", sorted(ids), pl.Int64)
)


@given(rows=LISTS, to=TO, held=HELD)
def test_every_line_of_a_payable_person_is_claimed_once_and_no_other(
    rows: pl.DataFrame, to: pl.DataFrame, held: pl.Series
) -> None:
    plan = plan_of(rows, to, held)
    CLAIMS.check(plan.claims), PAYMENTS.check(plan.payments), LEFT_OUT.check(plan.left_out)
    out, paid = set(plan.left_out["participant_id"]), set(plan.payments["participant_id"])
    assert not out & paid and out | paid == set(rows["participant_id"])
    assert set(held) & paid == set()
    key = ["participant_id", "component", "for_month", "amount_minor"]
    payable = rows.filter(pl.col("participant_id").is_in(sorted(paid)))
    assert plan.claims.select(key).sort(key).equals(payable.select(key).sort(key))
    assert plan.claims["id"].n_unique() == plan.claims.height


@given(rows=LISTS, to=TO, held=HELD)
def test_a_payment_is_the_sum_of_its_claims_and_savings_are_never_drawn_on(
    rows: pl.DataFrame, to: pl.DataFrame, held: pl.Series
) -> None:
    plan = plan_of(rows, to, held)
    summed = plan.claims.drop_nulls("payment_id").group_by("payment_id").agg(pl.sum("amount_minor"))
    sums = dict(summed.iter_rows())
    reached = dict(to.filter("reachable").select("participant_id", "account_id").iter_rows())
    for payment in plan.payments.rows(named=True):
        assert payment["amount_minor"] == sums.get(payment["id"], 0) >= 0
        asked = payment["amount_minor"] > 0
        assert payment["account_id"] == (reached[payment["participant_id"]] if asked else None)
        assert (payment["part"] is not None) == asked
    saved = plan.claims.filter(pl.col("payment_id").is_null())
    assert set(saved["component"]) <= set(SAVED) and (saved["amount_minor"] > 0).all()


@given(
    amounts=st.lists(st.integers(1, 5_000), min_size=1, max_size=60),
    orders=st.none() | st.integers(1, 9),
    most=st.none() | st.integers(10_000, 40_000),
)
def test_files_stay_within_what_the_bank_takes(
    amounts: list[int], orders: int | None, most: int | None
) -> None:
    rows = lines(*((person, "support", MONTH, amount) for person, amount in enumerate(amounts)))
    to = payees(*((person, True) for person in range(len(amounts))))
    plan = plan_of(rows, to, limits=FileLimits(orders, most))
    files = plan.payments.group_by("part").agg(n=pl.len(), minor=pl.sum("amount_minor")).sort("part")
    assert files["part"].to_list() == list(range(1, files.height + 1))
    assert orders is None or files["n"].max() <= orders  # type: ignore[operator]
    assert most is None or files["minor"].max() <= most  # type: ignore[operator]
    assert files["minor"].sum() == sum(amounts)
    if orders is None and most is None:
        assert files.height == 1


@given(rows=LISTS, to=TO, held=HELD, seed=st.integers(0, 1_000))
def test_a_plan_that_is_made_again_is_the_same_plan(
    rows: pl.DataFrame, to: pl.DataFrame, held: pl.Series, seed: int
) -> None:
    first = plan_of(rows, to, held)
    shuffled = rows.sample(fraction=1, shuffle=True, seed=seed)
    again = plan_of(shuffled, to.reverse(), held)
    assert first.payments.equals(again.payments)
    assert first.claims.equals(again.claims)
    assert first.left_out.equals(again.left_out)


@pytest.mark.parametrize("change", [{"attempt": 2}, {"payment_attempt": 2}])
def test_another_attempt_is_another_order(change: dict[str, int]) -> None:
    rows = lines(SUPPORT)
    again = rows.with_columns(pl.lit(value, pl.Int16).alias(name) for name, value in change.items())
    first, second = plan_of(rows, payees((1, True))), plan_of(again, payees((1, True)))
    same_claim = first.claims["id"][0] == second.claims["id"][0]
    same_payment = first.payments["id"][0] == second.payments["id"][0]
    assert (same_claim, same_payment) == ("attempt" not in change, "payment_attempt" not in change)
    assert (
        planned("mx", MONTH, rows, payees((1, True)), NOBODY, SAVED, ANY).claims["id"][0]
        != first.claims["id"][0]
    )


def test_banks_know_a_payment_by_32_characters() -> None:
    ids = plan_of(lines(SUPPORT), payees((1, True))).payments.select(end_to_end_ids(pl.col("id"))).to_series()
    assert ids.str.contains(r"^[0-9A-F]{32}$").all()


@given(rows=LISTS, to=TO, permille=st.integers(1, 999))
def test_the_parts_of_a_line_are_transfers_that_add_up_to_it(
    rows: pl.DataFrame, to: pl.DataFrame, permille: int
) -> None:
    plan = plan_of(rows, to)
    usual = ("", "", "", date(2026, 1, 1), None)
    shares = pl.DataFrame(
        [("US", *usual, permille), ("MX", *usual, 1_000 - permille)], SHARES.dtypes, orient="row"
    ).sort(SHARES.key)
    chosen = rows.join(plan.claims, on=["participant_id", "for_month", "component"], how="semi")
    parts = PARTS.check(divided(chosen, shares))
    savings = pl.DataFrame(
        {"participant_id": list(range(1, 13)), "savings_id": list(range(101, 113))},
        {"participant_id": pl.Int64, "savings_id": pl.Int64},
    )
    accounts = RunAccounts(clearing=9, funds={"US": 1, "MX": 2}, savings=savings)
    moved = transfers_of(plan.claims, parts, accounts, MONTH, "USD")
    signed = moved.with_columns(
        minor=pl.when(pl.col("kind") == TransferKind.RECOVERY.value)
        .then(-pl.col("amount_minor"))
        .otherwise("amount_minor")
    )
    sums = dict(signed.group_by("claim_id").agg(pl.sum("minor")).iter_rows())
    assert sums == dict(plan.claims.select("id", "amount_minor").iter_rows())
    assert (moved["amount_minor"] > 0).all() and moved["pending"].all()
    for row in moved.rows(named=True):
        other = 100 + row["participant_id"] if row["payment_id"] is None else 9
        way = (row["debit_id"] in (1, 2), {row["debit_id"], row["credit_id"]} & {other} == {other})
        assert way == (row["kind"] != TransferKind.RECOVERY.value, True)
