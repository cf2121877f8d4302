"""One submission with everything a reviewer weighs: answers, photos, place, flags, versions, what became of it."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet

from ceiba.accounts.selectors import Scope
from ceiba.blobs.store import blob_open
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.geometry import distance_m
from ceiba.entities.selectors import entity_labels
from ceiba.evidence.models import Evidence
from ceiba.forms.definitions import definition
from ceiba.registry.places import plot_polygons
from ceiba.review.answers import Answer, Difference, answers, differences
from ceiba.review.drawing import Drawing, drawn
from ceiba.review.models import Flag, InTray, Photo, Review
from ceiba.review.trail import Trail, read_trail
from ceiba.submissions.browse import Sent, attachments_of, sent
from ceiba.submissions.models import Attachment, Conflict, Submission

_UUID: Final = re.compile(rb">([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})<")
AUDIT: Final = "audit.csv"
PHOTO_HOURS_MAX: Final = 24
PHOTO_AWAY_M_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A file of a submission; `photo` is what was read of it, when it is a picture that was looked at."""

    file: Attachment
    photo: Photo | None
    away_m: int | None = None
    hours: float | None = None

    @property
    def taken_local(self) -> str:
        """When it was taken by the camera's clock, as a date is written; EXIF has colons in it."""
        return self.photo.taken_local.replace(":", "-", 2) if self.photo else ""

    @property
    def is_far(self) -> bool:
        """Whether the camera says it was taken elsewhere."""
        return self.away_m is not None and self.away_m > PHOTO_AWAY_M_MAX

    @property
    def is_of_another_time(self) -> bool:
        """Whether the camera says it was taken at another time."""
        return self.hours is not None and abs(self.hours) > PHOTO_HOURS_MAX


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag, and the other submissions that show it, as far as the user may see them."""

    flag: Flag
    others: tuple[InTray, ...]
    hidden: int
    photos: tuple[tuple[Shown, Shown], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Other bytes under the same name, and where they differ."""

    conflict: Conflict
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One of those that replace each other, and how it differs from the one before."""

    submission: Submission
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of a submission shows."""

    tray: InTray
    sent: Sent
    definition: FormDefinition | None
    answers: tuple[Answer, ...]
    files: tuple[Shown, ...]
    missing: tuple[str, ...]
    trail: Trail | None
    drawing: Drawing | None
    conflicts: tuple[Conflicting, ...]
    versions: tuple[Version, ...]
    records: tuple[Evidence, ...]
    reviews: tuple[Review, ...]

    @property
    def sha256(self) -> str:
        """The hash it was received with, in hexadecimal."""
        return bytes(self.sent.submission.sha256).hex()

    @property
    def is_intact(self) -> bool:
        """Whether its bytes still have it."""
        return hashlib.sha256(bytes(self.sent.submission.xml)).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class _Words:
    """In which words answers are told: the form's, the language's, and what chosen entities are called."""

    form: FormDefinition | None
    language: str
    labels: Mapping[str, str]

    def answers(self, xml: bytes) -> list[Answer]:
        return answers(xml, self.form, self.language, self.labels)

    def differences(self, first: bytes, second: bytes) -> list[Difference]:
        return differences(first, second, self.form, self.language, self.labels)


def submission_page(tray: InTray, language: str, scope: Scope) -> Page:
    """Everything of a submission but its flags. `tray` was found through the user's `scope`."""
    whole = sent(tray.pk)
    if whole is None:
        raise LookupError(tray.pk)  # the tray has only what was received
    xml = bytes(whole.submission.xml)
    form = definition(whole.submission.form_code, whole.submission.form_version)
    words = _Words(form, language, entity_labels(scope, _named_in(whole)))
    told = tuple(words.answers(xml))
    files = tuple(_shown(whole, tray))
    named = {each.value for each in told if each.is_file and each.value}
    trail = _trail(whole)
    return Page(
        tray=tray,
        sent=whole,
        definition=form,
        answers=told,
        files=files,
        missing=tuple(sorted(named - {each.file.name for each in files})),
        trail=trail,
        drawing=_drawing(tray, whole, trail),
        conflicts=tuple(Conflicting(c, tuple(words.differences(xml, bytes(c.xml)))) for c in whole.conflicts),
        versions=tuple(_versions(whole, words)),
        records=tuple(
            Evidence.objects.filter(submission=tray.pk).select_related("participant").order_by("pk")
        ),
        reviews=tuple(Review.objects.filter(submission=tray.pk).select_related("by").order_by("pk")),
    )


