"""A small register, and files of evidence about its people."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month
from ceiba.evidence.services import Taken, drop_take
from ceiba.registry.models import Area, Enrolment, EnrolmentSpan, Group, Participant
from ceiba.rulebook.models import Programme
from tests.core.facts.evidence import BODY

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
AREAS = ("GT", "GT-01", "GT-0101", "GT-0102", "GT-02", "GT-0201", "HN", "HN-01")


def register(people: int = 3, area: str = "GT-0101", programme: str = "ca") -> list[Participant]:
    """People P-1, P-2, ... of one group, active in the programme since 2025-04-01."""
    Programme.objects.get_or_create(
        code=programme, defaults={"currency": "USD", "name": {"es": "p", "en": "p"}}
    )
    for code in AREAS:
        parent = next((a for a in reversed(AREAS) if a != code and code.startswith(a)), None)
        Area.objects.get_or_create(code=code, defaults={"parent_id": parent, "level": "area", "name": code})
    group, _ = Group.objects.get_or_create(code="CAC-1", defaults={"name": "CAC 1", "area_id": area})
    numbers = range(Participant.objects.count() + 1, Participant.objects.count() + people + 1)
    made = Participant.objects.bulk_create(
        Participant(
            code=f"P-{i}", given_names="Ana", family_names="Choc", birth_date=date(1980, 1, 1), sex="F",
            area_id=area, group=group, search_text="ana choc",
        )
        for i in numbers
    )  # fmt: skip
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(
            participant=person, programme_id=programme, variant="us36", state="active",
            applied_on=date(2025, 3, 1), active_on=date(2025, 4, 1), state_since=date(2025, 4, 1),
        )
        for person in made
    )  # fmt: skip
    EnrolmentSpan.objects.bulk_create(
        EnrolmentSpan(enrolment=enrolment, state="active", since=enrolment.active_on, at_load=True)
        for enrolment in enrolments
    )
    return made


def row(kind: str, participant: str = "P-1", /, **says: Any) -> dict[str, Any]:
    """A row of a file: the kind's usual body, observed on 15 March 2026 and received the day after."""
    head = {
        "key": f"{kind}-{participant}", "participant": participant, "month": date(2026, 3, 1),
        "observed_at": datetime(2026, 3, 15, 10, tzinfo=UTC), "received_at": datetime(2026, 3, 16, 10, tzinfo=UTC),
        "reporter": "T-1", "area": "GT-0101", "corrects": None,
    }  # fmt: skip
    if not KINDS[kind].of_person:
        head |= {"participant": None}
    return head | dict(BODY[kind]) | says


def frame(kind: str, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Rows as `KINDS[kind].schema`."""
    schema = KINDS[kind].schema
    return pl.DataFrame([{n: r.get(n) for n in schema.names} for r in rows], schema=dict(schema.dtypes))


def drop_file(folder: Path, kind: str, *rows: Mapping[str, Any], name: str | None = None) -> Path:
    """A Parquet or CSV file (by `name`) of the rows, whose name begins with the kind."""
    path = folder / (name or f"{kind}.parquet")
    written = frame(kind, *rows)
    if path.suffix == ".csv":
        written.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%:z")
    else:
        written.write_parquet(path)
    return path


def take(path: Path, **more: Any) -> Taken:
    """Take the file at `path` under its own name."""
    return drop_take(**({"path": path, "name": path.name, "actor": None, "now": NOW} | more))


def take_rows(folder: Path, kind: str, *rows: Mapping[str, Any], **more: Any) -> Taken:
    """Take a Parquet file of these rows."""
    number = len(list(folder.iterdir()))
    return take(drop_file(folder, kind, *rows, name=f"{kind}-{number}.parquet"), **more)


def month(text: str) -> Month:
    """`2026-03`."""
    return Month.parse(text)
