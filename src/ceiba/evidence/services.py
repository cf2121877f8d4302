"""Takes evidence in: whole files or nothing, each record once, in a table that only grows."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.blobs.drafts import Draft, drafted
from ceiba.core.evidence import KINDS, EvidenceKind
from ceiba.core.intake import kind_of
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.sheets import listed
from ceiba.evidence.intake import Checked, cells_read, checked
from ceiba.evidence.models import Closing, Drop
from ceiba.frames.postgres import analyze, copy_frame, execute
from ceiba.frames.tabular import read_table

register_messages(
    {
        "evidence.kind_unknown": {
            "es": "No se sabe de qué evidencia es el archivo. Empiece su nombre con uno de: {kinds}.",
            "en": "It is not known what evidence the file holds. Begin its name with one of: {kinds}.",
        },
    }
)

TABLE: Final = "evidence_evidence"
ANALYZE_ROWS_MIN: Final = 10_000
ANALYZED: Final = ("kind", "key", "participant_id", "month", "received_at", "area_code")
LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba evidence'))"


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file would do: its kind, its rows, and those received before; or the problems that forbid it."""

    kind: str
    rows: int
    known: int
    problems: tuple[Problem, ...]

    @property
    def new(self) -> int:
        """How many records would be added."""
        return self.rows - self.known


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken. `again`: the same file had been taken before, and nothing was added."""

    drop: Drop
    again: bool = False

    @property
    def known(self) -> int:
        """How many of the file's records had been received before in another file."""
        return self.drop.rows - self.drop.accepted


def drop_preview(
    *, path: Path, name: str, now: datetime, kind: str | None = None, as_stated: bool = True
) -> Preview:
    """Check the file at `path`, which its sender calls `name`, and write nothing.

    Parameters are as for `drop_take`. Raises CeibaError when the file cannot be read at all (file.*, sheet.*,
    evidence.kind_unknown); what is wrong with its rows is in the answer.
    """
    about = _kind(kind, name)
    table = read_table(path, name=name, columns=about.columns, bytes_max=settings.UPLOAD_BYTES_MAX)
    found = checked(about, *cells_read(about, table.rows, now), now, as_stated=as_stated)
    return Preview(
        about.code, found.rows, found.known, listed(found.problems, file=name, headings=table.headings)
    )


def drop_take(
    *,
    path: Path,
    name: str,
    actor: User | None,
    now: datetime,
    kind: str | None = None,
    as_stated: bool = True,
) -> Taken:
    """Take the file at `path`, which its sender calls `name`: all of its records, or none.

    `kind` is a code of `KINDS`, else the file's name begins with it. `as_stated` trusts the times of receipt that
    the file states, as far as they can hold (`core.intake.received`); otherwise everything is received `now`. The
    same file again adds nothing; a record received before, in another file, is counted and not added.

    Raises CeibaError with every problem found, placed by row (cell.*, sheet.*, file.*, evidence.*).
    """
    about = _kind(kind, name)
    _check_size(path, name)
    with drafted(path, name) as draft:
        if (before := Drop.objects.filter(sha256=draft.sha256).first()) is not None:
            return Taken(before, again=True)
        table = read_table(draft.path, name=name, columns=about.columns, bytes_max=settings.UPLOAD_BYTES_MAX)
        return evidence_append(
            kind=about.code,
            cells=table.rows,
            source=draft,
            actor=actor,
            now=now,
            as_stated=as_stated,
            headings=table.headings,
        )


