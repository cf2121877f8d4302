"""The folder of a sealed month: everything needed to decide it again, without a database.

rulebooks/<digest>/*.toml   the rulebook of the month, and those of earlier months decided again
snapshot.parquet            facts of everyone active (core.facts.MONTH_FACTS)
late.parquet                facts of earlier months after late evidence (core.sealed_month.LATE_FACTS)
due.parquet                 what was due for earlier months when the list was made (DUE_PLACES)
result.parquet  late_result.parquet  lines.parquet
seal.json                   programme, month, cutoff, the SHA-256 digest of each part's values, and of each area's
                            slice of it (`core.area_slices`); format 1, of before, had no slices
"""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.core.area_slices import Slices, places_of, slice_digests
from ceiba.core.facts import FACTS, MONTH_FACTS
from ceiba.core.kernel.digest import frame_digest
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.frames import FrameError, FrameSchema
from ceiba.core.kernel.plain import slices_digest
from ceiba.core.payment_list import LINES
from ceiba.core.sealed_month import DUE_PLACES, LATE_FACTS, LATE_RESULT
from ceiba.frames.parquet import read_parquet, write_parquet

FORMAT: Final = "ceiba-sealed-month/2"
FORMATS: Final = ("ceiba-sealed-month/1", FORMAT)
SLICES: Final = "slices"
PARTS: Final[Mapping[str, FrameSchema]] = {
    "snapshot": MONTH_FACTS,
    "late": LATE_FACTS,
    "due": DUE_PLACES,
    "late_result": LATE_RESULT,
    "lines": LINES,
}
"""Schemas of the parts; that of `result` depends on the rulebook's components."""

register_messages(
    {
        "seal.missing": {
            "es": "aquí no hay un mes sellado: falta «{name}».",
            "en": 'there is no sealed month here: "{name}" is missing.',
        },
        "seal.unreadable": {
            "es": "no se puede leer ({detail}); el archivo está dañado o incompleto.",
            "en": "cannot be read ({detail}); the file is damaged or cut short.",
        },
        "seal.format": {
            "es": "formato «{found}»; esta versión de Ceiba lee «{known}».",
            "en": 'format "{found}"; this version of Ceiba reads "{known}".',
        },
    }
)


@dataclass(frozen=True, slots=True)
class SealedPart:
    """A part as it is decided on, and the columns that it was sealed with.

    A fact that the catalogue did not have yet when the month was sealed is not in the file, nor in the digest;
    nobody knew it, so it is null in the frame.
    """

    frame: pl.DataFrame
    sealed: FrameSchema

    @property
    def digest(self) -> str:
        """The digest of what was sealed."""
        return frame_digest(self.frame, self.sealed)


def write_sealed(
    folder: Path,
    parts: Mapping[str, pl.DataFrame],
    result_schema: FrameSchema,
    rulebooks: Mapping[str, Mapping[str, str]],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Write the folder (replacing an unfinished one) and return what `seal.json` says."""
    folder.mkdir(parents=True, exist_ok=True)
    for digest, files in rulebooks.items():
        target = folder / "rulebooks" / digest
        target.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (target / name).write_text(text, encoding="utf-8", newline="")
    schemas = {**PARTS, "result": result_schema}
    frames = {name: schemas[name].check(frame) for name, frame in parts.items()}
    places = places_of(frames["snapshot"], frames["late"], frames["due"])

    def write(name: str) -> tuple[str, dict[str, str]]:
        write_parquet(frames[name], folder / f"{name}.parquet")
        slices = slice_digests({name: frames[name]}, schemas, places)
        return frame_digest(frames[name], schemas[name]), slices[name]

    with ThreadPoolExecutor() as pool:
        written = dict(zip(frames, pool.map(write, frames), strict=True))
    slices = {name: of_areas for name, (_, of_areas) in written.items()}
    digests = {name: digest for name, (digest, _) in written.items()} | {SLICES: slices_digest(slices)}
    rows = {name: frame.height for name, frame in frames.items()}
    seal = {"format": FORMAT, **about, "rows": rows, "digests": digests, SLICES: slices}
    draft = folder / f".seal.{os.getpid()}"
    draft.write_text(json.dumps(seal, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / "seal.json")
    return seal


def read_seal(folder: Path) -> dict[str, Any]:
    """What `seal.json` says. Raises CeibaError (seal.*)."""
    where = Where(file=str(folder / "seal.json"))
    try:
        seal = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CeibaError(Problem("seal.missing", Where(file=str(folder)), {"name": "seal.json"})) from error
    except (OSError, ValueError) as error:
        raise CeibaError(Problem("seal.unreadable", where, {"detail": _first_line(error)})) from error
    if not isinstance(seal, dict) or seal.get("format") not in FORMATS:
        found = seal.get("format") if isinstance(seal, dict) else type(seal).__name__
        raise CeibaError(Problem("seal.format", where, {"found": found, "known": ", ".join(FORMATS)}))
    return seal


def read_part(folder: Path, name: str, schema: FrameSchema) -> SealedPart:
    """One part of the folder. Raises CeibaError (seal.missing, seal.unreadable)."""
    path = folder / f"{name}.parquet"
    where = Where(file=str(path))
    if not path.is_file():
        raise CeibaError(Problem("seal.missing", where, {"name": path.name}))
    try:
        there = pl.read_parquet_schema(path)
        sealed = FrameSchema(
            schema.name, tuple(c for c in schema if c.name in there or c.name not in FACTS), schema.key
        )
        frame = read_parquet(path, sealed)
    except (OSError, FrameError, pl.exceptions.PolarsError) as error:
        raise CeibaError(Problem("seal.unreadable", where, {"detail": _first_line(error)})) from error
    unknown = [pl.lit(None, c.dtype).alias(c.name) for c in schema if c.name not in there]
    return SealedPart(schema.check(frame.with_columns(unknown)), sealed)


def slices_of(parts: Mapping[str, SealedPart]) -> Slices:
    """The slices of all parts, each under the columns that it was sealed with."""
    frames = {name: part.frame for name, part in parts.items()}
    places = places_of(frames["snapshot"], frames["late"], frames["due"])
    return slice_digests(frames, {name: part.sealed for name, part in parts.items()}, places)


def read_rulebook_files(folder: Path) -> dict[str, dict[str, bytes]]:
    """digest -> file name -> bytes, of every rulebook in the folder."""
    return {
        book.name: {file.name: file.read_bytes() for file in sorted(book.iterdir())}
        for book in sorted((folder / "rulebooks").iterdir())
        if book.is_dir()
    }


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
