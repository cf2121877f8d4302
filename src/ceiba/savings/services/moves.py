"""Brings the cash behind savings to where they are held: an order of two people, until the bank shows it."""

from datetime import date, datetime

import polars as pl
from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, SETTLEMENTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.core.savings import MOVE_NEXT, MoveState
from ceiba.ledger.lock import books_lock
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import account, bank_accounts
from ceiba.ledger.services import accounts_open, transfers_book, transfers_settle
from ceiba.savings.models import Move, MoveFile, MoveName
from ceiba.savings.selectors.proof import sources_of
from ceiba.savings.selectors.reach import reaches

register_messages(
    {
        "move.not_allowed": {
            "es": "Su cuenta no puede dar este paso: ordena y confirma la tesorería, y pagos lo asienta cuando el "
            "banco lo muestra.",
            "en": "Your account cannot take this step: the treasury orders and confirms, and payments books it when "
            "the bank shows it.",
        },
        "move.same_person": {
            "es": "Usted ordenó este traslado; lo confirma otra persona.",
            "en": "You ordered this; somebody else confirms it.",
        },
        "move.turn": {
            "es": "El traslado ya está en otro paso; vuelva a cargar la página.",
            "en": "It is at another step already; load the page again.",
        },
        "move.no_account": {
            "es": "El programa necesita una cuenta de banco en {currency} que guarde ahorros, y otra que pague.",
            "en": "The programme needs a bank account in {currency} that holds savings, and another that pays.",
        },
        "move.at_bank": {
            "es": "El archivo ya está escrito para el banco: solo su respuesta cancela el traslado. "
            "Pregúntele y cargue el archivo que mande.",
            "en": "Its file is written for the bank: only the bank's answer cancels it. Ask it, and take in the file "
            "that it sends.",
        },
        "move.reference": {
            "es": "Escriba la referencia del estado de cuenta, o por qué se cancela.",
            "en": "Write the reference of the bank's statement, or why it is cancelled.",
        },
    }
)


@transaction.atomic
def move_order(*, programme: str, cause: str, actor: User, at: datetime) -> Move:
    """Order the cash of what was saved (`cause` of a `Source`) into the account that holds savings.

    Raises CeibaError (move.*) when the actor may not, it is ordered already, or an account is missing.
    """
    check_may(actor, Action.APPROVE_RUN, programme)
    found = next((each for each in sources_of(programme) if each.cause == cause and each.move is None), None)
    if found is None:
        raise CeibaError(Problem("move.turn"))
    accounts = [each for each in bank_accounts(programme) if each.currency == found.currency]
    holds = next((each for each in accounts if each.holds_savings), None)
    paying = [each for each in accounts if not each.holds_savings]
    source = next(
        (each for each in paying if each.pk == found.bank_account_id), paying[0] if paying else None
    )
    if holds is None or source is None:
        raise CeibaError(Problem("move.no_account", values={"currency": found.currency}))
    try:
        with transaction.atomic():
            move = Move.objects.create(
                programme_id=programme,
                currency=found.currency,
                cause=cause,
                amount_minor=found.amount_minor,
                source=source,
                target=holds,
                ordered_by=actor,
                ordered_at=at,
            )
    except IntegrityError as error:
        raise CeibaError(Problem("move.turn")) from error
    _told(move, actor)
    return move


@transaction.atomic
def move_confirm(*, move_id: int, actor: User, at: datetime) -> Move:
    """Confirm an order of another's: from then on it is in transit. Raises CeibaError (move.*)."""
    move = _in_turn(move_id, MoveState.CONFIRMED, Action.RELEASE_RUN, actor)
    if move.ordered_by_id == actor.pk:
        raise CeibaError(Problem("move.same_person"))
    transfer = _transfer(move)
    transfers_book(transfers=transfer, cause=f"move {move.pk}", at=at)
    move.state, move.confirmed_by, move.confirmed_at = MoveState.CONFIRMED, actor, at
    move.transfer_id = transfer["id"].item()
    move.save(update_fields=["state", "confirmed_by", "confirmed_at", "transfer_id"])
    _told(move, actor)
    return move


@transaction.atomic
def move_book(*, move_id: int, reference: str, actor: User, at: datetime) -> Move:
    """Book what the bank's statement shows under `reference`. Raises CeibaError (move.*)."""
    move = _in_turn(move_id, MoveState.BOOKED, Action.RECONCILE, actor)
    return _ended(move, MoveState.BOOKED, reference, actor, at)


