"""Erases forms that spoke of one person alone: what they said and their files; that they came, and when, stays.

A form in which others are spoken of as well (a group's attendance) stays, for it is their evidence too: it says
codes, never names.
"""

from collections.abc import Collection
from hashlib import sha256
from typing import Final

from ceiba.submissions.models import Attachment, Conflict, Standing, State, Submission

ERASED_XML: Final = b"<erased/>"
ERASED_SHA256: Final = sha256(ERASED_XML).digest()


def forms_named(participant: int) -> set[int]:
    """The submissions that were read as being of a person, by number; those erased left out."""
    rows = Standing.objects.filter(participant=participant).exclude(state=State.ERASED)
    return set(rows.values_list("pk", flat=True))


def forms_erased_among(submissions: Collection[int]) -> set[int]:
    """Those of these submissions that were erased."""
    return set(Standing.objects.filter(pk__in=submissions, state=State.ERASED).values_list("pk", flat=True))


def forms_of_others(submissions: Collection[int], participant: int) -> set[int]:
    """Those of these submissions that were read as being of somebody else."""
    rows = Standing.objects.filter(pk__in=submissions).exclude(participant=None)
    return set(rows.exclude(participant=participant).values_list("pk", flat=True))


def forms_waiting(participant: int) -> bool:
    """Whether a form of the person is still to be looked at, by Ceiba or by somebody."""
    waits = (State.RECEIVED, State.WAITING, State.QUARANTINED)
    return Standing.objects.filter(participant=participant, state__in=waits).exists()


def files_of_forms(submissions: Collection[int]) -> int:
    """How many files came with these submissions."""
    return Attachment.objects.filter(submission__in=submissions).count()


def forms_erase(*, submissions: Collection[int], participant: int) -> list[str]:
    """Erase what these submissions said; returns the hashes of files that nothing names any more.

    In the caller's transaction; the database refuses it unless the person is erased. A form that enrolled them was
    read before they had a number, and is marked as theirs first.
    """
    Standing.objects.filter(pk__in=submissions).update(
        participant=participant, state=State.ERASED, problems=[], waits_for="", plot_code="", group_code="",
        lon=None, lat=None, accuracy_m=None, outside=None,
    )  # fmt: skip
    files = Attachment.objects.filter(submission__in=submissions)
    named = set(files.values_list("sha256", flat=True))
    files.delete()
    Conflict.objects.filter(submission__in=submissions).delete()
    Submission.objects.filter(pk__in=submissions).update(xml=ERASED_XML, sha256=ERASED_SHA256)
    return sorted(named - files_named(named))


def files_named(hashes: Collection[str]) -> set[str]:
    """Those of these hashes that some form's file has."""
    return set(Attachment.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
