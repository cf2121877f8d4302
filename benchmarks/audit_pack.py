"""The audit pack of an area of 5,000 people in a month of 450,000: made, and verified with polars and without.

    PYTHONPATH=src:. .venv/bin/python benchmarks/audit_pack.py [--rows 450000] [--area 5000]

Makes a database of its own (as month_run.py), decides, seals and logs the month. Also timed: what slices by area add to
the sealing of the month. Baseline in the same run: `ceiba month verify`, which an auditor would have to do with
everybody's facts.
"""

import argparse
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from benchmarks import month_run
from benchmarks.measure import peak_mb
from benchmarks.snapshots import chunk

AREA = "GT-0100"
TO = month_run.DATA / "pack"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=450_000)
    parser.add_argument("--area", type=int, default=5_000)
    given = parser.parse_args()
    sealed = prepare(given.rows, given.area)
    sealing(sealed)
    making()
    verifying(sealed)


def prepare(rows: int, area: int) -> Path:
    """The month decided, sealed and logged, so many people of it in one area, with two records of evidence each."""
    month_run.prepare_django()
    from ceiba.core.kernel.month import Month
    from ceiba.frames.postgres import execute
    from ceiba.runs.services import month_run as run_month
    from ceiba.transparency.services.appending import entries_append
    from ceiba.transparency.services.checkpoints import checkpoint_sign

    def placed(first: int, count: int, seed: int) -> pl.DataFrame:
        inside = pl.col("participant_id") < area
        return chunk(first, count, seed).with_columns(
            area=pl.when(inside).then(pl.lit(AREA)).otherwise("area"), country=pl.lit("GT")
        )

    month_run.chunk = placed
    execute("INSERT INTO registry_area (code, level, name) VALUES ('GT-0100', 'municipality', 'M100')")
    month_run.prepare_month(rows)
    evidence()
    started = time.perf_counter()
    done = run_month(programme="ca", month=Month.of(month_run.MONTH), now=datetime.now(UTC))
    print(f"month of {rows:,} decided, listed, sealed, counted: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    entries = entries_append()
    checkpoint_sign(now=datetime.now(UTC))
    print(f"{entries:,} entries logged: {time.perf_counter() - started:.2f} s")
    return month_run.DATA / done.seal.folder


def evidence() -> None:
    from ceiba.evidence.models import Drop
    from ceiba.frames.postgres import execute

    now = datetime(2026, 4, 1, tzinfo=UTC)
    drop = Drop.objects.create(
        kind="visit", file_name="v.csv", sha256="0" * 64, size_bytes=1, rows=1, accepted=1, taken_at=now
    )
    bodies = {
        "visit": '{"plan_due": 10, "plan_done": 9}',
        "attendance": '{"sessions_held": 3, "sessions_attended": 3}',
    }
    for kind, body in bodies.items():
        execute(
            "INSERT INTO evidence_evidence (drop_id, kind, key, participant_id, area_code, month, observed_at,"
            " received_at, reporter, corrects, body, sha256) SELECT %(drop)s, %(kind)s, %(kind)s || id, id, area_id,"
            " '2026-03-01', '2026-03-17', '2026-03-20', 'T', '', %(body)s, sha256(convert_to(%(kind)s || id, 'UTF8'))"
            " FROM registry_participant WHERE area_id = 'GT-0100'",
            {"drop": drop.pk, "kind": kind, "body": body},
        )


def sealing(sealed: Path) -> None:
    """What slices add: the parts of the month written and digested, with slices and without."""
    from ceiba.core.area_slices import places_of, slice_digests
    from ceiba.core.kernel.digest import frame_digest
    from ceiba.frames.parquet import write_parquet
    from ceiba.frames.sealed import PARTS, read_part

    parts = {name: read_part(sealed, name, schema).frame for name, schema in PARTS.items()}
    place = month_run.DATA / "again.parquet"
    started = time.perf_counter()
    for name, frame in parts.items():
        write_parquet(frame, place)
        frame_digest(frame, PARTS[name])
    without = time.perf_counter() - started
    started = time.perf_counter()
    slices = slice_digests(parts, PARTS, places_of(parts["snapshot"], parts["late"], parts["due"]))
    added = time.perf_counter() - started
    print(f"parts written and digested, one after another: {without:.2f} s; {sum(map(len, slices.values())):,} slices "
          f"add {added:.2f} s")  # fmt: skip


def making() -> None:
    from ceiba.core.kernel.month import Month
    from ceiba.packs.making import PackAsked, pack_make
    from ceiba.packs.sampling import SampleAsked

    shutil.rmtree(TO, ignore_errors=True)
    asked = PackAsked("ca", Month.of(month_run.MONTH), AREA, SampleAsked(50, "tombola"))
    started = time.perf_counter()
    pack_make(asked=asked, to=TO, now=datetime.now(UTC))
    seconds = time.perf_counter() - started
    size = sum(path.stat().st_size for path in TO.rglob("*") if path.is_file())
    print(f"pack made: {seconds:.2f} s, {size / 1e6:.1f} MB, peak {peak_mb():,.0f} MB")


def verifying(sealed: Path) -> None:
    def timed(what: str, *command: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - started
        print(f"{what}: {seconds:.2f} s")
        return seconds

    with_polars = timed("pack verified, decided again", "-I", str(TO / "verify.pyz"))
    alone = timed("pack verified by the standard library alone", "-I", "-S", str(TO / "verify.pyz"))
    whole = timed("ceiba month verify, everybody", "-m", "ceiba.cli.app", "month", "verify", str(sealed))
    print(
        f"month verify takes {whole / with_polars:.1f} x as long as the pack, {whole / alone:.1f} x without polars"
    )


if __name__ == "__main__":
    main()
