"""Submissions as records of evidence: of a batch of several forms, one frame of cells a kind (decision 0016)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS, BodyColumn, EvidenceKind
from ceiba.core.forms.answers import Answers
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.moments import Moment, moment
from ceiba.core.forms.plan import KindPlan, plan_of
from ceiba.core.kernel.errors import Problem, Where, register_messages

SUBMISSION: Final = "submission"
ENTRY: Final = "entry"
YES: Final = ("yes", "true", "1", "ok")
"""What "the record holds" is answered with; "ok" is what a phone sends for a question that is only acknowledged."""

register_messages(
    {
        "form.month_unreadable": {
            "es": "«{text}» no dice de qué mes se trata. Corrija la fecha y envíe de nuevo.",
            "en": '"{text}" does not say which month it is about. Correct the date and send it again.',
        },
        "form.participant_missing": {
            "es": "No dice de quién es «{kind}». Elija a la persona y envíe de nuevo.",
            "en": 'It does not say whose "{kind}" it is. Choose the person and send it again.',
        },
        "form.column_missing": {
            "es": "Falta «{column}» de «{kind}», y lo demás sí se contestó. Contéstelo y envíe de nuevo.",
            "en": '"{column}" of "{kind}" is missing, while the rest was answered. Answer it and send it again.',
        },
    }
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission as it goes to evidence: read by its own form's version, received then, sent by `reporter`."""

    definition: FormDefinition
    answers: Answers
    received_at: datetime
    reporter: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """What a batch gives.

    `frames`: kind -> ROW, `submission` (its place in the batch, from 0), `entry` (0 outside of repeats) and the
    columns of `KINDS[kind].columns`, those of the body as text. `problems` are by the submission's place in the
    batch, each placed by the question's path; a submission with one gives no record at all. `moments` are one a
    submission.
    """

    frames: Mapping[str, pl.DataFrame]
    problems: tuple[tuple[int, Problem], ...]
    moments: tuple[Moment, ...]

    def without(self, submissions: Collection[int]) -> "Records":
        """The records of the other submissions, numbered anew."""
        if not submissions:
            return self
        out = pl.Series(SUBMISSION, list(submissions), dtype=pl.Int64)
        kept = {kind: f.filter(~pl.col(SUBMISSION).is_in(out.implode())) for kind, f in self.frames.items()}
        return Records({k: numbered(f) for k, f in kept.items() if f.height}, self.problems, self.moments)


