"""What people do about open items: take them, write beside them, explain them against the books, close them.

Whoever acts must see the item; the views look. An explanation above the limit for one person moves nothing until a
second one confirms it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import polars as pl
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.identity import row_ids
from ceiba.core.kernel.money import Money
from ceiba.core.ledger import CREDIT_NORMAL, TRANSFERS, AccountKind, TransferKind
from ceiba.core.matching import Direction, Kind
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import Account
from ceiba.ledger.selectors import account
from ceiba.ledger.services import transfers_book
from ceiba.reconciliation.models import Act, Explanation, ItemNote, ItemState, OpenItem
from ceiba.reconciliation.services.closing import runs_close
from ceiba.reconciliation.services.one_by_one import bank_account_lock

register_messages(
    {
        "open_item.not_allowed": {
            "es": "Su cuenta no puede conciliar. Pídalo a un responsable de pagos.",
            "en": "Your account cannot reconcile. Ask a payment officer.",
        },
        "open_item.done": {
            "es": "Esta partida ya no está abierta. Vuelva a cargar la página.",
            "en": "This item is not open any more. Load the page again.",
        },
        "open_item.why": {
            "es": "Escriba por qué: quien lo revise después lo necesitará.",
            "en": "Write why: whoever checks it later will need it.",
        },
        "open_item.not_owner": {
            "es": "La partida es de {owner}. Tómela usted primero.",
            "en": "The item is {owner}'s. Take it first.",
        },
        "open_item.nothing_moved": {
            "es": "En esta partida no se movió dinero: no hay nada que pasar a otra cuenta.",
            "en": "No money moved in this item: there is nothing to move to another account.",
        },
        "open_item.only_the_bank": {
            "es": "Solo la respuesta del banco cierra esta partida. Pregúntele y cargue el archivo que mande.",
            "en": "Only the bank's answer closes this item. Ask it, and take in the file that it sends.",
        },
        "open_item.money_moved": {
            "es": "En esta partida se movió dinero: explíquela contra una cuenta; no se cierra con una nota.",
            "en": "Money moved in this item: explain it against an account; a note does not close it.",
        },
        "open_item.account": {
            "es": "Elija una cuenta del mismo programa y de la misma moneda.",
            "en": "Choose an account of the same programme and currency.",
        },
        "open_item.recorded": {
            "es": "Este movimiento ya está registrado como desembolso o traslado, con la referencia del banco. "
            "Vuelva a conciliar; si el monto o el día no coinciden, corrija el registro.",
            "en": "This movement is recorded already as a disbursement or a move, by the bank's reference. "
            "Match again; if amount or day do not agree, correct the record.",
        },
        "open_item.short": {
            "es": "La cuenta {account} no tiene {amount}. Elija otra, o registre antes lo que falta.",
            "en": "Account {account} does not hold {amount}. Choose another, or enter what is missing first.",
        },
        "open_item.waits": {
            "es": "Ya hay una explicación que espera a una segunda persona.",
            "en": "An explanation is waiting for a second person already.",
        },
        "open_item.second_person": {
            "es": "La propuso usted; la confirma otra persona.",
            "en": "You proposed it; somebody else confirms it.",
        },
    }
)

# No other account at a bank is among them: its own statement says what came to it, and that would be said twice.
EXPLAINS: Final = (
    AccountKind.CHARGES,
    AccountKind.FUND,
    AccountKind.CLEARING,
    AccountKind.INTEREST,
)
EXPLAINED_ELSEWHERE: Final = "explained_elsewhere"  # what the database says (sql/guard.sql)
ONLY_THE_BANK: Final = (Kind.UNKNOWN, Kind.MISSING, Kind.BALANCE, Kind.UNSEEN)


@transaction.atomic
def open_item_own(*, item_id: int, actor: User, at: datetime) -> OpenItem:
    """Make an open item one's own. Raises CeibaError (open_item.*)."""
    item = item_locked(item_id, actor)
    if item.owner_id != actor.pk:
        item.owner = actor
        item.save(update_fields=["owner"])
        _noted(item, Act.OWNED, actor, at)
    return item


