"""Reads the audit log."""

from collections.abc import Collection

import polars as pl

from ceiba.audit.models import Event
from ceiba.core.log_data import EVENTS
from ceiba.frames.postgres import read_frame


def events_of(actions: Collection[str]) -> pl.DataFrame:
    """Every event of these actions (`EVENTS`), the oldest first."""
    query = (
        "SELECT id AS event, at, actor_id AS actor, action, subject, detail::text AS detail FROM audit_event"
        " WHERE action = ANY(%(actions)s) ORDER BY id"
    )
    return read_frame(query, {"actions": list(actions)}, EVENTS)


def last_detail(action: str, subject: str) -> dict[str, str]:
    """The detail of the last event of this action on an identifier; nothing where there is none."""
    found = Event.objects.filter(action=action, subject=subject).order_by("-pk").first()
    return found.detail if found is not None else {}


def events_about(*subjects: str) -> int:
    """How many events are on these identifiers."""
    return Event.objects.filter(subject__in=subjects).count()
