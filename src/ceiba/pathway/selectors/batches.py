"""Reads referral batches: how each stands, its list as published, and who is on it within a scope."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import disclosed
from ceiba.core.referral_list import FORMAT
from ceiba.core.referrals import ENTRANTS, FREEING, QUEUE, Moved, Said
from ceiba.frames.postgres import read_queryset
from ceiba.pathway.models import Answer, Batch, Entry, Leaving, Movement, OutsideNumber, Referral
from ceiba.pathway.selectors.sharing import live_consents
from ceiba.registry.selectors import participants_in

STATES: Final = ("open", "due", "closed", "numbered", "drawn")
"""Open to consents; past its closing day; closed and waiting for the outside number; with that number, which is
published and can be corrected until the next day; drawn."""

_HOLDS: Final = Answer.objects.filter(replaced_by=None, referral=OuterRef("pk"))


@dataclass(frozen=True, slots=True)
class Progress:
    """A batch and how it stands: in numbers, None where a number is kept back."""

    batch: Batch
    state: str
    entrants: int | None
    referred: int | None
    said: Mapping[str, int | None]
    moved: Mapping[str, int | None]
    waiting: int | None
    free: int


@dataclass(frozen=True, slots=True)
class OnList:
    """Somebody on a list whom the reader may see: place, what came back, and where they are."""

    entry: Entry
    place: int | None
    referral: Referral | None
    answer: Answer | None
    movements: tuple[Movement, ...]
    left: bool

    @property
    def moved(self) -> frozenset[str]:
        """What is known of departure and return."""
        return frozenset(each.moved for each in self.movements)


def batches() -> QuerySet[Batch]:
    """Every batch, the latest first. What is on its page without a person is public."""
    related = ("programme", "recipient", "closing", "drawing", "by", "rulebook")
    return Batch.objects.select_related(*related).order_by("-pk")


def state_of(batch: Batch, now: datetime) -> str:
    """One of `STATES`."""
    if getattr(batch, "drawing", None) is not None:
        return "drawn"
    if getattr(batch, "closing", None) is not None:
        return "closed" if number_of(batch) is None else "numbered"
    return "open" if now.astimezone(UTC).date() <= batch.closes_on else "due"


def entrants_of(batch: Batch) -> pl.DataFrame:
    """`core.referrals.ENTRANTS` of a closed list."""
    return read_queryset(batch.entries.values_list("number", "klass"), ENTRANTS)


def number_of(batch: Batch) -> OutsideNumber | None:
    """The outside number of a batch that holds: the one that nothing replaces."""
    return next((each for each in numbers_of(batch) if getattr(each, "replaced_by", None) is None), None)


def numbers_of(batch: Batch) -> QuerySet[OutsideNumber]:
    """Every outside number that was written down for a batch, the first first, with what replaced it."""
    return batch.outside_numbers.select_related("replaced_by", "by").order_by("pk")


def queue_of(batch: Batch, now: datetime) -> pl.DataFrame:
    """`core.referrals.QUEUE` of a drawn list, in its order, with who still consents."""
    shares = live_consents(now).filter(
        recipient=batch.recipient_id, stage=batch.stage, participant=OuterRef("participant")
    )
    freed = Answer.objects.filter(referral=OuterRef("pk"), replaced_by=None, said__in=list(FREEING))
    rows = Entry.objects.filter(batch=batch, place__isnull=False).values_list(
        "place__place",
        "number",
        Exists(Referral.objects.filter(pk=OuterRef("pk"))),
        Exists(Leaving.objects.filter(pk=OuterRef("pk"))),
        Exists(freed),
        Exists(shares),
    )
    return read_queryset(rows, QUEUE).sort("place")


def progress_of(batch: Batch, scope: Scope, now: datetime) -> Progress:
    """How a batch stands; what came back of whom is rounded for who sees no person."""
    least = scope.cell_min
    said = _said(batch)
    moved = batch.referrals.filter(movements__isnull=False).values_list("movements__moved", flat=True)
    gone = [str(each) for each in moved]
    entrants, referred = batch.entries.count(), batch.referrals.count()
    left = Leaving.objects.filter(entry__batch=batch).count()
    freed = sum(said.get(each, 0) for each in FREEING)
    return Progress(
        batch=batch,
        state=state_of(batch, now),
        entrants=disclosed(entrants, least),
        referred=disclosed(referred, least),
        said={each: disclosed(said.get(each, 0), least) for each in Said},
        moved={each: disclosed(gone.count(each), least) for each in Moved},
        waiting=disclosed(entrants - referred - left, least),
        free=max(0, batch.places - (referred - freed)),
    )


def people_of(batch: Batch, scope: Scope) -> list[OnList]:
    """Those on a list whom the scope reaches, in the order of the list once it is drawn."""
    found = Entry.objects.filter(batch=batch, participant__in=participants_in(scope).values("pk"))
    return _on_list(found.order_by("place__place", "number"))


def turns_of(participant: int) -> list[OnList]:
    """Every list that a person is or was on, the latest first."""
    return _on_list(Entry.objects.filter(participant=participant).order_by("-batch"))


def consented(batch: Batch, at: datetime) -> QuerySet[Any]:
    """The people who share with a batch's recipient, for its stage, at a moment: their numbers in the register."""
    rows = live_consents(at).filter(
        recipient=batch.recipient_id, programme=batch.programme_id, stage=batch.stage,
        participant__area__code__startswith=batch.area_code,
    )  # fmt: skip
    return rows.values_list("participant", flat=True).distinct()