@transaction.atomic
def open_item_note(*, item_id: int, text: str, actor: User, at: datetime) -> ItemNote:
    """Write something beside an item, open or not. Raises CeibaError (open_item.*)."""
    if not may(actor, Action.RECONCILE):
        raise CeibaError(Problem("open_item.not_allowed"))
    return _noted(OpenItem.objects.get(pk=item_id), Act.NOTED, actor, at, _why(text))


@transaction.atomic
def open_item_close(*, item_id: int, why: str, actor: User, at: datetime) -> OpenItem:
    """Close an item in which no money moved, because its question was answered elsewhere.

    Raises CeibaError (open_item.*): money moved, only the bank's answer closes it, or somebody else has it.
    """
    item = item_locked(item_id, actor)
    check_owner(item, actor)
    if item.kind in ONLY_THE_BANK:
        raise CeibaError(Problem("open_item.only_the_bank"))
    if item.direction != Direction.NONE or item.left_minor:
        raise CeibaError(Problem("open_item.money_moved"))
    item.state = ItemState.CLOSED
    item.save(update_fields=["state"])
    _noted(item, Act.CLOSED, actor, at, _why(why))
    runs_close(bank_account=item.bank_account, at=at)
    return item


@transaction.atomic
def open_item_explain(*, item_id: int, account_id: int, why: str, actor: User, at: datetime) -> Explanation:
    """Say which account of the ledger the whole of an item belongs to.

    Up to EXPLAINED_ALONE_MINOR it is booked at once, above it when a second person confirms.
    Raises CeibaError (open_item.*).
    """
    item = item_locked(item_id, actor)
    check_owner(item, actor)
    reason = _why(why)
    if not item.left_minor:
        raise CeibaError(Problem("open_item.nothing_moved"))
    if item.explanations.filter(confirmed_at=None, withdrawn_at=None).exists():
        raise CeibaError(Problem("open_item.waits"))
    if not explaining_accounts(item).filter(pk=account_id).exists():
        raise CeibaError(Problem("open_item.account"))
    needs_two = abs(item.left_minor) > settings.EXPLAINED_ALONE_MINOR
    explanation = Explanation.objects.create(
        item=item,
        account_id=account_id,
        amount_minor=item.left_minor,
        why=reason,
        needs_two=needs_two,
        proposed_by=actor,
        proposed_at=at,
    )
    _noted(item, Act.PROPOSED if needs_two else Act.NOTED, actor, at, reason, item.left_minor)
    if not needs_two:
        _booked(explanation, actor, at)
    return explanation


@transaction.atomic
def explanation_confirm(*, explanation_id: int, actor: User, at: datetime) -> Explanation:
    """Book an explanation that another person proposed. Raises CeibaError (open_item.*)."""
    explanation = _waiting(explanation_id, actor)
    if explanation.proposed_by_id == actor.pk:
        raise CeibaError(Problem("open_item.second_person"))
    if explanation.amount_minor != explanation.item.left_minor:
        raise CeibaError(Problem("open_item.done"))  # the bank said more meanwhile
    _booked(explanation, actor, at)
    return explanation


@transaction.atomic
def explanation_withdraw(*, explanation_id: int, why: str, actor: User, at: datetime) -> Explanation:
    """Take back an explanation that waits, one's own or another's. Raises CeibaError (open_item.*)."""
    explanation = _waiting(explanation_id, actor)
    reason = _why(why)
    explanation.withdrawn_at = at
    explanation.save(update_fields=["withdrawn_at"])
    _noted(explanation.item, Act.WITHDRAWN, actor, at, reason)
    return explanation


def explaining_accounts(item: OpenItem) -> QuerySet[Account]:
    """The accounts that an item may be explained against; a person's savings are never among them."""
    bank = item.bank_account
    rows = Account.objects.filter(programme=bank.programme_id, currency=bank.currency, kind__in=EXPLAINS)
    return rows.order_by("kind", "subject")


