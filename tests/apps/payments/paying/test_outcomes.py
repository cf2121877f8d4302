"""What the bank's answers make of payments, and of the money behind them."""

import polars as pl
import pytest
from django.db import DatabaseError, transaction

from ceiba.ledger.selectors import strayed
from ceiba.payments.models import Claim, Payment, PaymentRun
from ceiba.payments.selectors.runs import OUTCOMES
from ceiba.payments.services import payments_settle
from tests.apps.payments.paying.helpers import AT, CODE, Paying


def say(state: str, *payments: Payment, reason: str | None = None) -> int:
    frame = pl.DataFrame(
        {
            "payment_id": [str(each.pk) for each in payments],
            "state": [state] * len(payments),
            "reason": [reason] * len(payments),
        },
        schema=OUTCOMES.dtypes,
    )
    return payments_settle(outcomes=frame, cause="test", at=AT)


@pytest.fixture
def sent(pays: Paying) -> PaymentRun:
    return pays.sent(pays.draft())


def of(run: PaymentRun) -> list[Payment]:
    return list(Payment.objects.filter(run=run).order_by("participant_id"))


def test_paid_rejected_and_returned_are_told_apart_in_the_books(pays: Paying, sent: PaymentRun) -> None:
    payments = of(sent)
    third = len(payments) // 3
    paid, rejected, returned = payments[:third], payments[third : 2 * third], payments[2 * third :]
    assert say("paid", *paid, *returned) == len(paid) + len(returned)
    assert say("rejected", *rejected, reason="AC04") == len(rejected)
    assert say("returned", *returned, reason="AC06") == len(returned)
    kept = sum(each.amount_minor for each in paid)
    us, mx = pays.fund("US-1"), pays.fund("MX-1")
    assert us.debits_pending == mx.debits_pending == 0
    assert us.balance_minor + mx.balance_minor == 20_000_000 - kept
    assert pays.clearing.balance_minor == kept
    assert strayed(CODE) == []
    again = pays.draft()
    claimed = set(Payment.objects.filter(run=again).values_list("participant_id", flat=True))
    assert claimed == {each.participant_id for each in (*rejected, *returned)}
    assert Payment.objects.filter(run=sent, state="rejected").first().reason == "AC04"  # type: ignore[union-attr]


def test_the_same_answers_again_change_nothing(pays: Paying, sent: PaymentRun) -> None:
    first, second, *_ = of(sent)
    say("paid", first)
    say("rejected", second)
    before = (pays.fund("US-1").balance_minor, pays.clearing.balance_minor)
    assert say("paid", first) == say("rejected", second) == 0
    assert (pays.fund("US-1").balance_minor, pays.clearing.balance_minor) == before


def test_returned_without_a_word_that_it_was_paid(pays: Paying, sent: PaymentRun) -> None:
    first, *_ = of(sent)
    assert say("returned", first) == 1
    assert pays.clearing.balance_minor == 0
    assert pays.clearing.credits_posted == first.amount_minor
    assert say("returned", first) == 0


@pytest.mark.parametrize(
    ("first", "then"), [("rejected", "paid"), ("rejected", "returned"), ("returned", "paid")]
)
def test_what_may_not_be(pays: Paying, sent: PaymentRun, first: str, then: str) -> None:
    payment, *_ = of(sent)
    say(first, payment)
    with pytest.raises(DatabaseError), transaction.atomic():
        say(then, payment)
    assert not Claim.objects.filter(payment=payment, live=True).exists()


def test_an_answer_to_what_was_never_sent(pays: Paying) -> None:
    run = pays.draft()
    payment, *_ = of(run)
    for state in ("paid", "rejected", "returned"):
        with pytest.raises(DatabaseError), transaction.atomic():
            say(state, payment)
    assert pays.clearing.balance_minor == 0
