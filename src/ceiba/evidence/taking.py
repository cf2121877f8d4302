"""Takes submissions in: what forms say becomes records of evidence, a batch in one transaction (decision 0016).

    read -> records -> (edits) corrections -> checked as any evidence -> written -> entities -> how each stands

What cannot become evidence goes into quarantine with its problems, and nothing of it is written; the rest of the
batch is not held up by it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.db import transaction

from ceiba.core.cells import ROW
from ceiba.core.entities import NAME_LENGTH_MAX, Update, is_named, version_number
from ceiba.core.evidence import KINDS, OF_ONES_OWN, EvidenceKind
from ceiba.core.forms.answers import Answers, read_answers
from ceiba.core.forms.edits import corrections
from ceiba.core.forms.moments import Moment
from ceiba.core.forms.records import ENTRY, SUBMISSION, Records, Sent, records
from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.core.forms.shapes import shape_problems
from ceiba.core.kernel.errors import Problem, Where, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.entities.selectors import enrolled_as
from ceiba.entities.services import entity_updates_apply
from ceiba.evidence.intake import Checked, cells_read, kinds_checked
from ceiba.evidence.portfolios import SPOKEN, strangers
from ceiba.evidence.selectors import PEOPLE_MONTHS
from ceiba.evidence.services import LOCK, as_written, records_write
from ceiba.forms.definitions import definition
from ceiba.frames.postgres import execute, read_frame
from ceiba.registry.selectors import group_places, people_places
from ceiba.submissions.models import State
from ceiba.submissions.selectors import Opened, open_batch
from ceiba.submissions.standings import STANDINGS, standings_set, submissions_replaced

BATCH_MAX: Final = 1_000
_REPLACED_SQL: Final = (Path(__file__).parent / "sql" / "replaced.sql").read_text()
_REPLACED: Final = FrameSchema(
    "records replaced",
    (
        Column("submission_id", pl.Int64),
        Column("kind", pl.String),
        Column("key", pl.String),
        Column("participant", pl.String, True),
        Column("month", pl.Date),
        Column("observed_at", pl.Datetime("us", "UTC")),
        Column("body", pl.String),
    ),
    key=("kind", "key"),
)

register_messages(
    {
        "form.unknown": {
            "es": "No se conoce el formulario «{form}» en su versión «{version}». Publíquela y vuelva a tomarlo.",
            "en": 'The form "{form}" is not known in version "{version}". Publish it, and take the submission again.',
        },
        "form.predecessor_missing": {
            "es": "Corrige un envío que todavía no ha llegado ({text}). Se tomará cuando llegue.",
            "en": "It corrects a submission that has not come yet ({text}). It will be taken when that comes.",
        },
        "form.second_edit": {
            "es": "Corrige el envío {text}, que otro ya corrigió. Una persona decide cuál vale.",
            "en": "It corrects the submission {text}, which another has corrected. A person decides which one holds.",
        },
        "form.unreadable": {
            "es": "No se pudo leer ({detail}).",
            "en": "It could not be read ({detail}).",
        },
        "form.entity_unnamed": {
            "es": "Lo que dice de la lista «{list}» no nombra a quién con una clave que se pueda leer.",
            "en": 'What it says of the list "{list}" does not name of whom, by an id that can be read.',
        },
        "form.of_others": {
            "es": "Trae «{kind}» de alguien a quien no atiende quien lo envía. Lo trae quien atiende a la persona, "
            "o lo registra la oficina.",
            "en": 'It brings "{kind}" of somebody whom its sender does not look after. Whoever looks after the '
            "person brings it, or the office enters it.",
        },
        "form.unexpected": {
            "es": "No se pudo tomar por una falla de Ceiba. Avise a quien lo mantiene; después, tómelo de nuevo.",
            "en": "It could not be taken, by a fault of Ceiba. Tell whoever maintains it; afterwards, take it again.",
        },
    }
)


@dataclass(slots=True)
class Taking:
    """A batch while it is taken: what was opened, what was read of each, and what stands against it."""

    opened: Sequence[Opened]
    sent: dict[int, Sent] = field(default_factory=dict)  # by the submission's number
    problems: dict[int, list[Problem]] = field(default_factory=dict)
    moments: dict[int, Moment] = field(default_factory=dict)

    def waits_for(self, number: int) -> str:
        """The participant who must be enrolled before the submission is evidence: one whom it enrols itself."""
        codes = {problem.code for problem in self.problems.get(number, ())}
        sent = self.sent.get(number)
        if sent is None or codes != {"evidence.unknown_participant"}:
            return ""
        enrols = any(block.create and block.dataset == "participants" for block in sent.answers.entities)
        return sent.answers.participant if enrols else ""

    def state(self, number: int) -> State:
        """What becomes of a submission."""
        problems = self.problems.get(number, [])
        if any(problem.code == "form.predecessor_missing" for problem in problems) or self.waits_for(number):
            return State.WAITING
        return State.QUARANTINED if problems else State.TAKEN

    def against(self, number: int, problems: Iterable[Problem]) -> None:
        """Note what stands against a submission."""
        for problem in problems:
            self.problems.setdefault(number, []).append(problem)


@dataclass(frozen=True, slots=True)
class Took:
    """What a batch came to. `people` (`PEOPLE_MONTHS`) are those it brought evidence of.

    `numbers` are of its submissions, whatever became of them; `devices` those that sent them.
    """

    submissions: int
    quarantined: int
    records: int
    people: pl.DataFrame
    numbers: tuple[int, ...]
    devices: frozenset[int]


def submissions_take(*, now: datetime, most: int = BATCH_MAX) -> Took | None:
    """Take at most `most` submissions that wait; None when none does. In one transaction of its own."""
    with transaction.atomic():
        execute(LOCK)
        opened = open_batch(most)
        if not opened:
            return None
        taking = _read(opened)
        found = _records(taking)
        frames = _checked(taking, found, now)
        source = pl.col("submission_id")
        if frames:
            records_write(*(as_written(KINDS[kind], frame, source) for kind, frame in frames.items()))
        entity_updates_apply(updates=_entity_updates(taking), now=now)
        standings_set(standings=_standings(taking, frames), now=now)
        submissions_replaced(
            ids=(o.replaced_id for o in opened if o.replaced_id and o.id not in taking.problems)
        )
    touched = [f.select("participant_id", "month") for f in frames.values()]
    people = pl.concat([PEOPLE_MONTHS.empty(), *touched]).drop_nulls().unique()
    quarantined = sum(taking.state(each.id) == State.QUARANTINED for each in opened)
    return Took(
        submissions=len(opened),
        quarantined=quarantined,
        records=sum(frame.height for frame in frames.values()),
        people=people,
        numbers=tuple(each.id for each in opened),
        devices=frozenset(each.device_id for each in opened),
    )


def first_quarantine(*, now: datetime) -> None:
    """Put the submission that would be taken next into quarantine: it cannot be taken, for a reason of ours."""
    with transaction.atomic():
        execute(LOCK)
        opened = open_batch(1)
        taking = Taking(opened)
        for each in opened:
            taking.against(each.id, [Problem("form.unexpected")])
        if opened:
            standings_set(standings=_standings(taking, {}), now=now)


def _read(opened: Sequence[Opened]) -> Taking:
    """Read each submission by its own form's version."""
    taking = Taking(opened)
    forms = {key: definition(*key) for key in {(o.form_code, o.form_version) for o in opened}}
    edited: set[str] = set()
    for each in opened:
        form = forms[each.form_code, each.form_version]
        problem = _unreadable(each, known=form is not None, edited=edited)
        if problem is not None or form is None:
            taking.against(each.id, [problem] if problem else [])
            continue
        try:
            answers = read_answers(form, each.xml)
        except UnsafeXml as error:  # it could when it came: a reader has become stricter since
            taking.against(each.id, [Problem("form.unreadable", values={"detail": str(error)})])
            continue
        taking.sent[each.id] = Sent(form, answers, each.received_at, each.reporter)
        taking.against(each.id, _unnamed(answers))
        taking.against(each.id, shape_problems(form, answers))
    return taking


