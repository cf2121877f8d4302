"""Reads evidence: records as frames to make facts of, and what a file is compared with before it is taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.db.models import Count, Exists, IntegerField, Max, OuterRef, Q, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from ceiba.accounts.models import User
from ceiba.accounts.selectors import Scope
from ceiba.core.evidence import KINDS, EvidenceKind
from ceiba.core.facts.standing import COMBINATIONS
from ceiba.core.intake import KNOWN, canonical_record
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.evidence.models import Closing, Evidence
from ceiba.frames.postgres import read_frame, temp_frame
from ceiba.registry.selectors import participants_in

_SQL: Final = Path(__file__).parent / "sql"
_KNOWN_SQL: Final = (_SQL / "known.sql").read_text()
_PEOPLE_SQL: Final = (_SQL / "people.sql").read_text()
_AREAS_SQL: Final = (_SQL / "areas.sql").read_text()
COLUMN_TYPES: Final[Mapping[Dtype, str]] = {
    pl.Int32: "integer",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.String: "text",
}
_CUTOFF: Final = Column(
    "cutoff", pl.Datetime("us", "UTC"), True, "the last one that a month was decided with"
)
_PEOPLE: Final = FrameSchema(
    "people named", (Column("participant", pl.String), Column("participant_id", pl.Int64), _CUTOFF)
)
_AREAS: Final = FrameSchema("areas named", (Column("area", pl.String), _CUTOFF))
_INCOMING: Final = FrameSchema(
    "evidence_incoming",
    tuple(Column(name, pl.String, True) for name in ("kind", "key", "corrects", "participant", "area")),
)
PEOPLE_MONTHS: Final = FrameSchema(
    "people and months",
    (Column("participant_id", pl.Int64), Column("month", pl.Date)),
    key=("participant_id", "month"),
)
_KNOWN_OF_KIND: Final = FrameSchema("records known", (Column("kind", pl.String), *KNOWN), ("kind", "key"))
_WHO: Final = FrameSchema("evidence_who", (Column("id", pl.Int64),))


@dataclass(frozen=True, slots=True)
class Compared:
    """What is there of what records name: people and areas with their last cutoff, records by kind (`KNOWN`)."""

    people: pl.DataFrame
    areas: pl.DataFrame
    known: Mapping[str, pl.DataFrame]


def evidence_frames(
    people: pl.Series, kinds: Iterable[str], month: Month, cutoff: datetime
) -> dict[str, pl.DataFrame]:
    """The records that can bear on the facts of `month`: kind -> `KINDS[kind].records`, in no order.

    `kinds` are kinds that facts are drawn from (`COMBINATIONS`).
    `people` are ids of participants (Int64): records of other people are left out; those of areas all come. Of a
    kind that counts in its own month only, the records of that month come, and those that are tied to another by
    a correction, whatever their month. Only what was received by `cutoff` is read.
    """
    with transaction.atomic():
        temp_frame("evidence_who", _WHO, people.alias("id").to_frame())
        return {kind: _records(KINDS[kind], month, cutoff) for kind in kinds}


def compared(records: Mapping[str, pl.DataFrame]) -> Compared:
    """What records (by kind: key, corrects, participant, area) name, as far as it is there."""
    said = [rows.select(pl.lit(kind).alias("kind"), *_INCOMING.names[1:]) for kind, rows in records.items()]
    with transaction.atomic():
        temp_frame("evidence_incoming", _INCOMING, pl.concat([_INCOMING.empty(), *said]))
        known = read_frame(_KNOWN_SQL, {}, _KNOWN_OF_KIND).partition_by(
            "kind", as_dict=True, include_key=False
        )
        return Compared(
            people=read_frame(_PEOPLE_SQL, {}, _PEOPLE),
            areas=read_frame(_AREAS_SQL, {}, _AREAS),
            known={kind: known.get((kind,), KNOWN.empty()) for kind in records},
        )


def people_taken_since(time: datetime | None) -> pl.DataFrame:
    """participant_id and month (`PEOPLE_MONTHS`) of the evidence that forms brought and that was taken after `time`.

    Of all of it ever when `time` is None.
    """
    query = (
        "SELECT DISTINCT e.participant_id, e.month FROM submissions_standing t"
        " JOIN evidence_evidence e ON e.submission_id = t.submission_id"
        " WHERE e.participant_id IS NOT NULL AND t.taken_at > coalesce(%(time)s, '-infinity'::timestamptz)"
    )
    return read_frame(query, {"time": time}, PEOPLE_MONTHS)


def records_by_id(ids: Iterable[int]) -> dict[int, Evidence]:
    """Records by their number, each with the file it came in."""
    return Evidence.objects.select_related("drop", "submission").in_bulk(list(ids))


@dataclass(frozen=True, slots=True)
class Work:
    """Work of one kind that a person's evidence tells of: what it is of, how much, in how many months."""

    kind: str
    of: str
    done: int
    months: int


_WORK: Final[Mapping[str, tuple[str | None, str]]] = {
    "task": ("task_class", "done"),
    "planting": ("plant_class", "plants"),
    "survival": (None, "replanted"),
    "attendance": (None, "sessions_attended"),
}
"""The kinds of evidence that tell of work done: what it is divided by, and what is added up."""


def work_of(participant_id: int) -> list[Work]:
    """The work that a person's records tell of, of those that no other record corrects; nothing where it is none."""
    records = Evidence.objects.filter(participant_id=participant_id, kind__in=_WORK)
    corrected = Evidence.objects.filter(
        kind=OuterRef("kind"), participant=participant_id, corrects=OuterRef("key")
    )
    found = []
    for kind, (of, done) in _WORK.items():
        rows = records.filter(~Exists(corrected), kind=kind).annotate(
            of=KT(f"body__{of}") if of else Value(""), done=Cast(KT(f"body__{done}"), IntegerField())
        )
        counted = rows.values_list("of").annotate(total=Sum("done"), months=Count("month", distinct=True))
        found += [Work(kind, *row) for row in counted.order_by("-total", "of") if row[1]]
    return found


