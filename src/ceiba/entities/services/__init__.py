"""Writes entities: drawn from the register, updated by phones, decided by people."""

from ceiba.entities.services.refresh import entities_refresh

__all__ = ["entities_refresh"]
