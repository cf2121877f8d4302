"""Books of a small programme: two funds, a bank account, two savers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
import pytest

from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.ledger.models import Account
from ceiba.ledger.services import accounts_open, transfers_book
from ceiba.registry.models import Area, Participant
from ceiba.rulebook.models import Programme

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
CODE = "ca"


@dataclass(frozen=True)
class Books:
    """Accounts by a short name."""

    ids: dict[str, int]

    def account(self, name: str) -> Account:
        return Account.objects.get(pk=self.ids[name])

    def frame(self, kind: str, debit: str, credit: str, *amounts: int, **more: object) -> pl.DataFrame:
        """Transfers of one kind; each amount is another one."""
        rows = len(amounts)
        given = {"currency": "USD", "pending": False, "mark": ""} | more
        marks = pl.Series([f"{kind} {debit} {credit} {given['mark']} {place}" for place in range(rows)])
        return TRANSFERS.check(
            pl.DataFrame(
                {
                    "id": row_ids("test", marks),
                    "kind": [str(kind)] * rows,
                    "debit_id": [self.ids[debit]] * rows,
                    "credit_id": [self.ids[credit]] * rows,
                    "amount_minor": list(amounts),
                    "currency": [given["currency"]] * rows,
                    "pending": [given["pending"]] * rows,
                },
                schema_overrides=TRANSFERS.dtypes,
            ).with_columns(
                pl.lit(None, TRANSFERS.dtypes[name]).alias(name)
                for name in ("participant_id", "month", "for_month", "component", "payment_id", "claim_id")
            )
        )


def account_row(
    kind: str, subject: str, currency: str = "USD", floor: int | None = None, person: int | None = None
):
    code = account_code(CODE, currency, AccountKind(kind), subject)
    return (code, kind, CODE, currency, subject, person, floor)


@pytest.fixture
def books(db: None) -> Books:
    Programme.objects.create(code=CODE, currency="USD", name={"es": "x", "en": "x"})
    area = Area.objects.create(code="GT", level="country", name="Guatemala")
    people = [
        Participant.objects.create(
            code=f"P-{n}", given_names="Ana", family_names="Tum", birth_date="1990-01-01", sex="F", area=area,
            search_text="",
        )
        for n in (1, 2)
    ]  # fmt: skip
    rows = {
        "fund": account_row("fund", "US-1", floor=0),
        "other_fund": account_row("fund", "MX-1", floor=0),
        "bank": account_row("bank", "BANK-1"),
        "savings_bank": account_row("bank", "BANK-2"),
        "clearing": account_row("clearing", "BANK-1"),
        "suspense": account_row("suspense", "BANK-1"),
        "charges": account_row("charges", "BANK-1"),
        "interest": account_row("interest", "INT"),
        "saver": account_row("savings", "P-1", floor=0, person=people[0].pk),
        "other_saver": account_row("savings", "P-2", floor=0, person=people[1].pk),
        "pesos": account_row("fund", "MX-2", currency="MXN", floor=0),
    }
    accounts_open(accounts=pl.DataFrame(list(rows.values()), schema=ACCOUNTS.dtypes, orient="row"))
    codes = dict(Account.objects.values_list("code", "pk"))
    return Books({name: codes[row[0]] for name, row in rows.items()})


@pytest.fixture
def funded(books: Books) -> Books:
    """A thousand dollars in the first fund."""
    transfers_book(
        transfers=books.frame(TransferKind.DISBURSEMENT, "bank", "fund", 100_000), cause="test", at=AT
    )
    return books


Book = Callable[..., None]


@pytest.fixture
def book(books: Books) -> Book:
    def booked(kind: str, debit: str, credit: str, *amounts: int, **more: object) -> None:
        transfers_book(transfers=books.frame(kind, debit, credit, *amounts, **more), cause="test", at=AT)

    return booked
