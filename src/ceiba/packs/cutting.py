"""An area cut out of a sealed month: its rows of every part, held to the seal before they are handed out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ceiba.core.area_slices import places_of
from ceiba.core.kernel.digest import group_digests
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook
from ceiba.determinations.verification import result_schema
from ceiba.frames.sealed import FORMAT, PARTS, SealedPart, read_part, read_rulebook_files, read_seal

register_messages(
    {
        "pack.nobody": {
            "es": "en {month} no hay nadie de «{area}»; ¿es la clave de un área, como GT-1304?",
            "en": 'in {month} there is nobody of "{area}"; is it the code of an area, as GT-1304?',
        },
        "pack.seal_differs": {
            "es": "las filas de {area} en «{part}» no son las que se selló. Verifique el mes con «ceiba month "
            "verify» antes de entregarlo.",
            "en": 'the rows of {area} in "{part}" are not those that were sealed. Verify the month with "ceiba month '
            'verify" before you hand it out.',
        },
    }
)


@dataclass(frozen=True, slots=True)
class AreaMonth:
    """A month of an area: what the seal says (and its bytes), the rules, the parts, and who is where (`PLACES`)."""

    area: str
    seal: Mapping[str, Any]
    seal_bytes: bytes
    rulebooks: Mapping[str, Mapping[str, bytes]]
    parts: Mapping[str, SealedPart]
    places: pl.DataFrame

    @property
    def month(self) -> Month:
        """The month."""
        return Month.parse(self.seal["month"])

    @property
    def rulebook(self) -> Rulebook:
        """The rulebook that the month was decided by."""
        return read_rulebook(self.rulebooks[self.seal["rulebook"]])

    def rows(self, part: str) -> pl.DataFrame:
        """The area's rows of a part, in the columns that were sealed."""
        return self.parts[part].frame.select(self.parts[part].sealed.names)


def area_cut(folder: Path, area: str) -> AreaMonth:
    """The rows of `area` and all below it. Raises CeibaError: seal.*, rulebook.*, pack.nobody, pack.seal_differs."""
    seal, rulebooks = read_seal(folder), read_rulebook_files(folder)
    month = Month.parse(seal["month"])
    schemas = {**PARTS, "result": result_schema(read_rulebook(rulebooks[seal["rulebook"]]), month)}
    whole = {name: read_part(folder, name, schema) for name, schema in schemas.items()}
    everybody = places_of(whole["snapshot"].frame, whole["late"].frame, whole["due"].frame)
    places = everybody.filter(pl.col("area").str.starts_with(area))
    if not places.height:
        raise CeibaError(Problem("pack.nobody", values={"month": month, "area": area}))
    parts = {name: _cut(part, places) for name, part in whole.items()}
    cut = AreaMonth(area, seal, (folder / "seal.json").read_bytes(), rulebooks, parts, places)
    _check(cut, folder)
    return cut


def _cut(part: SealedPart, places: pl.DataFrame) -> SealedPart:
    rows = part.frame.join(
        places.select("participant_id"), on="participant_id", how="semi", maintain_order="left"
    )
    return SealedPart(rows.sort(part.sealed.key), part.sealed)


def _check(cut: AreaMonth, folder: Path) -> None:
    if cut.seal["format"] != FORMAT:
        return
    for name, part in cut.parts.items():
        rows = part.frame.select("participant_id")
        group = rows.join(cut.places, on="participant_id", how="left", maintain_order="left").get_column(
            "area"
        )
        found = group_digests(part.frame, part.sealed, group)
        sealed = cut.seal["slices"][name]
        wrong = [area for area in sealed if area.startswith(cut.area) and found.get(area) != sealed[area]]
        if wrong or found.keys() - sealed.keys():
            values = {"part": name, "area": ", ".join(wrong) or cut.area}
            raise CeibaError(Problem("pack.seal_differs", Where(file=str(folder)), values))
