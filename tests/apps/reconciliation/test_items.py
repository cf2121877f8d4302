"""What people may do about open items, and what they may not: alone, of others, without a word, beyond the money."""

import pytest
from django.db import IntegrityError, transaction

from ceiba.accounts.models import Role, User
from ceiba.core.ledger import AccountKind, account_code
from ceiba.ledger.models import Account, Transfer
from ceiba.reconciliation.models import Explanation, ItemState, OpenItem
from ceiba.reconciliation.services.items import (
    explaining_accounts,
    explanation_confirm,
    explanation_withdraw,
    open_item_close,
    open_item_explain,
    open_item_note,
    open_item_own,
)
from tests.apps.funding.helpers import BANK
from tests.apps.payments.paying.helpers import CODE, codes
from tests.apps.reconciliation.conftest import AT, MESSAGE, Sent


@pytest.fixture
def fee(sent: Sent) -> OpenItem:
    """A small fee that a person may explain alone."""
    return found(sent, 350, "FEE")


@pytest.fixture
def ana(sent: Sent) -> User:
    return sent.paying.users["pagos"]


@pytest.fixture
def berta(sent: Sent) -> User:
    return sent.paying.users["revisora"]


def found(sent: Sent, minor: int, reference: str, *, credit: bool = False) -> OpenItem:
    known = set(OpenItem.objects.values_list("pk", flat=True))
    sent.take(sent.bank().books(None, minor, reference=reference, credit=credit).notice(f"{reference}.xml"))
    sent.match()
    return OpenItem.objects.exclude(pk__in=known).get()


def of(kind: AccountKind, subject: str = BANK) -> Account:
    return Account.objects.get(code=account_code(CODE, "USD", kind, subject))


def explained(
    item: OpenItem, actor: User, kind: AccountKind = AccountKind.CHARGES, subject: str = BANK
) -> Explanation:
    return open_item_explain(
        item_id=item.pk, account_id=of(kind, subject).pk, why="Comisión de noviembre.", actor=actor, at=AT
    )


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PAYMENTS])
def test_only_payment_officers_act(fee: OpenItem, sent: Sent, role: str):
    from tests.factories import user_make

    stranger = user_make(f"otra-{role}", role, areas=("GT", "HN", "SV"))
    assert codes(lambda: open_item_own(item_id=fee.pk, actor=stranger, at=AT)) == ["open_item.not_allowed"]
    assert codes(lambda: open_item_note(item_id=fee.pk, text="x", actor=stranger, at=AT)) == [
        "open_item.not_allowed"
    ]
    assert codes(lambda: explained(fee, stranger)) == ["open_item.not_allowed"]
    assert codes(lambda: open_item_close(item_id=fee.pk, why="x", actor=stranger, at=AT)) == [
        "open_item.not_allowed"
    ]


def test_a_small_fee_is_explained_by_one_person_and_the_books_follow(sent: Sent, fee: OpenItem, ana: User):
    explained(fee, ana)
    fee.refresh_from_db()
    assert (fee.state, fee.left_minor) == (ItemState.EXPLAINED, 0)
    assert (of(AccountKind.CHARGES).balance_minor, of(AccountKind.SUSPENSE).balance_minor) == (350, 0)
    assert codes(lambda: explained(fee, ana)) == ["open_item.done"]
    sent.whole()


def test_an_explained_item_stays_so_when_all_is_matched_again(sent: Sent, fee: OpenItem, ana: User):
    explained(fee, ana)
    before = Transfer.objects.count()
    sent.match()
    fee.refresh_from_db()
    assert (fee.state, Transfer.objects.count()) == (ItemState.EXPLAINED, before)


def test_a_large_one_takes_two_people(sent: Sent, ana: User, berta: User):
    item = found(sent, 50_000, "BIG")
    waiting = explained(item, ana)
    item.refresh_from_db()
    assert (item.state, of(AccountKind.SUSPENSE).balance_minor) == (ItemState.OPEN, 50_000)
    assert codes(lambda: explanation_confirm(explanation_id=waiting.pk, actor=ana, at=AT)) == [
        "open_item.second_person"
    ]
    assert codes(lambda: explained(item, berta)) == ["open_item.waits"]
    explanation_confirm(explanation_id=waiting.pk, actor=berta, at=AT)
    item.refresh_from_db()
    assert (item.state, of(AccountKind.CHARGES).balance_minor) == (ItemState.EXPLAINED, 50_000)
    assert codes(lambda: explanation_confirm(explanation_id=waiting.pk, actor=berta, at=AT)) == [
        "open_item.done"
    ]
    sent.whole()


def test_the_database_itself_refuses_one_person_twice(sent: Sent, ana: User):
    item = found(sent, 50_000, "BIG")
    waiting = explained(item, ana)
    with pytest.raises(IntegrityError, match="explanation_confirmed_by_another"), transaction.atomic():
        Explanation.objects.filter(pk=waiting.pk).update(confirmed_by=ana, confirmed_at=AT)
    with pytest.raises(IntegrityError, match="open_item_done_with_nothing_left"), transaction.atomic():
        OpenItem.objects.filter(pk=item.pk).update(state=ItemState.CLOSED)


def test_what_waits_can_be_taken_back_and_explained_otherwise(sent: Sent, ana: User, berta: User):
    item = found(sent, 50_000, "BIG")
    waiting = explained(item, ana)
    assert codes(lambda: explanation_withdraw(explanation_id=waiting.pk, why=" ", actor=berta, at=AT)) == [
        "open_item.why"
    ]
    explanation_withdraw(explanation_id=waiting.pk, why="No es comisión.", actor=berta, at=AT)
    assert codes(lambda: explanation_confirm(explanation_id=waiting.pk, actor=berta, at=AT)) == [
        "open_item.done"
    ]
    explained(item, ana, AccountKind.FUND, "US-1")
    acts = list(item.notes.order_by("pk").values_list("act", flat=True))
    assert acts == ["found", "proposed", "withdrawn", "proposed"]


def test_a_deposit_goes_to_a_fund_and_a_fund_gives_no_more_than_it_has(sent: Sent, ana: User, berta: User):
    fund = sent.paying.fund("US-1")
    deposit = found(sent, 9_000, "DEPOSIT", credit=True)
    explained(deposit, ana, AccountKind.FUND, "US-1")
    assert sent.paying.fund("US-1").balance_minor == fund.balance_minor + 9_000
    lost = found(sent, fund.balance_minor * 2, "LOST")
    waiting = explained(lost, ana, AccountKind.FUND, "US-1")
    assert codes(lambda: explanation_confirm(explanation_id=waiting.pk, actor=berta, at=AT)) == [
        "open_item.short"
    ]
    sent.whole()


def test_no_savings_and_no_account_of_another_currency_explain_anything(sent: Sent, fee: OpenItem, ana: User):
    assert AccountKind.SAVINGS not in set(explaining_accounts(fee).values_list("kind", flat=True))
    assert AccountKind.SUSPENSE not in set(explaining_accounts(fee).values_list("kind", flat=True))
    Account.objects.create(
        code="x", kind=AccountKind.FUND, programme=sent.account.programme, currency="MXN", subject="MX-9"
    )
    other = Account.objects.get(code="x")
    for number in (other.pk, 0, of(AccountKind.SUSPENSE).pk):
        assert codes(
            lambda number=number: open_item_explain(
                item_id=fee.pk, account_id=number, why="x", actor=ana, at=AT
            )
        ) == ["open_item.account"]


def test_somebody_elses_item_is_taken_first(sent: Sent, fee: OpenItem, ana: User, berta: User):
    open_item_own(item_id=fee.pk, actor=ana, at=AT)
    assert codes(lambda: explained(fee, berta)) == ["open_item.not_owner"]
    open_item_own(item_id=fee.pk, actor=berta, at=AT)
    explained(fee, berta)
    assert list(fee.notes.order_by("pk").values_list("act", flat=True)) == [
        "found", "owned", "owned", "noted", "explained",
    ]  # fmt: skip


def test_an_explanation_says_why(fee: OpenItem, ana: User):
    assert codes(
        lambda: open_item_explain(
            item_id=fee.pk, account_id=of(AccountKind.CHARGES).pk, why=" ", actor=ana, at=AT
        )
    ) == ["open_item.why"]


def test_only_the_bank_closes_what_only_the_bank_knows(sent: Sent, ana: User):
    from tests.apps.reconciliation.test_matching import LATE

    sent.match(today=LATE)
    item = OpenItem.objects.filter(kind="unknown").first()
    assert item is not None
    assert codes(lambda: open_item_close(item_id=item.pk, why="El banco dijo.", actor=ana, at=AT)) == [
        "open_item.only_the_bank"
    ]
    assert codes(lambda: explained(item, ana)) == ["open_item.nothing_moved"]


def test_money_that_moved_is_not_closed_with_a_note(fee: OpenItem, ana: User):
    assert codes(lambda: open_item_close(item_id=fee.pk, why="Nada.", actor=ana, at=AT)) == [
        "open_item.money_moved"
    ]


def test_a_contradiction_is_closed_with_its_answer_and_stays_closed(sent: Sent, ana: User):
    payment = sent.payments[0]
    sent.take(sent.bank().answers(payment, "RJCT", "AC04").report(MESSAGE))
    sent.take(sent.bank().books(payment, reference="R").notice())
    sent.match()
    item = sent.items()[f"contradiction:{payment.end_to_end_id}"]
    open_item_close(item_id=item.pk, why="El banco confirma por escrito que sí pagó.", actor=ana, at=AT)
    sent.match()
    item.refresh_from_db()
    assert item.state == ItemState.CLOSED


def test_what_was_explained_and_comes_back_is_open_again(sent: Sent, ana: User, berta: User):
    """The bank gives back the second booking that a person had written off: that has to be undone."""
    payment = sent.payments[0]
    sent.take(sent.bank().books(payment, reference="1").books(payment, reference="2").notice("1.xml"))
    sent.match()
    item = sent.items()[f"excess:{payment.end_to_end_id}"]
    explanation_confirm(explanation_id=explained(item, ana).pk, actor=berta, at=AT)
    sent.take(sent.bank().returns(payment, reference="3").notice("2.xml"))
    sent.match()
    item.refresh_from_db()
    assert (item.state, item.left_minor) == (ItemState.OPEN, -payment.amount_minor)
    explanation_confirm(explanation_id=explained(item, ana).pk, actor=berta, at=AT)
    assert of(AccountKind.CHARGES).balance_minor == 0
    sent.whole()
