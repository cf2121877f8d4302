"""Small countries that the tests of this folder look at."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month, month_range
from ceiba.synth.country import Summary, generate
from ceiba.synth.options import FaultRates, SynthOptions


@dataclass
class Country:
    """A made country and what it was made with."""

    options: SynthOptions
    folder: Path
    summary: Summary

    def sheet(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "register" / f"{name}.parquet")

    def faults(self, kind: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth" / "faults.parquet").filter(pl.col("kind") == kind)

    def evidence(self, kind: str) -> pl.DataFrame:
        """All drops of a kind, with `folder`, the first day of the month of receipt."""
        drops = [
            pl.read_parquet(file).with_columns(folder=pl.lit(Month.parse(file.parent.name).first_day))
            for file in sorted(self.folder.glob(f"evidence/*/{kind}.parquet"))
        ]
        empty = KINDS[kind].schema.empty().with_columns(folder=pl.lit(None, pl.Date))
        return pl.concat([empty, *drops])

    @property
    def months(self) -> list[Month]:
        return list(month_range(self.options.first_month, self.options.last_month))

    @staticmethod
    def cutoff(month: Month) -> datetime:
        """The fifth of the following month, 06:00 UTC."""
        first = (month + 1).first_day
        return datetime(first.year, first.month, 1, tzinfo=UTC) + timedelta(days=4, hours=6)


def make(folder: Path, **options: object) -> Country:
    chosen = SynthOptions(**options)
    return Country(chosen, folder, generate(chosen, folder, lambda *_: None))


@pytest.fixture(scope="session")
def central_america(tmp_path_factory) -> Country:
    rates = FaultRates(dead=0.01, very_old=0.005, two_names=0.01, copied_counts=0.03)
    return make(tmp_path_factory.mktemp("ca") / "out", participants=2_500, months=15, faults=rates)


@pytest.fixture(scope="session")
def mexico(tmp_path_factory) -> Country:
    return make(tmp_path_factory.mktemp("mx") / "out", participants=700, months=3, programme="mx", seed=2)


@pytest.fixture(scope="session")
def pes(tmp_path_factory) -> Country:
    return make(tmp_path_factory.mktemp("pes") / "out", participants=500, months=2, programme="pes", seed=3)


@pytest.fixture(params=["central_america", "mexico", "pes"])
def country(request) -> Country:
    return request.getfixturevalue(request.param)
