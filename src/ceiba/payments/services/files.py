"""A released run's files: written once, kept, and then sent; in that order, so that a crash repeats bytes, never pay.

    released -> its files are written and kept -> sent, for good: nothing can cancel it -> each file goes out

A file that a crash left half-way is made again with the same bytes under the same message id; the bank refuses the
second of an id by itself, and what was paid stays claimed whatever happens here.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import polars as pl
from django.db import transaction

from ceiba.audit.services import event_record
from ceiba.core.banking import ORDERS, Order
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.payment_run import RunKind, RunState, Step, end_to_end_ids
from ceiba.payees.selectors import accounts_opened
from ceiba.payments.models import PaymentFile, PaymentRun
from ceiba.payments.selectors.runs import ordered_payments
from ceiba.payments.services.outbox import one_sender, order_file_deliver, order_file_write, own_account
from ceiba.rails.base import Written

CONCEPT_MAX: Final = 140

register_messages(
    {
        "payment_files.not_released": {
            "es": "La corrida no está liberada; sus archivos se escriben cuando lo esté.",
            "en": "The run is not released; its files are written once it is.",
        },
        "payment_files.closed_account": {
            "es": "{accounts} cuentas no se abren con la clave de este servidor: revise CEIBA_DOCUMENT_KEY. "
            "No se escribió ningún archivo.",
            "en": "{accounts} accounts do not open with this server's key: look at CEIBA_DOCUMENT_KEY. "
            "No file was written.",
        },
    }
)


def run_send(*, run_id: int, at: datetime) -> PaymentRun:
    """Write what is not written, and send what is not sent, of a released run; as often as it takes.

    Raises CeibaError (payment_files.*, rail.*) when the run is not released, or a file cannot be written or sent.
    """
    with one_sender(f"payment run {run_id}"):
        run = PaymentRun.objects.select_related("bank_account", "programme").get(pk=run_id)
        if run.state not in (RunState.RELEASED, RunState.SENT):
            raise CeibaError(Problem("payment_files.not_released"))
        for part in _parts_unwritten(run):
            _part_write(run, part, at)
        _closed_to_cancelling(run)
        for file in PaymentFile.objects.filter(run=run, sent_at__isnull=True).order_by("part"):
            order_file_deliver(run.bank_account, file.name, file.sha256)
            _file_sent(file, at)
        run.refresh_from_db()
    return run


def _parts_unwritten(run: PaymentRun) -> list[int]:
    asked = run.orders.filter(part__isnull=False).values_list("part", flat=True).distinct()
    written = set(run.files.values_list("part", flat=True))
    return sorted(part for part in asked if part is not None and part not in written)


@transaction.atomic
def _part_write(run: PaymentRun, part: int, at: datetime) -> None:
    """Write one file, keep its bytes, and only then say that it is there. Nobody is taken out of it meanwhile."""
    if PaymentRun.objects.select_for_update().get(pk=run.pk).state not in (RunState.RELEASED, RunState.SENT):
        raise CeibaError(Problem("payment_files.not_released"))
    # The plan has divided the run by the bank's limits already: it is one file.
    one = order_file_write(run.bank_account, _orders(run, part), _order(run, part))
    _file_store(run, part, one, at)
    event_record(
        actor=None,
        action="payment_file.written",
        subject=f"payment_run:{run.pk}",
        detail={"message": one.message, "sha256": one.sha256, "orders": one.count},
    )


def _file_store(run: PaymentRun, part: int, one: Written, at: datetime) -> None:
    PaymentFile.objects.create(
        run=run,
        part=part,
        rail=run.bank_account.rail,
        message=one.message,
        name=one.name,
        sha256=one.sha256,
        orders=one.count,
        amount_minor=one.sum_minor,
        written_at=at,
    )


def _order(run: PaymentRun, part: int) -> Order:
    """What the orders of a file have in common; its time is that of the release, to be written alike again."""
    released = run.steps.get(step=Step.RELEASE).at
    debtor = own_account(run.bank_account)
    return Order(message_of(run, part), released.replace(microsecond=0), run.execute_on, debtor)


def message_of(run: PaymentRun, part: int) -> str:
    """The id under which a bank knows a file: the same whenever it is written."""
    return f"CEIBA{run.pk:09d}P{part:04d}"


def _orders(run: PaymentRun, part: int) -> Iterator[pl.DataFrame]:
    """The orders of a file (`ORDERS`), by payee account; numbers are open only while they are written."""
    payments = ordered_payments(run.pk, part)
    what = "Ahorros " if run.kind == RunKind.WITHDRAWALS else ""
    concept = f"{what}{run.programme.name['es']} {run.month:%Y-%m}"[:CONCEPT_MAX]
    for accounts in accounts_opened(payments["account_id"].to_list()):
        closed = accounts["account"].null_count()
        if closed:
            raise CeibaError(Problem("payment_files.closed_account", values={"accounts": closed}))
        orders = accounts.join(payments, on="account_id", how="inner", maintain_order="left")
        yield ORDERS.check(
            orders.with_columns(
                end_to_end_id=end_to_end_ids(pl.col("payment_id")), name="holder", concept=pl.lit(concept)
            )
        )


@transaction.atomic
def _closed_to_cancelling(run: PaymentRun) -> None:
    """From here on the run is the bank's: before the first byte leaves, never after."""
    locked = PaymentRun.objects.select_for_update().get(pk=run.pk)
    if locked.state == RunState.RELEASED:
        locked.state = RunState.SENT
        locked.save(update_fields=["state"])
    elif locked.state != RunState.SENT:
        raise CeibaError(Problem("payment_files.not_released"))


@transaction.atomic
def _file_sent(file: PaymentFile, at: datetime) -> None:
    PaymentFile.objects.filter(pk=file.pk).update(sent_at=at)
    event_record(
        actor=None,
        action="payment_file.sent",
        subject=f"payment_run:{file.run_id}",
        detail={"message": file.message, "sha256": file.sha256},
    )
