"""Reads the stages of a programme's pathway, and how many people stand where."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import disclosed
from ceiba.core.rules.rulebook import PathwayStage, Rulebook
from ceiba.registry.models import Enrolment, Participant
from ceiba.registry.selectors import participants_in
from ceiba.rulebook.models import Programme
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of, versions_of
from ceiba.service_record.selectors import stages_reached


@dataclass(frozen=True, slots=True)
class StageCount:
    """A stage, and how many people of a scope stand where; None where a number is kept back."""

    stage: PathwayStage
    reached: int | None
    not_yet: int | None
    excluded: int | None


def pathway_programmes() -> list[tuple[Programme, Rulebook]]:
    """The programmes whose rulebook has a pathway."""
    found = [
        (each, rulebook_of(latest_version(each.code))) for each in programmes() if versions_of(each.code)
    ]
    return [(programme, book) for programme, book in found if book.pathway]


def pathways_of(participant: int) -> list[tuple[Programme, Rulebook]]:
    """Those in which a person is or was enrolled."""
    own = set(Enrolment.objects.filter(participant=participant).values_list("programme_id", flat=True))
    return [(programme, book) for programme, book in pathway_programmes() if programme.code in own]


def stage_counts(programme: str, book: Rulebook, scope: Scope) -> list[StageCount]:
    """How many people of a scope have reached each stage; for a funder rounded, counted over the areas."""
    people = (
        Participant.objects.filter(scope.areas_q("area__code")) if scope.cell_min else participants_in(scope)
    )
    found = stages_reached(programme, people.values_list("pk", flat=True))
    counted = found.group_by("stage", pl.col("state").cast(pl.String)).len()
    number: Mapping[tuple[str, str], int] = {(stage, state): n for stage, state, n in counted.rows()}
    return [
        StageCount(
            stage,
            *(
                disclosed(number.get((stage.id, state), 0), scope.cell_min)
                for state in ("reached", "not_yet", "excluded")
            ),
        )
        for stage in book.pathway
    ]


def stage_of(book: Rulebook, stage: str) -> PathwayStage | None:
    """The stage with an id."""
    return next((each for each in book.pathway if each.id == stage), None)
