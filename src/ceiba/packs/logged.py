"""Proofs from the transparency log: that the month's seal, and what was decided of each person, are in it.

log/checkpoint            what the log said it is, signed (https://c2sp.org/tlog-checkpoint)
log/keys                  the keys of log and witnesses as Ceiba says them: compare them with what they published
log/seal.jsonl            where the seal is, and the path from there to the root
log/determinations.jsonl  of each determination the same, and what its commitment hides: a salt and the data

The standard library alone, but for signatures (`packs.signatures`), which need cryptography.
"""

import json
from base64 import b64decode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from ceiba.core.kernel.errors import CeibaError, register_messages
from ceiba.core.kernel.plain import canonical_text
from ceiba.core.log_entries import EntryKind, LogEntry
from ceiba.core.merkle.tree import leaf_hash
from ceiba.core.merkle.verifying import verify_inclusion
from ceiba.core.salted import opens
from ceiba.packs.layout import LOG_CHECKPOINT, LOG_DECIDED, LOG_SEAL, PEOPLE, Manifest
from ceiba.packs.plain import Row, read_table
from ceiba.packs.verdict import Verdict

register_messages(
    {
        "pack.not_logged": {
            "es": "este mes no estaba en el registro de transparencia cuando se hizo el paquete. Compare el SHA-256 "
            "del sello con el de otra fuente.",
            "en": "this month was not in the transparency log when the pack was made. Compare the seal's SHA-256 "
            "with that of another source.",
        },
        "pack.log_proof": {
            "es": "la prueba del registro no lleva a la raíz firmada ({why}).",
            "en": "the log's proof does not lead to the signed root ({why}).",
        },
        "pack.log_opening": {
            "es": "la sal y los datos no abren lo que está en el registro.",
            "en": "salt and data do not open what is in the log.",
        },
        "pack.log_differs": {
            "es": "en el registro dice {logged} y en la parte sellada {found}.",
            "en": "the log says {logged} and the sealed part {found}.",
        },
        "pack.log_lacks": {
            "es": "ninguna prueba del registro es de esta determinación.",
            "en": "no proof from the log is of this determination.",
        },
        "pack.log_signature": {
            "es": "el punto de control no está firmado como se pide ({why}).",
            "en": "the checkpoint is not signed as is asked ({why}).",
        },
        "pack.ok_log": {
            "es": "el sello y {count} determinaciones están en el registro de transparencia, raíz {root} de {size}.",
            "en": "the seal and {count} determinations are in the transparency log, root {root} of {size}.",
        },
        "pack.ok_signed": {
            "es": "el punto de control lo firman: {names}.",
            "en": "the checkpoint is signed by: {names}.",
        },
        "pack.not_signed": {
            "es": "no se comprobó la firma del punto de control: falta cryptography. Compare su raíz con la "
            "publicada.",
            "en": "the checkpoint's signature was not checked: cryptography is missing. Compare its root with the "
            "one that was published.",
        },
        "pack.keys_of_pack": {
            "es": "las llaves del registro son las que dice el paquete; compárelas con las publicadas o dé las suyas "
            "con --log-key.",
            "en": "the log's keys are those that the pack says; compare them with those published, or give yours "
            "with --log-key.",
        },
        "pack.not_opened": {
            "es": "{count} determinaciones están en el registro, pero su sal se borró: nada dice ya qué es lo "
            "registrado.",
            "en": "{count} determinations are in the log, but their salt was erased: nothing says any more what was "
            "logged.",
        },
    }
)


class _Log(NamedTuple):
    size: int
    root: bytes


def check_log(
    folder: Path,
    manifest: Manifest,
    seal: Mapping[str, Any],
    rows: Mapping[str, list[Row]],
    log_keys: tuple[str, ...],
    verdict: Verdict,
) -> None:
    """Each proof, what it opens against the sealed rows, and who signed; says so where nothing was logged."""
    if not manifest.about["log"]:
        verdict.leave("pack.not_logged")
        return
    before = len(verdict.wrong)
    note = (folder / LOG_CHECKPOINT).read_bytes()
    _, size, root, *_ = note.decode().split("\n")
    log = _Log(int(size), b64decode(root, validate=True))
    sealed = canonical_text({name: seal[name] for name in ("digests", "month", "programme")})
    entry = LogEntry(EntryKind.SEALED_MONTH, sha256(sealed.encode()).digest(), salted=False)
    for line in _lines(folder / LOG_SEAL):
        _check_proof(line, entry, log, LOG_SEAL, verdict)
    count = _check_decided(folder, manifest, rows, log, verdict)
    if len(verdict.wrong) == before:
        verdict.confirm("pack.ok_log", count=count, root=root, size=size)
    verdict.said["log"] = f"{size} {root}"
    if find_spec("cryptography") is None:
        verdict.leave("pack.not_signed", LOG_CHECKPOINT)
    else:
        import_module("ceiba.packs.signatures").check_signatures(folder, note, log_keys, verdict)


def _check_decided(
    folder: Path, manifest: Manifest, rows: Mapping[str, list[Row]], log: _Log, verdict: Verdict
) -> int:
    """Each determination of the pack is in the log, as it is in the sealed parts; how many."""
    codes = {row["code"]: int(row["participant_id"]) for row in read_table(folder / PEOPLE)}
    expected = dict(_decided(manifest, rows))
    erased = 0
    for line in _lines(folder / LOG_DECIDED):
        value = bytes.fromhex(line["value"])
        entry = LogEntry(EntryKind.DETERMINATION, value)
        _check_proof(line, entry, log, LOG_DECIDED, verdict)
        if "data" not in line:
            erased += 1
            continue
        data = json.loads(line["data"])
        person = f"{data['participant']} {data['month']}"
        if not opens(value, b64decode(line["salt"], validate=True), line["data"].encode()):
            verdict.refuse("pack.log_opening", LOG_DECIDED, person)
        found = expected.pop((codes[data["participant"]], data["month"], data["revision"]), None)
        logged = (data["outcome"], data["amount_minor"], data["failed"], data["unknown"])
        if found != logged:
            verdict.refuse("pack.log_differs", LOG_DECIDED, person, logged=logged, found=found)
    if erased:
        verdict.leave("pack.not_opened", LOG_DECIDED, count=erased)
    if len(expected) != erased:
        for participant, month, _ in list(expected)[:20]:
            verdict.refuse("pack.log_lacks", LOG_DECIDED, f"participant_id {participant} {month}")
    return sum(len(rows[part]) for part in ("result", "late_result"))


def _decided(manifest: Manifest, rows: Mapping[str, list[Row]]) -> Iterator[tuple[tuple[int, str, int], Any]]:
    """What the sealed parts say of each determination: (person, month, revision) -> outcome, amount, reasons."""
    for part in ("result", "late_result"):
        names = [column.name for column in manifest.parts[part].columns]
        for row in rows[part]:
            value = dict(zip(names, row, strict=True))
            month = f"{value['month']:%Y-%m}" if "month" in value else manifest.about["month"]
            key = (value["participant_id"], month, value.get("revision", 0))
            yield key, (value["outcome"], value["amount_minor"], value["failed"], value["unknown"])


def _check_proof(line: Mapping[str, Any], entry: LogEntry, log: _Log, file: str, verdict: Verdict) -> None:
    proof = [b64decode(value, validate=True) for value in line["proof"]]
    try:
        verify_inclusion(leaf_hash(entry.data()), line["index"], log.size, proof, log.root)
    except CeibaError as error:
        verdict.refuse("pack.log_proof", file, str(line["index"]), why=error.problems[0].code)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)
