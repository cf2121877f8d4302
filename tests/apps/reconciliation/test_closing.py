"""A run is closed when its bank is done with it: not before the last answer, nor while anything of it is open."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from ceiba.accounts.models import User
from ceiba.core.ledger import AccountKind
from ceiba.core.payment_run import RunState
from ceiba.payments.models import PaymentRun
from ceiba.payments.services import run_close
from ceiba.payments.turns import track
from ceiba.reconciliation.models import OpenItem
from tests.apps.payments.paying.helpers import codes
from tests.apps.reconciliation.conftest import AT, Sent
from tests.apps.reconciliation.test_items import explained
from tests.apps.reconciliation.test_matching import LATE


def state(sent: Sent) -> str:
    return PaymentRun.objects.get(pk=sent.run.pk).state


def test_nobody_closes_a_run_that_waits_for_an_answer(sent: Sent) -> None:
    assert codes(lambda: run_close(run_id=sent.run.pk, at=AT)) == ["payment_run.turn"]
    with pytest.raises(DatabaseError, match="without an answer"), transaction.atomic():
        PaymentRun.objects.filter(pk=sent.run.pk).update(state=RunState.CLOSED)
    bank = sent.bank()
    for payment in sent.payments[1:]:
        bank.books(payment, reference=payment.end_to_end_id[:12])
    sent.take(bank.notice("all-but-one.xml"))
    sent.match()
    assert state(sent) == RunState.SENT
    sent.match(today=LATE + timedelta(days=90))
    assert state(sent) == RunState.SENT, "silence is no answer"


def test_with_the_last_answer_it_is_closed(sent: Sent) -> None:
    bank = sent.bank()
    for payment in sent.payments:
        bank.books(payment, reference=payment.end_to_end_id[:12])
    sent.take(bank.notice("all.xml"))
    sent.match()
    assert state(sent) == RunState.CLOSED
    here = track(PaymentRun.objects.get(pk=sent.run.pk))[-1]
    assert (here.state, here.standing, here.at) == (RunState.CLOSED, "here", sent.clock)
    sent.match()
    assert codes(lambda: run_close(run_id=sent.run.pk, at=AT)) == ["payment_run.turn"]


def test_what_is_open_of_it_keeps_it_open_until_it_is_explained(sent: Sent) -> None:
    bank = sent.bank()
    first, *others = sent.payments
    for payment in others:
        bank.books(payment, reference=payment.end_to_end_id[:12])
    bank.books(first, first.amount_minor + 50, reference="F1")
    sent.take(bank.notice("more.xml"))
    sent.match()
    assert state(sent) == RunState.SENT
    user: User = sent.paying.users["pagos"]
    explained(OpenItem.objects.get(kind="excess"), user, AccountKind.CHARGES)
    assert state(sent) == RunState.CLOSED


def test_a_return_after_its_end_is_matched_and_lets_the_lines_go(sent: Sent) -> None:
    bank = sent.bank()
    for payment in sent.payments:
        bank.books(payment, reference=payment.end_to_end_id[:12])
    sent.take(bank.notice("all.xml"))
    sent.match()
    first = sent.payments[0]
    late = sent.bank()
    late.returns(first, reference="R1")
    sent.take(late.notice("late.xml"))
    sent.match()
    assert sent.state(first) == "returned"
    assert state(sent) == RunState.CLOSED
    sent.whole()
