"""Writes the file that orders a confirmed move from the bank, keeps it, and sends it: once.

As with a run: bytes are kept before anything leaves, so that a crash repeats bytes under one message id, never money.
"""

from datetime import date, datetime
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action
from ceiba.audit.services import event_record
from ceiba.core.banking import ORDERS, Order
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.savings import MoveState
from ceiba.jobs.queue import Deferred, job_defer
from ceiba.payments.services.outbox import one_sender, order_file_deliver, order_file_write, own_account
from ceiba.rails.registry import rail
from ceiba.savings.models import Move, MoveFile
from ceiba.savings.selectors.moves import message_of
from ceiba.savings.services.moves import check_may

SEND_TASK: Final = "savings_move.send"
NOT_SENT: Final = "savings_move.not_sent"  # an event; its detail says why, in every language
_CONCEPT_MAX: Final = 140

register_messages(
    {
        "move.not_confirmed": {
            "es": "Un traslado se envía cuando otra persona lo confirmó, y mientras no esté asentado ni cancelado.",
            "en": "A move is sent once another person has confirmed it, while it is neither booked nor cancelled.",
        },
        "move.sent": {
            "es": "Este traslado ya se envió al banco; no se envía dos veces.",
            "en": "This move has been sent to the bank already; it is not sent twice.",
        },
        "move.no_scheme": {
            "es": "El banco de {source} no paga por archivo a la cuenta {target}. Haga el traslado en su portal y "
            "asiéntelo con la referencia.",
            "en": "The bank of {source} does not pay account {target} by file. Make the move on its website and book "
            "it with the reference.",
        },
    }
)


@transaction.atomic
def move_send_ask(*, move_id: int, actor: User, at: datetime) -> Deferred:
    """Have the file of a confirmed move written and sent by the worker; asked twice, it is done once.

    Raises CeibaError (move.*).
    """
    move = _confirmed(move_id)
    check_may(actor, Action.RELEASE_RUN, move.programme_id)
    if MoveFile.objects.filter(move=move, sent_at__isnull=False).exists():
        raise CeibaError(Problem("move.sent"))
    if move.target.scheme not in rail(move.source.rail, move.source.asks).schemes:
        values = {"source": move.source.code, "target": move.target.code}
        raise CeibaError(Problem("move.no_scheme", values=values))
    key = f"savings move {move.pk}"
    asked = job_defer(
        task=SEND_TASK, key=key, lock=key, arguments={"move": move.pk, "execute_on": at.date().isoformat()}
    )
    if asked.is_new:
        event_record(
            actor=actor,
            action="savings_move.asked",
            subject=f"savings_move:{move.pk}",
            detail={"job": asked.job},
        )
    return asked


def move_send(*, move_id: int, execute_on: date, at: datetime) -> MoveFile:
    """Write what is not written, and send what is not sent, of a confirmed move; as often as it takes.

    Raises CeibaError (move.*, rail.*, payment_files.another).
    """
    with one_sender(f"savings move {move_id}"):
        file = _written(move_id, execute_on, at)
        order_file_deliver(file.move.source, file.name, file.sha256)
        if file.sent_at is None:
            _sent(file, at)
    return file


@transaction.atomic
def _written(move_id: int, execute_on: date, at: datetime) -> MoveFile:
    """The file of a move, written unless it is there. From then on only the bank's word cancels the move."""
    move = _confirmed(move_id)
    found = MoveFile.objects.filter(move=move).first()
    if found is not None:
        found.move = move
        return found
    assert move.confirmed_at is not None  # noqa: S101 - a confirmed move has its time
    message = message_of(move)
    order = Order(message, move.confirmed_at.replace(microsecond=0), execute_on, own_account(move.source))
    one = order_file_write(move.source, [_orders(move, message)], order)
    event_record(
        actor=None,
        action="savings_move.written",
        subject=f"savings_move:{move.pk}",
        detail={"message": one.message, "sha256": one.sha256},
    )
    return MoveFile.objects.create(
        move=move, message=one.message, name=one.name, sha256=one.sha256, execute_on=execute_on, written_at=at
    )


@transaction.atomic
def _sent(file: MoveFile, at: datetime) -> None:
    file.sent_at = at
    file.save(update_fields=["sent_at"])
    event_record(
        actor=None,
        action="savings_move.sent",
        subject=f"savings_move:{file.move_id}",
        detail={"message": file.message, "sha256": file.sha256},
    )


def _confirmed(move_id: int) -> Move:
    """The move, locked; raises CeibaError (move.not_confirmed) when it is at another step."""
    move = (
        Move.objects.select_for_update(of=("self",))
        .select_related("source", "target", "programme")
        .get(pk=move_id)
    )
    if move.state != MoveState.CONFIRMED:
        raise CeibaError(Problem("move.not_confirmed"))
    return move


def _orders(move: Move, message: str) -> pl.DataFrame:
    """The one order (`ORDERS`) of a move."""
    row = {
        "end_to_end_id": message,
        "amount_minor": move.amount_minor,
        "name": move.target.holder,
        "scheme": move.target.scheme,
        "account": move.target.number,
        "bank": move.target.bank or None,
        "concept": f"Ahorros {move.programme.name['es']} {move.cause}"[:_CONCEPT_MAX],
    }
    return ORDERS.check(pl.DataFrame([row], schema=ORDERS.dtypes))
