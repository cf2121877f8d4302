"""Signs what the log is. It never signs a log that does not continue what it signed before."""

from datetime import datetime

from django.db import transaction

from ceiba.core.merkle.paths import consistency_proof
from ceiba.core.merkle.verifying import verify_consistency
from ceiba.frames.postgres import execute
from ceiba.proofs.checkpoints import Checkpoint as Signed
from ceiba.proofs.checkpoints import signed_checkpoint
from ceiba.transparency.keys import log_signer
from ceiba.transparency.models import Checkpoint
from ceiba.transparency.problems import refuse
from ceiba.transparency.selectors.checkpoints import last_checkpoint
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.selectors.nodes import frontier_of, read_nodes
from ceiba.transparency.services.appending import LOCK


@transaction.atomic
def checkpoint_sign(*, now: datetime) -> Checkpoint | None:
    """Sign the log as it is committed; the last checkpoint when nothing was appended since, None of an empty log.

    Call it after the transaction that appended: what is signed must not be rolled back. Raises CeibaError
    `log.checkpoint_beyond` or `merkle.rewritten` when the log does not continue the last checkpoint, `merkle.node`,
    `key_file.unreadable`.
    """
    execute(LOCK)
    size, last = log_size(), last_checkpoint()
    if not size and last is None:
        return None
    if last is not None and last.size > size:
        refuse("log.checkpoint_beyond", size=last.size, day=f"{last.signed_at:%Y-%m-%d}", now=size)
    root = frontier_of(size).root()
    if last is not None:
        proof = consistency_proof(last.size, size, read_nodes)
        verify_consistency(last.size, bytes(last.root), size, root, proof)
        if last.size == size:
            return last
    signer = log_signer()
    note = signed_checkpoint(Signed(signer.key.name, size, root), [signer])
    return Checkpoint.objects.create(size=size, root=root, note=note.written(), signed_at=now)
