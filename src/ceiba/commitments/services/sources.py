"""Writes sources as they were pasted, and which of their candidates somebody did not take."""

import hashlib
from datetime import date

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.commitments.checks import source_check
from ceiba.commitments.given import SourceGiven
from ceiba.commitments.models import Dismissal, Source


@transaction.atomic
def source_record(*, given: SourceGiven, actor: User, today: date) -> Source:
    """Keep a source and its text with the text's hash. Raises CeibaError (commitments.*)."""
    source_check(given, today)
    text = given.text
    source = Source.objects.create(
        title=given.title,
        publisher=given.publisher,
        address=given.address,
        published_on=given.published_on,
        language=given.language,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest() if text else "",
        by=actor,
    )
    event_record(
        actor=actor,
        action="commitments.source_recorded",
        subject=f"source:{source.pk}",
        detail={"sha256": source.sha256},
    )
    return source


@transaction.atomic
def candidate_dismiss(*, source: int, place: int, why: str, actor: User) -> None:
    """Note that a candidate at a place of a source is none. Done twice, it is noted once."""
    _, is_new = Dismissal.objects.get_or_create(
        source_id=source, place=place, defaults={"why": why.strip()[:2_000], "by": actor}
    )
    if is_new:
        event_record(
            actor=actor,
            action="commitments.candidate_dismissed",
            subject=f"source:{source}",
            detail={"place": place},
        )
