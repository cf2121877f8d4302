"""Checkpoints as they are published, and the witnesses under them."""

from collections.abc import Iterable
from dataclasses import replace

from ceiba.proofs.notes import Note, read_note
from ceiba.transparency.models import Checkpoint, Cosignature, Witness


def last_checkpoint() -> Checkpoint | None:
    """The newest checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_of(size: int) -> Checkpoint | None:
    """The checkpoint of so many entries."""
    return Checkpoint.objects.filter(size=size).first()


def first_beyond(index: int) -> Checkpoint | None:
    """The first checkpoint that covers an entry."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


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
