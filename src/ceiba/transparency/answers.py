"""What anybody may ask the log: proofs up to what is signed, entries, receipts. Sizes and ranges are checked here."""

from typing import Final

from ceiba.core.log_entries import OF_NOBODY, EntryKind
from ceiba.core.merkle.paths import consistency_proof, inclusion_proof
from ceiba.core.merkle.tree import HASH_BYTES
from ceiba.proofs.base64_text import encoded
from ceiba.proofs.receipt import Opening, Receipt
from ceiba.transparency.models import Checkpoint, Entry
from ceiba.transparency.problems import refuse
from ceiba.transparency.selectors.checkpoints import checkpoint_of, last_checkpoint, published
from ceiba.transparency.selectors.entries import entries_between, entry_at, entry_with, leaf_of
from ceiba.transparency.selectors.nodes import read_nodes
from ceiba.transparency.sources import BY_KIND

ENTRIES_MAX: Final = 1000


def signed(size: int | None = None) -> Checkpoint:
    """The checkpoint of a size, or the last. Raises CeibaError `log.nothing_signed`, `log.no_checkpoint`."""
    found = last_checkpoint() if size is None else checkpoint_of(size)
    if found is None:
        if size is None:
            refuse("log.nothing_signed")
        refuse("log.no_checkpoint", size=size)
    return found


def consistency(first: int, second: int) -> dict[str, object]:
    """That the log of `first` entries begins that of `second`, both signed sizes or any below the last.

    Raises CeibaError `merkle.sizes` (zero, backwards), `log.beyond`, `log.nothing_signed`.
    """
    _check_signed(max(first, second))
    proof = consistency_proof(first, second, read_nodes)
    return {"first": first, "second": second, "proof": [encoded(value) for value in proof]}


def inclusion(index: int, size: int | None = None) -> dict[str, object]:
    """That entry `index` is in the log of `size` entries (default: the last signed).

    Raises CeibaError `merkle.index`, `log.beyond`, `log.nothing_signed`.
    """
    size = signed().size if size is None else size
    _check_signed(size)
    proof = inclusion_proof(index, size, read_nodes)
    entry = entry_at(index)
    if entry is None:
        refuse("log.not_there")
    leaf = leaf_of(entry).data().decode()
    return {"index": index, "size": size, "leaf": leaf, "proof": [encoded(value) for value in proof]}


def index_with(value: bytes) -> int:
    """Where the entry stands whose leaf shows this commitment or digest. Raises CeibaError `log.not_there`."""
    entry = entry_with(value)
    if entry is None or entry.index >= signed().size:
        refuse("log.not_there")
    return entry.index


def leaves(start: int, count: int) -> dict[str, object]:
    """At most `ENTRIES_MAX` leaves from `start` on, up to what is signed. Raises CeibaError `log.beyond`."""
    size = signed().size
    if start >= size:
        refuse("log.beyond", asked=start, size=size)
    rows = entries_between(start, min(start + max(1, min(count, ENTRIES_MAX)), size))
    found = [
        Entry(index=index, kind=kind, value=value)
        for index, kind, value in rows.select("index", "kind", "value").rows()
    ]
    return {"start": start, "size": size, "leaves": [leaf_of(entry).data().decode() for entry in found]}


def receipt_for(kind: EntryKind, key: str) -> Receipt | None:
    """The receipt of a row: entry, path, checkpoint and what opens it. Who calls has seen to who may have it.

    None when it is not in a signed checkpoint yet, when its salt was erased, or when the row is not what was logged.
    """
    entry, checkpoint = Entry.objects.filter(kind=kind, key=key).first(), last_checkpoint()
    if entry is None or checkpoint is None or entry.index >= checkpoint.size or kind in OF_NOBODY:
        return None
    data = None if entry.salt is None else _data_of(kind, key)
    if entry.salt is None or data is None:
        return None
    proof = inclusion_proof(entry.index, checkpoint.size, read_nodes)
    opening = Opening(bytes(entry.salt), data)
    leaf = leaf_of(entry).data().decode()
    return Receipt(leaf, entry.index, checkpoint.size, proof, published(checkpoint), opening)


def _data_of(kind: EntryKind, key: str) -> str | None:
    rows = BY_KIND[kind].one(key)
    return rows["data"].item() if rows.height == 1 else None


def _check_signed(size: int) -> None:
    last = signed().size
    if size > last:
        refuse("log.beyond", asked=size, size=last)


def value_of(text: str, name: str) -> bytes:
    """A hash written in hexadecimal. Raises CeibaError `log.hash`."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != HASH_BYTES:
        refuse("log.hash", name=name)
    return value


def number_of(text: str, name: str) -> int:
    """A whole number from 0. Raises CeibaError `log.number`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        refuse("log.number", name=name)
    return int(text)
