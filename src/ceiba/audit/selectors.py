"""Reads the audit log."""

from collections.abc import Collection

import polars as pl

from ceiba.core.log_data import EVENTS
from ceiba.frames.postgres import read_frame


def events_of(actions: Collection[str]) -> pl.DataFrame:
    """Every event of these actions (`EVENTS`), the oldest first."""
    query = (
        "SELECT id AS event, at, actor_id AS actor, action, subject, detail::text AS detail FROM audit_event"
        " WHERE action = ANY(%(actions)s) ORDER BY id"
    )
    return read_frame(query, {"actions": list(actions)}, EVENTS)
