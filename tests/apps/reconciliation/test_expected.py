"""Deposits and moves of savings that were recorded by themselves: booked once, hand or bank first."""

import random
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ceiba.accounts.models import Role
from ceiba.core.ledger import AccountKind, account_code
from ceiba.funding.models import Disbursement
from ceiba.funding.services import deposit_match_ask
from ceiba.ledger.models import Account, Transfer
from ceiba.reconciliation.models import Explanation, ItemNote, ItemState, OpenItem
from ceiba.reconciliation.services.deposits import deposit_propose
from ceiba.reconciliation.services.items import explanation_confirm, open_item_explain, open_item_own
from tests.apps.funding.helpers import BANK
from tests.apps.payments.paying.helpers import codes
from tests.apps.reconciliation.conftest import AT, Sent
from tests.factories import CODE, user_make
from tests.queue import worked
from tests.refusals import refused, same_again

DEPOSIT, DAY = 90_000, date(2026, 11, 10)


def recorded(sent: Sent, minor: int = DEPOSIT, reference: str = "dep 7", **other: Any) -> Disbursement:
    """A disbursement of US-1 that one person entered and another accepted."""
    return sent.paying.office.accept(entered(sent, minor, reference, **other))


def entered(sent: Sent, minor: int = DEPOSIT, reference: str = "dep 7", **other: Any) -> Disbursement:
    agreement = Disbursement.objects.get(agreement__code="US-1", value_date__year=2023).agreement
    return sent.paying.office.disbursement(
        agreement, amount_minor=minor, reference=reference, **{"value_date": DAY} | other
    )


def shown(sent: Sent, minor: int = DEPOSIT, reference: str = "DEP7", name: str = "d.xml") -> None:
    sent.take(sent.bank().books(None, minor, reference=reference, credit=True).notice(name))


def the_item(sent: Sent, kind: str = "other") -> OpenItem:
    return OpenItem.objects.get(kind=kind, found=True)


def fund(sent: Sent) -> int:
    return sent.paying.fund("US-1").balance_minor


def explain(
    sent: Sent, item: OpenItem, kind: AccountKind = AccountKind.FUND, subject: str = "US-1"
) -> Explanation:
    to = Account.objects.get(code=account_code(CODE, "USD", kind, subject))
    return open_item_explain(
        item_id=item.pk, account_id=to.pk, why="Aporte.", actor=sent.paying.users["pagos"], at=AT
    )


def confirm(sent: Sent, waiting: Explanation) -> Explanation:
    return explanation_confirm(explanation_id=waiting.pk, actor=sent.paying.users["revisora"], at=AT)


# Who must not pass: the same credit twice.


def test_a_credit_that_is_recorded_is_not_explained_as_well(sent: Sent):
    shown(sent)
    sent.match()
    waiting = explain(sent, the_item(sent))
    recorded(sent)
    before = fund(sent)
    assert codes(lambda: confirm(sent, waiting)) == ["open_item.recorded"]
    assert fund(sent) == before
    with pytest.raises(IntegrityError, match="explained_elsewhere"), transaction.atomic():
        Explanation.objects.filter(pk=waiting.pk).update(
            confirmed_by=sent.paying.users["revisora"], confirmed_at=AT
        )


def test_a_credit_that_is_explained_is_not_recorded_as_well(sent: Sent):
    shown(sent)
    sent.match()
    confirm(sent, explain(sent, the_item(sent)))
    before, entry = fund(sent), entered(sent)
    assert codes(lambda: sent.paying.office.accept(entry)) == ["funding.explained"]
    assert fund(sent) == before
    with pytest.raises(IntegrityError, match="deposit_explained_already"), transaction.atomic():
        Disbursement.objects.filter(pk=entry.pk).update(
            decided_by=sent.paying.office.berta, decided_at=AT, accepted=True
        )
    sent.paying.office.accept(entry, accepted=False)  # refused, it stands in nobody's way
    sent.whole()


def test_no_record_has_two_bookings_and_no_booking_two_records(sent: Sent):
    recorded(sent)
    shown(sent)
    sent.match()
    item = OpenItem.objects.get(kind="other")
    with refused("expected_movement_booked_once"):
        same_again(item, key="entry:another")
    with refused("open_item_once"):
        same_again(item, state=ItemState.OPEN, expected="")
    with refused("open_item_matched_with_its_movement"):
        OpenItem.objects.filter(pk=item.pk).update(expected="")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PAYMENTS])
def test_only_payment_officers_say_that_a_credit_is_a_deposit(sent: Sent, role: str):
    shown(sent)
    sent.match()
    other = user_make(f"otra-{role}", role, areas=("GT", "HN", "SV"))
    propose = {"item_id": the_item(sent).pk, "agreement": "US-1", "at": AT}
    assert codes(lambda: deposit_propose(actor=other, **propose)) == ["open_item.not_allowed"]


