"""What is in a pack and under which names; the manifest that lists it. The standard library alone.

manifest.json               every other file with its SHA-256; what the pack is of, for whom, and the columns of parts
seal.json                   of the whole month, as Ceiba sealed it
parts/<part>.parquet, .csv  the area's rows of each part, the same values twice: to compute with, and to read
rulebooks/<digest>/*.toml   the rules that decided
people.csv                  whose rows are of which area
evidence.csv                of each record its kind, key, hash, and when it was received
totals.csv                  what is paid: lines by payment run, state and component
log/                        proofs from the transparency log (`packs.logged`)
sample/                     the evidence of a random sample (`packs.sampled`)
index.html, index.en.html, README.md, verify.pyz
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

FORMAT: Final = "ceiba-audit-pack/1"
MANIFEST: Final = "manifest.json"
SEAL: Final = "seal.json"
PEOPLE: Final = "people.csv"
EVIDENCE: Final = "evidence.csv"
TOTALS: Final = "totals.csv"
SAMPLE: Final = "sample"
DRAWN: Final = "sample/drawn.csv"
RECORDS: Final = "sample/records.csv"
TEXTS: Final = "sample/evidence.jsonl"
NAMES: Final = "sample/people.csv"
FORMS: Final = "sample/forms"
FILES: Final = "sample/files"
LOG_CHECKPOINT: Final = "log/checkpoint"
LOG_KEYS: Final = "log/keys"
LOG_SEAL: Final = "log/seal.jsonl"
LOG_DECIDED: Final = "log/determinations.jsonl"
VERIFIER: Final = "verify.pyz"

register_messages(
    {
        "pack.none": {
            "es": "aquí no hay un paquete de auditoría: falta «{name}».",
            "en": 'there is no audit pack here: "{name}" is missing.',
        },
        "pack.manifest": {
            "es": "alterado: la lista de archivos no es la que se hizo ({why}). Nada más puede compararse con ella.",
            "en": "altered: the list of files is not the one that was made ({why}). Nothing else can be held to it.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a part: its name, its dtype by the name that digests use, whether it may hold nulls."""

    name: str
    dtype: str
    nullable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of a part of the month in their order, and those that identify a row."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """`about` says what the pack is of (programme, month, area, ...); `files`: path -> SHA-256 in hexadecimal."""

    about: Mapping[str, Any]
    parts: Mapping[str, Part]
    files: Mapping[str, str]

    @property
    def area(self) -> str:
        """The area, with all below it."""
        return str(self.about["area"])

    @property
    def id(self) -> str:
        """SHA-256 of all the manifest says, and so of every file: what the audit log knows the pack by."""
        return sha256(_written(self._members())).hexdigest()

    def written(self) -> bytes:
        """The manifest as a file."""
        return _written({**self._members(), "id": self.id})

    def _members(self) -> dict[str, Any]:
        parts = {
            name: {"key": part.key, "columns": [[c.name, c.dtype, c.nullable] for c in part.columns]}
            for name, part in self.parts.items()
        }
        return {"format": FORMAT, "about": dict(self.about), "parts": parts, "files": dict(self.files)}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a pack; raises CeibaError (pack.*) when there is none, or any byte of it was changed."""
    path = folder / MANIFEST
    if not path.is_file():
        raise CeibaError(Problem("pack.none", Where(file=str(folder)), {"name": MANIFEST}))
    data = path.read_bytes()
    try:
        members = json.loads(data)
        if members["format"] != FORMAT:
            raise ValueError(f"{members['format']}; {FORMAT}")  # noqa: TRY301 - told like all that is wrong with it
        parts = {name: _part(part) for name, part in members["parts"].items()}
        manifest = Manifest(members["about"], parts, members["files"])
        if manifest.written() != data:
            raise ValueError("SHA-256")  # noqa: TRY301
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        values = {"why": f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else error}
        raise CeibaError(Problem("pack.manifest", Where(file=MANIFEST), values)) from error
    return manifest


def _part(members: Mapping[str, Any]) -> Part:
    return Part(tuple(Column(*column) for column in members["columns"]), tuple(members["key"]))


def _written(members: Mapping[str, Any]) -> bytes:
    return (json.dumps(members, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
