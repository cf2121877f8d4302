"""Files of orders on their way to a bank: written and kept first, then put where the bank takes them, whole.

Used by runs and by whatever else orders money: what is written again after a crash has the same bytes and message id,
so that the bank refuses the second by itself.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import polars as pl
from django.conf import settings
from django.db import DatabaseError

from ceiba.blobs.store import blob_open, blob_store, write_through
from ceiba.core.banking import Order, OwnAccount, Scheme
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.frames.postgres import execute
from ceiba.ledger.models import BankAccount
from ceiba.rails.base import Written
from ceiba.rails.registry import rail

_COPY_BYTES: Final = 1 << 20

register_messages(
    {
        "payment_files.another": {
            "es": "en la salida hay ya otro archivo con este nombre; apártelo y repita el envío.",
            "en": "another file of this name is in the outbox already; set it aside and send again.",
        },
    }
)


@contextmanager
def one_sender(what: str) -> Iterator[None]:
    """One at a time sends `what`, over all of its transactions; who dies lets go of it with their connection."""
    key = {"key": f"ceiba {what}"}
    execute("SELECT pg_advisory_lock(hashtext(%(key)s))", key)
    try:
        yield
    finally:
        # Of a connection that is broken the server has let go by itself.
        with suppress(DatabaseError):
            execute("SELECT pg_advisory_unlock(hashtext(%(key)s))", key)


def own_account(bank: BankAccount) -> OwnAccount:
    """The account that money leaves from, as a rail names it."""
    return OwnAccount(bank.holder, Scheme(bank.scheme), bank.number, bank.bank or None, bank.currency)


def order_file_write(bank: BankAccount, orders: Iterable[pl.DataFrame], order: Order) -> Written:
    """Write one file of orders (`ORDERS`) by the account's rail and keep its bytes under their hash.

    Raises CeibaError (rail.*) when the rail cannot write them.
    """
    with TemporaryDirectory(dir=_folder("written")) as folder:
        (one,) = rail(bank.rail, bank.asks).write(orders, order, Path(folder))
        _written_through(Path(folder) / one.name)
        blob_store().put(one.sha256, Path(folder) / one.name)
    return one


def order_file_deliver(bank: BankAccount, name: str, sha256: str) -> None:
    """Put the kept bytes into the bank's outbox, whole or not at all; the same again is no change.

    Raises CeibaError (payment_files.another) when another file of the name is there.
    """
    folder = _folder("outbox") / bank.code
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    half = folder / f".{name}.half"
    half.unlink(
        missing_ok=True
    )  # a crash may have left it linked to the file that went out: not to be written over
    with blob_open(sha256) as kept, half.open("wb") as out:
        shutil.copyfileobj(kept, out, _COPY_BYTES)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(half, target)  # refuses to write over what is there
    except FileExistsError:
        if not _same(half, target):
            raise CeibaError(Problem("payment_files.another", Where(file=name))) from None
    finally:
        half.unlink()
    write_through(folder)


def _written_through(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _same(one: Path, other: Path) -> bool:
    """Whether two files hold the same; one that the bank takes away at that moment was ours."""
    try:
        return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
    except FileNotFoundError:
        return True


def _folder(name: str) -> Path:
    folder = Path(settings.DATA_DIR) / "bank" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder
