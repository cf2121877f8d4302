"""A small made-up country, taken in through the same services as a real one."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month
from ceiba.core.register import SHEETS

LAST = Month(2026, 4)
FIRST = LAST + -3
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ceiba.synth.country import SynthOptions, generate

    out = tmp_path_factory.mktemp("synth") / "country"
    generate(
        SynthOptions(participants=120, seed=4, programme="ca", months=8, last_month=LAST),
        out,
        lambda *_: None,
    )
    return out


@pytest.fixture
def data_dir(settings: object, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


def register(country: Path) -> None:
    """Take in the register of the country and its programme."""
    from ceiba.registry.services import areas_load, import_apply
    from ceiba.rulebook.folder import folder_files
    from ceiba.runs.publication import programme_publish

    areas_load()
    programme_publish(files=folder_files(ROOT / "programmes" / "ca"), actor=None, at=NOW)
    for sheet in SHEETS:
        path = country / "register" / f"{sheet}.parquet"
        import_apply(sheet=sheet, path=path, name=path.name, today=NOW.date())


def received(country: Path, month: Month) -> None:
    """Take in the evidence that was received for a month."""
    from ceiba.evidence.services import drop_take

    for kind in KINDS:
        path = country / "evidence" / str(month) / f"{kind}.parquet"
        if path.exists():
            drop_take(path=path, name=f"{kind}-{month}.parquet", actor=None, now=NOW)


@pytest.fixture
def registered(db: None, country: Path, data_dir: Path) -> None:
    """The register of the country and its programme."""
    register(country)


@pytest.fixture
def receive(registered: None, country: Path) -> Callable[[Month], None]:
    """Take in the evidence that was received for a month."""
    return partial(received, country)
