"""Moves of savings by file: sent once, recognised at both ends, booked once; or rejected, or come back."""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import override_settings

from ceiba.core.ledger import AccountKind, account_code
from ceiba.core.savings import MoveState
from ceiba.ledger.models import Account, BankAccount, Transfer
from ceiba.ledger.selectors import strayed
from ceiba.rails.registry import rail
from ceiba.rails.simulator.bank import work
from ceiba.rails.simulator.booked import Behaviour
from ceiba.rails.simulator.outcomes import Shares
from ceiba.reconciliation.models import ItemState, OpenItem
from ceiba.reconciliation.services.files import bank_file_take
from ceiba.reconciliation.services.items import open_item_explain
from ceiba.reconciliation.services.matching import entries_match
from ceiba.reconciliation.services.moves import move_tell
from ceiba.savings.models import Move, MoveFile, MoveName
from ceiba.savings.selectors.proof import proof, sources_of
from ceiba.savings.services import move_book, move_cancel, move_confirm, move_order, move_send, move_send_ask
from tests.apps.modules import kept_for_module, savepoint
from tests.apps.payments.paying.helpers import codes, paying
from tests.apps.reconciliation.bank import Bank
from tests.apps.savings.helpers import Saving, saving
from tests.factories import CODE
from tests.queue import worked
from tests.refusals import append_only, refused, same_again

AT = datetime(2026, 11, 10, 12, tzinfo=UTC)
ALL_PAID = Shares(0, 0, 0, 0, 0, 0)


@dataclass
class Moving:
    """Savings whose cash is to be moved, and the files of both banks."""

    saves: Saving
    folder: Path
    clock: datetime = AT

    @property
    def source(self) -> BankAccount:
        return self.saves.pays.bank

    @property
    def target(self) -> BankAccount:
        return self.saves.bank

    @property
    def total(self) -> int:
        return self.saves.run.saved_minor

    def order(self) -> Move:
        cause = sources_of(CODE)[0].cause
        return move_order(programme=CODE, cause=cause, actor=self.saves.users["tesorera"], at=AT)

    def confirmed(self) -> Move:
        return move_confirm(move_id=self.order().pk, actor=self.saves.users["tesorero"], at=AT)

    def sent(self) -> Move:
        move = self.confirmed()
        move_send(move_id=move.pk, execute_on=AT.date(), at=AT)
        return move

    def ask(self, move: Move, by: str = "tesorero") -> Any:
        return move_send_ask(move_id=move.pk, actor=self.saves.users[by], at=AT)

    def bank(self, account: BankAccount) -> Bank:
        return Bank(self.folder, account.number)

    def take(self, account: BankAccount, path: Path) -> None:
        bank_file_take(path=path, name=path.name, bank_account=account, actor=None, at=self.clock)

    def match(self, account: BankAccount) -> None:
        self.clock += timedelta(minutes=1)
        entries_match(bank_account=account, today=AT.date(), at=self.clock, actor=None)

    def shown(
        self, account: BankAccount, move: Move, minor: int | None = None, *, credit: bool | None = None
    ) -> None:
        """The bank of an account books the move."""
        credit = account == self.target if credit is None else credit
        reason = "AC04" if credit and account == self.source else ""
        bank = self.bank(account).books(
            move.file.message,
            minor or self.total,
            reference=f"{account.code}-{credit}",
            credit=credit,
            reason=reason,
        )
        self.take(account, bank.notice(f"{account.code}-{credit}-{minor}.xml"))
        self.match(account)

    def held(self, account: BankAccount, kind: AccountKind = AccountKind.BANK) -> int:
        return Account.objects.get(code=account_code(CODE, "USD", kind, account.code)).balance_minor

    def whole(self) -> None:
        assert strayed(CODE) == []
        for account in (self.source, self.target):
            left = sum(item.left_minor for item in OpenItem.objects.filter(bank_account=account))
            assert self.held(account, AccountKind.SUSPENSE) == left


@pytest.fixture(scope="module")
def moving_once(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Moving]:
    with kept_for_module(django_db_blocker.unblock):
        with override_settings(DATA_DIR=tmp_path_factory.mktemp("data")):
            found = Moving(saving(paying(people=12)), Path())
            for account in (found.source, found.target):
                account.rail = "iso20022"
                account.save()
                found.match(account)
        yield found


