"""Decides one snapshot in a process of its own: prints `seconds`, from opening the file to the result in memory."""

import sys
import time
from pathlib import Path

import polars as pl

from ceiba.core.determinations import compile_rules, decide
from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook


def main(snapshot: Path, write_to: Path | None) -> None:
    folder = Path("programmes/ca")
    book = read_rulebook({file.name: file.read_bytes() for file in folder.glob("*.toml")})
    started = time.perf_counter()
    rules = compile_rules(book.at(Month(2026, 3)))
    result = decide(pl.scan_parquet(snapshot), rules)
    print(f"seconds {time.perf_counter() - started:.3f}")
    shares = result["outcome"].value_counts(normalize=True, sort=True)
    print(" ".join(f"{name} {share:.1%}" for name, share in shares.rows()))
    if write_to is not None:
        result.write_parquet(write_to)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