def records(batch: Sequence[Sent]) -> Records:
    """The records of evidence of a batch of submissions."""
    moments = tuple(moment(s.answers.stated, s.answers.month, s.received_at) for s in batch)
    problems = [
        (n, _problem("form.month_unreadable", batch[n], "head.month", text=batch[n].answers.month))
        for n, when in enumerate(moments)
        if when.month is None
    ]
    heads = _heads(batch, moments)
    frames = {}
    for kind, rows in _rows(batch).items():
        frame = _held(KINDS[kind], rows)
        if frame.is_empty():
            continue
        problems += _missing(KINDS[kind], frame, batch)
        frames[kind] = frame.join(heads, on=SUBMISSION, how="left", maintain_order="left")
    found = Records(
        {kind: _cells(KINDS[kind], frame) for kind, frame in frames.items()}, tuple(problems), moments
    )
    return found.without({n for n, _ in problems})


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows numbered from 1, as the intake takes them."""
    return frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias(ROW))


def _heads(batch: Sequence[Sent], moments: Sequence[Moment]) -> pl.DataFrame:
    """What all records of a submission have in common, one row a submission."""
    utc = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        {
            SUBMISSION: pl.Series(range(len(batch)), dtype=pl.Int64),
            "instance": pl.Series([s.answers.head.instance_id for s in batch], dtype=pl.String),
            "month": pl.Series([when.month for when in moments], dtype=pl.Date),
            "observed_at": pl.Series([when.observed_at for when in moments], dtype=utc),
            "received_at": pl.Series([s.received_at for s in batch], dtype=utc),
            "reporter": pl.Series([s.reporter or None for s in batch], dtype=pl.String),
        }
    )


def _rows(batch: Sequence[Sent]) -> dict[str, list[tuple[int | str | None, ...]]]:
    """Kind -> for every entry that may be a record: submission, entry, whether that is asked, and its cells."""
    found: dict[str, list[tuple[int | str | None, ...]]] = {}
    for n, sent in enumerate(batch):
        for plan in plan_of(sent.definition).kinds:
            _draw(found.setdefault(plan.kind, []), n, sent.answers, plan)
    return found


def _draw(rows: list[tuple[int | str | None, ...]], n: int, answers: Answers, plan: KindPlan) -> None:
    first = 1 if plan.scope else 0
    for entry, row in enumerate(answers.rows[plan.scope], first):
        rows.append((n, entry, plan.holds_given, *plan.cells(row)))


def _held(kind: EvidenceKind, rows: list[tuple[int | str | None, ...]]) -> pl.DataFrame:
    """The entries that are records: those said to hold, or, where that is not asked, with any answer at all."""
    body = [column.name for column in kind.body]
    known = {SUBMISSION: pl.Int64(), ENTRY: pl.Int64(), "asked": pl.Boolean()}
    texts = dict.fromkeys(("participant", "holds", *body), pl.String())
    frame = pl.DataFrame(
        dict(zip([*known, *texts], zip(*rows, strict=True), strict=True)) if rows else None,
        schema={**known, **texts},
    )
    answered = pl.any_horizontal(pl.col(name).is_not_null() for name in body) if body else pl.lit(False)
    said = pl.col("holds").str.to_lowercase().is_in(YES).fill_null(value=False)
    return frame.filter(pl.when("asked").then(said).otherwise(answered))


def _missing(kind: EvidenceKind, frame: pl.DataFrame, batch: Sequence[Sent]) -> list[tuple[int, Problem]]:
    """Records that do not say of whom they are, or lack what their kind requires."""
    found = []
    if kind.of_person and frame["participant"].null_count():
        for n in frame.filter(pl.col("participant").is_null())[SUBMISSION].unique(maintain_order=True):
            found.append(
                (n, _problem("form.participant_missing", batch[n], "head.participant", kind=kind.code))
            )
    for column in kind.body:
        if not column.nullable and frame[column.name].null_count():
            for n in frame.filter(pl.col(column.name).is_null())[SUBMISSION].unique(maintain_order=True):
                word = f"{kind.code}.{column.name}"
                values = {"kind": kind.code, "column": column.name}
                found.append((n, _problem("form.column_missing", batch[n], word, **values)))
    return found


def _cells(kind: EvidenceKind, frame: pl.DataFrame) -> pl.DataFrame:
    """The cells of the kind's records: their head, and the body as the intake reads it."""
    key = pl.when(pl.col(ENTRY) > 0).then(pl.format("{}/{}", "instance", ENTRY)).otherwise(pl.col("instance"))
    nothing = pl.lit(None, pl.String)
    whom = pl.col("participant") if kind.of_person else nothing
    full = numbered(frame).with_columns(
        *(_cell(column) for column in kind.body), key=key, participant=whom, area=nothing, corrects=nothing
    )
    return full.select(ROW, SUBMISSION, ENTRY, *(column.name for column in kind.columns))


def _cell(column: BodyColumn) -> pl.Expr:
    """The answer as text; of a geopoint that gives a whole number, its accuracy in whole metres."""
    text = pl.col(column.name)
    if not column.dtype.is_integer():
        return text
    accuracy = text.str.extract(r"^\S+ \S+ \S+ (\d+(?:\.\d+)?)$").cast(pl.Float64).round()
    return pl.coalesce(accuracy.cast(pl.Int64).cast(pl.String), text).alias(column.name)


def _problem(code: str, sent: Sent, gives: str, **values: str) -> Problem:
    field = sent.definition.given.get(gives)
    return Problem(code, Where(item=field.path if field else None), values)