@pytest.fixture
def db(moving_once: Moving) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def moving(db: None, moving_once: Moving, tmp_path: Path) -> Moving:
    return replace(deepcopy(moving_once), folder=tmp_path)


def state(move: Move) -> tuple[str, str]:
    move.refresh_from_db()
    return move.state, move.reference


def outbox(moving: Moving) -> list[Path]:
    return sorted((Path(settings.DATA_DIR) / "bank" / "outbox" / moving.source.code).glob("CEIBAMOVE*"))


def test_only_what_two_people_ordered_is_sent_and_by_the_treasury(moving: Moving):
    move = moving.order()
    assert codes(lambda: moving.ask(move)) == ["move.not_confirmed"]
    assert codes(lambda: move_send(move_id=move.pk, execute_on=AT.date(), at=AT)) == ["move.not_confirmed"]
    with pytest.raises(DatabaseError, match="is not confirmed"), transaction.atomic():
        MoveFile.objects.create(
            move=move, message="x", name="x", sha256="x", execute_on=AT.date(), written_at=AT
        )
    move_confirm(move_id=move.pk, actor=moving.saves.users["tesorero"], at=AT)
    assert codes(lambda: moving.ask(move, "pagos")) == ["move.not_allowed"]
    assert outbox(moving) == []


def test_it_is_sent_once_however_often_it_is_asked_for(moving: Moving):
    move = moving.confirmed()
    assert moving.ask(move).is_new
    assert not moving.ask(move).is_new
    assert set(worked()) == {"succeeded"}  # the release of the run asked for its files, too
    (path,) = outbox(moving)
    first = path.read_bytes()
    assert codes(lambda: moving.ask(move)) == ["move.sent"]
    move_send(
        move_id=move.pk, execute_on=AT.date() + timedelta(days=9), at=AT
    )  # after a crash: the same bytes
    assert [each.read_bytes() for each in outbox(moving)] == [first]
    text = first.decode()
    for said in (move.file.message, moving.target.number, moving.source.number, f"{moving.total / 100:.2f}"):
        assert said in text


def test_what_the_bank_may_have_is_cancelled_by_its_word_alone(moving: Moving):
    move = moving.sent()
    cancel = {"move_id": move.pk, "why": "x", "actor": moving.saves.users["tesorera"], "at": AT}
    assert codes(lambda: move_cancel(**cancel)) == ["move.at_bank"]
    with pytest.raises(DatabaseError, match="only its answer cancels it"), transaction.atomic():
        Move.objects.filter(pk=move.pk).update(state="cancelled", ended_by=moving.saves.users["tesorera"])
    for change in ({"name": "other"}, {"sent_at": None}):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            MoveFile.objects.filter(pk=move.pk).update(**change)


def test_an_account_that_the_rail_cannot_name_is_paid_by_hand(moving: Moving):
    moving.target.scheme = "phone"
    moving.target.save()
    assert "phone" not in rail(moving.source.rail).schemes
    assert codes(lambda: moving.ask(moving.confirmed())) == ["move.no_scheme"]


@pytest.mark.parametrize("first", ["source", "target"])
def test_both_ends_are_recognised_and_it_is_booked_once(moving: Moving, first: str):
    move, before = moving.sent(), moving.held(moving.source)
    ends = [moving.source, moving.target] if first == "source" else [moving.target, moving.source]
    moving.shown(ends[0], move)
    assert state(move)[0] == MoveState.CONFIRMED  # half of it is shown: nothing is booked, nothing is open
    assert (moving.held(moving.source), moving.held(moving.target)) == (before, 0)
    assert not OpenItem.objects.filter(state=ItemState.OPEN).exists()
    moving.shown(ends[1], move)
    assert state(move) == (MoveState.BOOKED, f"{moving.source.code}-False")
    assert (moving.held(moving.source), moving.held(moving.target)) == (before - moving.total, moving.total)
    assert set(OpenItem.objects.values_list("state", "expected")) == {
        ("matched", f"move:{move.pk}:out"), ("matched", f"move:{move.pk}:in"),
    }  # fmt: skip
    assert proof(CODE, "USD", AT.date()).difference_minor == 0
    rows = Transfer.objects.count()
    for account in ends:
        moving.match(account)
    assert Transfer.objects.count() == rows
    moving.whole()


