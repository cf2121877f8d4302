"""Runs of months, and the register as a frame."""

from datetime import UTC, datetime
from typing import Any

import polars as pl

from ceiba.core.facts.catalogue import RECORD_FACTS, REGISTER_FACTS
from ceiba.core.kernel.month import Month
from ceiba.facts.services import facts_build
from ceiba.registry.models import Participant
from ceiba.rulebook.models import RulebookVersion
from ceiba.runs.models import Run
from tests.core.helpers import frame


def run_of(text: str, programme: str = "ca") -> Run:
    """The run of a month, with its cut-off on the 5th of the next one at 06:00."""
    month, after = Month.parse(text), Month.parse(text) + 1
    version, _ = RulebookVersion.objects.get_or_create(
        programme_id=programme,
        digest="d" * 64,
        defaults={"files": {}, "published_at": datetime(2025, 1, 1, tzinfo=UTC)},
    )
    cutoff = datetime(after.year, after.month, 5, 6, tzinfo=UTC)
    return Run.objects.create(
        programme_id=programme, month=month.first_day, rulebook=version, cutoff=cutoff, started_at=cutoff
    )


def register_frame(month: Month, *codes: str, **says: Any) -> pl.DataFrame:
    """People active since 2025-04 (all there are, unless codes are given), as the register tells of them."""
    people = Participant.objects.filter(**({"code__in": codes} if codes else {}))
    since = month - Month(2025, 4) + 1
    rows = [
        {
            "participant_id": p.pk,
            "area": p.area_id,
            "group": "CAC-1",
            "country": "GT",
            "enrolled_months": since,
        }
        | says
        for p in people
    ]
    return frame(REGISTER_FACTS, *rows)


def build(run: Run, *codes: str, **says: Any) -> pl.DataFrame:
    """The facts of a run's month, built with nothing on record."""
    return facts_build(
        run=run, register=register_frame(Month.of(run.month), *codes, **says), record=RECORD_FACTS.empty()
    )


def fact(facts: pl.DataFrame, code: str, name: str) -> Any:
    """One fact of one person."""
    return facts.filter(participant_id=Participant.objects.get(code=code).pk).select(name).item()
