"""Reads submissions for those who look at them: what came, with what, and what else came under its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ceiba.submissions.models import Attachment, Conflict, Submission

VERSIONS_MAX = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent under one name: the submission, its files, other bytes under the same name, its other versions.

    `versions` are those that replace each other, this one among them, the first one first.
    """

    submission: Submission
    attachments: tuple[Attachment, ...]
    conflicts: tuple[Conflict, ...]
    versions: tuple[Submission, ...]


def sent(pk: int) -> Sent | None:
    """The submission of that number with all that belongs to it; None when there is none."""
    found = Submission.objects.select_related("standing", "device", "user").filter(pk=pk).first()
    if found is None:
        return None
    return Sent(
        found,
        tuple(found.attachments.order_by("name", "pk")),
        tuple(found.conflicts.select_related("device").order_by("pk")),
        tuple(_versions(found)),
    )


def sent_as(instance_id: str) -> Submission:
    """The submission of that name. Raises Submission.DoesNotExist."""
    return Submission.objects.get(instance_id=instance_id)


def replaced_by(instance_id: str) -> bool:
    """Whether an edit of the submission of that name has come, looked at or not."""
    return Submission.objects.filter(deprecated_id=instance_id).exclude(deprecated_id="").exists()


def xml_of(submissions: Iterable[int]) -> dict[int, bytes]:
    """The XML of each submission, byte for byte."""
    rows = Submission.objects.filter(pk__in=list(submissions))
    return {pk: bytes(xml) for pk, xml in rows.values_list("pk", "xml")}


def attachment_of(submission: int, pk: int) -> Attachment | None:
    """A file of that submission, by its number."""
    return Attachment.objects.filter(submission=submission, pk=pk).first()


def attachments_of(submissions: Iterable[int]) -> list[Attachment]:
    """The files of these submissions."""
    return list(Attachment.objects.filter(submission__in=list(submissions)).order_by("pk"))


def attachments_after(pk: int, limit: int) -> list[tuple[int, int, datetime]]:
    """(number, submission, when it was received) of the files with a greater number, the first ones first."""
    rows = Attachment.objects.filter(pk__gt=pk).order_by("pk")
    return list(rows.values_list("pk", "submission_id", "received_at")[:limit])


def _versions(one: Submission) -> list[Submission]:
    """Back to the first, and on to the last, of those that replace each other."""
    light = Submission.objects.defer("xml").select_related("user")
    line = [one]
    while (first := line[0]).deprecated_id and len(line) < VERSIONS_MAX:
        before = light.filter(instance_id=first.deprecated_id).exclude(pk__in=[s.pk for s in line]).first()
        if before is None:
            break
        line.insert(0, before)
    while len(line) < VERSIONS_MAX:
        after = light.filter(deprecated_id=line[-1].instance_id).exclude(pk__in=[s.pk for s in line]).first()
        if after is None:
            break
        line.append(after)
    return line