def _unreadable(each: Opened, *, known: bool, edited: set[str]) -> Problem | None:
    """Why a submission is not read now. `edited` are the submissions that edits before it in the batch replace."""
    if each.deprecated_id:
        values = {"text": each.deprecated_id}
        if each.replaced_id is None:
            return Problem("form.predecessor_missing", values=values)
        if each.is_second or each.deprecated_id in edited:
            return Problem("form.second_edit", values=values)
        edited.add(each.deprecated_id)
    if not known:
        return Problem("form.unknown", values={"form": each.form_code, "version": each.form_version})
    return None


def _records(taking: Taking) -> Records:
    """The batch's records; those of edits correct the records of what they replace."""
    numbers = list(taking.sent)
    found = _as_enrolled(taking, records([taking.sent[number] for number in numbers]))
    batch = [taking.sent[number] for number in numbers]
    taking.moments = dict(zip(numbers, found.moments, strict=True))
    found = corrections(found, batch, _replaced(taking, numbers))
    for place, problem in found.problems:
        taking.against(numbers[place], [problem])
    return found.without({n for n, number in enumerate(numbers) if number in taking.problems})


def _as_enrolled(taking: Taking, found: Records) -> Records:
    """The records, of people by their codes in the register: an office may have given them another than the form."""
    said = {sent.answers.participant for sent in taking.sent.values()}
    said |= {code for frame in found.frames.values() for code in frame["participant"].drop_nulls()}
    codes = enrolled_as(said - {""})
    if not codes:
        return found
    for number, sent in taking.sent.items():
        if (code := codes.get(sent.answers.participant)) is not None:
            taking.sent[number] = replace(sent, answers=replace(sent.answers, participant=code))
    renamed = pl.col("participant").replace(codes)
    return replace(found, frames={kind: f.with_columns(renamed) for kind, f in found.frames.items()})


