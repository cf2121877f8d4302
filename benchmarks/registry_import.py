"""Imports the register of a country, sheet by sheet, and sets the people against Django's bulk_create on a sample.

    python benchmarks/registry_import.py [--people 450000] [--sample 20000]

Each file is imported by a process of its own, whose time and peak memory are printed. Works in a scratch database
that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from made_register import SHEETS, made_register, ready, scratch_database, take
from measure import measured


def import_one(sheet: str, path: Path, key: str | None) -> None:
    """In a process of its own: time one import."""
    import django

    django.setup()
    start = time.perf_counter()
    take(sheet, path, key)
    print(f"seconds {time.perf_counter() - start}")
    # getrusage would tell the parent's peak, from before this process was its own.
    own = Path("/proc/self/status").read_text()
    print(f"peak_mb {int(own.partition('VmHWM:')[2].split()[0]) / 1024}")


def line(name: str, rows: int, sheet: str, path: Path, key: str = "") -> float:
    command = [sys.executable, __file__, "--one", sheet, str(path), key]
    done = measured(command, runs=1)
    peak = float(done.output.partition("peak_mb ")[2].split()[0])
    mb = path.stat().st_size / 1e6
    load = os.getloadavg()[0]
    print(
        f"{name:34}{rows:>10,} rows {mb:7.1f} MB {done.typical_s:7.1f} s {rows / done.typical_s:>9,.0f} rows/s"
        f"  peak {peak:5,.0f} MB  (load {load:.1f})",
        flush=True,
    )
    return done.typical_s


def rewritten(path: Path, sheet: str, fmt: str) -> Path:
    from ceiba.core.register import SHEETS as DECLARED
    from ceiba.frames.tabular import write_table

    out = path.with_suffix(f".{fmt}")
    with out.open("wb") as file:
        write_table(pl.read_parquet(path), DECLARED[sheet].columns, file, fmt=fmt)
    return out


def by_bulk_create(path: Path, sample: int) -> float:
    """People as model instances, references looked up, nothing else checked: the usual way in Django."""
    from django.db import transaction

    from ceiba.registry.models import Group, Participant

    rows = pl.read_parquet(path).head(sample)
    groups = dict(Group.objects.values_list("code", "pk"))
    start = time.perf_counter()
    with transaction.atomic():
        Participant.objects.bulk_create(
            (
                Participant(
                    code=f"orm-{r['code']}",
                    given_names=r["given_names"],
                    family_names=r["family_names"],
                    birth_date=r["birth_date"],
                    sex=r["sex"],
                    language=r["language"] or "",
                    phone=r["phone"] or "",
                    area_id=r["area"],
                    group_id=groups.get(r["group"]),
                    home_lon=r["home_lon"],
                    home_lat=r["home_lat"],
                    search_text=f" {r['given_names']} {r['family_names']} {r['code']}".lower(),
                )
                for r in rows.iter_rows(named=True)
            ),
            batch_size=5_000,
        )
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds


def reads(folder: Path) -> None:
    """What is read of the whole register: the facts of a month, and exports."""
    from datetime import UTC, date, datetime

    from ceiba.accounts.models import Role
    from ceiba.accounts.selectors import Scope
    from ceiba.core.kernel.month import Month
    from ceiba.registry.selectors import documents_required_and_held, register_facts
    from ceiba.registry.services import export_sheet

    start = time.perf_counter()
    facts = register_facts("ca", Month(2026, 11), datetime(2100, 1, 1, tzinfo=UTC))
    print(f"facts of the register{facts.height:>23,} rows {time.perf_counter() - start:18.1f} s")
    start = time.perf_counter()
    asked = documents_required_and_held("ca", date(2026, 11, 1))
    print(f"documents asked and held{asked.height:>20,} rows {time.perf_counter() - start:18.1f} s")
    for sheet, fmt in (
        ("participants", "csv"),
        ("participants", "parquet"),
        ("participants", "xlsx"),
        ("documents", "csv"),
    ):
        start = time.perf_counter()
        with (folder / f"out.{fmt}").open("wb") as out:
            rows = export_sheet(sheet=sheet, scope=Scope(Role.OFFICE, ("GT", "HN", "SV")), fmt=fmt, out=out)
        print(f"export {sheet} {fmt:24}{rows:>10,} rows {time.perf_counter() - start:18.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--sample", type=int, default=20_000)
    parser.add_argument("--one", nargs=3, metavar=("SHEET", "PATH", "KEY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        sheet, path, key = asked.one
        import_one(sheet, Path(path), key or None)
        return
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)):
        from ceiba.frames.postgres import execute

        files = made_register(Path(folder), asked.people)
        ready()
        people = files / "participants.parquet"
        rows = {
            sheet: pl.scan_parquet(files / f"{sheet}.parquet").select(pl.len()).collect().item()
            for sheet in SHEETS
        }
        for sheet in ("technicians", "groups"):
            line(sheet, rows[sheet], sheet, files / f"{sheet}.parquet")
        for fmt in ("csv", "xlsx"):
            file = rewritten(people, "participants", fmt)
            line(f"participants ({fmt.upper()})", rows["participants"], "participants", file)
            execute("TRUNCATE registry_participant, registry_import CASCADE")
        taken = line("participants (Parquet)", rows["participants"], "participants", people)
        baseline = by_bulk_create(people, asked.sample)
        whole = baseline * rows["participants"] / asked.sample
        print(
            f"  bulk_create, unchecked, into the full table: {asked.sample:,} rows {baseline:.1f} s; extrapolated to"
            f" {rows['participants']:,}: {whole:.0f} s; the import takes {taken / whole:.2f} of it"
        )
        line("participants again, nothing changed", rows["participants"], "participants", people, "again")
        for sheet in SHEETS[3:]:
            line(sheet, rows[sheet], sheet, files / f"{sheet}.parquet")
        execute("VACUUM ANALYZE")
        reads(Path(folder))


if __name__ == "__main__":
    main()
