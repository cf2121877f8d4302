"""A file of accounts: looked at first, then the whole of it or nothing. Each row is a proposal of its sender."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, Where
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.core.sheets import listed
from ceiba.frames.postgres import analyze
from ceiba.frames.tabular import Table, check_size, read_table
from ceiba.payees.models import PayeeImport
from ceiba.payees.selectors import import_made
from ceiba.payees.services.rows import Rows, rows_checked, rows_propose
from ceiba.registry.services import file_digest

SAMPLE_ROWS: Final = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would propose, and what stands against it: the first thousand problems, and how many more.

    `sample` is the first rows as they were understood, of numbers the last digits. `earlier` is the import that this
    file made before: then nothing else is filled in.
    """

    rows: int = 0
    proposed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    earlier: PayeeImport | None = None

    @property
    def acceptable(self) -> bool:
        """Whether the file can be taken in."""
        return not self.problems and self.earlier is None


def accounts_preview(*, path: Path, name: str, today: date, actor: User) -> Preview:
    """Say what the file at `path`, called `name`, would propose. Writes nothing.

    Raises CeibaError when there is no table in the file to speak of, or the actor may not propose.
    """
    if earlier := import_made(_digest(path, name)):
        return Preview(earlier=earlier)
    table = _table(path, name)
    with transaction.atomic():
        rows = rows_checked(table.rows, actor=actor, today=today)
    new = rows.new.height
    return Preview(
        rows=rows.typed.height,
        proposed=new,
        unchanged=rows.typed.height - new,
        problems=listed(rows.problems, file=name, headings=table.headings),
        sample=_sample(rows),
    )


def accounts_import(*, path: Path, name: str, now: datetime, actor: User) -> PayeeImport:
    """Propose every row of the file, or nothing; the same file again gives the import that it made.

    Rows that say what is so already propose nothing. Raises CeibaError with every problem found, by row and column.
    """
    digest = _digest(path, name)
    if earlier := import_made(digest):
        return earlier
    table = _table(path, name)
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ceiba payees import'))")
            if earlier := import_made(digest):
                return earlier
            rows = rows_checked(table.rows, actor=actor, today=timezone.localdate(now))
            if rows.problems.height:
                raise CeibaError(listed(rows.problems, file=name, headings=table.headings))
            return _written(rows, name, digest, now, actor)
    except IntegrityError as error:
        raise CeibaError(Problem("payee.conflict", Where(file=name))) from error


def _written(rows: Rows, name: str, digest: str, now: datetime, actor: User) -> PayeeImport:
    new = rows.new.height
    done = PayeeImport.objects.create(
        file_name=name[:200], sha256=digest, rows=rows.typed.height, proposed=new,
        unchanged=rows.typed.height - new, at=now, by=actor,
    )  # fmt: skip
    rows_propose(rows, actor=actor, now=now, source=done.pk)
    analyze("payees_payeeaccount")
    detail = {"sha256": digest, "proposed": new}
    event_record(actor=actor, action="payee.import", subject=f"payee import {done.pk}", detail=detail)
    return done


def _digest(path: Path, name: str) -> str:
    check_size(path, name=name, bytes_max=settings.UPLOAD_BYTES_MAX)
    return file_digest(path)


def _table(path: Path, name: str) -> Table:
    return read_table(path, name=name, columns=PAYEE_ACCOUNTS.columns, bytes_max=settings.UPLOAD_BYTES_MAX)


def _sample(rows: Rows) -> tuple[tuple[str, ...], ...]:
    names = PAYEE_ACCOUNTS.schema.names
    head = rows.typed.head(SAMPLE_ROWS).with_columns(number="…" + pl.col("tail"))
    return tuple(head.select(pl.col(names).cast(pl.String).str.slice(0, 60).fill_null("")).rows())