def _replaced(taking: Taking, numbers: Sequence[int]) -> Mapping[str, pl.DataFrame]:
    """The kept records of what the batch replaces, as `core.forms.edits.corrections` takes them."""
    place = {number: n for n, number in enumerate(numbers)}
    by_replaced = {o.replaced_id: place[o.id] for o in taking.opened if o.replaced_id and o.id in place}
    if not by_replaced:
        return {}
    kept = read_frame(_REPLACED_SQL, {"ids": list(by_replaced)}, _REPLACED).with_columns(
        pl.col("submission_id").replace_strict(by_replaced, return_dtype=pl.Int64).alias(SUBMISSION)
    )
    return {
        str(kind): rows.select(
            SUBMISSION, "key", "participant", "month", "observed_at", *_body(KINDS[str(kind)], rows["body"])
        )
        for (kind,), rows in kept.partition_by("kind", as_dict=True).items()
    }


def _body(kind: EvidenceKind, bodies: pl.Series) -> list[pl.Series]:
    """The columns of a kind's body as text, of their JSON."""
    return [bodies.str.json_path_match(f"$.{column.name}").alias(column.name) for column in kind.body]


def _checked(taking: Taking, found: Records, now: datetime) -> dict[str, pl.DataFrame]:
    """Kind -> the records to write, with submission_id: those of submissions nothing at all stands against."""
    numbers = pl.Series("submission_id", list(taking.sent), dtype=pl.Int64)
    cells = {code: _placed(KINDS[code], frame) for code, frame in found.frames.items()}
    read = {code: cells_read(KINDS[code], rows.drop(SUBMISSION, ENTRY), now) for code, rows in cells.items()}
    frames = {}
    for code, result in kinds_checked(read, now, as_stated=True).items():
        of_row = cells[code].select(ROW, submission_id=numbers.gather(cells[code][SUBMISSION]))
        _note(taking, result, of_row)
        frames[code] = result.new.join(of_row, on=ROW, how="left")
    for code in OF_ONES_OWN:
        _of_others(taking, KINDS[code], frames.get(code))
    refused = pl.Series(list(taking.problems), dtype=pl.Int64)
    return {
        code: frame.filter(~pl.col("submission_id").is_in(refused.implode()))
        for code, frame in frames.items()
    }


def _placed(kind: EvidenceKind, cells: pl.DataFrame) -> pl.DataFrame:
    """Records of a group are of the group's municipality."""
    if kind.of_person:
        return cells
    places = group_places(cells["group"].drop_nulls())
    return cells.drop("area").join(places, on="group", how="left", maintain_order="left")


def _note(taking: Taking, result: Checked, of_row: pl.DataFrame) -> None:
    wrong = result.problems.join(of_row, on=ROW, how="left")
    columns = ("submission_id", "column", "code", "text", "detail")
    for number, column, code, text, detail in zip(*(wrong[c].to_list() for c in columns), strict=True):
        place = Where(item=f"{result.kind.code}.{column}" if column else result.kind.code)
        taking.against(number, [Problem(code, place, {"text": text or "", "detail": detail or ""})])


