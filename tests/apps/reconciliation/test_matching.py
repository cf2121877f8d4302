"""What banks said comes to payments and books: nothing twice, nothing lost, in whatever order it came."""

import random
from datetime import timedelta

import pytest

from ceiba.core.ledger import AccountKind
from ceiba.core.matching import Kind
from ceiba.ledger.models import Transfer
from ceiba.payments.models import Claim
from ceiba.reconciliation.models import BankEntry, BankFile, ItemNote, ItemState, Matching, OutcomeCount
from tests.apps.payments.paying.helpers import PAY_DAY
from tests.apps.reconciliation.bank import Bank
from tests.apps.reconciliation.conftest import MESSAGE, Sent
from tests.refusals import append_only

LATE = PAY_DAY + timedelta(days=20)


def test_paid_payments_are_settled_and_the_books_say_what_the_bank_says(sent: Sent):
    bank = sent.bank()
    for number, payment in enumerate(sent.payments):
        bank.books(payment, reference=f"R{number}")
    at_bank = sent.balance(AccountKind.BANK)
    sent.take(bank.notice())
    assert sent.states() == ["ordered"] * len(sent.payments)
    matching = sent.match()
    assert (matching.settled, matching.items_found) == (len(sent.payments), 0)
    assert sent.states() == ["paid"] * len(sent.payments)
    assert sent.balance(AccountKind.BANK) == at_bank - sent.run.amount_minor
    assert sent.balance(AccountKind.CLEARING) == 0
    sent.whole()


def test_a_rejected_payment_lets_its_lines_go_and_an_unanswered_one_does_not(sent: Sent):
    first, second = sent.payments[:2]
    sent.take(sent.bank().answers(first, "RJCT", "AC04").report(MESSAGE))
    sent.match(today=LATE)
    assert (sent.state(first), sent.state(second)) == ("rejected", "ordered")
    assert not Claim.objects.filter(payment=first, live=True).exists()
    assert Claim.objects.filter(payment=second, live=True).exists()
    item = sent.items()[f"unknown:{second.end_to_end_id}"]
    assert (item.amount_minor, item.participant_id, item.suspended_minor) == (
        second.amount_minor, second.participant_id, 0,
    )  # fmt: skip
    assert item.area_code == second.participant.area_id
    sent.whole()


def test_an_answer_that_comes_late_closes_the_item(sent: Sent):
    payment = sent.payments[0]
    key = f"unknown:{payment.end_to_end_id}"
    sent.match(today=LATE)
    assert sent.items()[key].state == ItemState.OPEN
    sent.take(sent.bank().books(payment, reference="R").notice())
    sent.match(today=LATE)
    item = sent.items()[key]
    assert (sent.state(payment), item.state, item.found) == ("paid", ItemState.CLOSED, False)
    assert list(item.notes.order_by("pk").values_list("act", flat=True)) == ["found", "gone"]


def test_a_return_undoes_what_was_paid_and_the_line_can_be_claimed_again(sent: Sent):
    payment = sent.payments[0]
    funds = sent.paying.fund("US-1").balance_minor
    sent.take(sent.bank().books(payment, reference="R1").notice("1.xml"))
    sent.match()
    assert sent.paying.fund("US-1").balance_minor < funds
    sent.take(sent.bank().returns(payment, reference="R2").notice("2.xml"))
    sent.match()
    assert sent.state(payment) == "returned"
    assert sent.paying.fund("US-1").balance_minor == funds
    assert sent.balance(AccountKind.CLEARING) == 0
    assert not Claim.objects.filter(payment=payment, live=True).exists()
    sent.whole()


def test_the_same_money_twice_is_in_suspense_until_it_comes_back(sent: Sent):
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="R1").books(payment, reference="R2").notice("1.xml"))
    sent.match()
    item = sent.items()[f"excess:{payment.end_to_end_id}"]
    assert (sent.state(payment), item.suspended_minor) == ("paid", payment.amount_minor)
    assert sent.balance(AccountKind.SUSPENSE) == payment.amount_minor
    sent.whole()
    sent.take(sent.bank().returns(payment, reference="R3").notice("2.xml"))
    sent.match()
    item.refresh_from_db()
    assert (sent.state(payment), item.state, item.suspended_minor) == ("paid", ItemState.CLOSED, 0)
    assert sent.balance(AccountKind.SUSPENSE) == 0
    sent.whole()


