"""The part of verifying that needs polars: Parquet beside CSV, and the month of the area decided again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.core.kernel.digest import group_digests
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.frames import FrameError
from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.sealed_month import Difference, first_difference
from ceiba.determinations.verification import recomputed_difference, result_schema
from ceiba.frames.sealed import PARTS, SealedPart, read_part, read_rulebook_files
from ceiba.packs.layout import PEOPLE, Manifest
from ceiba.packs.plain import read_part as read_rows
from ceiba.packs.plain import read_table
from ceiba.packs.verdict import Verdict

_DAMAGED: Final = (
    OSError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError,
    CeibaError, FrameError, pl.exceptions.PolarsError,
)  # fmt: skip


def check_decided(folder: Path, manifest: Manifest, seal: Mapping[str, Any], verdict: Verdict) -> None:
    """Each Parquet file holds what its CSV does and the seal says; the same result and lines come out again."""
    try:
        rulebooks = {digest: read_rulebook(files) for digest, files in read_rulebook_files(folder).items()}
        month = Month.parse(seal["month"])
        schemas = {**PARTS, "result": result_schema(rulebooks[seal["rulebook"]], month)}
        parts = {name: read_part(folder / "parts", name, schemas[name]) for name in schemas}
        areas = _areas(folder)
        for name, part in parts.items():
            _check_part(folder, name, part, (manifest, seal, areas), verdict)
        frames = {name: part.frame for name, part in parts.items()}
        found = recomputed_difference(frames, schemas, rulebooks, seal["rulebook"], month)
    except _DAMAGED as error:
        verdict.refuse("pack.unreadable", "parts", detail=str(error).splitlines()[0])
        return
    if found is not None:
        file = f"parts/{found.part}.parquet"
        verdict.refuse(
            "pack.decided", file, _key(found), found.column, found=found.sealed, again=found.recomputed
        )
    else:
        verdict.confirm("pack.ok_decided", people=frames["result"].height, lines=frames["lines"].height)


def _check_part(
    folder: Path,
    name: str,
    part: SealedPart,
    held_to: tuple[Manifest, Mapping[str, Any], pl.DataFrame],
    verdict: Verdict,
) -> None:
    """A Parquet file against the seal, and against its CSV: what differs is said of the one that is not as sealed."""
    manifest, seal, areas = held_to
    file, twin = f"parts/{name}.parquet", f"parts/{name}.csv"
    rows = part.frame.select(part.sealed.names)
    group = rows.select("participant_id").join(areas, on="participant_id", how="left", maintain_order="left")
    digests = group_digests(rows, part.sealed, group.get_column("area").fill_null(""))
    sealed = {
        area: digest
        for area, digest in seal.get("slices", {name: digests}).get(name, {}).items()
        if area.startswith(manifest.area)
    }
    wrong = [area for area in sorted(sealed.keys() | digests.keys()) if sealed.get(area) != digests.get(area)]
    for area in wrong:
        verdict.refuse("pack.slice", file, area=area or "?")
    try:
        values = read_rows(folder / twin, manifest.parts[name])
    except (OSError, ValueError):
        return  # said already
    csv = pl.DataFrame(values, schema=dict(part.sealed.dtypes), orient="row")
    found = first_difference(name, csv, rows, part.sealed)
    if found is None:
        return
    if wrong:
        verdict.refuse(
            "pack.cell", file, _key(found), found.column, found=found.recomputed, sealed=found.sealed
        )
    else:
        verdict.refuse(
            "pack.cell", twin, _key(found), found.column, found=found.sealed, sealed=found.recomputed
        )


def _areas(folder: Path) -> pl.DataFrame:
    rows = read_table(folder / PEOPLE)
    values = [(int(row["participant_id"]), row["area"]) for row in rows]
    return pl.DataFrame(values, schema={"participant_id": pl.Int64, "area": pl.String}, orient="row").unique(
        "participant_id"
    )


def _key(found: Difference) -> str:
    return ", ".join(f"{name} {value}" for name, value in found.key.items())
