"""Writes the audit log."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import AbstractBaseUser

from ceiba.audit.models import Event


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


def events_record(*, action: str, events: Iterable[tuple[int | None, str, Mapping[str, object]]]) -> None:
    """Record the same act many times: (number of the actor, identifier, detail), as `event_record` does one."""
    Event.objects.bulk_create(
        Event(actor_id=actor, action=action, subject=subject, detail=dict(detail))
        for actor, subject, detail in events
    )