def test_given_up_and_paid_after_all_stays_given_up_and_is_open(sent: Sent):
    payment = sent.payments[0]
    sent.take(sent.bank().answers(payment, "RJCT", "AC04").report(MESSAGE))
    sent.match()
    sent.take(sent.bank().books(payment, reference="R1").notice())
    sent.match()
    assert sent.state(payment) == "rejected"
    assert sent.items()[f"contradiction:{payment.end_to_end_id}"].state == ItemState.OPEN
    sent.whole()


def test_fees_deposits_and_strangers_are_open_to_the_cent(sent: Sent):
    bank = sent.bank()
    bank.books(None, 350, reference="FEE").books(None, 7, reference="DEPOSIT", credit=True)
    bank.books("F" * 32, 25_000, reference="STRANGER").books("no es nuestro", 1, reference="OTHER")
    sent.take(bank.notice())
    sent.match()
    found = sorted((item.kind, item.suspended_minor) for item in sent.items().values())
    assert found == [("other", -7), ("other", 350), (Kind.STRANGER, 1), (Kind.STRANGER, 25_000)]
    assert {item.area_code for item in sent.items().values()} == {""}
    sent.whole()


def test_a_batch_booked_as_one_pays_it(sent: Sent):
    sent.take(sent.bank().books(None, sent.run.amount_minor, reference="B", batch=MESSAGE).notice())
    sent.match()
    assert set(sent.states()) == {"paid"}
    assert sent.balance(AccountKind.CLEARING) == 0


def test_paid_with_its_batch_and_rejected_by_itself_afterwards_is_undone(sent: Sent):
    payment = sent.payments[0]
    sent.take(sent.bank().books(None, sent.run.amount_minor, reference="B", batch=MESSAGE).notice())
    sent.match()
    sent.take(sent.bank().answers(payment, "RJCT", "AC04").report(MESSAGE))
    sent.match()
    assert sent.state(payment) == "returned"
    assert sent.items()[f"batch_out:{MESSAGE}"].suspended_minor == payment.amount_minor
    sent.whole()


def everything(sent: Sent) -> list[Bank]:
    """Files of every kind of thing that a bank says."""
    a, b, c, d, e, f = sent.payments[:6]
    return [
        sent.bank().answers(a, "ACSP").answers(b, "RJCT", "AC01").answers(c, "ACSC"),
        sent.bank().books(a, reference="1").books(c, reference="2").books(c, reference="3"),
        sent.bank().books(d, reference="4").books(e, e.amount_minor - 1, reference="5"),
        sent.bank().returns(d, reference="6", day="2026-12-24").books(None, 99, reference="fee"),
        sent.bank().books(f, reference="7").answers(f, "RJCT", "MD07"),
    ]


def written(sent: Sent) -> list:
    paths = []
    for number, bank in enumerate(everything(sent)):
        if bank.statuses:
            paths.append(bank.report(MESSAGE, f"r{number}.xml"))
        if bank.said:
            paths.append(bank.notice(f"n{number}.xml"))
    return paths


def told(sent: Sent) -> tuple:
    return (
        sent.states(),
        sorted(
            (i.key, i.kind, i.amount_minor, i.suspended_minor, i.state)
            for i in sent.items().values()
            if i.found
        ),
        sorted(
            OutcomeCount.objects.values_list("area_code", "outcome", "payments", "left_minor", "back_minor")
        ),
        {kind: sent.balance(kind) for kind in (AccountKind.BANK, AccountKind.CLEARING, AccountKind.SUSPENSE)},
    )


def test_every_file_twice_changes_nothing(sent: Sent):
    paths = written(sent)
    for path in paths:
        assert not sent.take(path).again
    sent.match(today=LATE)
    before, rows = told(sent), (BankEntry.objects.count(), Transfer.objects.count(), ItemNote.objects.count())
    for path in paths:
        assert sent.take(path, name="otro nombre.xml").again
        assert sent.match(today=LATE).settled == 0
    assert told(sent) == before
    assert (BankEntry.objects.count(), Transfer.objects.count(), ItemNote.objects.count()) == rows
    assert BankFile.objects.count() == len(paths)
    sent.whole()


