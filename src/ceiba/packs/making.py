"""Makes a pack: an area cut out of a sealed month, with everything that is needed to hold it to the seal and the log.

It is written beside its place and moved there when it is whole. Every pack made is in the audit log.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.area_slices import PLACES
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors.packed import SealedMonth, seal_of
from ceiba.evidence.listed import LISTED, evidence_listed
from ceiba.evidence.selectors import PEOPLE_MONTHS
from ceiba.frames.parquet import write_parquet
from ceiba.packs.archive import write_verifier
from ceiba.packs.cutting import AreaMonth, area_cut
from ceiba.packs.layout import EVIDENCE, MANIFEST, PEOPLE, SEAL, TOTALS, VERIFIER, Manifest
from ceiba.packs.log_proofs import write_proofs
from ceiba.packs.page import Told, write_pages
from ceiba.packs.sampling import SampleAsked, Sight, write_sample
from ceiba.packs.writing import part_of, write_csv
from ceiba.payments.selectors.area_totals import AREA_TOTALS, area_totals
from ceiba.registry.places import areas_named
from ceiba.registry.selectors import codes_of

register_messages(
    {
        "pack.not_sealed": {
            "es": "{month} de «{programme}» no está sellado.",
            "en": '{month} of "{programme}" is not sealed.',
        },
        "pack.not_allowed": {
            "es": "«{user}» no existe o no puede llevarse un paquete; lo hacen auditores y oficinas.",
            "en": '"{user}" does not exist or may not take a pack; auditors and offices do.',
        },
        "pack.no_area": {
            "es": "no hay un área «{area}» en lo que abarca la cuenta.",
            "en": 'there is no area "{area}" in what the account covers.',
        },
        "pack.exists": {
            "es": "ya existe; dé una carpeta nueva.",
            "en": "is there already; give a new folder.",
        },
    }
)
_PEOPLE = FrameSchema("people", (*PLACES.columns, Column("code", pl.String)), ("participant_id",))


@dataclass(frozen=True, slots=True)
class PackAsked:
    """Which month and area, the sample that goes with it, and the account that it is for."""

    programme: str
    month: Month
    area: str
    sample: SampleAsked | None = None
    user: User | None = None


def pack_make(*, asked: PackAsked, to: Path, now: datetime) -> Manifest:
    """Write the pack to `to`, a folder that is not there yet.

    Raises CeibaError: pack.not_allowed and pack.no_area (role and areas of the account), pack.not_sealed,
    pack.exists, and those of `area_cut`.
    """
    area_name = check_asked(asked)
    if to.exists():
        raise CeibaError(Problem("pack.exists", Where(file=str(to))))
    seal = seal_of(asked.programme, asked.month.first_day)
    if seal is None:
        values = {"month": asked.month, "programme": asked.programme}
        raise CeibaError(Problem("pack.not_sealed", values=values))
    cut = area_cut(Path(settings.DATA_DIR) / seal.folder, asked.area)
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        manifest = _written(asked, seal, cut, area_name, now, draft)
        event_record(
            actor=asked.user,
            action="pack.make",
            subject=f"{asked.programme} {asked.month} {asked.area}",
            detail={"pack": manifest.id, "sample": manifest.about["sample"]},
        )
        draft.rename(to)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def check_asked(asked: PackAsked) -> str:
    """The name of the area; CeibaError (pack.not_allowed, .no_area) unless the account may have a pack of it."""
    user = asked.user
    if user is not None and not may(user, Action.TAKE_PACK):
        raise CeibaError(Problem("pack.not_allowed", values={"user": user.username}))
    name = areas_named([asked.area]).get(asked.area)
    if name is None or (user is not None and not scope_of(user).covers(asked.area)):
        raise CeibaError(Problem("pack.no_area", values={"area": asked.area}))
    return name


def _written(
    asked: PackAsked, seal: SealedMonth, cut: AreaMonth, area_name: str, now: datetime, folder: Path
) -> Manifest:
    (folder / "parts").mkdir(parents=True)
    folder.chmod(0o700)  # it holds personal data
    (folder / SEAL).write_bytes(cut.seal_bytes)
    _write_parts(cut, folder)
    people = cut.places["participant_id"]
    totals = area_totals(asked.programme, seal.month, people)
    write_csv(totals, AREA_TOTALS, folder / TOTALS)
    evidence = evidence_listed(_pairs(cut), asked.area, seal.month, seal.cutoff)
    if asked.sample is not None:
        of_sample = write_sample(seal, cut, asked.sample, Sight(asked.user), folder)
        evidence = pl.concat([evidence, of_sample]).unique(LISTED.key).sort(LISTED.key)
    write_csv(evidence, LISTED, folder / EVIDENCE)
    logged = write_proofs(seal, people.to_list(), folder)
    about = _about(asked, seal, cut, now) | {"log": logged}
    write_pages(cut, Told(about, area_name, totals, evidence.height), folder)
    write_verifier(folder / VERIFIER)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = Manifest(
        about,
        {name: part_of(part.sealed) for name, part in cut.parts.items()},
        {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files},
    )
    (folder / MANIFEST).write_bytes(manifest.written())
    return manifest


def _write_parts(cut: AreaMonth, folder: Path) -> None:
    """The rules, the parts twice, and who is where."""
    for digest, files in cut.rulebooks.items():
        (folder / "rulebooks" / digest).mkdir(parents=True)
        for name, data in files.items():
            (folder / "rulebooks" / digest / name).write_bytes(data)
    for name, part in cut.parts.items():
        write_parquet(cut.rows(name), folder / "parts" / f"{name}.parquet")
        write_csv(cut.rows(name), part.sealed, folder / "parts" / f"{name}.csv")
    codes = codes_of(cut.places["participant_id"])
    code = pl.Series("code", [codes[person] for person in cut.places["participant_id"]], dtype=pl.String)
    write_csv(cut.places.with_columns(code), _PEOPLE, folder / PEOPLE)


def _pairs(cut: AreaMonth) -> pl.DataFrame:
    """The people and months that the pack decides: everybody's month, and the earlier ones again."""
    own = cut.places.select("participant_id", month=pl.lit(cut.month.first_day))
    return pl.concat([own, cut.rows("late").select(PEOPLE_MONTHS.names)])


def _about(asked: PackAsked, seal: SealedMonth, cut: AreaMonth, now: datetime) -> dict[str, Any]:
    user, sample = asked.user, asked.sample
    return {
        "programme": asked.programme,
        "month": str(asked.month),
        "area": asked.area,
        "currency": seal.currency,
        "made_at": f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        "made_for": None
        if user is None
        else {"user": user.username, "role": user.role, "areas": list(scope_of(user).areas)},
        "seal_sha256": sha256(cut.seal_bytes).hexdigest(),
        "sample": None if sample is None else {"size": sample.size, "seed": sample.seed},
    }
