"""Verify a sealed month from its files alone: no database, no settings, no network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.determinations import compile_rules
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.kernel.month import Month
from ceiba.core.kernel.plain import folder_digest, slices_digest
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook
from ceiba.core.sealed_month import (
    Difference,
    first_difference,
    late_result,
    month_lines,
    month_result,
)
from ceiba.frames.sealed import (
    FORMAT,
    PARTS,
    SLICES,
    SealedPart,
    read_part,
    read_rulebook_files,
    read_seal,
    slices_of,
)


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying found: parts whose values are not the sealed ones, and the first difference of a recomputation.

    `altered` holds names of parts (or rulebook/<digest>, slices/<part>/<area>) whose digest is not that of the seal.
    """

    seal: Mapping[str, Any]
    altered: tuple[str, ...]
    difference: Difference | None

    @property
    def identical(self) -> bool:
        """Whether every part is as sealed and comes out again."""
        return not self.altered and self.difference is None


def verify_month(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Verification:
    """Check every part of a sealed month against its digest, then decide the month again and compare.

    Raises CeibaError (seal.*, rulebook.*) when the folder cannot be read at all.
    """
    seal = read_seal(folder)
    progress("rulebooks")
    files = read_rulebook_files(folder)
    known = {digest for digest, book in files.items() if folder_digest(book) == digest}
    altered = [f"rulebook/{digest}" for digest in sorted({*files, seal["rulebook"]} - known)]
    if altered:  # by other rules anything could come out: there is nothing to decide again
        return Verification(seal, tuple(altered), None)
    rulebooks = {digest: read_rulebook(book) for digest, book in files.items()}
    month = Month.parse(seal["month"])
    schemas = {**PARTS, "result": result_schema(rulebooks[seal["rulebook"]], month)}
    parts = {}
    for name, schema in schemas.items():
        progress(name)
        parts[name] = read_part(folder, name, schema)
        if parts[name].digest != seal["digests"][name]:
            altered.append(name)
    if seal["format"] == FORMAT:
        progress(SLICES)
        altered += _altered_slices(seal, parts)
    progress("decide")
    frames = {name: part.frame for name, part in parts.items()}
    return Verification(
        seal, tuple(altered), recomputed_difference(frames, schemas, rulebooks, seal["rulebook"], month)
    )


def _altered_slices(seal: Mapping[str, Any], parts: Mapping[str, SealedPart]) -> list[str]:
    """Slices that are not as the seal says: of a changed part, they tell the area."""
    if slices_digest(seal.get(SLICES, {})) != seal["digests"].get(SLICES):
        return [SLICES]
    found = slices_of(parts)
    return [
        f"{SLICES}/{name}/{area}"
        for name in parts
        for area in sorted(found[name].keys() | seal[SLICES].get(name, {}).keys())
        if found[name].get(area) != seal[SLICES].get(name, {}).get(area)
    ]


def recomputed_difference(
    parts: Mapping[str, pl.DataFrame],
    schemas: Mapping[str, FrameSchema],
    rulebooks: Mapping[str, Rulebook],
    rulebook: str,
    month: Month,
) -> Difference | None:
    """The first difference between parts and what their inputs give, in the order of the flow.

    `parts` may be of some people of the month only: all their rows, of every part.
    """
    book, snapshot = rulebooks[rulebook], parts["snapshot"]
    again = {
        "result": month_result(snapshot, book, month),
        "late_result": late_result(parts["late"], rulebooks),
        "lines": month_lines(snapshot, parts["due"], parts["result"], book, month),
    }
    differences = (first_difference(name, parts[name], frame, schemas[name]) for name, frame in again.items())
    return next((difference for difference in differences if difference is not None), None)


def result_schema(rulebook: Rulebook, month: Month) -> FrameSchema:
    """The schema of the part `result`: it has a column for each component of the rulebook."""
    return compile_rules(rulebook.at(month)).result_schema
