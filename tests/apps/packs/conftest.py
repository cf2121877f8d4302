"""A small country with two months decided, sealed and logged; late evidence; a pack of its busiest department."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.test import override_settings

from ceiba.accounts.models import Role, User
from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month
from ceiba.core.register import SHEETS
from ceiba.packs.making import PackAsked, pack_make
from ceiba.packs.sampling import SampleAsked
from tests.apps.modules import kept_for_module, savepoint
from tests.factories import user_make

ROOT = Path(__file__).parents[3]
LAST = Month(2026, 4)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SAMPLE = SampleAsked(6, "tómbola 7")


@dataclass
class Packed:
    """What a test finds: where the data is, the area and one beside it, an auditor of it, and its pack."""

    data: Path
    area: str
    elsewhere: str
    auditor: User
    pack: Path

    @property
    def sealed(self) -> Path:
        return self.data / "sealed" / "ca" / str(LAST)


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from ceiba.synth.country import SynthOptions, generate

    out = tmp_path_factory.mktemp("synth") / "country"
    options = SynthOptions(participants=90, seed=4, programme="ca", months=6, last_month=LAST)
    generate(options, out, lambda *_: None)
    return out


@pytest.fixture(scope="module")
def packed(
    django_db_setup: None, django_db_blocker: Any, country: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Packed]:
    data = tmp_path_factory.mktemp("data")
    key = data / "log_key.pem"
    with (
        override_settings(DATA_DIR=data, LOG_KEY_FILE=key, LOG_ORIGIN="ejemplo.org/log"),
        kept_for_module(django_db_blocker.unblock),
    ):
        decided(country)
        places = Counter(pl.read_parquet(data / "sealed/ca" / str(LAST) / "snapshot.parquet")["area"].to_list())
        states = Counter(place[:5] for place in places.elements() if place.startswith("GT"))
        area = states.most_common(1)[0][0]
        print(places)
        elsewhere = next((place for place in places if not place.startswith("GT")), "HN")
        auditor = user_make("auditora", Role.AUDITOR, areas=["GT"])
        asked = PackAsked("ca", LAST, area, SAMPLE, auditor)
        pack_make(asked=asked, to=data / "pack", now=NOW)
        yield Packed(data, area, elsewhere, auditor, data / "pack")


def decided(country: Path) -> None:
    """The register and evidence taken in, the last two months decided, the second also of late evidence; logged."""
    from ceiba.evidence.services import drop_take
    from ceiba.registry.services import areas_load, import_apply
    from ceiba.rulebook.folder import folder_files
    from ceiba.runs.publication import programme_publish
    from ceiba.runs.services import month_run
    from ceiba.transparency.services.appending import entries_append
    from ceiba.transparency.services.checkpoints import checkpoint_sign

    areas_load()
    programme_publish(files=folder_files(ROOT / "programmes" / "ca"), actor=None, at=NOW)
    for sheet in SHEETS:
        path = country / "register" / f"{sheet}.parquet"
        import_apply(sheet=sheet, path=path, name=path.name, today=NOW.date())
    for month in (LAST + -1, LAST):
        for kind in KINDS:
            path = country / "evidence" / str(month) / f"{kind}.parquet"
            if path.exists():
                drop_take(path=path, name=f"{kind}-{month}.parquet", actor=None, now=NOW)
        month_run(programme="ca", month=month, now=NOW)
    entries_append()
    checkpoint_sign(now=NOW)


@pytest.fixture(autouse=True)
def db(packed: Packed) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def pack(packed: Packed, tmp_path: Path) -> Path:
    """A copy of the pack, to be tampered with."""
    return Path(shutil.copytree(packed.pack, tmp_path / "pack"))
