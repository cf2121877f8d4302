"""Proofs from the transparency log for the seal of a month and what it decided of an area's people."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.log_data import determination_rows, row_key
from ceiba.core.log_entries import EntryKind
from ceiba.determinations.selectors.packed import SealedMonth, determinations_about
from ceiba.packs.layout import LOG_CHECKPOINT, LOG_DECIDED, LOG_KEYS, LOG_SEAL
from ceiba.proofs.base64_text import encoded
from ceiba.proofs.note_keys import NoteKey, read_note_key
from ceiba.transparency.keys import log_trust
from ceiba.transparency.selectors.checkpoints import witnesses_in_office
from ceiba.transparency.selectors.many_proofs import Signed, entries_keyed, newest_signed, proofs_of


def write_proofs(seal: SealedMonth, people: Iterable[int], folder: Path) -> bool:
    """Write the proofs; False, and nothing, unless the seal and every determination are under a signed checkpoint."""
    signed = newest_signed()
    if signed is None:
        return False
    decided = determination_rows(determinations_about(seal, list(people)))
    sealed = entries_keyed(EntryKind.SEALED_MONTH, [row_key(seal.number)])
    entries = entries_keyed(EntryKind.DETERMINATION, decided["key"].to_list())
    both = pl.concat([sealed["index"], entries["index"]])
    if sealed.height != 1 or entries.height != decided.height or not (both < signed.size).all():
        return False
    (folder / LOG_SEAL).parent.mkdir(parents=True, exist_ok=True)
    (folder / LOG_CHECKPOINT).write_text(signed.note.written(), encoding="utf-8", newline="")
    keys = (*log_trust().keys, *_witnesses())
    (folder / LOG_KEYS).write_text("".join(f"{key.text()}\n" for key in keys), encoding="utf-8", newline="")
    index = sealed["index"].item()
    proof = next(proofs_of([index], signed.size))
    _write_lines(folder / LOG_SEAL, [{"index": index, "proof": [encoded(value) for value in proof]}])
    _write_lines(folder / LOG_DECIDED, _openings(entries, decided, signed))
    return True


def _openings(entries: pl.DataFrame, decided: pl.DataFrame, signed: Signed) -> Iterable[dict[str, Any]]:
    """A line a determination. One whose salt was erased keeps its place in the log, and says nothing any more."""
    rows = entries.join(decided, on="key", how="left").sort("index")
    for row, proof in zip(
        rows.iter_rows(named=True), proofs_of(rows["index"].to_list(), signed.size), strict=True
    ):
        line = {
            "index": row["index"],
            "proof": [encoded(value) for value in proof],
            "value": row["value"].hex(),
        }
        if row["salt"] is not None:
            line |= {"salt": encoded(row["salt"]), "data": row["data"]}
        yield line


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n")


def _witnesses() -> list[NoteKey]:
    return [read_note_key(witness.key) for witness in witnesses_in_office()]