def _of_others(taking: Taking, kind: EvidenceKind, rows: pl.DataFrame | None) -> None:
    """What excuses people is not taken from whoever does not look after them: a flag would come too late."""
    if rows is None:
        return
    spoken = rows.select(SPOKEN.names).drop_nulls().unique()
    for number in strangers(spoken, {each.id: each.user_id for each in taking.opened}):
        taking.against(number, [Problem("form.of_others", values={"kind": kind.code})])


def _unnamed(answers: Answers) -> list[Problem]:
    """What it says of entities without naming one; before anything of it becomes evidence."""
    return [
        Problem("form.entity_unnamed", values={"list": block.dataset[:NAME_LENGTH_MAX]})
        for block in answers.entities
        if not is_named(block.dataset, block.entity_id, block.branch_id)
    ]


def _entity_updates(taking: Taking) -> list[Update]:
    """What the batch says of entities: what was taken, and what waits for a person whom it enrols itself."""
    return [
        Update(
            submission=each.id,
            block=n,
            list_name=block.dataset,
            entity=block.entity_id,
            observed_at=taking.moments[each.id].observed_at,
            creates=block.create,
            updates=block.update,
            base_version=version_number(block.base_version),
            trunk_version=version_number(block.trunk_version),
            branch=block.branch_id,
            label=block.label,
            values=block.values,
            sent_by=each.user_id,
        )
        for each in taking.opened
        if each.id in taking.sent and (each.id not in taking.problems or taking.waits_for(each.id))
        for n, block in enumerate(taking.sent[each.id].answers.entities)
    ]


def _standings(taking: Taking, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """How each of the batch stands (`STANDINGS`); `frames` are the records it became."""
    rows = [_standing(each, taking) for each in taking.opened]
    people = people_places(row["participant"] for row in rows)
    groups = group_places(row["group_asked"] for row in rows).rename({"area": "group_area"})
    read = pl.DataFrame(rows, schema_overrides={"month": pl.Date, "observed_at": _UTC, "stated_at": _UTC})
    placed = read.join(people, on="participant", how="left").join(
        groups, left_on="group_asked", right_on="group", how="left"
    )
    full = placed.with_columns(
        pl.coalesce("area", "group_area").alias("area"),
        pl.coalesce("group", pl.col("group_asked").replace("", None)).alias("group"),
    )
    outside = strangers(_spoken(full, frames), {each.id: each.user_id for each in taking.opened})
    numbers = {number: "{" + ",".join(map(str, people)) + "}" for number, people in outside.items()}
    told = pl.col("submission_id").replace_strict(numbers, default=None, return_dtype=pl.String)
    full = full.with_columns(outside=told)
    return full.select(pl.col(name).cast(dtype) for name, dtype in STANDINGS.dtypes.items())


def _spoken(standings: pl.DataFrame, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Whom the batch speaks of (`SPOKEN`): at its head, or in a record."""
    found = [standings, *frames.values()]
    return pl.concat([each.select(SPOKEN.names).drop_nulls() for each in found]).unique()


_UTC: Final = pl.Datetime("us", "UTC")


def _standing(each: Opened, taking: Taking) -> dict[str, Any]:
    sent, when = taking.sent.get(each.id), taking.moments.get(each.id)
    answers: Answers | None = sent.answers if sent else None
    place = answers.place if answers else None
    problems = taking.problems.get(each.id, [])
    return {
        "submission_id": each.id,
        "state": taking.state(each.id),
        "waits_for": taking.waits_for(each.id),
        "root_id": each.root_id,
        "problems": json.dumps([_as_json(p) for p in problems], ensure_ascii=False),
        "participant": answers.participant if answers else "",
        "group_asked": answers.group if answers else "",
        "plot": answers.plot if answers else "",
        "month": when.month if when else None,
        "observed_at": when.observed_at if when else None,
        "stated_at": when.stated_at if when else None,
        "clock": when.clock if when else None,
        "lon": place.lon if place else None,
        "lat": place.lat if place else None,
        "accuracy_m": place.accuracy_m if place else None,
    }


def _as_json(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "place": problem.where.item or "", "values": dict(problem.values)}
