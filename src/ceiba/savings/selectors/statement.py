"""A person's statement: every movement of their savings, with what it came from and the balance after it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Final

from ceiba.core.ledger import TransferKind
from ceiba.ledger.models import Account
from ceiba.ledger.selectors import statement
from ceiba.savings.models import Accrual
from ceiba.savings.selectors.proof import anonymous_code

_COLUMNS: Final = ("at", "kind", "month", "for_month", "component", "moved_minor", "balance_minor")


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A movement; `for_month` is the month worked for or that bore interest, `accrual` the rule of that interest."""

    at: datetime
    kind: str
    month: date | None
    for_month: date | None
    component: str
    moved_minor: int
    balance_minor: int
    accrual: Accrual | None


@dataclass(frozen=True, slots=True)
class Statement:
    """One savings account with all that moved on it, oldest first; `pending_minor` is on its way to the person."""

    account: Account
    rows: tuple[StatementRow, ...]
    anonymous: str

    @property
    def pending_minor(self) -> int:
        """What is ordered from the bank and not answered yet."""
        return self.account.debits_pending

    def sum_of(self, kind: TransferKind) -> int:
        """What movements of one kind add up to, towards the person."""
        return sum(row.moved_minor for row in self.rows if row.kind == kind)

    @property
    def deposits_minor(self) -> int:
        """All that was saved."""
        return self.sum_of(TransferKind.SAVING)

    @property
    def interest_minor(self) -> int:
        """All the interest given."""
        return self.sum_of(TransferKind.INTEREST)

    @property
    def withdrawn_minor(self) -> int:
        """All that was paid to the person, less what came back."""
        return -self.sum_of(TransferKind.WITHDRAWAL) - self.sum_of(TransferKind.RETURNED)


def statement_of(account: Account) -> Statement:
    """The statement of a savings account."""
    given = {
        accrual.month: accrual
        for accrual in Accrual.objects.filter(programme=account.programme_id, currency=account.currency)
    }
    rows = [
        StatementRow(
            **row | {"component": row["component"] or ""},
            accrual=given.get(row["for_month"]) if row["kind"] == TransferKind.INTEREST else None,
        )
        for row in statement(account).values(*_COLUMNS)
    ]
    return Statement(account, tuple(_movements(rows)), anonymous_code(account.code))


def _movements(rows: Iterable[StatementRow]) -> Iterator[StatementRow]:
    """The parts of one movement as one: what two agreements pay of a deposit is one deposit to the person."""
    for _, parts in groupby(rows, attrgetter("at", "kind", "month", "for_month", "component")):
        *before, last = parts
        yield replace(last, moved_minor=sum(part.moved_minor for part in (*before, last)))
