"""The pages of a pack, in Spanish and English: what was decided, what is in the folder, how to verify it."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import polars as pl
from django.template import Context, Engine
from django.utils import translation

from ceiba.core.determinations import month_counts
from ceiba.core.kernel.frames import OUTCOMES
from ceiba.core.rules.rulebook import Text
from ceiba.packs.cutting import AreaMonth
from ceiba.packs.layout import LOG_CHECKPOINT

_HERE: Final = Path(__file__).parent / "templates" / "packs"
_TOKENS: Final = Path(__file__).parents[1] / "web" / "static" / "web" / "tokens.css"
_LIBRARIES: Final = {"i18n": "django.templatetags.i18n", "ceiba": "ceiba.web.templatetags.ceiba"}
_REASONS: Final = 8
_WIDE: Final = 1000
_NAMES: Final = {"es": "index.html", "en": "index.en.html"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the pages tell beside the month itself: the manifest's words, the area's name, totals, evidence."""

    about: Mapping[str, Any]
    area_name: str
    totals: pl.DataFrame
    evidence: int


def write_pages(cut: AreaMonth, told: Told, folder: Path) -> None:
    """Write index.html, index.en.html and README.md."""
    engine = Engine(dirs=[str(_HERE)], libraries=dict(_LIBRARIES))
    page = engine.get_template("index.html")
    style = _TOKENS.read_text(encoding="utf-8") + (_HERE / "pack.css").read_text(encoding="utf-8")
    shown = _shown(cut, told) | {
        "style": style,
        "style_hash": b64encode(sha256(style.encode()).digest()).decode(),
    }
    shown["checkpoint"] = _checkpoint(folder / LOG_CHECKPOINT)
    for language, name in _NAMES.items():
        with translation.override(language):
            text = page.render(Context(shown | {"language": language}))
        (folder / name).write_text(text, encoding="utf-8", newline="")
    title = {
        "es": f"Paquete de auditoría: {cut.month}, {told.area_name}",
        "en": f"Audit pack: {cut.month}, {told.area_name}",
    }
    readme = engine.get_template("README.md").render(Context({"title": title}, autoescape=False))
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="")


def _shown(cut: AreaMonth, told: Told) -> dict[str, Any]:
    book = cut.rulebook
    counts = month_counts(cut.places, cut.rows("result")).group_by("outcome", "reason", "verdict")
    summed = counts.agg(pl.sum("participants")).sort("participants", "reason", descending=[True, False])
    rules = book.at(cut.month)
    names: dict[str, Text] = {c.id: c.name for c in rules.components}
    totals = [
        row
        | {"component": names.get(row["component"], {}) or {"es": row["component"], "en": row["component"]}}
        for row in told.totals.iter_rows(named=True)
    ]
    return {
        "about": told.about,
        "area_name": told.area_name,
        "programme": book.name,
        "month": cut.month.first_day,
        "outcomes": _outcomes(
            dict(summed.filter(pl.col("reason") == "").select("outcome", "participants").rows())
        ),
        "people": cut.rows("result").height,
        "again": cut.rows("late_result").height,
        "reasons": _reasons(summed, {rule.id: rule.title for rule in rules.rules} | _amounts(names)),
        "listed_minor": cut.rows("lines")["amount_minor"].sum(),
        "totals": totals,
        "evidence": told.evidence,
        "sliced": "slices" in cut.seal,
    }


def _outcomes(people: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many people ended how, and where each part of the bar stands."""
    whole, before, parts = max(sum(people.values()), 1), 0, []
    for name in OUTCOMES:
        count = people.get(name, 0)
        x, end = (_WIDE * place // whole for place in (before, before + count))
        parts.append({"name": name, "people": count, "x": str(x), "width": str(end - x)})
        before += count
    return parts


def _reasons(summed: pl.DataFrame, titles: Mapping[str, Text]) -> list[dict[str, Any]]:
    """The commonest reasons of months that were not paid, a bar each."""
    rows = summed.filter((pl.col("reason") != "") & (pl.col("outcome") != "pay")).head(_REASONS)
    most = rows["participants"].max()
    return [
        {
            "text": titles.get(row["reason"], {"es": row["reason"], "en": row["reason"]}),
            "people": row["participants"],
            "outcome": row["outcome"],
            "width": str(_WIDE * row["participants"] // most),
        }
        for row in rows.iter_rows(named=True)
    ]


def _amounts(names: Mapping[str, Text]) -> dict[str, Text]:
    return {f"amount.{component}": name for component, name in names.items()}


def _checkpoint(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    origin, size, root, *_ = path.read_text(encoding="utf-8").split("\n")
    return {"origin": origin, "size": int(size), "root": root}
