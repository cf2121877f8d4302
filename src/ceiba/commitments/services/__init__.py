"""Writes the register of commitments: parties, sources, entries, and what another person decides of each."""

from ceiba.commitments.services.decisions import entry_confirm, entry_refuse
from ceiba.commitments.services.entries import (
    answer_enter,
    commitment_correct,
    commitment_enter,
    delivery_enter,
    entry_retract,
)
from ceiba.commitments.services.parties import party_name, party_record
from ceiba.commitments.services.sources import candidate_dismiss, source_record

__all__ = [
    "answer_enter",
    "candidate_dismiss",
    "commitment_correct",
    "commitment_enter",
    "delivery_enter",
    "entry_confirm",
    "entry_refuse",
    "entry_retract",
    "party_name",
    "party_record",
    "source_record",
]
