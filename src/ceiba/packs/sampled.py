"""The sample of a pack: drawn again, and each record of evidence held to its hash. The standard library alone.

sample/drawn.csv       the participant-months in the order of the draw
sample/records.csv     their records of evidence; `shown` says whether the text is there, or why it is not
sample/evidence.jsonl  canonical texts, a line each, in the order of records.csv
sample/forms, files    forms as they were sent, and what came with them, each under its SHA-256
sample/people.csv      who they are, where the account may know
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final

from ceiba.core.audit_sample import population, sample
from ceiba.packs.layout import DRAWN, EVIDENCE, FILES, FORMS, RECORDS, TEXTS, Manifest, Part
from ceiba.packs.plain import Row, read_table
from ceiba.packs.verdict import Verdict

SHOWN: Final = "shown"


def _population(rows: Mapping[str, list[Row]], parts: Mapping[str, Part], month: str) -> list[str]:
    own, late = ([column.name for column in parts[name].columns] for name in ("result", "late_result"))
    person, again, day = own.index("participant_id"), late.index("participant_id"), late.index("month")
    earlier = ((row[again], f"{row[day]:%Y-%m}") for row in rows["late_result"])
    return population(month, (row[person] for row in rows["result"]), earlier)


def check_sample(
    folder: Path,
    manifest: Manifest,
    rows: Mapping[str, list[Row]],
    asked: tuple[int, str] | None,
    verdict: Verdict,
) -> None:
    """The draw, the hashes of texts, and the names of files by hash; nothing where the pack has no sample."""
    said = manifest.about["sample"]
    drawn_by = (said["size"], said["seed"]) if said else None
    if asked is not None and asked != drawn_by:
        size, seed = drawn_by or (0, "")
        verdict.refuse("pack.sample_other", DRAWN, size=size, seed=seed)
    if drawn_by is None:
        return
    before = len(verdict.wrong)
    drawn = [row["key"] for row in read_table(folder / DRAWN)]
    if drawn != sample(_population(rows, manifest.parts, manifest.about["month"]), *drawn_by):
        verdict.refuse("pack.sample", DRAWN, size=drawn_by[0], seed=drawn_by[1])
    records = read_table(folder / RECORDS)
    texts = _check_texts(folder, records, verdict)
    for place in (FORMS, FILES):
        _check_blobs(folder / place, place, verdict)
    if len(verdict.wrong) == before:
        verdict.confirm("pack.ok_sample", size=len(drawn), texts=texts)
    if withheld := sum(record["shown"] != SHOWN for record in records):
        verdict.leave("pack.not_shown", RECORDS, count=withheld)


def _check_texts(folder: Path, records: Iterable[Mapping[str, str]], verdict: Verdict) -> int:
    """Each shown record's text has the hash by which the list of all evidence knows it; how many."""
    listed = {(row["kind"], row["key"]): row["sha256"] for row in read_table(folder / EVIDENCE)}
    shown = [(row["kind"], row["key"]) for row in records if row["shown"] == SHOWN]
    texts = (folder / TEXTS).read_bytes().split(b"\n")[:-1] if (folder / TEXTS).is_file() else []
    if len(texts) != len(shown):
        verdict.refuse("pack.record_missing", TEXTS)
    for (kind, key), text in zip(shown, texts, strict=False):
        if sha256(text).hexdigest() != listed.get((kind, key)):
            verdict.refuse("pack.record", TEXTS, item=f"{kind} {key}")
    return len(texts)


def _check_blobs(folder: Path, place: str, verdict: Verdict) -> None:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if sha256(path.read_bytes()).hexdigest() != path.name.partition(".")[0]:
            verdict.refuse("pack.blob", f"{place}/{path.name}")