def _named_in(whole: Sent) -> set[UUID]:
    """Every id of an entity that an answer may be, in all versions."""
    xmls = [whole.submission.xml, *(c.xml for c in whole.conflicts), *(v.xml for v in whole.versions)]
    return {UUID(found.decode()) for xml in xmls for found in _UUID.findall(bytes(xml))}


def flags_of(page: Page, within: QuerySet[InTray]) -> list[Raised]:
    """The flags of a submission, each with the others that show it; `within` are those that a user may see."""
    raised = list(
        Flag.objects.filter(submission=page.tray.pk).select_related("dismissed_by").order_by("flag")
    )
    others = {pk for flag in raised for pk in flag.other_ids}
    seen = {t.pk: t for t in within.select_related("participant__area").filter(pk__in=others)}
    return [_raised(flag, page, seen) for flag in raised]


def _raised(flag: Flag, page: Page, seen: Mapping[int, InTray]) -> Raised:
    others = tuple(seen[pk] for pk in flag.other_ids if pk in seen)
    hidden = sum(pk not in seen for pk in flag.other_ids)
    return Raised(flag, others, hidden, tuple(_side_by_side(flag, page, seen)))


def _side_by_side(flag: Flag, page: Page, seen: Mapping[int, InTray]) -> Iterator[tuple[Shown, Shown]]:
    """The photos that are the same or alike, beside each other."""
    pairs = {(each["photo"], each["like"]) for each in flag.detail.get("pairs", ())}
    pairs |= {(sha256, sha256) for sha256 in flag.detail.get("photos", ())}
    own = {shown.file.sha256: shown for shown in page.files}
    theirs = [file for file in attachments_of(seen) if any(file.sha256 == like for _, like in pairs)]
    photos = Photo.objects.in_bulk([file.sha256 for file in theirs])
    for file in theirs:
        for photo, like in sorted(pairs):
            if like == file.sha256 and photo in own and file.submission_id in flag.other_ids:
                yield own[photo], Shown(file, photos.get(file.sha256))


def _shown(whole: Sent, tray: InTray) -> Iterator[Shown]:
    photos = Photo.objects.in_bulk([file.sha256 for file in whole.attachments])
    for file in whole.attachments:
        photo = photos.get(file.sha256)
        away = hours = None
        if photo and None not in (ends := (photo.lon, photo.lat, tray.lon, tray.lat)):
            lon, lat, other_lon, other_lat = (np.array([end], dtype=np.float64) for end in ends)
            away = round(float(distance_m(lon, lat, other_lon, other_lat)[0]))
        if photo and photo.taken_at and tray.observed_at:
            hours = (photo.taken_at - tray.observed_at).total_seconds() / 3600
        yield Shown(file, photo, away, hours)


def _trail(whole: Sent) -> Trail | None:
    file = next((each for each in whole.attachments if each.name == AUDIT), None)
    if file is None:
        return None
    try:
        with closing(blob_open(file.sha256)) as opened:
            return read_trail(opened)
    except OSError:
        return None


def _drawing(tray: InTray, whole: Sent, trail: Trail | None) -> Drawing | None:
    plots = plot_polygons([tray.participant_id]).get(tray.participant_id, []) if tray.participant_id else []
    place = None if tray.lon is None or tray.lat is None else (tray.lon, tray.lat)
    accuracy = whole.submission.standing.accuracy_m
    steps = [(step.lon, step.lat) for step in trail.steps] if trail else []
    return drawn([shape for _, shape in plots], place, accuracy, steps)


def _versions(whole: Sent, words: "_Words") -> Iterator[Version]:
    if len(whole.versions) < 2:
        return
    before: bytes | None = None
    for each in whole.versions:
        xml = bytes(each.xml)
        found = words.differences(before, xml) if before is not None else []
        yield Version(each, tuple(found))
        before = xml
