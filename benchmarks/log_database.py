"""The transparency log in its database: a month of 450,000 determinations appended, signed, proved from and verified.

    PYTHONPATH=src:. .venv/bin/python benchmarks/log_database.py [--people 450000] [--months 3]

In a database of its own on an embedded server with durable settings. A month is read, its data drawn, salted, hashed and
written, and committed: all that the worker does. The part that is pure (`log.py`) is timed beside it, and so are the floor,
the same rows copied from memory into an empty table with the same indexes, and the baseline, the hashes kept as a row each.
CPU seconds are those of this process and of its connection's: on a machine that does other things they say more than
the clock.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import peak_mb
from benchmarks.scratch import scratch_database

from ceiba.postgres.server import Server

PROOFS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--months", type=int, default=3)
    asked = parser.parse_args()
    folder = Path("var/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["CEIBA_DATABASE_URL"] = Server(folder / "postgres").start()
    with tempfile.TemporaryDirectory() as data, scratch_database(Path(data)) as register:
        register(asked.people)
        for month in range(1, asked.months + 1):
            decided(asked.people, month)
            appended(asked.people)
        copied(asked.people)
        read()
        verified()
        rows_of_nodes()
    print(f"peak {peak_mb():.0f} MiB")


def timed(what: str, act: Callable[[], Any]) -> Any:
    started, here, there = time.perf_counter(), time.process_time(), server_cpu()
    result = act()
    spent = time.process_time() - here, server_cpu() - there
    print(f"{what}: {time.perf_counter() - started:.2f} s, CPU {spent[0]:.2f} + {spent[1]:.2f} s", flush=True)
    return result


def server_cpu() -> float:
    """CPU seconds of the process that serves our connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    words = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def decided(people: int, month: int) -> None:
    """A month of determinations, one in ten held: as the stages write them, without the stages."""
    from ceiba.frames.postgres import analyze, execute
    from ceiba.rulebook.models import RulebookVersion
    from ceiba.runs.models import Run

    at = datetime(2026, month, 28, tzinfo=UTC)
    book, _ = RulebookVersion.objects.get_or_create(
        programme_id="ca", digest="00", defaults={"files": {}, "published_at": at}
    )
    run = Run.objects.create(
        programme_id="ca",
        month=at.date().replace(day=1),
        rulebook=book,
        cutoff=at,
        state="counted",
        started_at=at,
    )
    execute("ALTER TABLE determinations_determination DISABLE TRIGGER USER")
    execute(
        """INSERT INTO determinations_determination (programme_id, month, participant_id, revision, run_id, decided_in,
            area_code, outcome, amount_minor, amounts, failed, unknown, causes)
        SELECT 'ca', %(month)s, id, 0, %(run)s, %(month)s, 'GT-0101', CASE WHEN id %% 10 = 0 THEN 'hold' ELSE 'pay' END,
            CASE WHEN id %% 10 = 0 THEN 0 ELSE 25000 END,
            CASE WHEN id %% 10 = 0 THEN '{}'::jsonb ELSE '{"support": 25000}' END,
            '{}', CASE WHEN id %% 10 = 0 THEN '{work_seen}'::text[] ELSE '{}' END, '{}'
        FROM registry_participant WHERE id <= %(people)s""",
        {"month": run.month, "run": run.pk, "people": people},
    )
    analyze("determinations_determination")
    execute("CHECKPOINT")


def appended(people: int) -> None:
    from ceiba.core.log_entries import EntryKind, entry_leaves, values_of
    from ceiba.core.merkle.tree import Frontier
    from ceiba.core.merkle.tree import appended as grown
    from ceiba.determinations.selectors.logged import determinations_of
    from ceiba.runs.models import Run
    from ceiba.transparency.services.appending import entries_append
    from ceiba.transparency.services.checkpoints import checkpoint_sign

    run = Run.objects.order_by("-pk")[0]
    rows = timed("rows read, data drawn", lambda: determinations_of(run.pk, "ca", run.month))

    def pure() -> None:
        values = values_of(EntryKind.DETERMINATION, os.urandom(32 * rows.height), rows["data"].to_list())
        grown(Frontier(), entry_leaves(EntryKind.DETERMINATION, values)).frontier.root()

    timed("of it pure: salted, hashed, the tree", pure)
    count = timed(f"{people:,} entries appended, all of it", entries_append)
    assert count == people
    timed("signed", lambda: checkpoint_sign(now=datetime.now(UTC)))


def copied(people: int) -> None:
    """The floor: the rows of a month and their indexes, without reading, drawing or hashing anything."""
    from django.db import connection

    from ceiba.frames.postgres import execute

    connection.ensure_connection()
    cursor = connection.connection.cursor()
    month = 'COPY (SELECT * FROM transparency_entry WHERE "index" < %s) TO STDOUT (FORMAT binary)'
    with cursor.copy(month, [people]) as copy:
        rows = b"".join(map(bytes, copy))
    execute("CREATE TABLE floor (LIKE transparency_entry INCLUDING ALL)")

    def write() -> None:
        with cursor.copy("COPY floor FROM STDIN (FORMAT binary)") as copy:
            copy.write(rows)

    timed("the same rows copied from memory, with their indexes", write)


def read() -> None:
    from ceiba.core.merkle.paths import consistency_proof, inclusion_proof
    from ceiba.transparency.selectors.entries import log_size
    from ceiba.transparency.selectors.nodes import read_nodes

    size = log_size()
    started = time.perf_counter()
    for number in range(PROOFS):
        inclusion_proof(number * size // PROOFS, size, read_nodes)
    print(f"an inclusion proof from the database: {(time.perf_counter() - started) / PROOFS * 1e3:.2f} ms")
    started = time.perf_counter()
    for number in range(PROOFS):
        consistency_proof(number * size // PROOFS + 1, size, read_nodes)
    print(f"a consistency proof from the database: {(time.perf_counter() - started) / PROOFS * 1e3:.2f} ms")


def verified() -> None:
    from ceiba.transparency.verification import row_faults, tree_faults

    assert timed("the tree verified", lambda: list(tree_faults())) == []
    assert timed("every entry verified against its row", lambda: list(row_faults())) == []


def rows_of_nodes() -> None:
    """The baseline: what the hashes of one month take, a row each."""
    from ceiba.frames.postgres import execute

    execute("CREATE TABLE node_rows (level smallint, number bigint, hash bytea, PRIMARY KEY (level, number))")
    timed(
        "the hashes of a month, a row each (by SQL, within the server)",
        lambda: execute(
            "INSERT INTO node_rows SELECT level, first + n, substring(hashes FROM n * 32 + 1 FOR 32)"
            " FROM transparency_nodes, generate_series(0, count - 1) n WHERE id <="
            " (SELECT max(id) FROM transparency_nodes WHERE first = 0)"
        ),
    )


if __name__ == "__main__":
    main()
