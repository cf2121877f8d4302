"""Whether a pack is what Ceiba made: every byte, the seal, the log, the totals, the sample; then decided again.

The standard library alone, but for the last: where polars is there, `packs.deciding` goes on. Each step says what it
found wrong and goes on to the next, so that a change is also located by what no longer agrees with it.
"""

import json
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from ceiba.core.kernel.plain import folder_digest, slices_digest
from ceiba.packs.layout import MANIFEST, PEOPLE, SEAL, TOTALS, Manifest, read_manifest
from ceiba.packs.logged import check_log
from ceiba.packs.plain import Row, by_area, read_part, read_table, rows_digest
from ceiba.packs.sampled import check_sample
from ceiba.packs.verdict import Verdict

DECIDES: Final = ("polars", "numpy", "sqlglot")
_DAMAGED: Final = (
    OSError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError, struct.error,
)  # fmt: skip
Rows = Mapping[str, list[Row]]


def verify_pack(
    folder: Path,
    *,
    sample: tuple[int, str] | None = None,
    log_keys: tuple[str, ...] = (),
    progress: Callable[[str], None] = lambda _: None,
) -> Verdict:
    """Everything that can be said of the pack in `folder`.

    `sample` is the size and seed that were asked for; `log_keys` those of the log and its witnesses that are believed
    (else what the pack says of itself). Raises CeibaError (pack.none, pack.manifest) when nothing can be checked.
    """
    manifest = read_manifest(folder)
    verdict = Verdict(said={"pack": manifest.id})
    progress("files")
    _check_files(folder, manifest, verdict)
    seal: dict[str, Any] = _tried(verdict, SEAL, lambda: _seal(folder, verdict)) or {}
    _tried(verdict, SEAL, lambda: _check_seal(manifest, seal, verdict))
    _tried(verdict, "rulebooks", lambda: _check_rulebooks(folder, seal, verdict))
    progress("parts")
    rows = _tried(verdict, "parts", lambda: _check_parts(folder, manifest, seal, verdict)) or {}
    for file, check in (
        (TOTALS, lambda: _check_totals(folder, manifest, rows, verdict)),
        ("log", lambda: check_log(folder, manifest, seal, rows, log_keys, verdict)),
        ("sample", lambda: check_sample(folder, manifest, rows, sample, verdict)),
    ):
        progress(file)
        _tried(verdict, file, check)
    missing = [name for name in DECIDES if find_spec(name) is None]
    if missing:
        verdict.leave("pack.not_decided", missing=", ".join(missing))
    else:
        progress("decide")
        import_module("ceiba.packs.deciding").check_decided(folder, manifest, seal, verdict)
    return verdict


def _tried(verdict: Verdict, file: str, step: Callable[[], Any]) -> Any:
    """What a step gives; None, and a word about it, when what it reads is damaged."""
    try:
        return step()
    except _DAMAGED as error:
        verdict.refuse("pack.unreadable", file, detail=f"{type(error).__name__}: {error}".splitlines()[0])
        return None


def _check_files(folder: Path, manifest: Manifest, verdict: Verdict) -> None:
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    }
    for name in sorted(there - manifest.files.keys() - {MANIFEST}):
        verdict.refuse("pack.file_added", name)
    for name, digest in manifest.files.items():
        if name not in there:
            verdict.refuse("pack.file_missing", name)
        elif (folder / name).is_symlink() or sha256((folder / name).read_bytes()).hexdigest() != digest:
            verdict.refuse("pack.file_altered", name)
    if verdict.is_right:
        verdict.confirm("pack.ok_files", count=len(manifest.files))


def _seal(folder: Path, verdict: Verdict) -> dict[str, Any]:
    data = (folder / SEAL).read_bytes()
    verdict.said["seal"] = sha256(data).hexdigest()
    return dict(json.loads(data))


def _check_seal(manifest: Manifest, seal: Mapping[str, Any], verdict: Verdict) -> None:
    if (seal.get("programme"), seal.get("month")) != (manifest.about["programme"], manifest.about["month"]):
        verdict.refuse("pack.seal_other", SEAL)
    if not _is_sliced(seal):
        verdict.leave("pack.not_sliced", SEAL)
    elif slices_digest(seal.get("slices", {})) != seal["digests"]["slices"]:
        verdict.refuse("pack.seal_slices", SEAL)


def _is_sliced(seal: Mapping[str, Any]) -> bool:
    """By its digests, which are in the log: what it says of its own format is not."""
    return "slices" in seal.get("digests", {})


def _check_rulebooks(folder: Path, seal: Mapping[str, Any], verdict: Verdict) -> None:
    books = {path.name: path for path in sorted((folder / "rulebooks").iterdir()) if path.is_dir()}
    for name in sorted({*books, seal.get("rulebook", "")}):
        files = {file.name: file.read_bytes() for file in books[name].iterdir()} if name in books else {}
        if folder_digest(files) != name:
            verdict.refuse("pack.rulebook", f"rulebooks/{name}")


def _check_parts(folder: Path, manifest: Manifest, seal: Mapping[str, Any], verdict: Verdict) -> Rows:
    """The rows of each part, whose digest by area must be the seal's; none is left out, none is of elsewhere."""
    before = len(verdict.wrong)
    people = _tried(verdict, PEOPLE, lambda: _people(folder)) or {}
    for area in sorted(set(people.values())):
        if not area.startswith(manifest.area):
            verdict.refuse("pack.outside", PEOPLE, area=area)
    found: dict[str, list[Row]] = {}
    for name, part in manifest.parts.items():
        file = f"parts/{name}.csv"
        found[name] = _tried(verdict, file, lambda: read_part(folder / file, part)) or []  # noqa: B023 - called at once
        if not _is_sliced(seal):
            continue
        sealed = {
            area: digest
            for area, digest in seal.get("slices", {}).get(name, {}).items()
            if area.startswith(manifest.area)
        }
        areas = by_area(found[name], part, people)
        for area in sorted(sealed.keys() | areas.keys()):
            digest = _tried(verdict, file, lambda: rows_digest(areas[area], part))  # noqa: B023
            if sealed.get(area) != digest:
                verdict.refuse("pack.slice", file, area=area or "?")
    if len(verdict.wrong) == before and _is_sliced(seal):
        verdict.confirm("pack.ok_parts", rows=sum(map(len, found.values())), parts=len(found))
    return found


def _people(folder: Path) -> dict[int, str]:
    return {int(row["participant_id"]): row["area"] for row in read_table(folder / PEOPLE)}


def _check_totals(folder: Path, manifest: Manifest, rows: Rows, verdict: Verdict) -> None:
    names = [column.name for column in manifest.parts["lines"].columns]
    component, amount = names.index("component"), names.index("amount_minor")
    listed: Counter[str] = Counter()
    for row in rows["lines"]:
        listed[row[component]] += row[amount]
    found: Counter[str] = Counter()
    for total in read_table(folder / TOTALS):
        found[total["component"]] += int(total["amount_minor"])
    wrong = [name for name in sorted(found.keys() | listed.keys()) if found[name] != listed[name]]
    for name in wrong:
        verdict.refuse("pack.totals", TOTALS, component=name, found=found[name], lines=listed[name])
    if not wrong:
        verdict.confirm("pack.ok_totals")
