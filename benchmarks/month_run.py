"""Database to database: facts read, decided, listed, sealed, outcomes and payment lines written, indexes in place.

    PYTHONPATH=src:. .venv/bin/python benchmarks/month_run.py [--rows 1000000]

Makes a database of its own with so many participants and their facts of one month, then times the run of the month
from there, as the twelfth month of everyone: each has a service record of eleven. Baseline in the same run: the same determinations and lines written by Django's bulk_create, on a sample,
EXTRAPOLATED.
"""

import argparse
import itertools
import os
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.measure import peak_mb
from benchmarks.snapshots import CHUNK, chunk

from ceiba.postgres.server import Server

DATA = Path("var/benchmarks").resolve()
MONTH = date(2026, 3, 1)
SAMPLE = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    prepare_django()
    run = prepare_month(rows)
    before = peak_mb()
    from ceiba.core.kernel.month import Month
    from ceiba.runs.services import month_run

    marks: list[tuple[str, float]] = []
    started = time.perf_counter()
    month_run(
        programme="ca", month=Month.of(MONTH), now=datetime.now(UTC),
        progress=lambda stage: marks.append((stage, time.perf_counter())),
    )  # fmt: skip
    marks.append(("", time.perf_counter()))
    for (stage, at), (_, until) in itertools.pairwise(marks):
        print(f"  {stage:10}{until - at:8.2f} s")
    ended = dict(marks)["counted"]  # the service records follow when the month is sealed and payable
    print(f"{rows:,} participants: {ended - started:.2f} s, {rows / (ended - started):,.0f}/s, peak {peak_mb():,.0f} MB "
          f"({before:,.0f} MB before)")  # fmt: skip
    baseline = orm_baseline(run)
    print(f"bulk_create of the same rows: {baseline * rows:,.0f} s EXTRAPOLATED from {SAMPLE:,} rows "
          f"({baseline * rows / (ended - started):,.1f}x)")  # fmt: skip


def settle() -> None:
    """Leave no work of the preparation to be done during the measured time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def prepare_django() -> None:
    Server(DATA / "postgres").stop()
    shutil.rmtree(DATA, ignore_errors=True)
    os.environ["CEIBA_DATA_DIR"] = str(DATA)
    os.environ["CEIBA_DATABASE_URL"] = Server(DATA / "postgres").start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ceiba.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def prepare_month(rows: int) -> Any:
    """Participants, facts and a run that has reached its snapshot."""
    from ceiba.frames.postgres import copy_frame, execute
    from ceiba.rulebook.folder import folder_files
    from ceiba.rulebook.services import rulebook_publish
    from ceiba.runs.models import Run, RunState

    version = rulebook_publish(files=folder_files(Path("programmes/ca")), actor=None, at=datetime.now(UTC))
    run = Run.objects.create(
        programme_id="ca", month=MONTH, rulebook=version, state=RunState.SNAPSHOT,
        cutoff=datetime(2026, 4, 5, 6, tzinfo=UTC), started_at=datetime.now(UTC),
    )  # fmt: skip
    execute("INSERT INTO registry_area (code, level, name) SELECT 'GT-0' || g, 'municipality', 'M' || g"
            " FROM generate_series(101, 440) g")  # fmt: skip
    for first in range(0, rows, CHUNK):
        facts = chunk(first, min(CHUNK, rows - first), 1)
        people = facts.select(
            id="participant_id", code=pl.lit("P") + pl.col("participant_id").cast(pl.String), given_names=pl.lit("Ana"),
            family_names=pl.lit("Caal"), birth_date=pl.lit(date(1980, 1, 1)), sex=pl.lit("F"), language=pl.lit("es"),
            phone=pl.lit(""), area_id="area", search_text=pl.lit("ana caal"),
        )  # fmt: skip
        copy_frame(people, "registry_participant")
        stored = facts.rename({"area": "area_code", "group": "group_code"}).with_columns(
            programme_id=pl.lit("ca"), month=pl.lit(MONTH), revision=pl.lit(0), run_id=pl.lit(run.pk)
        )
        copy_frame(stored, "facts_monthfacts")
        records = facts.select(
            "participant_id", programme_id=pl.lit("ca"), first_month=pl.lit(date(2025, 4, 1)),
            last_month=pl.lit(date(2026, 2, 1)), marks=pl.lit("AAAAAHAAAAA"), months_decided=pl.lit(11),
            months_accepted=pl.lit(10), months_missed_running=pl.lit(0), break_months_longest=pl.lit(1),
        )  # fmt: skip
        copy_frame(records, "service_record_servicerecord")
    settle()
    return run


def orm_baseline(run: Any) -> float:
    """Seconds a row for bulk_create of determinations and lines like the ones written, rolled back afterwards."""
    from django.db import connection, transaction

    from ceiba.determinations.models import Determination
    from ceiba.payments.models import PaymentLine

    def copies(model: Any) -> list[Any]:
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "pk"]
        made = []
        for row in model.objects.filter(run=run).order_by("participant_id").values(*names)[:SAMPLE]:
            made.append(model(**row | {"programme_id": "zz"}))
        return made

    determinations, lines = copies(Determination), copies(PaymentLine)
    with transaction.atomic():
        with connection.cursor() as cursor:  # the guards would refuse copies that follow from nothing
            cursor.execute("ALTER TABLE determinations_determination DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE payments_paymentline DISABLE TRIGGER USER")
        started = time.perf_counter()
        Determination.objects.bulk_create(determinations, batch_size=1_000)
        PaymentLine.objects.bulk_create(lines, batch_size=1_000)
        seconds = time.perf_counter() - started
        transaction.set_rollback(True)
    return seconds / SAMPLE


if __name__ == "__main__":
    main()
