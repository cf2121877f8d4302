"""Keeps what forms send, durably, each submission once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, LiteralString

from lxml import etree

from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.instance import InstanceHead, head_of
from ceiba.core.forms.safe_xml import read_xml
from ceiba.core.forms.shapes import has_shapes, shape_problems
from ceiba.devices.selectors import Sender
from ceiba.forms.definitions import definition
from ceiba.frames.prepared import prepared_execute, prepared_row
from ceiba.submissions.erasing import ERASED_SHA256
from ceiba.submissions.parcels import IncomingFile

_SQL: Final = Path(__file__).parent / "sql"
_RECEIVE: Final = (_SQL / "receive.sql").read_text()
_ATTACH: Final[LiteralString] = """
    INSERT INTO submissions_attachment
        (submission_id, name, sha256, size_bytes, content_type, is_named, received_at)
    SELECT %(submission)s, f.*, %(now)s
    FROM unnest(%(names)s::text[], %(hashes)s::text[], %(sizes)s::bigint[], %(types)s::text[], %(named)s::bool[]) AS f
    ON CONFLICT DO NOTHING
"""
_CONFLICT: Final[LiteralString] = """
    INSERT INTO submissions_conflict (submission_id, xml, sha256, device_id, received_at)
    VALUES (%(submission)s, %(xml)s, %(sha256)s, %(device_id)s, %(now)s) ON CONFLICT DO NOTHING
"""


class Outcome(StrEnum):
    """What became of a submission when it was received."""

    KEPT = "kept"
    AGAIN = "again"  # the same bytes had been kept
    DOUBTFUL = "quarantine"  # kept; it is of no version that is known, or holds an area that is none
    CONFLICT = "conflict"  # other bytes had been kept under its instanceID: these are kept beside them


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a submission is kept: its number, and what came of it."""

    submission_id: int
    head: InstanceHead
    outcome: Outcome


def submission_receive(
    *, xml: bytes, files: Sequence[IncomingFile], sender: Sender, now: datetime
) -> Receipt:
    """Keep a form's XML as it came, and its files; when this comes back, they have been written through to the disk.

    Must not be called within a transaction: each of its statements is one, so that the answer can follow. In this
    order a crash leaves nothing that was answered half kept, and sent again, as it will be, it is completed.

    Raises UnsafeXml when the XML cannot be read or does not say which form and instance it is.
    """
    root = read_xml(xml)
    head = head_of(root)
    kept = [file.draft for file in files if file.draft.keep()]
    digest = hashlib.sha256(xml).digest()
    values = {
        "instance_id": head.instance_id,
        "form_code": head.form_code,
        "form_version": head.form_version,
        "deprecated_id": head.deprecated_id,
        "xml": xml,
        "sha256": digest,
        "device_id": sender.device_id,
        "user_id": sender.user_id,
        "now": now,
    }
    number, is_new, known = _kept(values)
    if known == ERASED_SHA256:  # sent again by a phone that never heard our answer: it is not let in again
        for draft in kept:
            draft.forget()
        return Receipt(number, head, Outcome.AGAIN)
    if not is_new and known != digest:
        outcome = Outcome.CONFLICT
        prepared_execute(_CONFLICT, values | {"submission": number})
    else:
        outcome = Outcome.DOUBTFUL if _is_doubtful(head, root) else Outcome.KEPT if is_new else Outcome.AGAIN
    if files:
        _attach(number, files, _names_in(root), now)
    return Receipt(number, head, outcome)


def _kept(values: dict[str, Any]) -> tuple[int, bool, bytes | None]:
    """The submission's number, whether it is new, and the hash of the one that was there."""
    while (row := prepared_row(_RECEIVE, values)) is None:
        pass  # another request has just kept it: now it shows
    return row[0], row[1], row[2]


def _attach(submission: int, files: Sequence[IncomingFile], named: set[str], now: datetime) -> None:
    drafts = [file.draft for file in files]
    prepared_execute(
        _ATTACH,
        {
            "submission": submission,
            "names": [file.name for file in files],
            "hashes": [draft.sha256 for draft in drafts],
            "sizes": [draft.size_bytes for draft in drafts],
            "types": [file.content_type for file in files],
            "named": [file.name in named for file in files],
            "now": now,
        },
    )


def _is_doubtful(head: InstanceHead, root: "etree._Element") -> bool:
    """Whether it is clear already that a person must look at it: the sender is told, and loses nothing by it."""
    form = definition(head.form_code, head.form_version)
    return form is None or (has_shapes(form) and bool(shape_problems(form, read_answers(form, root))))


def _names_in(root: "etree._Element") -> set[str]:
    """Every text that an answer is: a file belongs to a form when one of its answers is the file's name."""
    return {str(text).strip() for text in root.itertext()}
