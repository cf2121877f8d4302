"""What taking in a file would change: it is taken in and matched, looked at, and undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.db.models import Count, Sum

from ceiba.accounts.models import User
from ceiba.ledger.models import BankAccount
from ceiba.payments.models import Payment
from ceiba.reconciliation.models import BankEntry, BankFile, ItemState, OpenItem
from ceiba.reconciliation.services.files import bank_file_take
from ceiba.reconciliation.services.matching import entries_match

ITEMS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Total:
    """How many, and how much."""

    count: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a file. `earlier`: it was taken in before, and nothing would.

    `said` are its new entries by what they say and whether they are booked, `states` the payments that would come to
    another state, `items` what would be open; `gone` how many open items it explains, `recorded` how many bookings
    are deposits or moves that were recorded.
    """

    earlier: BankFile | None = None
    entries: int = 0
    added: int = 0
    said: Mapping[tuple[str, bool], Total] = field(default_factory=dict)
    states: Mapping[str, Total] = field(default_factory=dict)
    items: tuple[OpenItem, ...] = ()
    items_count: int = 0
    gone: int = 0
    recorded: int = 0


def bank_file_preview(
    *, path: Path, name: str, bank_account: BankAccount, actor: User, today: date, at: datetime
) -> Preview:
    """What `bank_file_take` and `entries_match` would do with a file; nothing of it stays.

    Raises CeibaError as `bank_file_take` does.
    """
    with transaction.atomic():
        taken = bank_file_take(
            path=path, name=name, bank_account=bank_account, actor=actor, at=at, keep=False
        )
        if taken.again:
            return Preview(earlier=taken.file)
        matching = entries_match(bank_account=bank_account, today=today, at=at, actor=actor)
        found = OpenItem.objects.filter(
            bank_account=bank_account, notes__at=at, state=ItemState.OPEN
        ).distinct()
        seen = Preview(
            entries=taken.file.entries,
            added=taken.file.added,
            said=_said(taken.file),
            states=_states(bank_account, at),
            items=tuple(found.order_by("-amount_minor", "pk")[:ITEMS_SHOWN]),
            items_count=found.count(),
            gone=matching.items_gone,
            recorded=OpenItem.objects.filter(
                bank_account=bank_account, notes__at=at, state=ItemState.MATCHED
            ).count(),
        )
        transaction.set_rollback(True)
    return seen


def _said(file: BankFile) -> dict[tuple[str, bool], Total]:
    rows = BankEntry.objects.filter(file=file).order_by("said", "-booked").values_list("said", "booked")
    sums = rows.annotate(Count("entry"), Sum("amount_minor", default=0))
    return {(said, booked): Total(count, int(minor)) for said, booked, count, minor in sums}


def _states(account: BankAccount, at: datetime) -> dict[str, Total]:
    rows = (
        Payment.objects.filter(run__bank_account=account, state_at=at).order_by("state").values_list("state")
    )
    return {
        state: Total(count, int(minor))
        for state, count, minor in rows.annotate(Count("pk"), Sum("amount_minor"))
    }
