"""The other baseline: a plain loop over ORM rows, the rules as plain Python.

    orm_loop.py SNAPSHOT RESULT ROWS

Two loops over a sample of ROWS people, in a database of their own: one query for all rows (`stream`), and one query a
person (`lookup`), which is what the systems in this field do. Prints the seconds of each, to be extrapolated and
labelled so, after checking that both decide as RESULT says.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.plain_rules import decide_row

from ceiba.core.facts import MONTH_FACTS
from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook
from ceiba.postgres.server import Server


def main(snapshot: Path, result: Path, rows: int) -> None:
    Row = row_model()
    frame = pl.scan_parquet(snapshot).head(rows).collect()
    Row.objects.bulk_create([Row(**row) for row in frame.iter_rows(named=True)], batch_size=1_000)
    files = {file.name: file.read_bytes() for file in Path("programmes/ca").glob("*.toml")}
    decided = decide_row(read_rulebook(files).at(Month(2026, 3)))

    started = time.perf_counter()
    outcomes = [decided(row) for row in Row.objects.order_by("participant_id").iterator()]
    print(f"stream {time.perf_counter() - started:.3f}")
    started = time.perf_counter()
    again = [decided(Row.objects.get(pk=identity)) for identity in frame["participant_id"]]
    print(f"lookup {time.perf_counter() - started:.3f}")
    ours = pl.scan_parquet(result).head(rows).select("outcome", "amount_minor", "failed", "unknown").collect()
    assert [tuple(row) for row in ours.rows()] == outcomes == again, "the loop decides otherwise"


def row_model() -> Any:
    """A model with the columns of a snapshot, its table made anew."""
    os.environ["CEIBA_DATABASE_URL"] = Server(Path("var/benchmarks/postgres")).start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ceiba.config.settings"
    import django

    django.setup()
    from django.db import connection, models

    kinds = {pl.Int64: models.BigIntegerField, pl.Int32: models.IntegerField, pl.Boolean: models.BooleanField}
    fields: dict[str, Any] = {
        name: kinds.get(dtype, models.TextField)(
            null=name != "participant_id", primary_key=name == "participant_id"
        )
        for name, dtype in MONTH_FACTS.dtypes.items()
    }
    meta = type("Meta", (), {"app_label": "facts", "db_table": "benchmark_facts"})
    model: Any = type("BenchmarkRow", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS benchmark_facts")
    with connection.schema_editor() as editor:
        editor.create_model(model)
    return model


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