@pytest.mark.parametrize("seed", range(4))
def test_files_in_any_order_matched_together_or_one_by_one_come_to_the_same(sent: Sent, seed: int):
    """But for what was given up before it turned out paid, which depends on when, and is open."""
    draw = random.Random(seed)  # noqa: S311  # not for secrets
    paths = written(sent)
    draw.shuffle(paths)
    for path in paths:
        sent.take(path)
        if draw.random() < 0.5:
            sent.match(today=LATE)
    sent.match(today=LATE)
    states, items, _, balances = told(sent)
    assert states[:5] == ["paid", "rejected", "paid", "returned", "paid"]
    assert states[5] in ("paid", "rejected", "ordered")
    assert set(states[6:]) == {"ordered"}
    keys = {key for key, *_ in items}
    c, e, f = (sent.payments[n].end_to_end_id for n in (2, 4, 5))
    assert {f"excess:{c}", f"short:{e}", f"contradiction:{f}"} <= keys
    assert balances[AccountKind.SUSPENSE] == sent.payments[2].amount_minor + 99
    sent.whole()


def test_the_same_entry_in_a_notice_and_in_the_statement_is_one(sent: Sent):
    bank = sent.bank().books(sent.payments[0], reference="R1")
    sent.take(bank.notice())
    sent.match()
    closing = sent.balance(AccountKind.BANK)
    taken = sent.take(bank.statement(closing))
    sent.match()
    assert (taken.file.entries, taken.file.added) == (1, 1)  # that it is on the statement is new
    assert sent.balance(AccountKind.BANK) == closing
    assert not [item for item in sent.items().values() if item.found]


def test_a_balance_that_is_not_the_books_is_open_until_it_is(sent: Sent):
    bank = sent.bank().books(sent.payments[0], reference="R1")
    closing = sent.balance(AccountKind.BANK) - sent.payments[0].amount_minor
    sent.take(bank.statement(closing - 350, "1.xml"))
    sent.match()
    item = sent.items()["balance"]
    assert (item.amount_minor, item.state, item.suspended_minor) == (350, ItemState.OPEN, 0)
    sent.match()
    assert item.notes.count() == 1
    sent.take(bank.books(None, 350, reference="FEE").statement(closing - 350, "2.xml"))
    sent.match()
    item.refresh_from_db()
    assert item.state == ItemState.CLOSED
    assert sent.balance(AccountKind.BANK) == closing - 350


def test_what_is_booked_after_the_statement_is_no_difference(sent: Sent):
    first, second = sent.payments[:2]
    closing = sent.balance(AccountKind.BANK) - first.amount_minor
    sent.take(sent.bank().books(first, reference="1").statement(closing))
    sent.take(sent.bank().books(second, reference="2", day="2026-11-11").notice())
    sent.match()
    assert "balance" not in sent.items()


def test_paid_by_status_and_not_on_the_statement_of_its_day_is_missing(sent: Sent):
    first, second = sent.payments[:2]
    sent.take(sent.bank().answers(first, "ACSC").answers(second, "ACSC").report(MESSAGE))
    sent.match()
    assert (sent.state(first), sent.state(second)) == ("paid", "paid")
    bank = sent.bank().books(first, reference="1", day="2026-11-10")
    sent.take(bank.statement(0, day="2026-11-20"))
    sent.match(today=LATE)
    assert f"missing:{first.end_to_end_id}" not in sent.items()
    assert sent.items()[f"missing:{second.end_to_end_id}"].state == ItemState.OPEN
    assert (sent.state(second), Claim.objects.filter(payment=second, live=True).exists()) == ("paid", True)


def test_booked_by_a_notice_and_not_on_the_statement_of_its_day_is_missing(sent: Sent):
    first, second = sent.payments[:2]
    sent.take(sent.bank().books(first, reference="1").books(second, reference="2").notice())
    sent.match()
    sent.take(sent.bank().books(first, reference="1").statement(0))
    sent.match()
    assert sent.items()[f"missing:{second.end_to_end_id}"].suspended_minor == 0
    assert f"missing:{first.end_to_end_id}" not in sent.items()
    assert (sent.state(second), Claim.objects.filter(payment=second, live=True).exists()) == ("paid", True)
    sent.whole()


def test_nothing_new_is_nothing_done(sent: Sent):
    sent.match()
    before = Transfer.objects.count()
    assert sent.match().settled == 0
    assert (Transfer.objects.count(), Matching.objects.count()) == (before, 2)


def test_what_banks_said_stays(sent: Sent):
    sent.take(sent.bank().books(None, 350, reference="FEE").notice())
    sent.match()
    for model in (BankFile, BankEntry, Matching, ItemNote):
        append_only(model)