def published(batch: Batch, now: datetime) -> dict[str, Any]:
    """The list as anyone can take it and draw it again (`core.referral_list`); by number, names nobody."""
    closing, drawing = getattr(batch, "closing", None), getattr(batch, "drawing", None)
    outside = number_of(batch) if closing else None
    season = [day.isoformat() for day in (batch.season_from, batch.season_until) if day]
    return {
        "format": FORMAT,
        "batch": f"{batch.programme_id}:{batch.stage}:{batch.pk}",
        "recipient": batch.recipient.code,
        "area": batch.area_code,
        "opened_at": batch.at.isoformat(),
        "closes_on": batch.closes_on.isoformat(),
        "season": season,
        "places": batch.places,
        "class_months": batch.class_months,
        "rule": "highest class of months accepted first; inside a class by SHA-256 of lot and number",
        "seed_sha256": batch.seed_sha256,
        "outside": batch.outside,
        "closed_at": closing.at.isoformat() if closing else "",
        "entries_sha256": closing.entries_sha256 if closing else "",
        "seed": drawing.seed if drawing else "",
        "outside_number": outside.number if outside else "",
        "outside_on": outside.on.isoformat() if outside else "",
        "outside_source": outside.source if outside else "",
        "outside_corrected": _corrected(batch) if closing else [],
        "entries": _entries(batch, now) if closing else [],
    }


def _corrected(batch: Batch) -> list[dict[str, str]]:
    """The outside numbers that were written down and replaced, with what was wrong with them."""
    pairs = ((each, getattr(each, "replaced_by", None)) for each in numbers_of(batch))
    return [
        {"number": each.number, "on": each.on.isoformat(), "source": each.source, "why": after.why}
        for each, after in pairs
        if after is not None
    ]


def _entries(batch: Batch, now: datetime) -> list[dict[str, Any]]:
    """By place once they are drawn, by number before."""
    classes = dict(batch.entries.order_by("number").values_list("number", "klass"))
    drawn = queue_of(batch, now).drop("consents")
    if drawn.is_empty():
        nothing = {"referred": False, "freed": False, "left": False}
        return [
            {"place": place, "number": number, "class": klass, **nothing}
            for place, (number, klass) in enumerate(classes.items(), 1)
        ]
    return [{**row, "class": classes[row["number"]]} for row in drawn.iter_rows(named=True)]


def _said(batch: Batch) -> dict[str, int]:
    """How many of each answer hold."""
    rows = batch.referrals.values_list(Subquery(_HOLDS.values("said")[:1]), flat=True)
    answers = [each for each in rows if each is not None]
    return {each: answers.count(each) for each in set(answers)}


def _on_list(rows: QuerySet[Entry]) -> list[OnList]:
    of_batch = (f"batch__{name}" for name in ("recipient", "programme", "rulebook", "drawing"))
    entries = list(rows.select_related(*of_batch, "participant__area", "place", "referral", "leaving"))
    numbers = [entry.pk for entry in entries]
    answers = {
        each.referral_id: each
        for each in Answer.objects.filter(referral__in=numbers, replaced_by=None).select_related("by")
    }
    movements: dict[int, list[Movement]] = {}
    for each in Movement.objects.filter(referral__in=numbers).select_related("by").order_by("on", "pk"):
        movements.setdefault(each.referral_id, []).append(each)
    return [_one(entry, answers, movements) for entry in entries]


def _one(entry: Entry, answers: Mapping[int, Answer], movements: Mapping[int, Iterable[Movement]]) -> OnList:
    place = getattr(entry, "place", None)
    return OnList(
        entry=entry,
        place=place.place if place else None,
        referral=getattr(entry, "referral", None),
        answer=answers.get(entry.pk),
        movements=tuple(movements.get(entry.pk, ())),
        left=getattr(entry, "leaving", None) is not None,
    )
