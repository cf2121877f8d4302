"""Lists of open items, one item with what the bank said, and what payments came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet, Sum

from ceiba.accounts.models import User
from ceiba.accounts.selectors import Scope
from ceiba.core.matching import Kind, Outcome
from ceiba.payments.models import Payment, PaymentRun
from ceiba.reconciliation.models import BankEntry, Explanation, ItemNote, ItemState, OpenItem
from ceiba.reconciliation.selectors.scope import counts_in, items_in

PAGE_ROWS: Final = 50
ENTRIES_MAX: Final = 50
MINE: Final = "mine"
NOBODY: Final = "nobody"
AGES: Final = (7, 30, 90)
_ORDER: Final = list(Outcome)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of items is asked for; empty: all."""

    state: str = ItemState.OPEN.value
    kind: str = ""
    owner: str = ""
    account: str = ""
    older: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        """The filters of a query string; what is none of the choices counts for nothing."""
        state, kind, owner = (asked.get(name, "") for name in ("state", "kind", "owner"))
        older = asked.get("older", "")
        return cls(
            "" if state == "all" else state if state in ItemState.values else ItemState.OPEN.value,
            kind if kind in list(Kind) else "",
            owner if owner in (MINE, NOBODY) else "",
            asked.get("account", "")[:32],
            int(older) if older in map(str, AGES) else 0,
        )


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of items, the number after which the next begins (None on the last), and sums of all, by currency."""

    rows: tuple[OpenItem, ...]
    next: int | None
    count: int
    sums: Mapping[str, int]


def items_page(scope: Scope, user: User, filters: Filters, now: datetime, after: int = 0) -> ItemPage:
    """Items within the scope, those that have waited longest first."""
    rows = _filtered(items_in(scope), user, filters, now)
    sums = rows.order_by().values_list("currency").annotate(Sum("amount_minor"))
    found = tuple(rows.filter(pk__gt=after).order_by("pk")[: PAGE_ROWS + 1])
    following = found[PAGE_ROWS - 1].pk if len(found) > PAGE_ROWS else None
    return ItemPage(found[:PAGE_ROWS], following, rows.count(), {code: int(minor) for code, minor in sums})


def _filtered(rows: QuerySet[OpenItem], user: User, filters: Filters, now: datetime) -> QuerySet[OpenItem]:
    chosen = Q()
    if filters.state:
        chosen &= Q(state=filters.state)
    if filters.kind:
        chosen &= Q(kind=filters.kind)
    if filters.account:
        chosen &= Q(bank_account__code=filters.account)
    if filters.owner:
        chosen &= Q(owner=user) if filters.owner == MINE else Q(owner=None)
    if filters.older:
        chosen &= Q(found_at__lte=now - timedelta(days=filters.older))
    return rows.filter(chosen)


@dataclass(frozen=True, slots=True)
class Open:
    """How many items of an account are open, by currency how much, and how many have no owner."""

    count: int
    unowned: int
    sums: Mapping[str, int]


def open_now(scope: Scope, account: str) -> Open:
    """What is open of an account within the scope."""
    rows = items_in(scope).filter(state=ItemState.OPEN, bank_account__code=account).order_by()
    found = rows.values_list("currency").annotate(
        count=Count("pk"), minor=Sum("amount_minor"), unowned=Count("pk", filter=Q(owner=None))
    )
    listed = list(found)
    return Open(
        sum(count for _, count, _, _ in listed),
        sum(unowned for *_, unowned in listed),
        {currency: int(minor) for currency, _, minor, _ in listed},
    )


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How many payments of a run came to an outcome, and how much of it moved."""

    outcome: str
    payments: int
    amount_minor: int
    left_minor: int
    back_minor: int


@dataclass(frozen=True, slots=True)
class RunOutcomes:
    """A run and what its payments came to, within the scope; in the order of `Outcome`."""

    run: PaymentRun
    outcomes: tuple[RunOutcome, ...]

    @property
    def payments(self) -> int:
        """All of them."""
        return sum(each.payments for each in self.outcomes)

    @property
    def amount_minor(self) -> int:
        """As ordered."""
        return sum(each.amount_minor for each in self.outcomes)


def run_outcomes(scope: Scope, account: str, most: int) -> list[RunOutcomes]:
    """The newest runs of an account that were matched, and what their payments came to."""
    rows = counts_in(scope).filter(bank_account__code=account).order_by()
    sums = rows.values_list("run_id", "outcome").annotate(
        Sum("payments"), Sum("amount_minor"), Sum("left_minor"), Sum("back_minor")
    )
    by_run: dict[int, list[RunOutcome]] = {}
    for run, outcome, *numbers in sums:
        by_run.setdefault(run, []).append(RunOutcome(outcome, *map(int, numbers)))
    runs = PaymentRun.objects.filter(pk__in=by_run).order_by("-month", "-pk")[:most]
    return [
        RunOutcomes(run, tuple(sorted(by_run[run.pk], key=lambda each: _ORDER.index(Outcome(each.outcome)))))
        for run in runs
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    """An item with all there is about it: what the bank said, the payment, what was done, what waits."""

    item: OpenItem
    entries: tuple[BankEntry, ...]
    payment: Payment | None
    notes: tuple[ItemNote, ...]
    waiting: Explanation | None


def item_seen(scope: Scope, pk: int) -> Seen | None:
    """An item within the scope; None for one that is not."""
    item = items_in(scope).filter(pk=pk).first()
    if item is None:
        return None
    payment = (
        Payment.objects.filter(participant=item.participant_id, run__bank_account=item.bank_account_id)
        .select_related("run")
        .filter(pk=item.end_to_end_id.lower())
        .first()
        if item.participant_id
        else None
    )
    waiting = item.explanations.filter(confirmed_at=None, withdrawn_at=None)
    return Seen(
        item,
        tuple(_entries(item)),
        payment,
        tuple(item.notes.select_related("by").order_by("pk")),
        waiting.select_related("account", "proposed_by").first(),
    )


def _entries(item: OpenItem) -> QuerySet[BankEntry]:
    """What the bank said about it: of the payment, of the batch, or the entry itself."""
    rows = BankEntry.objects.filter(bank_account=item.bank_account_id).select_related("file")
    if item.kind == Kind.BALANCE:
        return rows.none()
    if item.entry:
        rows = rows.filter(entry=item.entry)
    elif item.end_to_end_id:
        rows = rows.filter(payment=item.end_to_end_id.lower())
    else:
        rows = rows.filter(Q(batch=item.batch) if item.batch else Q(message=item.message), payment=None)
    return rows.order_by("file_id", "booked_on", "entry")[:ENTRIES_MAX]


def age_days(item: OpenItem, today: date) -> int:
    """For how many days it has been known."""
    return (today - item.found_at.date()).days
