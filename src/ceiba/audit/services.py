"""Writes the audit log."""

from collections.abc import Iterable, Mapping

import polars as pl
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from ceiba.audit.models import Event
from ceiba.frames.postgres import copy_frame


def event_record(
    *,
    actor: AbstractBaseUser | None,
    action: str,
    subject: str,
    detail: Mapping[str, object] | None = None,
) -> Event:
    """Record an act (`payments.exported`) on an identifier; `detail` names nobody. In the caller's transaction."""
    return Event.objects.create(
        actor_id=actor.pk if actor is not None else None,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
    )


def events_record(*, action: str, events: Iterable[tuple[int | None, str]]) -> None:
    """Record the same act many times: (number of the actor, identifier), as `event_record` does one, by one COPY."""
    rows = pl.DataFrame(list(events), {"actor_id": pl.Int64, "subject": pl.String}, orient="row")
    same = {"action": pl.lit(action), "at": pl.lit(timezone.now()), "detail": pl.lit("{}")}
    copy_frame(rows.with_columns(**same), Event._meta.db_table)
