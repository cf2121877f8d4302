"""Takes in a bank's files: each once, whole or not at all, byte for byte beside what was read from it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.blobs.drafts import Draft, drafted
from ceiba.core.banking import ENTRIES
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.frames import Column
from ceiba.core.kernel.identity import NEAR_DIGITS, row_ids
from ceiba.core.matching import TOLD
from ceiba.frames.postgres import analyze, copy_frame
from ceiba.ledger.models import BankAccount
from ceiba.rails.base import Balance, Rail, States
from ceiba.rails.registry import rail
from ceiba.reconciliation.models import BankEntry, BankFile, StatedBalance
from ceiba.reconciliation.selectors.files import contents_known
from ceiba.reconciliation.services.one_by_one import bank_account_lock, next_number

register_messages(
    {
        "bank_file.other_account": {
            "es": "El archivo habla de la cuenta terminada en {other} y usted eligió la cuenta {chosen}. "
            "Elija la cuenta de la que es, o pida al banco el archivo de esta.",
            "en": "The file speaks of the account ending in {other}, and you chose account {chosen}. "
            "Choose the account that it is of, or ask the bank for this one's.",
        },
        "bank_file.empty": {
            "es": "El archivo no dice nada de ningún pago ni movimiento. Pida al banco el que corresponde.",
            "en": "The file says nothing of any payment or movement. Ask the bank for the right one.",
        },
    }
)

_READ: Final = TOLD.extended(
    "bank entries read",
    (
        Column("content", pl.String),
        Column("payment", pl.String, nullable=True),
    ),
)
_OURS: Final = "^[0-9A-F]{32}$"
_MANY: Final = 10_000


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in. `again`: it had been before, and nothing was changed."""

    file: BankFile
    again: bool = False


def bank_file_take(
    *, path: Path, name: str, bank_account: BankAccount, actor: User | None, at: datetime, keep: bool = True
) -> Taken:
    """Take in the file at `path`, which its sender calls `name`: all that it says, or nothing.

    The same bytes again change nothing, whatever they are called. `keep` False leaves the bytes out of the store: for
    a preview, which is undone. Raises CeibaError (file.too_big, rail.*, bank_file.*).
    """
    _check_size(path, name)
    with drafted(path, name) as draft:
        kept = False  # whether the bytes must go again when nothing comes of it
        try:
            with transaction.atomic():
                bank_account_lock(bank_account)
                if (before := BankFile.objects.filter(sha256=draft.sha256).first()) is not None:
                    return Taken(before, again=True)
                file = _stored(draft, bank_account, actor, at)
                kept = keep and draft.keep()
            kept = False
        except BaseException:
            if kept:
                draft.forget()
            raise
    return Taken(file)


def _check_size(path: Path, name: str) -> None:
    """Refuse a file that is too big before a byte of it is copied."""
    if path.stat().st_size > settings.UPLOAD_BYTES_MAX:
        megabytes = 1_000_000
        values = {"size": path.stat().st_size // megabytes, "limit": settings.UPLOAD_BYTES_MAX // megabytes}
        raise CeibaError(Problem("file.too_big", Where(file=name), values))


def _stored(draft: Draft, account: BankAccount, actor: User | None, at: datetime) -> BankFile:
    number, added = next_number(BankFile), 0
    contents: list[pl.Series] = []
    days: set[date] = set()
    reader = rail(account.rail, account.asks)
    balances = _balances(reader, draft, account)
    for rows in _read(reader, draft, account, is_statement=bool(balances)):
        # A part at a time, while what follows is being read. Nobody else writes of this account: it is locked.
        new = rows.filter(~pl.col("content").is_in(contents_known(rows["content"])))
        keys = {"file_id": pl.lit(number), "bank_account_id": pl.lit(account.pk)}
        added += copy_frame(new.with_columns(**keys), BankEntry._meta.db_table)
        contents.append(rows["content"])
        days.update(rows.filter("booked")["booked_on"].drop_nulls().unique())
    if not contents and not balances:
        raise CeibaError(Problem("bank_file.empty", Where(file=draft.name)))
    if added >= _MANY:
        analyze(
            "reconciliation_bankentry", "payment", "file_id", "bank_account_id", "batch", "message", "booked"
        )
    file = BankFile.objects.create(
        pk=number,
        bank_account=account,
        rail=account.rail,
        name=draft.name[:200],
        sha256=draft.sha256,
        size_bytes=draft.size_bytes,
        entries=pl.concat(contents).n_unique() if contents else 0,
        added=added,
        stated_until=max(days, default=None),
        taken_at=at,
        taken_by=actor,
    )
    StatedBalance.objects.bulk_create(
        StatedBalance(file=file, bank_account=account, on=each.on, balance_minor=each.balance_minor)
        for each in balances
    )
    event_record(
        actor=actor,
        action="bank_file.taken",
        subject=f"bank file {file.pk}",
        detail={"sha256": file.sha256, "entries": file.entries, "added": file.added},
    )
    return file


def _read(reader: Rail, draft: Draft, account: BankAccount, *, is_statement: bool) -> Iterator[pl.DataFrame]:
    """The file's entries (`_READ`), as the account's rail reads them.

    What a statement repeats of a notice is another content: that it is on the statement is news.
    """
    with closing(draft.path.open("rb")) as opened:
        for frame in reader.read(opened, draft.name):
            rows = ENTRIES.check(frame).unique().with_columns(stated=pl.lit(is_statement))
            _check_account(rows["own_account"], account, draft.name)
            code = pl.Series([account.code]).new_from_index(0, rows.height)
            payment = rows.select(pl.when(pl.col("end_to_end_id").str.contains(_OURS)).then("end_to_end_id"))
            # Beside its payment's in the index: a bank books in about the order in which it was asked to pay.
            near = payment.to_series().str.head(NEAR_DIGITS).str.to_lowercase()
            content = row_ids("bank entry content", code, *rows.iter_columns(), near=near)
            yield rows.with_columns(content=content, payment=payment.to_series()).select(_READ.names)


def _balances(reader: Rail, draft: Draft, account: BankAccount) -> list[Balance]:
    """What the file says there is on the account, on a rail that says so."""
    if not isinstance(reader, States):
        return []
    with closing(draft.path.open("rb")) as opened:
        found = list(reader.balances(opened, draft.name))
    _check_account(pl.Series([each.own_account for each in found], dtype=pl.String), account, draft.name)
    return found


def _check_account(named: pl.Series, account: BankAccount, name: str) -> None:
    """Refuse what is of an account that was not chosen: its money would be booked on the wrong one."""
    others = named.drop_nulls().unique().str.replace_all(r"\s", "")
    other = others.filter(others != account.number)
    if other.len():
        values = {"other": other[0][-4:], "chosen": account.code}
        raise CeibaError(Problem("bank_file.other_account", Where(file=name), values))