def test_booked_by_hand_first_the_statements_book_nothing_more(moving: Moving):
    move = moving.sent()
    move_book(move_id=move.pk, reference="EC-12", actor=moving.saves.users["pagos"], at=AT)
    after, rows = moving.held(moving.source), Transfer.objects.count()
    for account in (moving.source, moving.target):
        moving.shown(account, move)
    assert (moving.held(moving.source), Transfer.objects.count()) == (after, rows)
    assert set(OpenItem.objects.values_list("state", flat=True)) == {"matched"}
    assert codes(
        lambda: move_book(move_id=move.pk, reference="x", actor=moving.saves.users["pagos"], at=AT)
    ) == ["move.turn"]


def test_half_a_move_is_no_difference_of_balances(moving: Moving):
    move, before = moving.sent(), moving.held(moving.source)
    bank = moving.bank(moving.source).books(move.file.message, moving.total, reference="R1")
    moving.take(moving.source, bank.statement(before - moving.total))
    moving.match(moving.source)
    assert not OpenItem.objects.filter(state=ItemState.OPEN).exists()


def test_another_amount_is_booked_as_ordered_and_the_difference_is_open(moving: Moving):
    move = moving.sent()
    moving.shown(moving.source, move)
    moving.shown(moving.target, move, moving.total - 300)
    item = OpenItem.objects.get(state=ItemState.OPEN)
    assert (item.key, item.left_minor) == (f"differs:move:{move.pk}:in", 300)
    assert (state(move)[0], moving.held(moving.target)) == (MoveState.BOOKED, moving.total - 300)
    moving.whole()


def test_a_rejected_move_is_cancelled_and_can_be_ordered_anew(moving: Moving):
    move = moving.sent()
    refused = moving.bank(moving.source).answers(None, "RJCT", "AC04")
    moving.take(moving.source, refused.report(move.file.message))
    moving.match(moving.source)
    assert state(move) == (MoveState.CANCELLED, "AC04")
    again = moving.sent()
    assert again.file.message != move.file.message
    assert proof(CODE, "USD", AT.date()).difference_minor == 0


def test_a_second_copy_that_is_refused_says_nothing_of_the_first(moving: Moving):
    move = moving.sent()
    moving.take(
        moving.source, moving.bank(moving.source).answers(None, "RJCT", "DU01").report(move.file.message)
    )
    moving.match(moving.source)
    assert state(move)[0] == MoveState.CONFIRMED


def test_what_came_back_is_cancelled_and_nothing_is_open(moving: Moving):
    move, before = moving.sent(), moving.held(moving.source)
    moving.shown(moving.source, move)
    moving.shown(moving.source, move, credit=True)
    assert state(move)[0] == MoveState.CANCELLED
    moving.match(moving.source)
    assert moving.held(moving.source) == before
    assert set(OpenItem.objects.values_list("state", "expected")) == {
        ("matched", f"move:{move.pk}:out"), ("matched", f"move:{move.pk}:back"),
    }  # fmt: skip
    moving.whole()


def test_an_end_of_a_move_is_not_explained_as_something_else(moving: Moving):
    """A booking outside the days of its move is not matched; it is still the move's, and nobody's charge."""
    move = moving.sent()
    bank = moving.bank(moving.source).books(move.file.message, moving.total, reference="R1", day="2026-12-24")
    moving.take(moving.source, bank.notice())
    moving.match(moving.source)
    item = OpenItem.objects.get()
    charges = Account.objects.get(code=account_code(CODE, "USD", AccountKind.CHARGES, moving.source.code))
    explain = {"item_id": item.pk, "account_id": charges.pk, "why": "x", "at": AT}
    OpenItem.objects.filter(pk=item.pk).update(owner=moving.saves.users["pagos"])

    def explained() -> None:
        settings.EXPLAINED_ALONE_MINOR, kept = 10**12, settings.EXPLAINED_ALONE_MINOR
        try:
            open_item_explain(actor=moving.saves.users["pagos"], **explain)
        finally:
            settings.EXPLAINED_ALONE_MINOR = kept

    assert codes(explained) == ["open_item.recorded"]


