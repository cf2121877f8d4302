"""Searches 450,000 people by parts of names and codes, and sets the trigram index against reading every row.

    python benchmarks/registry_search.py [--people 450000] [--queries 200]

Times are those of `participant_search`, from the words to the people on the page. Cold is a new connection whose
tables and indexes have been taken out of PostgreSQL's buffers (the system's file cache stays). Works in a scratch
database that it creates on the server of CEIBA_DATABASE_URL and drops again.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from made_register import made_register, ready, scratch_database, take


def queries(path: Path, count: int) -> dict[str, list[str]]:
    """What people type, by kind, drawn from the people there are."""
    draw = random.Random(1)  # noqa: S311 - a sample, not a secret
    people = pl.read_parquet(path).sample(count, seed=1)
    given, family, code = (people[name].to_list() for name in ("given_names", "family_names", "code"))
    common = pl.read_parquet(path)["given_names"].str.split(" ").list.first().value_counts(sort=True)
    frequent = common.head(20)[:, 0].to_list()
    return {
        "one common given name": [draw.choice(frequent) for _ in range(count)],
        "one family name": [text.split()[0] for text in family],
        "given and family name": [
            f"{g.split()[0]} {f.split()[0]}" for g, f in zip(given, family, strict=True)
        ],
        "all names": [f"{g} {f}" for g, f in zip(given, family, strict=True)],
        "three letters": [text[:3] for text in given],
        "two beginnings": [f"{g[:2]} {f[:2]}" for g, f in zip(given, family, strict=True)],
        "a code": code,
        "the end of a code": [text[-5:] for text in code],
        "nobody": [f"zzq{draw.randint(0, 999)}" for _ in range(count)],
    }


def timed(search: Callable[[str], object], texts: list[str]) -> np.ndarray:
    times = []
    for text in texts:
        start = time.perf_counter()
        search(text)
        times.append(1e3 * (time.perf_counter() - start))
    return np.array(times)


def shown(name: str, times: np.ndarray) -> str:
    p50, p95 = np.percentile(times, [50, 95])
    return f"  {name:26}p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   max {times.max():7.1f} ms"


def evicted() -> bool:
    """Take everything out of PostgreSQL's buffers, where the server can."""
    from django.db import DatabaseError, connection, transaction

    connection.close()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
            cursor.execute("SELECT pg_buffercache_evict_all()")
    except DatabaseError:
        return False
    connection.close()
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=450_000)
    parser.add_argument("--queries", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)):
        from django.db import connection

        from ceiba.accounts.models import Role
        from ceiba.accounts.selectors import Scope
        from ceiba.frames.postgres import execute
        from ceiba.registry.selectors import participant_search

        files = made_register(Path(folder), asked.people)
        ready()
        for sheet in ("technicians", "groups", "participants"):
            take(sheet, files / f"{sheet}.parquet")
        execute("ANALYZE registry_participant, registry_group, registry_area, registry_technician")
        texts = queries(files / "participants.parquet", asked.queries)
        scopes = {
            "country office": Scope(Role.OFFICE, ("GT", "HN", "SV")),
            "department office": Scope(Role.OFFICE, ("GT-13",)),
            "technician": Scope(
                Role.TECHNICIAN, (), pl.read_parquet(files / "technicians.parquet")["code"][0]
            ),
        }
        for who, scope in scopes.items():
            print(f"{who}, {asked.people:,} people")
            everything = []
            for name, some in texts.items():
                cold = evicted()
                first = timed(lambda text, scope=scope: participant_search(scope, text, 20), some)
                warm = timed(lambda text, scope=scope: participant_search(scope, text, 20), some)
                everything.append(warm)
                print(
                    shown(name, warm)
                    + (
                        f"   cold: first {first[0]:.0f} ms, p95 {np.percentile(first, 95):.0f} ms"
                        if cold
                        else ""
                    ),
                    flush=True,
                )
            print(shown("all kinds together", np.concatenate(everything)))
        with connection.cursor() as cursor:
            cursor.execute(
                "SET enable_bitmapscan = off; SET enable_indexscan = off; SET max_parallel_workers_per_gather = 0"
            )
        baseline = timed(
            lambda text: participant_search(scopes["country office"], text, 20),
            texts["given and family name"][:20],
        )
        print(shown("baseline: every row read", baseline))


if __name__ == "__main__":
    main()