@transaction.atomic
def move_name(
    *, move_id: int, account: BankAccount, reference: str, booked_on: date, actor: User, at: datetime
) -> MoveName:
    """Write down what a bank calls its end of a move that no file ordered. Raises CeibaError (move.*)."""
    move = _locked(move_id)
    check_may(actor, Action.RECONCILE, move.programme_id)
    ends = (move.source_id, move.target_id)
    is_open = move.state in (MoveState.CONFIRMED, MoveState.BOOKED) and account.pk in ends
    if not is_open or MoveFile.objects.filter(move=move).exists():
        raise CeibaError(Problem("move.turn"))
    try:
        with transaction.atomic():
            return MoveName.objects.create(
                move=move,
                bank_account=account,
                reference=reference,
                booked_on=booked_on,
                named_by=actor,
                named_at=at,
            )
    except IntegrityError as error:
        raise CeibaError(Problem("move.turn")) from error


@transaction.atomic
def move_shown(*, move_id: int, reference: str, at: datetime) -> Move | None:
    """Book a move both of whose ends the banks have shown, unless a person has: then there is nothing left to do."""
    move = _locked(move_id)
    if move.state != MoveState.CONFIRMED:
        return None
    return _ended(move, MoveState.BOOKED, reference, None, at)


@transaction.atomic
def move_rejected(*, move_id: int, reason: str, at: datetime) -> Move | None:
    """Cancel a move that the bank says it will not carry out: it can be ordered anew."""
    move = _locked(move_id)
    if move.state != MoveState.CONFIRMED:
        return None
    return _ended(move, MoveState.CANCELLED, reason, None, at)


@transaction.atomic
def move_cancel(*, move_id: int, why: str, actor: User, at: datetime) -> Move:
    """Cancel an order that the bank has not carried out; it can be ordered anew. Raises CeibaError (move.*)."""
    move = _in_turn(move_id, MoveState.CANCELLED, Action.APPROVE_RUN, actor)
    if MoveFile.objects.filter(move=move).exists():
        raise CeibaError(Problem("move.at_bank"))
    return _ended(move, MoveState.CANCELLED, why, actor, at)


def _ended(move: Move, state: MoveState, reference: str, actor: User | None, at: datetime) -> Move:
    if not reference.strip():
        raise CeibaError(Problem("move.reference"))
    if move.transfer_id is not None:
        row = {"transfer_id": str(move.transfer_id), "posted": state == MoveState.BOOKED}
        transfers_settle(
            settlements=pl.DataFrame([row], SETTLEMENTS.dtypes), cause=f"move {move.pk} {state}", at=at
        )
    move.state, move.ended_by, move.ended_at, move.reference = state, actor, at, reference.strip()[:80]
    move.save(update_fields=["state", "ended_by", "ended_at", "reference"])
    _told(move, actor)
    return move


def _locked(move_id: int) -> Move:
    """The move, locked after the books: a matching that books it asks for them in this order, too."""
    books_lock()
    return Move.objects.select_for_update(of=("self",)).select_related("source", "target").get(pk=move_id)


def _in_turn(move_id: int, to: MoveState, action: Action, actor: User) -> Move:
    move = _locked(move_id)
    check_may(actor, action, move.programme_id)
    if to not in MOVE_NEXT[MoveState(move.state)]:
        raise CeibaError(Problem("move.turn"))
    return move


def check_may(actor: User, action: Action, programme: str) -> None:
    """Raises CeibaError (move.not_allowed) when the actor's role or areas do not reach that far."""
    if not may(actor, action) or not reaches(programme, scope_of(actor)):
        raise CeibaError(Problem("move.not_allowed"))


def _transfer(move: Move) -> pl.DataFrame:
    """The pending transfer (`TRANSFERS`) of an order."""
    row = {
        "id": row_ids("saving_moved", pl.Series([f"{move.programme_id}:{move.pk}"])).item(),
        "kind": TransferKind.SAVING_MOVED.value,
        "debit_id": _account_id(move, move.target),
        "credit_id": _account_id(move, move.source),
        "amount_minor": move.amount_minor,
        "currency": move.currency,
        "pending": True,
    }
    return pl.DataFrame([row], TRANSFERS.dtypes)


def _account_id(move: Move, bank: BankAccount) -> int:
    """The ledger's account of a bank account, opened if this is the first that moves on it."""
    code = account_code(move.programme_id, move.currency, AccountKind.BANK, bank.code)
    row = {
        "code": code,
        "kind": "bank",
        "programme": move.programme_id,
        "currency": move.currency,
        "subject": bank.code,
    }
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    return account(move.programme_id, move.currency, AccountKind.BANK, bank.code).pk


def _told(move: Move, actor: User | None) -> None:
    event_record(
        actor=actor,
        action=f"savings_move.{move.state}",
        subject=f"savings_move:{move.pk}",
        detail={"cause": move.cause, "amount_minor": move.amount_minor},
    )
