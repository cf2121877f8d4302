"""Making what verifiers fetch: again when it would say something else, and before it expires."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from ceiba.credentials.models import Published
from ceiba.credentials.published.documents import RENEWED, Document, documents
from ceiba.jobs.queue import job_defer

PUBLISH_TASK: Final = "credentials.publish"


def publishing_ask() -> None:
    """Have the worker publish as soon as this transaction is committed: somebody was revoked, or a key added."""
    job_defer(task=PUBLISH_TASK, key=PUBLISH_TASK, lock=PUBLISH_TASK, arguments={"timestamp": 0})


@transaction.atomic
def documents_publish(*, at: datetime) -> list[str]:
    """Make what must be made, and take away what is not published any more; the paths that changed.

    Two at once follow each other, or one would give out an older list under a newer number.
    Raises CeibaError (credentials.*, key.*, token.*): then everything stays as it was.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ceiba credentials published'))")
    now = at.replace(microsecond=0)
    held = {row.path: row for row in Published.objects.defer("content")}
    changed = []
    for document in documents(now):
        before = held.pop(document.path, None)
        if before is None or _is_due(before, document, now):
            _make(document, before, now)
            changed.append(document.path)
    if held:
        Published.objects.filter(pk__in=held).delete()
    return [*changed, *held]


def _is_due(before: Published, document: Document, now: datetime) -> bool:
    if before.made_from != document.made_from:
        return True
    return document.lasts is not None and now - before.made_at >= RENEWED


def _make(document: Document, before: Published | None, now: datetime) -> None:
    number = max(0 if before is None else before.number + 1, int(now.timestamp()))
    content = document.write(number, now)
    Published.objects.update_or_create(
        path=document.path,
        defaults={
            "media_type": document.media_type,
            "content": content,
            "etag": sha256(content).hexdigest(),
            "made_from": document.made_from,
            "number": number,
            "made_at": now,
            "expires_at": None if document.lasts is None else now + document.lasts,
        },
    )


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as anybody gets it."""

    media_type: str
    content: bytes
    etag: str
    made_at: datetime
    expires_at: datetime | None


def published_at(path: str) -> Fetched | None:
    """What is published at a path."""
    row = Published.objects.filter(pk=path).first()
    return None if row is None else _fetched(row)


def published_all() -> dict[str, bytes]:
    """Everything that is published, by path."""
    return {path: bytes(content) for path, content in Published.objects.values_list("path", "content")}


def files_write(folder: Path) -> Iterator[Path]:
    """Write everything that is published as files, under their paths, for a mirror; each replaced at once."""
    for row in Published.objects.order_by("path"):
        file = folder / row.path
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.draft")
        draft.write_bytes(row.content)
        draft.replace(file)
        yield file


def _fetched(row: Published) -> Fetched:
    return Fetched(row.media_type, bytes(row.content), row.etag, row.made_at, row.expires_at)
