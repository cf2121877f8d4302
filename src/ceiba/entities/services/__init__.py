"""Writes entities: drawn from the register, updated by phones, decided by people."""

from ceiba.entities.services.proposals import proposal_accept, proposal_open, proposal_refuse
from ceiba.entities.services.refresh import entities_refresh
from ceiba.entities.services.updates import WAIT_DAYS, Taken, entity_updates_apply, entity_updates_force

__all__ = [
    "WAIT_DAYS",
    "Taken",
    "entities_refresh",
    "entity_updates_apply",
    "entity_updates_force",
    "proposal_accept",
    "proposal_open",
    "proposal_refuse",
]
