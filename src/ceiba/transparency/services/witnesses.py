"""Witnesses are registered by the programme, and send their cosignatures by themselves."""

from datetime import UTC, datetime
from typing import Final

from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.proofs.checkpoints import read_checkpoint
from ceiba.proofs.note_keys import KeyKind, read_note_key
from ceiba.proofs.note_signing import verified
from ceiba.proofs.notes import read_note
from ceiba.transparency.models import Cosignature, Witness
from ceiba.transparency.problems import refuse
from ceiba.transparency.selectors.checkpoints import checkpoint_of, witnesses_in_office

CLOCK_SKEW_SECONDS: Final = 300


@transaction.atomic
def witness_add(*, name: str, key: str, by: User | None, now: datetime) -> Witness:
    """Register a witness by the key it printed. Raises CeibaError `note.key`, `witness.kind`, `witness.name`."""
    if read_note_key(key).kind != KeyKind.WITNESS:
        refuse("witness.kind", name=name)
    try:
        with transaction.atomic():
            witness = Witness.objects.create(name=name, key=key, added_by=by, added_at=now)
    except IntegrityError:
        refuse("witness.name", name=name)
    event_record(actor=by, action="log.witness_added", subject=f"witness:{witness.pk}", detail={"key": key})
    return witness


@transaction.atomic
def witness_retire(*, name: str, by: User | None, now: datetime) -> None:
    """Take no more cosignatures of a witness; those it gave stay. Raises CeibaError `witness.unknown`."""
    witness = Witness.objects.filter(name=name, retired_at=None).first()
    if witness is None:
        refuse("witness.unknown", name=name)
    Witness.objects.filter(pk=witness.pk).update(retired_at=now)
    event_record(actor=by, action="log.witness_retired", subject=f"witness:{witness.pk}")


@transaction.atomic
def cosignatures_take(*, data: bytes, now: datetime) -> list[Cosignature]:
    """Keep the cosignatures of registered witnesses under a checkpoint of ours; one that is there already stays.

    `data` is the note as the witness has it. Raises CeibaError `note.*` and `checkpoint.form` for what is none,
    `witness.other_log` when this log did not sign that, `note.unknown_keys` when no witness of ours signed it,
    `note.signature`, `note.future`.
    """
    note = read_note(data)
    told = read_checkpoint(note.text)
    ours = checkpoint_of(told.size)
    if ours is None or read_note(ours.note.encode()).text != note.text:
        refuse("witness.other_log", size=told.size)
    witnesses = {read_note_key(witness.key): witness for witness in witnesses_in_office()}
    latest = int(now.timestamp()) + CLOCK_SKEW_SECONDS
    taken = []
    for one in verified(note, tuple(witnesses), latest):
        signature = next(
            each
            for each in note.signatures
            if (each.name, each.key_id) == (one.key.name, one.key.id) and _time(each.value) == one.time
        )
        row, _ = Cosignature.objects.get_or_create(
            checkpoint=ours,
            witness=witnesses[one.key],
            defaults={
                "line": signature.line(),
                "signed_at": datetime.fromtimestamp(one.time or 0, UTC),
                "received_at": now,
            },
        )
        taken.append(row)
    return taken


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:8])
