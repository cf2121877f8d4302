"""What the page of a payment is told of it: what the bank said, and what of it nobody has explained."""

from collections.abc import Iterable
from dataclasses import replace

from django.urls import reverse

from ceiba.payments.models import Payment
from ceiba.payments.said import Heard, Said
from ceiba.reconciliation.models import BankEntry, ItemState, OpenItem
from ceiba.reconciliation.selectors.items import ENTRIES_MAX


def heard_of(payment: Payment) -> Heard:
    """What was said of a payment, the oldest file first, at most `ENTRIES_MAX`; and its open items."""
    rows = BankEntry.objects.filter(payment=payment.pk, bank_account=payment.run.bank_account_id)
    found = rows.select_related("file", "bank_account").order_by("file_id", "booked_on", "entry")[
        :ENTRIES_MAX
    ]
    items = OpenItem.objects.filter(
        bank_account=payment.run.bank_account_id,
        participant=payment.participant_id,
        end_to_end_id=payment.end_to_end_id,
        state=ItemState.OPEN,
    )
    return Heard(
        _said(found),
        [(item.kind, reverse("reconciliation:item", args=[item.pk])) for item in items.order_by("pk")],
    )


def _said(rows: Iterable[BankEntry]) -> list[Said]:
    """What a notice said, and a statement repeats, is told once."""
    found: dict[tuple[str, Said], list[str]] = {}
    for row in rows:
        found.setdefault((row.entry, _of(row)), []).append(row.file.name)
    return [replace(said, files=tuple(files)) for (_, said), files in found.items()]


def _of(row: BankEntry) -> Said:
    return Said(
        said=row.said,
        amount_minor=row.amount_minor,
        currency=row.currency or row.bank_account.currency,
        credit=row.credit,
        booked_on=row.booked_on,
        reference=row.reference or "",
        reason=row.reason or "",
        text=row.text or "",
        files=(),
    )
