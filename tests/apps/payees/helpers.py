"""Accounts of a small country: proposed by an office, confirmed by the treasury."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.accounts.models import User
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.payees import clabe_check_digit
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.payees.models import PayeeAccount
from ceiba.payees.services import account_propose, accounts_confirm, accounts_import, accounts_preview

NOW = datetime(2026, 11, 16, 15, tzinfo=UTC)
TODAY = NOW.date()
GUATEMALA = "GT82TRAJ01020000001210029690"
USUAL = {"scheme": "phone", "number": "+502 5555-0000", "cause": "first", "document": "Carta 14"}


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def clabe(number: int) -> str:
    """A whole CLABE of a made-up account."""
    body = f"012180{number:011d}"
    digit = pl.DataFrame({"n": [body]}).select(clabe_check_digit(pl.col("n"))).item()
    return f"{body}{digit}"


def propose(code: str, actor: User, now: datetime = NOW, **cells: str) -> PayeeAccount:
    return account_propose(cells=USUAL | {"participant": code} | cells, actor=actor, now=now)


def used(code: str, by: User, confirmed_by: User, now: datetime = NOW, **cells: str) -> PayeeAccount:
    """An account proposed and confirmed at once."""
    made = propose(code, by, now, **cells)
    accounts_confirm(accounts=[made.pk], actor=confirmed_by, now=now)
    made.refresh_from_db()
    return made


def sheet_file(folder: Path, *rows: dict[str, str], name: str = "payee_accounts.csv") -> Path:
    path = folder / name
    empty = dict.fromkeys(PAYEE_ACCOUNTS.schema.names, "")
    pl.DataFrame([empty | USUAL | row for row in rows]).write_csv(path)
    return path


def take(path: Path, actor: User, **more: Any) -> Any:
    return accounts_import(path=path, name=path.name, now=NOW, actor=actor, **more)


def refused(path: Path, actor: User) -> list[tuple[int | None, str | None, str]]:
    """Row, column and code of each problem, by preview and import alike; nothing of a number is said."""
    try:
        seen = accounts_preview(path=path, name=path.name, today=TODAY, actor=actor).problems
    except CeibaError as error:
        seen = error.problems
    try:
        take(path, actor)
    except CeibaError as error:
        assert [p.text("es") for p in error.problems] == [p.text("es") for p in seen]
        assert [p.text("en") for p in error.problems] == [p.text("en") for p in seen]
        return [(p.where.row, p.where.column, p.code) for p in error.problems]
    raise AssertionError(f"taken in, in spite of {seen}")


def codes(error: CeibaError) -> set[str]:
    return {problem.code for problem in error.problems}