def test_what_is_no_deposit_is_not_proposed(sent: Sent):
    officer = sent.paying.users["pagos"]
    sent.take(sent.bank().books(None, 300, reference="FEE").notice())
    sent.match()
    propose = {"actor": officer, "at": AT}
    fee = the_item(sent)
    assert codes(lambda: deposit_propose(item_id=fee.pk, agreement="US-1", **propose)) == [
        "open_item.no_deposit"
    ]
    shown(sent)
    sent.match()
    credit = OpenItem.objects.get(direction="in")
    assert codes(lambda: deposit_propose(item_id=credit.pk, agreement="XX-1", **propose)) == [
        "open_item.no_agreement"
    ]
    open_item_own(item_id=credit.pk, actor=sent.paying.users["revisora"], at=AT)
    assert codes(lambda: deposit_propose(item_id=credit.pk, agreement="US-1", **propose)) == [
        "open_item.not_owner"
    ]


# Whichever comes first.


@pytest.mark.parametrize("first", ["hand", "bank", "bank_matched"])
def test_a_deposit_is_booked_once_whichever_comes_first(sent: Sent, first: str):
    at_bank, paid_in = sent.balance(AccountKind.BANK), fund(sent)
    if first == "hand":
        made = recorded(sent)
        sent.match()
        shown(sent)
        sent.match()
    else:
        shown(sent)
        if first == "bank_matched":
            sent.match()
            assert sent.balance(AccountKind.SUSPENSE) == -DEPOSIT
        made = recorded(sent)
        deposit_match_ask(disbursement=made)
        assert worked() == ["succeeded"]
    item = OpenItem.objects.get(kind="other")
    assert (item.state, item.expected, item.left_minor) == (ItemState.MATCHED, f"disbursement:{made.pk}", 0)
    assert sent.balance(AccountKind.BANK) == at_bank + DEPOSIT
    assert fund(sent) == paid_in + DEPOSIT
    assert sent.balance(AccountKind.SUSPENSE) == 0
    still = OpenItem.objects.filter(state=ItemState.OPEN)
    assert not still.exclude(kind="unknown").exists()  # the worker's today is long after the payments' day
    sent.whole()


def test_a_proposed_deposit_is_entered_by_one_and_accepted_by_another(sent: Sent):
    paid_in, officer = fund(sent), sent.paying.users["pagos"]
    shown(sent, reference="abc-1")
    sent.match()
    made = deposit_propose(item_id=the_item(sent).pk, agreement="US-1", actor=officer, at=AT)
    assert (made.amount_minor, made.value_date, made.bank_account, made.reference, made.entered_by) == (
        DEPOSIT, DAY, BANK, "abc-1", officer,
    )  # fmt: skip
    again = {"item_id": the_item(sent).pk, "agreement": "US-1", "actor": officer, "at": AT}
    assert codes(lambda: deposit_propose(**again)) == ["funding.taken"]
    assert codes(lambda: sent.paying.office.accept(made, by=officer)) == ["funding.own_entry"]
    assert fund(sent) == paid_in
    sent.paying.office.accept(made)
    sent.match()
    item = OpenItem.objects.get(kind="other")
    assert (item.state, fund(sent)) == (ItemState.MATCHED, paid_in + DEPOSIT)
    assert list(item.notes.order_by("pk").values_list("act", flat=True)) == ["found", "proposed", "matched"]
    sent.whole()


def test_another_amount_is_matched_and_the_difference_is_open_until_the_record_is_corrected(sent: Sent):
    at_bank = sent.balance(AccountKind.BANK)
    made = recorded(sent, DEPOSIT + 500)
    shown(sent)
    sent.match()
    item = the_item(sent, "differs")
    assert (item.key, item.direction, item.amount_minor, item.left_minor) == (
        f"differs:disbursement:{made.pk}", "out", 500, 500,
    )  # fmt: skip
    assert sent.balance(AccountKind.BANK) == at_bank + DEPOSIT  # what the bank says, not what was recorded
    sent.whole()
    correction = sent.paying.office.disbursement(
        made.agreement, replaces=made, amount_minor=DEPOSIT, value_date=DAY, reference="dep 7"
    )
    sent.paying.office.accept(correction)
    sent.match()
    item.refresh_from_db()
    assert (item.state, item.found, sent.balance(AccountKind.SUSPENSE)) == (ItemState.CLOSED, False, 0)
    assert OpenItem.objects.get(kind="other").expected == f"disbursement:{correction.pk}"
    assert sent.balance(AccountKind.BANK) == at_bank + DEPOSIT
    sent.whole()