def record_in(scope: Scope, pk: int) -> Evidence | None:
    """A record about somebody whom the scope reaches, or about an area, which says nothing of anybody."""
    within = Q(participant__isnull=True) | Q(participant__in=participants_in(scope))
    records = Evidence.objects.select_related("drop__taken_by", "submission", "participant")
    return records.filter(within, pk=pk).first()


@dataclass(frozen=True, slots=True)
class Absence:
    """An absence as it was told last: the record, its first and last day."""

    record: Evidence
    since: date
    until: date | None

    @property
    def is_attested(self) -> bool:
        """Whether a paper attests it: otherwise it excuses nothing."""
        return bool(self.record.body["documented"])

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing attests it any more, of what had been attested."""
        return not self.is_attested and bool(self.record.corrects)

    @property
    def has_paper(self) -> bool:
        """Whether an office keeps its paper; the photo of one that came by a form is with the form."""
        return self.record.drop is not None and hasattr(self.record.drop, "paper")


def absences_of(participant_id: int) -> list[Absence]:
    """The absences of a person, the one that began last first; of each, what was told last."""
    records = Evidence.objects.filter(participant_id=participant_id, kind="absence")
    later = Evidence.objects.filter(kind="absence", participant=participant_id, corrects=OuterRef("key"))
    found = records.filter(~Exists(later)).select_related("drop__paper", "submission").order_by("pk")
    told = [
        Absence(each, date.fromisoformat(each.body["since"]), _day(each.body.get("until"))) for each in found
    ]
    return sorted(told, key=lambda absence: absence.since, reverse=True)


def is_corrected(record: Evidence) -> bool:
    """Whether another record of the same person corrects it."""
    return Evidence.objects.filter(
        kind=record.kind, participant=record.participant_id, corrects=record.key
    ).exists()


def entered_absences(user: User, programme: str) -> bool:
    """Whether the user brought absences of people of the programme since its last month was decided."""
    last = Closing.objects.filter(programme=programme).aggregate(last=Max("cutoff"))["last"]
    found = Evidence.objects.filter(
        kind="absence", drop__taken_by=user, participant__enrolments__programme=programme
    )
    return (found.filter(received_at__gt=last) if last else found).exists()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def correction_chain(record: Evidence) -> list[Evidence]:
    """The record with those it replaces before it and those that replace it after it, in that order."""
    of_same = Evidence.objects.filter(kind=record.kind, participant=record.participant_id)
    if record.participant_id is None:
        of_same = of_same.filter(area_code=record.area_code)
    chain = [record]
    while (first := chain[0]).corrects:
        before = of_same.filter(key=first.corrects).exclude(pk__in=[r.pk for r in chain]).first()
        if before is None:
            break
        chain.insert(0, before)
    while True:
        after = of_same.filter(corrects=chain[-1].key).exclude(pk__in=[r.pk for r in chain]).first()
        if after is None:
            return chain
        chain.append(after)


def canonical_text(record: Evidence) -> str:
    """The record's canonical JSON (`core.intake.canonical_record`), written again from the columns of the table."""
    kind = KINDS[record.kind]
    head = {
        "key": record.key,
        "participant": record.participant.code if record.participant else None,
        "month": record.month,
        "observed_at": record.observed_at,
        "received_at": record.received_at,
        "reporter": record.reporter or None,
        "area": record.area_code or None,
        "corrects": record.corrects or None,
    }
    days = {column.name for column in kind.body if column.dtype == pl.Date}
    body = {n: date.fromisoformat(value) if n in days else value for n, value in record.body.items()}
    row = {name: (head | body).get(name) for name in kind.schema.names}
    return str(pl.DataFrame([row], schema=dict(kind.schema.dtypes)).select(canonical_record(kind)).item())


def _records(kind: EvidenceKind, month: Month, cutoff: datetime) -> pl.DataFrame:
    """The records of a kind of the people in evidence_who, or of all areas."""
    who, source = "e.area_code AS area", "evidence_evidence e"
    if kind.of_person:
        who, source = "e.participant_id", f"{source} JOIN evidence_who ON evidence_who.id = e.participant_id"
    body = "".join(f", (e.body ->> '{c.name}')::{COLUMN_TYPES[c.dtype]} AS {c.name}" for c in kind.body)
    select = (  # every part is of the declaration of the kind
        f"SELECT {who}, e.key, e.month, e.observed_at, e.received_at, nullif(e.corrects, '') AS corrects{body}"  # noqa: S608
        f" FROM {source} WHERE e.kind = %(kind)s AND e.received_at <= %(cutoff)s"
    )
    if not COMBINATIONS[kind.code].onward:
        select = (
            f"{select} AND e.month = %(month)s"
            f" UNION ALL {select} AND e.month <> %(month)s AND e.id IN ({_TIED})"
        )
    params: dict[str, Any] = {"kind": kind.code, "month": month.first_day, "cutoff": cutoff}
    return read_frame(select, params, kind.records)


_TIED: Final = (
    "SELECT id FROM evidence_evidence WHERE kind = %(kind)s AND corrects <> ''"
    " UNION SELECT t.id FROM evidence_evidence c JOIN evidence_evidence t ON t.kind = c.kind AND t.key = c.corrects"
    " WHERE c.kind = %(kind)s AND c.corrects <> ''"
)