@pytest.mark.parametrize("seed", range(3))
def test_the_simulated_banks_statements_of_both_accounts_in_any_order(moving: Moving, seed: int):
    move = moving.sent()
    orders, answers = moving.folder / "orders", moving.folder / "answers"
    orders.mkdir()
    for path in outbox(moving):
        (orders / path.name).write_bytes(path.read_bytes())
    behaviour = Behaviour(
        seed=seed, shares=ALL_PAID, unknown_credits=0, own_accounts=(moving.target.number,),
        opening_minor=moving.held(moving.source),
    )  # fmt: skip
    files = [answers / name for name in work(orders, answers, behaviour).answers]
    draw = random.Random(seed)  # noqa: S311  # not for secrets
    twice = [*files, *files]
    draw.shuffle(twice)
    for path in twice:
        account = moving.target if f"-own-{moving.target.number}" in path.name else moving.source
        moving.take(account, path)
        moving.match(account)
    assert state(move)[0] == MoveState.BOOKED
    still = OpenItem.objects.filter(state=ItemState.OPEN)
    assert set(still.values_list("kind", "direction")) == {
        ("other", "out")
    }  # the bank's fee, and nothing else
    moving.whole()


# Made on the bank's website: no file, and each bank has a reference of its own.


def booked_as(moving: Moving, account: BankAccount, reference: str, minor: int | None = None) -> OpenItem:
    credit = account == moving.target
    bank = moving.bank(account).books(None, minor or moving.total, reference=reference, credit=credit)
    moving.take(account, bank.notice(f"{reference}.xml"))
    moving.match(account)
    return OpenItem.objects.get(reference=reference)


def tell(moving: Moving, item: OpenItem, move: Move, by: str = "pagos") -> OpenItem:
    moving.clock += timedelta(minutes=1)
    return move_tell(
        item_id=item.pk, move_id=move.pk, actor=moving.saves.users[by], today=AT.date(), at=moving.clock
    )


def test_what_is_no_end_of_a_move_is_not_told_to_be(moving: Moving):
    move = moving.order()
    left = booked_as(moving, moving.source, "S-1")
    assert codes(lambda: tell(moving, left, move)) == ["open_item.no_move"]  # nobody has confirmed it yet
    move_confirm(move_id=move.pk, actor=moving.saves.users["tesorero"], at=AT)
    assert codes(lambda: tell(moving, left, move, by="tesorera")) == ["open_item.not_allowed"]
    bank = moving.bank(moving.source).books(None, 70, reference="S-2", credit=True)
    moving.take(moving.source, bank.notice("came.xml"))
    moving.match(moving.source)
    came = OpenItem.objects.get(reference="S-2")
    assert codes(lambda: tell(moving, came, move)) == [
        "open_item.no_move"
    ]  # money leaves that account for it
    tell(moving, left, move)
    again = booked_as(moving, moving.source, "S-3")
    assert codes(lambda: tell(moving, again, move)) == ["open_item.no_move"]  # its end is named already
    with refused("move_named_once"):
        same_again(MoveName.objects.get(), reference="S-3")
    append_only(MoveName)
    moving.whole()


def test_one_that_is_sent_by_file_is_not_named_by_hand(moving: Moving):
    move = moving.sent()
    assert codes(lambda: tell(moving, booked_as(moving, moving.source, "S-1"), move)) == ["open_item.no_move"]


@pytest.mark.parametrize("by_hand", [False, True])
def test_both_ends_are_told_and_it_is_booked_once(moving: Moving, by_hand: bool):
    move, before = moving.confirmed(), moving.held(moving.source)
    if by_hand:
        move_book(move_id=move.pk, reference="S-1", actor=moving.saves.users["pagos"], at=AT)
    left = booked_as(moving, moving.source, "S-1")
    assert (left.state == ItemState.MATCHED) == by_hand  # by the reference that was written down
    if not by_hand:
        left = tell(moving, left, move)
        assert (left.state, state(move)[0]) == (ItemState.MATCHED, MoveState.CONFIRMED)
    came = tell(moving, booked_as(moving, moving.target, "T-9", moving.total - 5), move)
    assert (came.state, came.expected) == (ItemState.MATCHED, f"move:{move.pk}:in")
    assert state(move) == (MoveState.BOOKED, "S-1")
    moving.match(moving.source)
    assert moving.held(moving.source) == before - moving.total
    assert moving.held(moving.target) == moving.total - 5
    (item,) = OpenItem.objects.filter(state=ItemState.OPEN)
    assert (item.key, item.left_minor) == (f"differs:move:{move.pk}:in", 5)
    moving.whole()