def evidence_append(
    *,
    kind: str,
    cells: pl.DataFrame,
    source: Draft,
    actor: User | None,
    now: datetime,
    as_stated: bool = True,
    headings: dict[str, str] | None = None,
) -> Taken:
    """Append the records that came as `source`: a file of many, or a form of one.

    `cells` has ROW (int64, from 1) and the columns of `KINDS[kind].columns`, as text or typed; `headings` gives the
    sender's words for them. One at a time in the whole database, so that what is checked still holds when it is
    written. Raises CeibaError with every problem found; then nothing is written, and no file kept.
    """
    about = KINDS[kind]
    rows, problems = cells_read(about, cells, now)
    kept = False  # whether a file must go again when nothing comes of it
    try:
        with transaction.atomic():
            execute(LOCK)
            if (before := Drop.objects.filter(sha256=source.sha256).first()) is not None:
                return Taken(before, again=True)
            found = checked(about, rows, problems, now, as_stated=as_stated)
            _refuse_problems(found, source.name, headings)
            kept = source.keep()
            taken = Taken(_written(found, source, actor, now))
            kept = False  # only the commit is left: if its answer is lost, the file must stay
    except BaseException:
        if kept:
            source.forget()
        raise
    return taken


def evidence_close(*, programme: str, month: Month, cutoff: datetime) -> None:
    """From now on no evidence of the programme's people is received at or before `cutoff`: it is late.

    Waits for what is being appended, and holds up what comes next until the caller's transaction ends; so who reads
    the evidence afterwards in that transaction reads all there will ever be up to the cut-off.
    """
    execute(LOCK)
    _, is_new = Closing.objects.get_or_create(
        programme_id=programme, month=month.first_day, defaults={"cutoff": cutoff}
    )
    if is_new:
        analyze(TABLE, *ANALYZED)  # for all the small files since the last month


def _refuse_problems(found: Checked, name: str, headings: dict[str, str] | None) -> None:
    if found.problems.height:
        raise CeibaError(listed(found.problems, file=name, headings=headings))


def _written(found: Checked, source: Draft, actor: User | None, now: datetime) -> Drop:
    """The records and the drop they came in, written."""
    drop = Drop.objects.create(
        kind=found.kind.code,
        file_name=source.name[:200],
        sha256=source.sha256,
        size_bytes=source.size_bytes,
        rows=found.rows,
        accepted=found.new.height,
        taken_at=now,
        taken_by=actor,
    )
    records_write(as_written(found.kind, found.new, pl.lit(drop.pk).alias("drop_id")))
    event_record(
        actor=actor,
        action="evidence.take",
        subject=f"drop {drop.pk}",
        detail={"kind": drop.kind, "sha256": drop.sha256, "rows": drop.rows, "accepted": drop.accepted},
    )
    return drop


def records_write(*records: pl.DataFrame) -> None:
    """Append checked records (`as_written`), of one kind or of several at once."""
    rows = pl.concat(records)
    copy_frame(rows, TABLE)
    if rows.height >= ANALYZE_ROWS_MIN:
        analyze(TABLE, *ANALYZED)


def as_written(kind: EvidenceKind, rows: pl.DataFrame, source: pl.Expr) -> pl.DataFrame:
    """Checked records (`Checked.new`) as the table has them; they came in `source`: drop_id or submission_id."""
    return rows.select(
        source,
        pl.lit(kind.code).alias("kind"),
        "key",
        "participant_id",
        pl.col("area").fill_null("").alias("area_code"),
        "month",
        "observed_at",
        "received_at",
        pl.col("reporter", "corrects").fill_null(""),
        "body",
        "sha256",
    )


def _kind(code: str | None, name: str) -> EvidenceKind:
    kind = KINDS.get(code) if code else kind_of(name)
    if kind is None:
        raise CeibaError(Problem("evidence.kind_unknown", Where(file=name), {"kinds": ", ".join(KINDS)}))
    return kind


def _check_size(path: Path, name: str) -> None:
    """Refuse a file that is too big before a byte of it is copied."""
    if path.stat().st_size > settings.UPLOAD_BYTES_MAX:
        megabytes = 1_000_000
        values = {"size": path.stat().st_size // megabytes, "limit": settings.UPLOAD_BYTES_MAX // megabytes}
        raise CeibaError(Problem("file.too_big", Where(file=name), values))
