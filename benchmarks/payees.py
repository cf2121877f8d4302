"""Accounts of a whole programme: a file taken in, confirmed, read for a run and opened for its files.

    python benchmarks/payees.py [--people 450000] [--sample 20000]

Against the usual way in Django, on a sample: model instances made with bulk_create, and read one by one. Works in a scratch
database that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
from scratch import scratch_database


def line(name: str, rows: int, work: Callable[[], Any]) -> float:
    """Do the work and say how long it took; rows a second."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    load = os.getloadavg()[0]
    print(
        f"{name:44}{rows:>9,} rows {seconds:7.2f} s {rows / seconds:>10,.0f} rows/s  (load {load:.1f})",
        flush=True,
    )
    return rows / seconds


def accounts_file(folder: Path, people: int, first: int = 0) -> Path:
    """A CSV of a CLABE for each person."""
    from ceiba.core.payees import clabe_check_digit
    from ceiba.core.register import PAYEE_ACCOUNTS

    person = pl.int_range(people)
    body = pl.format("012180{}", (person + first).cast(pl.String).str.zfill(11))
    rows = pl.select(
        participant=pl.format("P-{}", person.cast(pl.String).str.zfill(7)),
        scheme=pl.lit("clabe"), bank=pl.lit(""), body=body, holder=pl.lit(""), cause=pl.lit("first"),
        document=pl.lit("Carta"), expires_on=pl.lit(""),
    ).with_columns(number=pl.col("body") + clabe_check_digit(pl.col("body")).cast(pl.String))  # fmt: skip
    path = folder / f"payee_accounts-{first}.csv"
    rows.select(PAYEE_ACCOUNTS.schema.names).write_csv(path)
    return path


def by_the_orm(sample: int) -> tuple[float, float]:
    """Accounts as instances: made and written, and read with their numbers, a second."""
    from django.db import transaction

    from ceiba.payees.ciphers import opened, sealed
    from ceiba.payees.models import PayeeAccount

    rows = list(PayeeAccount.objects.order_by("pk")[:sample])

    def made() -> None:
        with transaction.atomic():
            for row in rows:
                row.pk, row.participant_id = None, row.participant_id
                row.state, row.usable_from, row.confirmed_by, row.confirmed_at = "proposed", None, None, None
                row.number_cipher = sealed([row.participant_id], pl.Series(["clabe"]), ["1" * 18])[0]
            PayeeAccount.objects.bulk_create(rows, batch_size=5_000)
            transaction.set_rollback(True)

    def read() -> None:
        for row in PayeeAccount.objects.filter(usable_from__isnull=False).order_by("pk")[:sample].iterator():
            opened([row.participant_id], pl.Series([row.scheme]), [bytes(row.number_cipher)])

    return line("  bulk_create", sample, made), line("  one by one", sample, read)


def measure(people: int, sample: int) -> None:
    from django.utils import timezone

    from ceiba.accounts.models import AreaScope, Role, User
    from ceiba.payees.models import PayeeAccount
    from ceiba.payees.selectors import accounts_of, accounts_opened
    from ceiba.payees.services import accounts_confirm, accounts_import

    office, treasury = (
        User.objects.create(username=role, role=role) for role in (Role.OFFICE, Role.TREASURY)
    )
    AreaScope.objects.create(user=office, area_code="GT")
    now, today = timezone.now(), timezone.localdate()
    with tempfile.TemporaryDirectory() as folder:
        path = accounts_file(Path(folder), people)
        take = line(
            "file taken in", people, lambda: accounts_import(path=path, name=path.name, now=now, actor=office)
        )
        ids = list(PayeeAccount.objects.values_list("pk", flat=True))
        line("confirmed", people, lambda: accounts_confirm(accounts=ids, actor=treasury, now=now))
        line("accounts_of", people, lambda: accounts_of(on=today, programme="ca"))
        accounts = accounts_of(on=today)["account_id"]
        opening = line(
            "accounts_opened", people, lambda: sum(part.height for part in accounts_opened(accounts))
        )
        tenth = people // 10
        other = accounts_file(Path(folder), tenth, first=10**9)
        line(
            "a tenth changed: file",
            tenth,
            lambda: accounts_import(path=other, name=other.name, now=now, actor=office),
        )
        waiting = list(PayeeAccount.objects.filter(state="proposed").values_list("pk", flat=True))
        line(
            "a tenth changed: confirmed",
            tenth,
            lambda: accounts_confirm(accounts=waiting, actor=treasury, now=now),
        )
        made, read = by_the_orm(min(sample, people))
    print(
        f"taken in {take / made:.1f} times as fast as bulk_create; opened {opening / read:.1f} times as fast as one by one"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--sample", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, scratch_database(Path(data)) as register:
        register(asked.people)
        measure(asked.people, asked.sample)
