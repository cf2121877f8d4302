"""What the ledger refuses, by whatever path it comes."""

import polars as pl
import pytest
from django.db import DatabaseError, IntegrityError, transaction

from ceiba.core.ledger import ACCOUNTS, ROUTES, SETTLEMENTS, AccountKind, TransferKind
from ceiba.frames.postgres import execute
from ceiba.ledger.models import Account, Settlement, Transfer
from ceiba.ledger.selectors import statement, strayed
from ceiba.ledger.services import accounts_open, transfers_book, transfers_settle
from tests.apps.ledger.conftest import AT, CODE, Book, Books, account_row

pytestmark = pytest.mark.django_db


def refused(book: Book, *args: object, match: str, **more: object) -> None:
    before = list(Account.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        book(*args, **more)
    assert list(Account.objects.order_by("pk").values()) == before


def settle(ids: list[str], *, posted: bool) -> None:
    frame = pl.DataFrame({"transfer_id": ids, "posted": [posted] * len(ids)}, schema=SETTLEMENTS.dtypes)
    transfers_settle(settlements=frame, cause="test", at=AT)


def test_more_than_a_fund_holds(funded: Books, book: Book) -> None:
    refused(book, TransferKind.SUPPORT, "fund", "clearing", 100_001, match="account_floor")
    book(TransferKind.SUPPORT, "fund", "clearing", 100_000)


def test_what_is_pending_counts_against_the_floor(funded: Books, book: Book) -> None:
    book(TransferKind.SUPPORT, "fund", "clearing", 60_000, pending=True)
    refused(book, TransferKind.SUPPORT, "fund", "clearing", 40_001, mark="more", match="account_floor")
    assert funded.account("fund").balance_minor == 100_000
    assert funded.account("fund").available_minor == 40_000


def test_what_is_pending_towards_an_account_is_not_there_yet(funded: Books, book: Book) -> None:
    book(TransferKind.SAVING, "fund", "saver", 500, pending=True)
    refused(book, TransferKind.WITHDRAWAL, "saver", "clearing", 1, match="account_floor")


@pytest.mark.parametrize(
    ("kind", "debit", "credit"),
    [
        (TransferKind.SUPPORT, "saver", "clearing"),  # savings are never a source of support
        (TransferKind.EXPLAINED, "saver", "suspense"),
        (TransferKind.CHARGE, "saver", "charges"),
        (TransferKind.WITHDRAWAL, "fund", "clearing"),
        (TransferKind.DISBURSEMENT, "fund", "bank"),
        (TransferKind.SAVING, "fund", "clearing"),
        (TransferKind.SAVING_MOVED, "bank", "fund"),
        (TransferKind.BOOKING, "fund", "bank"),
    ],
)
def test_between_accounts_that_the_kind_may_not(
    funded: Books, book: Book, kind: str, debit: str, credit: str
) -> None:
    book(TransferKind.SAVING, "fund", "saver", 500)
    refused(book, kind, debit, credit, 1, match="may not go between")


def test_from_one_persons_savings_to_another(funded: Books, book: Book) -> None:
    book(TransferKind.SAVING, "fund", "saver", 500)
    for kind in TransferKind:
        refused(book, kind, "saver", "other_saver", 1, match="may not go between")


def test_between_currencies(books: Books, book: Book) -> None:
    refused(book, TransferKind.DISBURSEMENT, "bank", "pesos", 1, match="may not go between")
    refused(book, TransferKind.DISBURSEMENT, "bank", "pesos", 1, currency="MXN", match="may not go between")


def test_an_account_that_is_not_there(books: Books, book: Book) -> None:
    books.ids["nowhere"] = 10**9
    refused(book, TransferKind.DISBURSEMENT, "bank", "nowhere", 1, match="may not go between")


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_and_less_than_nothing(books: Books, book: Book, amount: int) -> None:
    refused(book, TransferKind.DISBURSEMENT, "bank", "fund", amount, match="transfer_of_something")


def test_an_account_and_itself(books: Books, book: Book) -> None:
    refused(book, TransferKind.SAVING_MOVED, "bank", "bank", 1, match="transfer_between_two")


def test_the_same_transfer_twice(funded: Books, book: Book) -> None:
    book(TransferKind.SUPPORT, "fund", "clearing", 10)
    refused(book, TransferKind.SUPPORT, "fund", "clearing", 10, match="duplicate key")


def test_a_transfer_settled_twice_or_not_pending(funded: Books) -> None:
    pending = funded.frame(TransferKind.SUPPORT, "fund", "clearing", 10, 20, pending=True)
    at_once = funded.frame(TransferKind.SUPPORT, "fund", "clearing", 5, mark="at once")
    transfers_book(transfers=pl.concat([pending, at_once]), cause="test", at=AT)
    first, second = pending["id"]
    settle([first], posted=True)
    for ids in ([first], [second, first], at_once["id"].to_list(), ["00000000-0000-8000-8000-000000000000"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            settle(ids, posted=False)
    settle([second], posted=False)
    fund = funded.account("fund")
    assert (fund.debits_posted, fund.debits_pending) == (15, 0)
    assert funded.account("clearing").balance_minor == 15


def test_rows_are_never_changed(funded: Books) -> None:
    pending = funded.frame(TransferKind.SUPPORT, "fund", "clearing", 10, pending=True)
    transfers_book(transfers=pending, cause="test", at=AT)
    settle(pending["id"].to_list(), posted=True)
    for rows in (Transfer.objects.all(), Settlement.objects.all()):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(cause="another")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete("default")


def test_sums_move_by_transfers_alone(funded: Books) -> None:
    for change in ({"credits_posted": 10**9}, {"debits_pending": 1}):
        with pytest.raises(IntegrityError, match="move by transfers alone"), transaction.atomic():
            Account.objects.filter(pk=funded.ids["fund"]).update(**change)
    for change in ({"kind": "bank"}, {"currency": "MXN"}, {"code": "x"}, {"participant": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Account.objects.filter(pk=funded.ids["saver"]).update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        execute("DELETE FROM ledger_account WHERE id = %(id)s", {"id": funded.ids["interest"]})
    with pytest.raises(IntegrityError, match="begin empty"), transaction.atomic():
        Account.objects.create(
            code="x", kind="fund", programme_id=CODE, currency="USD", subject="x", credits_posted=5
        )


def test_savings_are_of_a_person_and_nothing_else_is(books: Books) -> None:
    for row in (account_row("savings", "P-3"), account_row("fund", "P-3", person=1)):
        with pytest.raises(IntegrityError, match="holds_savings"), transaction.atomic():
            accounts_open(accounts=pl.DataFrame([row], schema=ACCOUNTS.dtypes, orient="row"))


def test_a_floor_cannot_be_raised_above_what_is_there(funded: Books) -> None:
    with pytest.raises(IntegrityError, match="account_floor"), transaction.atomic():
        Account.objects.filter(pk=funded.ids["fund"]).update(floor_minor=100_001)
    Account.objects.filter(pk=funded.ids["fund"]).update(floor_minor=100_000)


def test_accounts_are_opened_once(books: Books) -> None:
    rows = [account_row("fund", "US-1", floor=0), account_row("fund", "EU-1", floor=0)]
    assert accounts_open(accounts=pl.DataFrame(rows, schema=ACCOUNTS.dtypes, orient="row")) == 1


def test_routes_are_the_same_here_and_there() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, debit, credit FROM ceiba_ledger_routes()")
        held = set(cursor.fetchall())
    assert held == {(str(k), str(d), str(c)) for k, pairs in ROUTES.items() for d, c in pairs}
    assert not [k for k, d, _ in held if d == AccountKind.SAVINGS and k != TransferKind.WITHDRAWAL]


def test_a_statement_ends_in_the_balance(funded: Books, book: Book) -> None:
    book(TransferKind.SUPPORT, "fund", "clearing", 10, 20)
    book(TransferKind.SUPPORT, "fund", "clearing", 99, pending=True, mark="pending")
    lines = list(statement(funded.account("fund")))
    assert sorted(line.moved_minor for line in lines) == [-20, -10, 100_000]
    assert lines[-1].balance_minor == funded.account("fund").balance_minor == 99_970
    bank = list(statement(funded.account("bank")))
    assert [line.moved_minor for line in bank] == [100_000]
    assert strayed(CODE) == []


def test_a_sum_that_strayed_is_found(funded: Books) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE ledger_account DISABLE TRIGGER ledger_account")
    Account.objects.filter(pk=funded.ids["fund"]).update(credits_posted=100_001)
    assert strayed(CODE) == [funded.account("fund").code]
