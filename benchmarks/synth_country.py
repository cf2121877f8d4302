"""Makes a whole country and prints the time, the peak memory, and the time to read it back as a measure.

.venv/bin/python benchmarks/synth_country.py [--participants 450000] [--months 36] [--programme ca]
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import polars as pl

from ceiba.synth.country import generate
from ceiba.synth.options import SynthOptions


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--participants", type=int, default=450_000)
    arguments.add_argument("--months", type=int, default=36)
    arguments.add_argument("--programme", default="ca")
    chosen = SynthOptions(**vars(arguments.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "country"
        started = time.perf_counter()
        summary = generate(chosen, out, lambda *_: None)
        made_s = time.perf_counter() - started
        peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        size_mb = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) / 1e6
        started = time.perf_counter()
        for file in out.rglob("*.parquet"):
            pl.read_parquet(file)
        read_s = time.perf_counter() - started
    rows = sum(summary.register.values()) + sum(summary.evidence.values())
    print(f"{chosen.participants:,} participants x {chosen.months} months, {chosen.programme}: {rows:,} rows")
    print(
        f"made in {made_s:.1f} s ({rows / made_s:,.0f} rows/s), {made_s / read_s:.1f} x the time to read it back"
    )
    print(f"peak memory {peak_gb:.2f} GB, {size_mb:.0f} MB on disk in {summary.files} files")


if __name__ == "__main__":
    main()
