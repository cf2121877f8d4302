"""What one person was paid, month by month, and why not."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.determinations.selectors import sealed_months
from ceiba.payments.models import Claim, Hold, LeftOut, Payment, PaymentLine
from ceiba.payments.selectors.run_page import shown_state
from ceiba.registry.selectors import participants_in
from ceiba.rulebook.models import Programme


@dataclass(slots=True)
class PaidMonth:
    """A month's list for one person: what it owes, the payments made of it, what was saved, and what it waits for.

    `waits_for` is where `owed_minor` less what is paid, saved or on its way is: a place of `labels.LIST_PLACE`.
    """

    programme: Programme
    month: date
    owed_minor: int
    payments: list[tuple[Payment, str]] = field(default_factory=list)
    saved_minor: int = 0
    waits_for: str = ""

    @property
    def open_minor(self) -> int:
        """What no live payment and no saving stands for."""
        live = sum(
            each.amount_minor for each, shown in self.payments if shown in ("planned", "unknown", "paid")
        )
        return self.owed_minor - live - self.saved_minor


def person_paid(participant: int, most: int | None = None) -> list[PaidMonth]:
    """The newest months whose list has the person, at most so many, the newest first."""
    months = {month for _, month in sealed_months()}
    lines = PaymentLine.objects.filter(participant=participant, month__in=months)
    found: dict[tuple[str, date], PaidMonth] = {}
    for line in lines.select_related("programme").order_by("-month", "programme"):
        row = found.setdefault((line.programme_id, line.month), PaidMonth(line.programme, line.month, 0))
        row.owed_minor += line.amount_minor
    chosen = dict(list(found.items())[:most])
    for payment in Payment.objects.filter(participant=participant).select_related("run").order_by("attempt"):
        if paid := chosen.get((payment.programme_id, payment.month)):
            paid.payments.append((payment, shown_state(payment, payment.run)))
    for claim in Claim.objects.filter(participant=participant, month__in=months, payment=None, live=True):
        if saved := chosen.get((claim.programme_id, claim.month)):
            saved.saved_minor += claim.amount_minor
    _say_what_is_open(participant, chosen)
    return list(chosen.values())


def holds_of(participant: int) -> list[Hold]:
    """A person's holds, the newest first."""
    rows = Hold.objects.filter(participant=participant).order_by("-pk")
    return list(rows.select_related("placed_by", "lifted_by", "programme"))


def holds_in(scope: Scope, *, lifted: bool, code: str = "") -> QuerySet[Hold]:
    """The holds of people of the scope, in force or lifted, the newest first."""
    rows = Hold.objects.filter(
        participant__in=participants_in(scope).values("pk"), lifted_at__isnull=not lifted
    )
    rows = rows.filter(participant__code__iexact=code) if code else rows
    return rows.select_related("participant__area", "placed_by", "lifted_by", "programme").order_by("-pk")


def hold_in(scope: Scope, pk: int) -> Hold | None:
    """The hold, if its person is within the scope."""
    rows = Hold.objects.filter(participant__in=participants_in(scope).values("pk"))
    return rows.select_related("participant").filter(pk=pk).first()


def _say_what_is_open(participant: int, months: dict[tuple[str, date], PaidMonth]) -> None:
    """Say of each month why the rest of it is in no run, by the same rule as `sql/places.sql`."""
    held = {hold.programme_id for hold in holds_of(participant) if hold.lifted_at is None}
    ends: dict[tuple[str, date], list[tuple[int, str]]] = defaultdict(list)
    left_out = LeftOut.objects.filter(participant=participant).exclude(run__state="cancelled")
    for each in left_out.select_related("run"):
        ends[each.run.programme_id, each.run.month].append((each.run_id, each.reason))
    for key, row in months.items():
        ends[key] += [
            (payment.run_id, payment.state)
            for payment, shown in row.payments
            if shown in ("cancelled", "rejected", "returned")
        ]
        if row.open_minor == 0:
            continue
        row.waits_for = "held" if row.programme.code in held else max(ends[key], default=(0, "no_run"))[1]
