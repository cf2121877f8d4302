"""Reads accounts, and what moved on them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

import polars as pl
from django.db import connection
from django.db.models import Case, F, Q, QuerySet, Sum, When, Window
from django.db.models.functions import Coalesce

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.ledger import CREDIT_NORMAL, AccountKind, account_code
from ceiba.frames.postgres import read_queryset
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import Account, BankAccount, Transfer

_STRAYED_SQL: Final = (Path(__file__).parent / "sql" / "strayed.sql").read_text()
_POSTED: Final = Q(pending=False) | Q(settlement__posted=True)

ACCOUNT_IDS: Final = FrameSchema(
    "accounts", (Column("subject", pl.String), Column("account_id", pl.Int64)), key=("subject",)
)


def account(programme: str, currency: str, kind: AccountKind, subject: str) -> Account:
    """The account; raises Account.DoesNotExist."""
    return Account.objects.get(code=account_code(programme, currency, kind, subject))


def account_ids(programme: str, kind: AccountKind, subjects: Iterable[str] | None = None) -> pl.DataFrame:
    """Ids by subject (`ACCOUNT_IDS`) of a programme's accounts of a kind; of all subjects by default."""
    rows = Account.objects.filter(programme=programme, kind=kind)
    if subjects is not None:
        rows = rows.filter(subject__in=list(subjects))
    return read_queryset(rows.values_list("subject", "id"), ACCOUNT_IDS)


def accounts_of(programme: str, kind: AccountKind | None = None) -> QuerySet[Account]:
    """A programme's accounts, but for people's savings unless asked for."""
    rows = Account.objects.filter(programme=programme)
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind=AccountKind.SAVINGS)
    return rows.order_by("kind", "subject")


def bank_accounts(programme: str) -> list[BankAccount]:
    """The programme's own accounts at banks."""
    return list(BankAccount.objects.filter(programme=programme).order_by("code"))


def bank_account(code: str) -> BankAccount:
    """One of them; raises BankAccount.DoesNotExist."""
    return BankAccount.objects.get(code=code)


def statement(of: Account) -> QuerySet[Transfer]:
    """What is posted on an account, oldest first: `at`, and `moved_minor` and `balance_minor` on its own side."""
    sign = 1 if of.kind in CREDIT_NORMAL else -1
    moved = Case(When(credit=of, then=sign * F("amount_minor")), default=-sign * F("amount_minor"))
    return (
        Transfer.objects.filter(_POSTED, Q(debit=of) | Q(credit=of))
        .annotate(moved_minor=moved, at=Coalesce("settlement__settled_at", "booked_at"))
        .annotate(balance_minor=Window(Sum("moved_minor"), order_by=[F("at"), F("id")]))
        .order_by("at", "id")
    )


def accounts_short(transfers: pl.DataFrame) -> list[tuple[str, int, int]]:
    """The accounts that these transfers (`TRANSFERS`) would overdraw: subject, what lacks, what there is.

    Locks the books, so that the answer holds until the transaction ends.
    """
    books_lock()
    asked = dict(transfers.group_by("debit_id").agg(pl.sum("amount_minor")).iter_rows())
    accounts = Account.objects.filter(pk__in=asked, floor_minor__isnull=False).order_by("pk")
    return [
        (each.subject, asked[each.pk] - left, left)
        for each in accounts
        if (left := each.available_minor - (each.floor_minor or 0)) < asked[each.pk]
    ]


def strayed(programme: str) -> list[str]:
    """Codes of accounts whose sums are not what their transfers add up to: none, ever."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYED_SQL, {"programme": programme})
        return [code for (code,) in cursor.fetchall()]


def transfers_of_claims(participant: int, month: date, claims: Iterable[UUID]) -> list[Transfer]:
    """What moved for some claims of one person in a month's runs, with its accounts and its end, oldest first."""
    rows = Transfer.objects.filter(participant=participant, month=month, claim_id__in=list(claims))
    return list(rows.select_related("debit", "credit", "settlement").order_by("booked_at", "component", "id"))