def test_the_difference_may_be_a_charge_that_the_bank_took(sent: Sent):
    recorded(sent, DEPOSIT + 500)
    shown(sent)
    sent.match()
    explain(sent, the_item(sent, "differs"), AccountKind.CHARGES, BANK)
    sent.match()
    assert the_item(sent, "differs").state == ItemState.EXPLAINED
    assert sent.balance(AccountKind.CHARGES) == 500
    sent.whole()


def test_a_record_that_no_statement_shows_is_open_until_one_does(sent: Sent):
    at_bank = sent.balance(AccountKind.BANK)
    made = recorded(sent)
    bank = sent.bank()
    sent.take(bank.statement(at_bank, "1.xml", day="2026-11-10"))
    sent.match()
    assert not OpenItem.objects.exists()  # not late, and no difference of balances beside it
    sent.take(bank.statement(at_bank, "2.xml", day="2026-11-15"))
    sent.match()
    item = the_item(sent, "unseen")
    assert (item.key, item.amount_minor, item.left_minor) == (f"unseen:disbursement:{made.pk}", DEPOSIT, 0)
    assert list(OpenItem.objects.values_list("kind", flat=True)) == ["unseen"]
    bank.books(None, DEPOSIT, reference="DEP7", credit=True, day="2026-11-15")
    sent.take(bank.statement(at_bank + DEPOSIT, "3.xml", day="2026-11-15"))
    sent.match()
    item.refresh_from_db()
    assert (item.state, item.found) == (ItemState.CLOSED, False)
    assert not OpenItem.objects.filter(state=ItemState.OPEN).exists()
    sent.whole()


def test_a_record_corrected_to_nothing_lets_its_booking_go(sent: Sent):
    made = recorded(sent)
    shown(sent)
    sent.match()
    nothing = sent.paying.office.disbursement(
        made.agreement, replaces=made, amount_minor=0, value_date=DAY, reference="dep 7"
    )
    sent.paying.office.accept(nothing)
    sent.match()
    item = OpenItem.objects.get(kind="other")
    assert (item.state, item.expected, item.left_minor) == (ItemState.OPEN, "", -DEPOSIT)
    sent.whole()


def test_interest_that_the_bank_credits_and_charges_that_it_takes_reach_the_books(sent: Sent):
    sent.take(
        sent.bank().books(None, 125, reference="INT", credit=True).books(None, 35, reference="FEE").notice()
    )
    sent.match()
    explain(sent, OpenItem.objects.get(direction="in"), AccountKind.INTEREST, BANK)
    explain(sent, OpenItem.objects.get(direction="out"), AccountKind.CHARGES, BANK)
    assert (sent.balance(AccountKind.INTEREST), sent.balance(AccountKind.CHARGES)) == (-125, 35)
    assert sent.balance(AccountKind.SUSPENSE) == 0
    sent.whole()


# Replayed and shuffled.


def told(sent: Sent) -> tuple[Any, ...]:
    return (
        sorted(
            OpenItem.objects.filter(found=True).values_list("key", "state", "expected", "suspended_minor")
        ),
        {kind: sent.balance(kind) for kind in (AccountKind.BANK, AccountKind.SUSPENSE)},
        fund(sent),
    )


def files(sent: Sent) -> list[Any]:
    one, two, three = (sent.bank() for _ in range(3))
    one.books(None, DEPOSIT, reference="DEP7", credit=True).books(None, 350, reference="FEE")
    two.books(None, 400, reference="DEP8", credit=True)
    three.books(None, 500, reference="DEP9", credit=True)
    return [
        one.notice("1.xml"), one.statement(0, "2.xml"), two.notice("3.xml"),
        three.statement(0, "4.xml", day="2026-11-30"),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_every_file_twice_and_shuffled_with_records_in_between_comes_to_the_same(sent: Sent, seed: int):
    made = [recorded(sent), recorded(sent, 450, "DEP8")]
    expected = {f"entry {n}": f"disbursement:{each.pk}" for n, each in enumerate(made)}
    draw = random.Random(seed)  # noqa: S311  # not for secrets
    paths = [*files(sent), *files(sent)]
    draw.shuffle(paths)
    late = entered(sent, 500, "DEP9")
    when = draw.randrange(len(paths))
    for place, path in enumerate(paths):
        if place == when:
            sent.paying.office.accept(late)
        sent.take(path)
        if draw.random() < 0.5:
            sent.match()
    sent.match()
    before, rows = told(sent), (Transfer.objects.count(), ItemNote.objects.count())
    items = {
        item["expected"] or item["kind"]: item["state"]
        for item in OpenItem.objects.filter(found=True).values()
    }
    assert items == {
        **dict.fromkeys([*expected.values(), f"disbursement:{late.pk}"], "matched"),
        "other": "open", "differs": "open", "balance": "open",
    }  # fmt: skip
    for path in files(sent):
        assert sent.take(path).again
        sent.match()
    assert told(sent) == before
    assert (Transfer.objects.count(), ItemNote.objects.count()) == rows
    sent.whole()
