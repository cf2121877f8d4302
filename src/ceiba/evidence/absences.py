"""Absences that an office enters, one at a time, each with the paper that attests it; and withdraws.

What is typed in becomes a file of its own, kept byte for byte with the paper's hash in it, and the record comes in
that file: it is taken as any other evidence, and no way leads past its checks.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO
from typing import IO, Final

import polars as pl
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.blobs.drafts import Draft, drafted
from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.evidence.models import Drop, Evidence, Paper
from ceiba.evidence.selectors import is_corrected
from ceiba.evidence.services import evidence_append
from ceiba.registry.models import Participant
from ceiba.rulebook.selectors import latest_version, rulebook_of

ENTERED: Final = ("cause", "since", "until", "attested_by")
"""What an office types in; the least that rules need, and never what somebody is ill with."""

PAPERS: Final[Mapping[str, bytes]] = {
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-",
}
"""What a paper may be, by how its bytes begin."""

register_messages(
    {
        "evidence.paper_missing": {
            "es": "Falta la constancia. Elija su foto o su PDF.",
            "en": "The paper is missing. Choose its photo or its PDF.",
        },
        "evidence.paper_kind": {
            "es": "La constancia no es una foto JPEG o PNG ni un PDF. Tome una foto y elíjala.",
            "en": "The paper is no JPEG or PNG photo and no PDF. Take a photo and choose that.",
        },
        "evidence.absence_unused": {
            "es": "Ninguna regla de los programas de esta persona justifica ausencias: no se registra ninguna.",
            "en": "No rule of this person's programmes excuses absences: none is recorded.",
        },
        "evidence.absence_gone": {
            "es": "Esa ausencia ya fue corregida o retirada. Vuelva a la página de la persona.",
            "en": "That absence has been corrected or withdrawn already. Go back to the person's page.",
        },
    }
)


def absences_excused(person: Participant) -> bool:
    """Whether a rule of a programme of the person excuses absences: otherwise none is asked for or recorded."""
    programmes = person.enrolments.values_list("programme_id", flat=True)
    return any(rulebook_of(latest_version(programme)).excuses for programme in programmes)


def absence_enter(
    *, person: Participant, said: Mapping[str, str], paper: IO[bytes], name: str, actor: User, now: datetime
) -> Evidence:
    """Record the absence that `said` (`ENTERED`) tells of, attested by `paper`; the same one again adds nothing.

    Raises CeibaError with every problem found (evidence.*, cell.*), by the column it is of.
    """
    if not absences_excused(person):
        raise CeibaError(Problem("evidence.absence_unused"))
    with drafted(paper, name) as draft:
        content_type = _content_type(draft)
        cells = {name: said.get(name, "").strip() for name in ENTERED} | {"documented": "true"}
        kept = False
        try:
            with transaction.atomic():
                drop, is_new = _appended(person, cells, now, draft.sha256, "", actor, now)
                if is_new:
                    kept = draft.keep()
                    Paper.objects.create(
                        drop=drop,
                        sha256=draft.sha256,
                        content_type=content_type,
                        size_bytes=draft.size_bytes,
                    )
        except BaseException:
            if kept:
                draft.forget()
            raise
    return Evidence.objects.get(drop=drop)


def absence_withdraw(*, record: Evidence, actor: User, now: datetime) -> Evidence:
    """Correct an absence so that nothing attests it any more: it excuses nothing, and stays to be read.

    Raises CeibaError (evidence.absence_gone) when it has been corrected or withdrawn.
    """
    if record.participant is None or is_corrected(record) or not record.body.get("documented"):
        raise CeibaError(Problem("evidence.absence_gone"))
    cells = {name: str(record.body.get(name, "")) for name in ENTERED} | {"documented": "false"}
    # It was observed when what it corrects was: years later, too, it can be withdrawn.
    drop, _ = _appended(record.participant, cells, record.observed_at, "", record.key, actor, now)
    return Evidence.objects.get(drop=drop)


def _appended(
    person: Participant,
    cells: Mapping[str, str],
    observed_at: datetime,
    paper: str,
    corrects: str,
    actor: User,
    now: datetime,
) -> tuple[Drop, bool]:
    """The file that the record came in, and whether it is new. Its key is drawn from what it says."""
    said = {"participant": person.code, "corrects": corrects, "paper": paper, **cells}
    text = json.dumps({"absence": said}, ensure_ascii=False, sort_keys=True).encode()
    key = f"office/{hashlib.sha256(text).hexdigest()[:40]}"
    since = cells["since"]
    with suppress(ValueError):  # what is no day is told of as that
        since = date.fromisoformat(since).replace(day=1).isoformat()
    row = {
        "key": key,
        "participant": person.code,
        "month": since,
        "observed_at": observed_at.isoformat(),
        "received_at": now.isoformat(),
        "reporter": actor.username[:64],
        "area": person.area_id,
        "corrects": corrects,
        **cells,
    }
    columns = [column.name for column in KINDS["absence"].columns]
    frame = pl.DataFrame(
        [{name: row[name] or None for name in columns}], schema=dict.fromkeys(columns, pl.String)
    )
    frame = frame.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))
    with drafted(BytesIO(text), f"absence-{key[7:19]}.json") as draft:
        taken = evidence_append(
            kind="absence", cells=frame, source=draft, actor=actor, now=now, as_stated=False
        )
    return taken.drop, not taken.again


def _content_type(draft: Draft) -> str:
    """What the paper is. Raises CeibaError when it is nothing that can be shown."""
    if not draft.size_bytes:
        raise CeibaError(Problem("evidence.paper_missing", Where(column="paper")))
    with draft.path.open("rb") as opened:
        begins = opened.read(16)
    for content_type, magic in PAPERS.items():
        if begins.startswith(magic):
            return content_type
    raise CeibaError(Problem("evidence.paper_kind", Where(column="paper")))
