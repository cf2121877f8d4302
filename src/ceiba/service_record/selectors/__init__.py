"""Reads service records: months by person, seasons away, and how far along the pathway they have brought them."""

from ceiba.service_record.selectors.records import (
    GOAL,
    RecordPage,
    accepted_distribution,
    record_page,
    records_of,
    records_of_person,
)
from ceiba.service_record.selectors.seasons import Season, seasons_of_person, seasons_told_by
from ceiba.service_record.selectors.stages import (
    StageOfPerson,
    pathway_facts,
    stages_of_person,
    stages_reached,
)

__all__ = [
    "GOAL",
    "RecordPage",
    "Season",
    "StageOfPerson",
    "accepted_distribution",
    "pathway_facts",
    "record_page",
    "records_of",
    "records_of_person",
    "seasons_of_person",
    "seasons_told_by",
    "stages_of_person",
    "stages_reached",
]
