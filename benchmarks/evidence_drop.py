"""Takes a month of visits in one Parquet file, and sets it against Django's bulk_create on a sample.

    python benchmarks/evidence_drop.py [--people 450000] [--sample 20000]

Works in a scratch database that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
from scratch import scratch_database

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
MONTH = date(2026, 3, 1)


def visits(people: int, month: date, prefix: str) -> pl.DataFrame:
    from ceiba.core.evidence import KINDS

    rng = np.random.default_rng(7)
    due = rng.integers(6, 14, people)
    start = datetime(month.year, month.month, 1, 14, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "number": np.arange(people),
            "plan_due": due,
            "plan_done": np.minimum(due, rng.integers(4, 14, people)),
            "accuracy_m": rng.integers(2, 60, people),
            "minutes": rng.integers(0, 27 * 24 * 60, people),
        }
    )
    at = pl.lit(start) + pl.duration(minutes=pl.col("minutes"))
    frame = frame.with_columns(
        key=pl.format(prefix + "-{}", pl.col("number")),
        participant=pl.format("P-{}", pl.col("number").cast(pl.String).str.zfill(7)),
        month=pl.lit(month),
        observed_at=at.cast(pl.Datetime("us", "UTC")),
        received_at=(at + pl.duration(minutes=90)).cast(pl.Datetime("us", "UTC")),
        reporter=pl.format("T-{}", pl.col("number") // 200),
        area=pl.lit("GT-0101"),
        corrects=pl.lit(None, pl.String),
    )
    schema = KINDS["visit"].schema
    return schema.check(frame.cast({n: d for n, d in schema.dtypes.items() if n in frame.columns}))


def timed(path: Path) -> float:
    from ceiba.evidence.services import drop_take

    start = time.perf_counter()
    drop_take(path=path, name=path.name, actor=None, now=NOW)
    return time.perf_counter() - start


def by_bulk_create(rows: pl.DataFrame) -> float:
    """The same records, checked no further, as model instances: the usual way in Django."""
    from django.db import transaction

    from ceiba.evidence.models import Drop, Evidence
    from ceiba.registry.models import Participant

    ids = dict(Participant.objects.values_list("code", "pk"))
    start = time.perf_counter()
    with transaction.atomic():
        drop = Drop.objects.create(
            kind="visit",
            file_name="x",
            sha256="x",
            size_bytes=0,
            rows=rows.height,
            accepted=rows.height,
            taken_at=NOW,
        )
        Evidence.objects.bulk_create(
            (
                Evidence(
                    drop=drop,
                    kind="visit",
                    key=f"orm-{r['key']}",
                    participant_id=ids[r["participant"]],
                    area_code=r["area"],
                    month=r["month"],
                    observed_at=r["observed_at"],
                    received_at=r["received_at"],
                    reporter=r["reporter"],
                    sha256=b"",
                    corrects="",
                    body={
                        "plan_due": r["plan_due"],
                        "plan_done": r["plan_done"],
                        "accuracy_m": r["accuracy_m"],
                    },
                )
                for r in rows.iter_rows(named=True)
            ),
            batch_size=5_000,
        )
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--sample", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)) as register:
        register(asked.people)
        path = Path(folder) / "visit.parquet"
        rows = visits(asked.people, MONTH, "visit")
        rows.write_parquet(path)
        first = timed(path)
        again = timed(path)
        baseline = by_bulk_create(rows.head(asked.sample))
        print(
            json.dumps(
                {
                    "records": asked.people,
                    "file_mb": round(path.stat().st_size / 1e6, 1),
                    "taken_s": round(first, 1),
                    "records_a_second": round(asked.people / first),
                    "same_file_again_s": round(again, 2),
                    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
                    "bulk_create_sample": asked.sample,
                    "bulk_create_sample_s": round(baseline, 1),
                    "bulk_create_extrapolated_s": round(baseline * asked.people / asked.sample, 1),
                }
            )
        )


if __name__ == "__main__":
    main()
