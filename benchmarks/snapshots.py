"""Snapshots of made-up facts, with about the mix of verdicts that a real month has."""

from pathlib import Path

import numpy as np
import polars as pl

from ceiba.core.facts import FACTS, MONTH_FACTS
from ceiba.frames.parquet import ROW_GROUP_ROWS

CHUNK = 500_000
USUAL = {  # fact -> (low, high) of most people; the catalogue's bounds are far wider
    "age_years": (18, 74), "documents_missing": (0, 0), "plots": (1, 2), "plot_nominal_m2": (25_000, 25_000),
    "plot_measured_m2": (12_000, 26_000), "plot_overlap_m2": (0, 100), "tenure_months": (12, 60),
    "home_plot_m": (100, 9_000), "group_members": (20, 30), "enrolled_months": (1, 36), "forest_m2": (0, 0),
    "plan_due": (8, 10), "plan_done": (8, 10), "visit_accuracy_m": (3, 25), "sessions_held": (3, 4),
    "sessions_attended": (3, 4), "plants_planted": (500, 2_500), "survival_sampled": (50, 60),
    "survival_alive": (42, 60), "survival_age_months": (0, 7), "life_age_months": (0, 11), "sanctions": (0, 0),
    "months_accepted": (0, 35), "months_missed_running": (0, 1), "marginalisation": (1, 5),
    "second_plan_done": (8, 10),
    "flags_open": (0, 0), "absence_age_months": (0, 4),
}  # fmt: skip
UNUSUAL_SHARE = 0.01
NULL_SHARE = 0.004


def chunk(first: int, rows: int, seed: int) -> pl.DataFrame:
    """`rows` participants from `first` on (`MONTH_FACTS`)."""
    rng = np.random.default_rng([seed, first])
    columns: dict[str, pl.Series] = {
        "participant_id": pl.Series(np.arange(first, first + rows)),
        "area": pl.Series(rng.integers(101, 441, rows)).cast(pl.String).str.pad_start(4, "0"),
        "group": pl.Series(np.arange(first, first + rows) // 25).cast(pl.String),
    }
    for name in MONTH_FACTS.names[3:]:
        columns[name] = _column(name, rows, rng)
    frame = pl.DataFrame(columns).with_columns(
        area=pl.lit("GT-") + pl.col("area"),
        absence_age_months=pl.when(pl.col("absence").is_not_null()).then("absence_age_months"),
    )
    return MONTH_FACTS.check(frame)


def write_snapshot(path: Path, rows: int, seed: int = 1) -> None:
    """A snapshot file of `rows` participants, chunk by chunk so that making it needs little memory."""
    parts = [chunk(first, min(CHUNK, rows - first), seed).lazy() for first in range(0, rows, CHUNK)]
    pl.concat(parts).sink_parquet(path, compression="zstd", row_group_size=ROW_GROUP_ROWS)


def _column(name: str, rows: int, rng: np.random.Generator) -> pl.Series:
    fact = FACTS[name]
    if fact.dtype == pl.Int32:
        low, high = USUAL[name]
        values = rng.integers(low, high + 1, rows).astype(np.int32)
        odd = rng.random(rows) < UNUSUAL_SHARE
        values[odd] = rng.integers(0, min(fact.high, 4 * high + 2), odd.sum())
        series = pl.Series(name, values)
    elif fact.dtype == pl.Boolean:
        often = name == "possession"
        series = pl.Series(name, (rng.random(rows) < UNUSUAL_SHARE / 5) ^ often)
    else:
        words = {
            "country": ["GT", "HN", "SV"], "variant": ["us36"], "tenure": ["private", "possession"],
            "review_state": ["approved"], "absence": ["illness", "maternity", "disaster"],
        }[name]  # fmt: skip
        series = pl.Series(name, rng.integers(0, len(words), rows)).replace_strict(
            dict(enumerate(words)), return_dtype=pl.String
        )
    if name in ("country", "variant"):
        return series
    known = UNUSUAL_SHARE if name == "absence" else 1 - NULL_SHARE
    return pl.select(pl.when(pl.Series(rng.random(rows) < known)).then(series)).to_series().rename(name)
