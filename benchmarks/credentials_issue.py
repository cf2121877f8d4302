"""100,000 constancias through the database: who is to have one is asked by the rules, each card signed, all written.

    PYTHONPATH=src:.:benchmarks python benchmarks/credentials_issue.py [--people 100000] [--sample 1000]

What is kept is signed at issue: the card, with an Ed25519 key and with one of P-256. The other formats are signed when they
are fetched. Against it, on a sample: issuing one by one, as the desk does for a person. Works in a scratch database that it
creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from scratch import scratch_database

PROGRAMME = "ca"
FOLDER = Path(__file__).parents[1] / "programmes" / PROGRAMME
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def line(name: str, rows: int, work: Callable[[], Any]) -> float:
    """Do the work and say how long it took; seconds a row."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    seconds = time.perf_counter() - start
    print(
        f"{name:48}{rows:>9,} {seconds:7.2f} s ({time.process_time() - processor:6.2f} s of this processor; "
        f"load {os.getloadavg()[0]:.1f})",
        flush=True,
    )
    return seconds / rows


def records_make(people: int) -> None:
    """Everybody's record: 36 months accepted of 40; and a sealed month, as of which it speaks."""
    from ceiba.core.rules.reading import read_rulebook
    from ceiba.determinations.models import Determination
    from ceiba.facts.models import MonthFacts
    from ceiba.frames.postgres import copy_frame, execute
    from ceiba.rulebook.models import Programme, RulebookVersion
    from ceiba.runs.models import Run

    files = {path.name: path.read_text() for path in sorted(FOLDER.glob("*.toml"))}
    book = read_rulebook({name: text.encode() for name, text in files.items()})
    Programme.objects.update(name=dict(book.name))
    version = RulebookVersion.objects.create(
        programme_id=PROGRAMME, digest=book.digest, files=files, published_at=SINCE
    )
    month = date(2026, 10, 1)
    run = Run.objects.create(
        programme_id=PROGRAMME, month=month, rulebook=version, state="sealed", cutoff=SINCE, started_at=SINCE
    )
    MonthFacts.objects.create(
        programme_id=PROGRAMME, month=month, participant_id=1, revision=0, run=run, area_code="GT-0101"
    )
    Determination.objects.create(
        programme_id=PROGRAMME, month=month, participant_id=1, revision=0, run=run, decided_in=month,
        area_code="GT-0101", outcome="pay", amount_minor=1, amounts={}, failed=[], unknown=[],
    )  # fmt: skip
    rows = pl.select(pl.int_range(1, people + 1).alias("participant_id")).with_columns(
        programme_id=pl.lit(PROGRAMME), first_month=pl.lit(date(2023, 7, 1)), last_month=pl.lit(month),
        marks=pl.lit("H" + "A" * 20 + "HHR" + "A" * 16), months_decided=pl.lit(40), months_accepted=pl.lit(36),
        months_missed_running=pl.lit(0), break_months_longest=pl.lit(3),
    )  # fmt: skip
    copy_frame(rows, "service_record_servicerecord")
    execute("ANALYZE service_record_servicerecord")


def issuer_make(folder: Path) -> None:
    from django.conf import settings

    settings.ISSUER, settings.ISSUER_NAME = "did:web:constancias.ejemplo.gob", "Programa de ejemplo"
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE_FILE = folder, folder / "passphrase"
    settings.KEYS_PASSPHRASE_FILE.write_text("una frase para medir")


def measure(people: int, sample: int) -> None:
    from ceiba.accounts.models import Role, User
    from ceiba.credentials.models import Credential
    from ceiba.credentials.selectors import standings
    from ceiba.credentials.services import credential_issue, credentials_issue, key_publish
    from ceiba.credentials.signing import key_folder
    from ceiba.frames.postgres import execute
    from ceiba.proofs import keys
    from ceiba.proofs.keys import Kind

    office = User.objects.create(username="oficina", role=Role.OFFICE)
    numbers = list(range(1, people + 1))
    line("who is to have one (rules of the pathway)", people, lambda: standings(PROGRAMME, "record", SINCE))
    for place, kind in enumerate(Kind):
        begins = SINCE + timedelta(days=place)
        key = keys.made(kind, begins)
        key_folder().keep(key)
        key_publish(public=key.public, at=begins)
        at = begins + timedelta(hours=1)
        execute("TRUNCATE credentials_credential, credentials_credentialevent, audit_event CASCADE")
        alone = line(
            f"one by one ({kind})", sample,
            lambda at=at: [
                credential_issue(programme=PROGRAMME, participant_id=pk, actor=office, at=at) for pk in numbers[:sample]
            ],
        )  # fmt: skip
        execute("TRUNCATE credentials_credential, credentials_credentialevent, audit_event CASCADE")
        together = line(
            f"issued together, each card signed ({kind})", people,
            lambda at=at: credentials_issue(programme=PROGRAMME, people=numbers, actor=office, at=at),
        )  # fmt: skip
        assert Credential.objects.count() == people
        print(f"together {alone / together:.0f} times as fast as one by one (extrapolated)")
    size = "SELECT pg_total_relation_size('credentials_credential')"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(size)
        print(f"table with its indexes: {cursor.fetchone()[0] / people:,.0f} bytes a constancia")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, scratch_database(Path(data)) as register:
        register(asked.people)
        records_make(asked.people)
        issuer_make(Path(data))
        measure(asked.people, asked.sample)
