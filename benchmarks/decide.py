"""Decide 5,000,000 participants by the Central America month rules, beside OpenFisca and a loop over ORM rows.

    PYTHONPATH=src:. .venv/bin/python benchmarks/decide.py [--rows 5000000] [--growth]

From a snapshot in Parquet to outcome, amount and reasons in memory, each in a process of its own, median of three runs.
`--growth` decides 10,000 to 5,000,000 and writes docs/images/growth.svg.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import ROOT, Measured, measured
from benchmarks.snapshots import write_snapshot

OPENFISCA = ("uv", "run", "--quiet", "--no-project", "--python", "3.11", "--with", "openfisca-core==46.0.1", "--with",
             "polars", "--with", "sqlglot", "python", "benchmarks/openfisca_month.py")  # fmt: skip
SIZES = (10_000, 50_000, 200_000, 1_000_000, 2_500_000, 5_000_000)
SAMPLE = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--growth", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.growth:
            growth(Path(folder))
        else:
            compare(Path(folder), arguments.rows)


def ours(snapshot: Path, *more: str) -> Measured:
    return measured([sys.executable, "benchmarks/decide_once.py", str(snapshot), *more])


def compare(folder: Path, rows: int) -> None:
    snapshot, result = folder / "snapshot.parquet", folder / "result.parquet"
    write_snapshot(snapshot, rows)
    print(f"{rows:,} participants, programmes/ca, snapshot of {snapshot.stat().st_size / 1e6:,.0f} MB")
    ceiba = ours(snapshot)
    ours(snapshot, str(result))
    print(f"{'Ceiba':28}{ceiba.typical_s:10.2f} s{ceiba.peak_mb:10,.0f} MB   {ceiba.output.splitlines()[-1]}")
    fisca = measured([str(ROOT / ".venv/bin/uv"), *OPENFISCA[1:], str(snapshot), str(result)])
    row("openfisca-core 46.0.1", fisca.typical_s, fisca.peak_mb, ceiba, "same outcome, amount and reasons")
    loop = measured(
        [sys.executable, "benchmarks/orm_loop.py", str(snapshot), str(result), str(SAMPLE)], runs=1
    )
    times = {line.split()[0]: float(line.split()[1]) * rows / SAMPLE for line in loop.output.splitlines()}
    note = f"EXTRAPOLATED from {SAMPLE:,} rows"
    row("ORM loop, one query", times["stream"], loop.peak_mb, ceiba, note)
    row("ORM loop, a query a person", times["lookup"], loop.peak_mb, ceiba, note)


def row(name: str, seconds: float, peak_mb: float, ceiba: Measured, note: str) -> None:
    ratio = f"{seconds / ceiba.typical_s:,.1f}x the time, {peak_mb / ceiba.peak_mb:.2f}x the memory"
    print(f"{name:28}{seconds:10,.2f} s{peak_mb:10,.0f} MB   {ratio}; {note}")


def growth(folder: Path) -> None:
    points = []
    for rows in SIZES:
        snapshot = folder / f"{rows}.parquet"
        write_snapshot(snapshot, rows)
        m = ours(snapshot)
        points.append((rows, m.typical_s, m.peak_mb))
        print(
            f"{rows:>10,} {m.typical_s:8.3f} s {m.typical_s / rows * 1e6:8.3f} us a row {m.peak_mb:8,.0f} MB"
        )
    (ROOT / "docs" / "images" / "growth.svg").write_text(chart(points))


def chart(points: list[tuple[int, float, float]]) -> str:
    """Two panels, time and memory over participants, with the straight line through zero and the largest size."""
    panels = []
    for at, (name, unit, index) in enumerate((("time", "s", 1), ("peak memory", "MB", 2))):
        left, width, height = 60 + at * 340, 260, 180
        x_max, y_max = points[-1][0], max(p[index] for p in points)
        dots = [(left + p[0] / x_max * width, 210 - p[index] / y_max * height) for p in points]
        marks = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in dots)
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
        end_x, end_y = dots[-1]
        panels.append(
            f'<g><text x="{left}" y="18" class="t">{name}</text>'
            f'<path d="M{left} 30V210H{left + width}" class="axis"/>'
            f'<line x1="{left}" y1="210" x2="{end_x:.1f}" y2="{end_y:.1f}" class="linear"/>'
            f'<polyline points="{line}"/>{marks}'
            f'<text x="{left - 6}" y="{end_y + 4:.1f}" class="r">{points[-1][index]:,.1f} {unit}</text>'
            f'<text x="{left + width}" y="228" class="r">{x_max:,} participants</text></g>'
        )
    style = ("text{font:12px sans-serif}.t{font-weight:700}.r{text-anchor:end}.axis{fill:none;stroke:#444}"
             ".linear{stroke:#999;stroke-dasharray:4}polyline{fill:none;stroke:#1d6b3a;stroke-width:2}circle{fill:#1d6b3a}")  # fmt: skip
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 240"><style>{style}</style>{"".join(panels)}</svg>\n'


if __name__ == "__main__":
    main()