def _booked(explanation: Explanation, actor: User, at: datetime) -> None:
    """Move the item from suspense to its account. Raises CeibaError (open_item.short)."""
    item, other = explanation.item, explanation.account
    bank = item.bank_account
    suspense = account(bank.programme_id, bank.currency, AccountKind.SUSPENSE, bank.code)
    gone = explanation.amount_minor > 0
    # What left is taken from the account that it belongs to; what came is given to it.
    debit, credit = (other.pk, suspense.pk) if gone else (suspense.pk, other.pk)
    minor = abs(explanation.amount_minor)
    _check_floor(other, minor if _takes_from(other, is_debited=gone) else 0)
    row: Mapping[str, object] = {
        "id": row_ids("explained", pl.Series([explanation.pk])),
        "kind": TransferKind.EXPLAINED.value,
        "debit_id": debit,
        "credit_id": credit,
        "amount_minor": minor,
        "currency": bank.currency,
        "pending": False,
    }
    frame = pl.DataFrame({name: row.get(name) for name in TRANSFERS.names}, schema=TRANSFERS.dtypes)
    transfers_book(transfers=frame, cause=f"open item {item.pk}", at=at)
    _confirmed(explanation, actor, at)
    item.explained_minor += explanation.amount_minor
    item.state = ItemState.EXPLAINED
    item.save(update_fields=["explained_minor", "state"])
    _noted(item, Act.EXPLAINED, actor, at, other.code, explanation.amount_minor)
    runs_close(bank_account=bank, at=at)
    event_record(
        actor=actor,
        action="open_item.explained",
        subject=f"open item {item.pk}",
        detail={"account": other.code, "amount_minor": explanation.amount_minor},
    )


def _confirmed(explanation: Explanation, actor: User, at: datetime) -> None:
    """Raises CeibaError (open_item.recorded) for money that is booked, or will be, by a record of its own."""
    explanation.confirmed_by, explanation.confirmed_at = actor, at
    try:
        with transaction.atomic():
            explanation.save(update_fields=["confirmed_by", "confirmed_at"])
    except IntegrityError as error:
        if EXPLAINED_ELSEWHERE not in str(error):
            raise
        raise CeibaError(Problem("open_item.recorded")) from error


def _takes_from(other: Account, *, is_debited: bool) -> bool:
    """Whether the account has less afterwards, on its own side."""
    return is_debited == (other.kind in CREDIT_NORMAL)


def _check_floor(other: Account, minor: int) -> None:
    books_lock()
    locked = Account.objects.get(pk=other.pk)
    if locked.floor_minor is not None and locked.available_minor - minor < locked.floor_minor:
        values = {"account": locked.subject, "amount": Money(minor, locked.currency)}
        raise CeibaError(Problem("open_item.short", values=values))


def item_locked(item_id: int, actor: User) -> OpenItem:
    """The item, if it is open and the actor may act; no matching finds anything new about it meanwhile.

    Raises CeibaError (open_item.not_allowed, open_item.done).
    """
    if not may(actor, Action.RECONCILE):
        raise CeibaError(Problem("open_item.not_allowed"))
    bank_account_lock(OpenItem.objects.select_related("bank_account").get(pk=item_id).bank_account)
    item = (
        OpenItem.objects.select_for_update(of=("self",))
        .select_related("bank_account", "owner")
        .get(pk=item_id)
    )
    if item.state != ItemState.OPEN:
        raise CeibaError(Problem("open_item.done"))
    return item


def _waiting(explanation_id: int, actor: User) -> Explanation:
    found = Explanation.objects.select_related("account").get(pk=explanation_id)
    found.item = item_locked(found.item_id, actor)
    found.refresh_from_db(fields=["confirmed_at", "withdrawn_at"])
    if found.confirmed_at is not None or found.withdrawn_at is not None:
        raise CeibaError(Problem("open_item.done"))
    return found


def check_owner(item: OpenItem, actor: User) -> None:
    """Raises CeibaError (open_item.not_owner) when somebody else has the item."""
    if item.owner is not None and item.owner_id != actor.pk:
        owner = item.owner.get_full_name() or item.owner.username
        raise CeibaError(Problem("open_item.not_owner", values={"owner": owner}))


def _why(text: str) -> str:
    if not text.strip():
        raise CeibaError(Problem("open_item.why"))
    return text.strip()


def _noted(
    item: OpenItem, act: Act, actor: User, at: datetime, text: str = "", minor: int | None = None
) -> ItemNote:
    return ItemNote.objects.create(item=item, act=act, by=actor, at=at, text=text, amount_minor=minor)
