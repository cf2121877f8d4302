"""Writes who pays: entries and what is decided about them; figures that are kept."""

from ceiba.funding.services.entries import (
    MATCH_TASK,
    agreement_enter,
    commitment_enter,
    deposit_match_ask,
    disbursement_enter,
    division_enter,
    entry_decide,
    funder_enter,
    instalment_enter,
)
from ceiba.funding.services.figures import figures_count, figures_due, need_count

__all__ = [
    "MATCH_TASK",
    "agreement_enter",
    "commitment_enter",
    "deposit_match_ask",
    "disbursement_enter",
    "division_enter",
    "entry_decide",
    "figures_count",
    "figures_due",
    "funder_enter",
    "instalment_enter",
    "need_count",
]
