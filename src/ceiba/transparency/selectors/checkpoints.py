"""Checkpoints as they are published, and the witnesses under them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import DateField, Max
from django.db.models.functions import TruncMonth

from ceiba.proofs.note_keys import NoteKey, read_note_key
from ceiba.proofs.notes import Note, read_note
from ceiba.transparency.models import Checkpoint, Cosignature, Witness


def last_checkpoint() -> Checkpoint | None:
    """The newest checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_of(size: int) -> Checkpoint | None:
    """The checkpoint of so many entries."""
    return Checkpoint.objects.filter(size=size).first()


def published(checkpoint: Checkpoint) -> Note:
    """The note of a checkpoint with every cosignature that came."""
    note = read_note(checkpoint.note.encode())
    lines = checkpoint.cosignatures.order_by("witness_id").values_list("line", flat=True)
    more = (read_note(f"{note.text}\n{line}".encode()).signatures for line in lines)
    return replace(note, signatures=(*note.signatures, *(one for signatures in more for one in signatures)))


def witnesses_in_office() -> list[Witness]:
    """Witnesses whose cosignatures are taken."""
    return list(Witness.objects.filter(retired_at=None).order_by("name"))


def last_cosignatures(witnesses: Iterable[Witness]) -> dict[int, Cosignature]:
    """The newest cosignature of each witness that gave any."""
    rows = Cosignature.objects.filter(witness__in=list(witnesses)).order_by("witness_id", "-checkpoint_id")
    return {row.witness_id: row for row in rows.distinct("witness_id")}


def witness_keys() -> tuple[NoteKey, ...]:
    """The keys of the witnesses in office."""
    return tuple(read_note_key(witness.key) for witness in witnesses_in_office())


def sizes_by_month(most: int) -> list[tuple[date, int]]:
    """How many entries the log had at the end of each month in which it was signed, the last `most` of them."""
    rows = Checkpoint.objects.annotate(month=TruncMonth("signed_at", output_field=DateField()))
    sizes = rows.values("month").annotate(largest=Max("size")).order_by("-month")[:most]
    return [(row["month"], row["largest"]) for row in sizes][::-1]
