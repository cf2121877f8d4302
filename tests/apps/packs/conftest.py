"""A small country with two months decided, sealed and logged; late evidence; a pack of its busiest department."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
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
AREA, BESIDE, ELSEWHERE = "GT-14", "GT-1304", "HN-LE"
FORM, PHOTO = b"<data>Rosa, 5555-0000</data>", b"\xff\xd8 a photo"
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
        auditor = user_make("auditora", Role.AUDITOR, areas=["GT"])
        pack_make(asked=PackAsked("ca", LAST, AREA, SAMPLE, auditor), to=data / "pack", now=NOW)
        yield Packed(data, AREA, ELSEWHERE, auditor, data / "pack")


def decided(country: Path) -> None:
    """The register and evidence taken in, the last two months decided, the second also of late evidence; logged."""
    from ceiba.evidence.services import drop_take
    from ceiba.registry.models import Participant
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
    # The country's people all live in one municipality of El Quiché, so small is it.
    numbers = list(Participant.objects.order_by("pk").values_list("pk", flat=True))
    for first, place in ((0, BESIDE), (1, ELSEWHERE)):
        Participant.objects.filter(pk__in=numbers[first::3]).update(area_id=place)
    form_sent(Participant.objects.filter(area__code__startswith=AREA).order_by("pk")[0])
    for month in (LAST + -1, LAST):
        for kind in KINDS:
            path = country / "evidence" / str(month) / f"{kind}.parquet"
            if path.exists():
                drop_take(path=path, name=f"{kind}-{month}.parquet", actor=None, now=NOW)
        month_run(programme="ca", month=month, now=NOW)
    entries_append()
    checkpoint_sign(now=NOW)


def form_sent(person: Any) -> None:
    """A form with a photo, and the evidence it became, in time for the last month."""
    from ceiba.blobs.store import blob_store
    from ceiba.evidence.models import Evidence
    from ceiba.evidence.selectors import canonical_text
    from ceiba.submissions.models import Attachment, Submission

    at = datetime(LAST.year, LAST.month, 17, tzinfo=UTC)
    path = Path(settings.DATA_DIR) / "photo"
    path.write_bytes(PHOTO)
    digest = sha256(PHOTO).hexdigest()
    blob_store().put(digest, path)
    form = Submission.objects.create(
        instance_id="uuid:1", form_code="life", form_version="1", xml=FORM, sha256=sha256(FORM).digest(),
        device_id=1, user_id=1, received_at=at,
    )  # fmt: skip
    Attachment.objects.create(
        submission=form, name="foto.jpg", sha256=digest, size_bytes=len(PHOTO), content_type="image/jpeg",
        is_named=True, received_at=at,
    )  # fmt: skip
    record = Evidence(
        submission=form, kind="proof_of_life", key="uuid:1", participant=person, month=LAST.first_day,
        observed_at=at, received_at=at, body={},
    )  # fmt: skip
    record.sha256 = sha256(canonical_text(record).encode()).digest()
    record.save()


@pytest.fixture(autouse=True)
def db(packed: Packed) -> Iterator[None]:
    with savepoint():
        yield


@pytest.fixture
def pack(packed: Packed, tmp_path: Path) -> Path:
    """A copy of the pack, to be tampered with."""
    return Path(shutil.copytree(packed.pack, tmp_path / "pack"))
