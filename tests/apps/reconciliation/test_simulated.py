"""From a released run to a bank that does everything wrong that banks do, and back, in whatever order it answers."""

import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from ceiba.core.ledger import AccountKind
from ceiba.core.matching import Outcome
from ceiba.ledger.models import Transfer
from ceiba.payments.models import Claim, Payment
from ceiba.payments.services import run_send
from ceiba.rails.simulator.bank import work
from ceiba.rails.simulator.booked import Behaviour
from ceiba.rails.simulator.outcomes import Shares, outcome
from ceiba.reconciliation.models import BankEntry, OutcomeCount
from tests.apps.payments.paying.helpers import AT, paying
from tests.apps.reconciliation.conftest import Sent, sent_run
from tests.apps.reconciliation.test_matching import LATE

pytestmark = pytest.mark.django_db
SHARES = Shares(rejected=0.2, returned=0.15, wrong_amount=0.1, duplicate=0.1, silent=0.1, unstated=0.1)
# What the bank did, and what it has come to.
EXPECTED = {
    "paid": Outcome.PAID,
    "rejected": Outcome.REJECTED,
    "returned": Outcome.RETURNED,
    "wrong_amount": Outcome.WRONG_AMOUNT,
    "duplicate": Outcome.DUPLICATE,
    "silent": Outcome.UNKNOWN,
    "unstated": Outcome.MISSING,
}


@pytest.fixture
def answered(tmp_path: Path, settings: Any) -> tuple[Sent, dict[str, int], list[Path]]:
    """A run that was sent, what the bank did of it, and its answers."""
    pays = paying(people=60)
    run = run_send(run_id=pays.released(pays.draft()).pk, at=AT)
    orders = Path(settings.DATA_DIR) / "bank" / "outbox" / pays.bank.code
    payments = list(Payment.objects.filter(run=run))
    worked = work(
        orders, tmp_path / "answers", Behaviour(seed=next(seeds_of_everything(payments)), shares=SHARES)
    )
    sent = Sent(pays, run, payments, tmp_path)
    return sent, worked.outcomes, [tmp_path / "answers" / name for name in worked.answers]


def seeds_of_everything(payments: list[Payment]) -> Iterator[int]:
    """Seeds that bring one of each: what a bank does depends on ids, and those on the tests before."""
    return (
        seed
        for seed in count()
        if {outcome(seed, each.end_to_end_id, SHARES) for each in payments if each.amount_minor}
        == set(EXPECTED)
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_a_bank_does_comes_to_what_it_is(answered: Any, seed: int) -> None:
    sent, did, paths = answered
    assert set(did) == set(EXPECTED), "the seed should bring one of each"
    draw = random.Random(seed)  # noqa: S311  # not for secrets
    twice = [*paths, *draw.sample(paths, len(paths) // 2)]
    draw.shuffle(twice)
    for path in twice:
        sent.take(path)
        if draw.random() < 0.5:
            sent.match(today=AT.date())
    sent.match(today=LATE)
    counts: dict[str, int] = {}
    for came, number in OutcomeCount.objects.values_list("outcome", "payments"):
        counts[came] = counts.get(came, 0) + number
    assert counts == {EXPECTED[what].value: number for what, number in did.items()}
    live = set(Claim.objects.filter(payment__run=sent.run, live=True).values_list("payment_id", flat=True))
    gone = {each.pk for each in sent.payments if sent.state(each) in ("rejected", "returned")}
    assert live == {each.pk for each in sent.payments} - gone
    sent.whole()
    moved = sum(
        entry.amount_minor if entry.credit else -entry.amount_minor
        for entry in {row.entry: row for row in BankEntry.objects.filter(booked=True)}.values()
    )
    paid_in = sum(sent.paying.fund(code).credits_posted for code in ("US-1", "MX-1")) - sum(
        transfer.amount_minor for transfer in _returned()
    )
    assert sent.balance(AccountKind.BANK) == paid_in + moved


def _returned() -> list[Any]:
    return list(Transfer.objects.filter(kind__in=("returned", "recovery")))


def test_what_was_never_sent_and_is_paid_is_open(tmp_path: Path) -> None:
    sent = sent_run(tmp_path, is_sent=False)
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="R1").notice())
    sent.match()
    assert sent.state(payment) == "ordered"
    assert sent.items()[f"contradiction:{payment.end_to_end_id}"]
    sent.whole()
