"""Asks for packs, makes them in the name of whoever asked, hands them out, removes them when their time is over."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.blobs.drafts import drafted
from ceiba.blobs.store import blob_open, blob_store
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors.packed import seal_of
from ceiba.frames.postgres import execute
from ceiba.jobs.queue import job_defer
from ceiba.jobs.state import open_job
from ceiba.packs.making import PackAsked, check_asked, pack_make
from ceiba.packs.models import Pack
from ceiba.packs.sampling import SampleAsked
from ceiba.packs.selectors import PACK_TASK, packs_kept

SAMPLE_MAX: Final = 500
SEED_MAX: Final = 200
OPEN_MAX: Final = 3
READS_PEOPLE: Final = "SELECT pg_advisory_xact_lock_shared(hashtext('ceiba packs'))"
NOBODY_READS: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba packs'))"
"""Who erases somebody waits for the pack that is being made, if one is, and the next waits for them."""
_LOCK: Final = "pack"  # one at a time: a country's takes minutes and a disk

register_messages(
    {
        "pack.sample_asked": {
            "es": "Dé el tamaño de la muestra (de 1 a {most}) y la semilla juntos, o ninguno.",
            "en": "Give the size of the sample (1 to {most}) and the seed together, or neither.",
        },
        "pack.too_many": {
            "es": "Ya esperan {most} paquetes suyos. Espere a que estén hechos.",
            "en": "{most} packs of yours are waiting already. Wait until they are made.",
        },
        "pack.too_big": {
            "es": "El paquete pasa de {most} MB. Pida un área menor, o hágalo en el servidor: ceiba pack make.",
            "en": "The pack has more than {most} MB. Ask for a smaller area, or make it there: ceiba pack make.",
        },
        "pack.gone": {
            "es": "El paquete ya no está: pasó su plazo o se borró. Pídalo otra vez; sale igual de los mismos datos.",
            "en": "The pack is no longer there: its time is over, or it was erased. Ask for it again.",
        },
    }
)


def pack_ask(*, asked: PackAsked, actor: User, at: datetime) -> Pack:
    """Ask for a pack, to be made by the worker for the account of `actor`; while it waits it is not asked for twice.

    Raises CeibaError: pack.not_allowed, .no_area, .not_sealed, .sample_asked, .too_many.
    """
    check_asked(asked)
    if seal_of(asked.programme, asked.month.first_day) is None:
        values = {"month": asked.month, "programme": asked.programme}
        raise CeibaError(Problem("pack.not_sealed", values=values))
    sample = asked.sample
    if sample is not None and not (0 < sample.size <= SAMPLE_MAX and 0 < len(sample.seed) <= SEED_MAX):
        raise CeibaError(Problem("pack.sample_asked", values={"most": SAMPLE_MAX}))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=actor.pk)  # two clicks at once follow each other
        waiting = [row for row in Pack.objects.filter(asked_by=actor, made_at=None) if open_job(_key(row))]
        row = Pack(
            programme_id=asked.programme, month=asked.month.first_day, area_code=asked.area,
            sample_size=sample.size if sample else None, seed=sample.seed if sample else "",
            asked_by=actor, asked_at=at,
        )  # fmt: skip
        same = next((each for each in waiting if _what(each) == _what(row)), None)
        if same is not None:
            return same
        if len(waiting) >= OPEN_MAX:
            raise CeibaError(Problem("pack.too_many", values={"most": OPEN_MAX}))
        row.save()
        row.job = job_defer(task=PACK_TASK, key=_key(row), lock=_LOCK, arguments={"pack": row.pk}).job
        row.save(update_fields=["job"])
        event_record(actor=actor, action="pack.asked", subject=f"pack:{row.pk}")
    return row


def pack_produce(*, pack: int, at: datetime) -> None:
    """Make what was asked for, with the rights that the asker has now, and keep it as one zip.

    Its hash and its last day are written before the zip is kept: what a crash leaves is found and removed. No erasure
    comes between reading people and writing that; one that comes after it gives the pack up.
    Raises CeibaError as `pack_make`, and pack.too_big.
    """
    row = Pack.objects.select_related("asked_by").get(pk=pack)
    if row.made_at is not None or row.removed_at is not None:
        return
    if row.sha256:  # of a worker that died
        blob_store().remove(row.sha256)
    with tempfile.TemporaryDirectory(dir=_folder(), prefix="pack-") as folder:
        with transaction.atomic():
            execute(READS_PEOPLE)
            zipped, row.pack_id = _made(row, Path(folder), at)
            with drafted(zipped, zipped.name) as draft:
                row.sha256, row.size_bytes = draft.sha256, draft.size_bytes
            row.expires_at = at + timedelta(days=settings.PACK_DAYS)
            row.save(update_fields=["sha256", "size_bytes", "pack_id", "expires_at"])
        with drafted(zipped, zipped.name) as draft:
            draft.keep()
    if not Pack.objects.filter(pk=row.pk, removed_at=None).update(made_at=at):
        blob_store().remove(row.sha256)


def _made(row: Pack, folder: Path, at: datetime) -> tuple[Path, str]:
    """The zip, and the pack's identifier."""
    sample = SampleAsked(row.sample_size, row.seed) if row.sample_size else None
    asked = PackAsked(row.programme_id, Month.of(row.month), row.area_code, sample, row.asked_by)
    name = f"ceiba-{row.programme_id}-{row.month:%Y-%m}-{row.area_code}"
    manifest = pack_make(asked=asked, to=folder / name, now=at)
    return _zipped(folder / name), manifest.id


def pack_fetch(*, pack: Pack, actor: User, at: datetime) -> IO[bytes]:
    """The zip, to be handed to the account that it was made for; that it was fetched is in the audit log.

    Raises CeibaError (pack.gone).
    """
    if (
        pack.made_at is None
        or pack.removed_at is not None
        or pack.expires_at is None
        or at >= pack.expires_at
    ):
        raise CeibaError(Problem("pack.gone"))
    try:
        opened = blob_open(pack.sha256)
    except FileNotFoundError as error:
        raise CeibaError(Problem("pack.gone")) from error
    event_record(actor=actor, action="pack.fetched", subject=f"pack:{pack.pk}", detail={"pack": pack.pack_id})
    return opened


def packs_expire(*, at: datetime) -> int:
    """Remove the zips whose time is over; returns how many. Broken off, it goes on."""
    over = Pack.objects.filter(removed_at=None, expires_at__lte=at)
    return sum(_removed(row, at) for row in over)


@transaction.atomic
def packs_remove(*, areas: Iterable[str], at: datetime) -> list[str]:
    """Give up the packs in which people of these areas are; returns the hashes of their zips, to be removed after."""
    rows = packs_kept(areas)
    Pack.objects.filter(pk__in=[row.pk for row in rows]).update(removed_at=at)
    return [row.sha256 for row in rows]


def _removed(row: Pack, at: datetime) -> int:
    blob_store().remove(row.sha256)
    return Pack.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at)


def _zipped(folder: Path) -> Path:
    """The folder as one zip beside it, and the folder gone. Raises CeibaError (pack.too_big)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    most = settings.PACK_BYTES_MAX
    if sum(path.stat().st_size for path in files) > most:
        raise CeibaError(Problem("pack.too_big", values={"most": most // 1_000_000}))
    target = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, f"{folder.name}/{path.relative_to(folder).as_posix()}")
    shutil.rmtree(folder)
    return target


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "packs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _key(row: Pack) -> str:
    return f"pack {row.pk}"


def _what(row: Pack) -> tuple[object, ...]:
    return (row.programme_id, row.month, row.area_code, row.sample_size, row.seed)
