"""A released run's files: written once, kept, and then sent; in that order, so that a crash repeats bytes, never pay.

    released -> its files are written and kept -> sent, for good: nothing can cancel it -> each file goes out

A file that a crash left half-way is made again with the same bytes under the same message id; the bank refuses the
second of an id by itself, and what was paid stays claimed whatever happens here.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
from django.conf import settings
from django.db import connection, transaction

from ceiba.audit.services import event_record
from ceiba.blobs.store import blob_open, blob_store, write_through
from ceiba.core.banking import ORDERS, Order, OwnAccount, Scheme
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.payment_run import RunKind, RunState, Step, end_to_end_ids
from ceiba.ledger.models import BankAccount
from ceiba.payees.selectors import accounts_opened
from ceiba.payments.models import PaymentFile, PaymentRun
from ceiba.payments.selectors.runs import ordered_payments
from ceiba.rails.base import Written
from ceiba.rails.registry import rail

CONCEPT_MAX: Final = 140
_COPY_BYTES: Final = 1 << 20

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
        "payment_files.another": {
            "es": "en la salida hay ya otro archivo con este nombre; apártelo y repita el envío.",
            "en": "another file of this name is in the outbox already; set it aside and send again.",
        },
    }
)


def run_send(*, run_id: int, at: datetime) -> PaymentRun:
    """Write what is not written, and send what is not sent, of a released run; as often as it takes.

    Raises CeibaError (payment_files.*, rail.*) when the run is not released, or a file cannot be written or sent.
    """
    with _one_at_a_time(run_id):
        return _sent(run_id, at)


@contextmanager
def _one_at_a_time(run_id: int) -> Iterator[None]:
    """The worker, and whoever sends by hand, wait for each other; the lock goes with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [f"ceiba payment files {run_id}"])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [f"ceiba payment files {run_id}"])


def _sent(run_id: int, at: datetime) -> PaymentRun:
    run = PaymentRun.objects.select_related("bank_account", "programme").get(pk=run_id)
    if run.state not in (RunState.RELEASED, RunState.SENT):
        raise CeibaError(Problem("payment_files.not_released"))
    for part in _parts_unwritten(run):
        _part_write(run, part, at)
    _closed_to_cancelling(run)
    for file in PaymentFile.objects.filter(run=run, sent_at__isnull=True).order_by("part"):
        _file_deliver(run.bank_account, file)
        with transaction.atomic():
            PaymentFile.objects.filter(pk=file.pk).update(sent_at=at)
            event_record(
                actor=None,
                action="payment_file.sent",
                subject=f"payment_run:{run.pk}",
                detail={"message": file.message, "sha256": file.sha256},
            )
    run.refresh_from_db()
    return run


def _parts_unwritten(run: PaymentRun) -> list[int]:
    asked = run.orders.filter(part__isnull=False).values_list("part", flat=True).distinct()
    written = set(run.files.values_list("part", flat=True))
    return sorted(part for part in asked if part is not None and part not in written)


def _part_write(run: PaymentRun, part: int, at: datetime) -> None:
    """Write one file, keep its bytes, and only then say that it is there."""
    with TemporaryDirectory(dir=_folder("written")) as folder:
        written = rail(run.bank_account.rail, run.bank_account.asks).write(
            _orders(run, part), _order(run, part), Path(folder)
        )
        (one,) = written  # the plan has divided the run by the bank's limits already
        _written_through(Path(folder) / one.name)
        blob_store().put(one.sha256, Path(folder) / one.name)
    with transaction.atomic():
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
    bank = run.bank_account
    released = run.steps.get(step=Step.RELEASE).at
    debtor = OwnAccount(bank.holder, Scheme(bank.scheme), bank.number, bank.bank or None, bank.currency)
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


def _file_deliver(bank: BankAccount, file: PaymentFile) -> None:
    """Put the kept bytes into the bank's outbox, whole or not at all; the same again is no change."""
    folder = _folder("outbox") / bank.code
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / file.name
    half = folder / f".{file.name}.half"
    with blob_open(file.sha256) as kept, half.open("wb") as out:
        shutil.copyfileobj(kept, out, _COPY_BYTES)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(half, target)  # refuses to write over what is there
    except FileExistsError:
        if not _same(half, target):
            raise CeibaError(Problem("payment_files.another", Where(file=file.name))) from None
    finally:
        half.unlink()
    write_through(folder)


def _written_through(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _folder(name: str) -> Path:
    folder = Path(settings.DATA_DIR) / "bank" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
