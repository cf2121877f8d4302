"""The sample of a pack made: drawn, and its evidence as far as the account that it is for may see it."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.blobs.store import blob_bytes
from ceiba.core.audit_sample import population, read_key, sample
from ceiba.core.kernel.digest import bytes_digest
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors.packed import SealedMonth
from ceiba.evidence.listed import records_bearing, records_listed
from ceiba.evidence.selectors import canonical_text
from ceiba.packs.cutting import AreaMonth
from ceiba.packs.layout import DRAWN, FILES, FORMS, NAMES, RECORDS, TEXTS
from ceiba.packs.sampled import SHOWN
from ceiba.registry.selectors import participants_in

NO_ACCOUNT: Final = "no_account"
NOT_BY_ROLE: Final = "not_by_role"
NOT_IN_SCOPE: Final = "not_in_scope"
_SUFFIXES: Final = {"image/jpeg": ".jpg", "image/png": ".png", "audio/mp4": ".m4a", "audio/mpeg": ".mp3"}


@dataclass(frozen=True, slots=True)
class SampleAsked:
    """How many participant-months, and the seed that they are drawn with."""

    size: int
    seed: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What the account that a pack is made for may see; without an account, nothing of anybody but hashes."""

    user: User | None

    def may(self, action: Action) -> bool:
        """Whether its role includes the action."""
        return self.user is not None and may(self.user, action)

    def people(self, among: Iterable[int]) -> set[int]:
        """Those of `among` whom it reaches: a person who has moved may be out of its areas."""
        if self.user is None:
            return set()
        reached = participants_in(scope_of(self.user)).filter(pk__in=list(among))
        return set(reached.values_list("pk", flat=True))


def write_sample(
    seal: SealedMonth, cut: AreaMonth, asked: SampleAsked, sight: Sight, folder: Path
) -> pl.DataFrame:
    """Draw the sample and write it; returns its evidence as `evidence.listed.LISTED`."""
    late = cut.rows("late_result").select("participant_id", pl.col("month").dt.to_string("%Y-%m"))
    keys = population(str(cut.month), cut.rows("result")["participant_id"], late.rows())
    drawn = sample(keys, asked.size, asked.seed)
    (folder / DRAWN).parent.mkdir()
    _write(folder / DRAWN, ("key", "participant_id", "month"), ((key, *read_key(key)) for key in drawn))
    records = list(_records(drawn, seal))
    reached = sight.people({person for person, _ in map(read_key, drawn)})
    shown = [_shown(record, sight, reached) for record in records]
    _write_records(folder / RECORDS, records, shown, sight)
    seen = [record for record, how in zip(records, shown, strict=True) if how == SHOWN]
    texts = "".join(f"{canonical_text(record)}\n" for record in seen)
    (folder / TEXTS).write_text(texts, encoding="utf-8", newline="")
    if sight.may(Action.EXPORT_EVIDENCE):
        _write_forms(seen, folder)
    if sight.user is not None and sight.may(Action.VIEW_PEOPLE):
        _write_names(reached, sight.user, folder)
    return records_listed(records)


def _records(drawn: Sequence[str], seal: SealedMonth) -> Iterator[Any]:
    """The evidence that the drawn participant-months rest on, each record once, month by month."""
    people: dict[str, list[int]] = {}
    for person, month in map(read_key, drawn):
        people.setdefault(month, []).append(person)
    known = set()
    for month in sorted(people):
        for record in records_bearing(people[month], Month.parse(month), seal.cutoff):
            if record.pk not in known:
                known.add(record.pk)
                yield record


def _shown(record: Any, sight: Sight, reached: set[int]) -> str:
    if sight.user is None:
        return NO_ACCOUNT
    if not sight.may(Action.VIEW_EVIDENCE):
        return NOT_BY_ROLE
    return SHOWN if record.participant_id in reached else NOT_IN_SCOPE


def _write_records(path: Path, records: Sequence[Any], shown: Sequence[str], sight: Sight) -> None:
    """Each record; the form it came in, and that form's files, by their hashes alone where they are not shown."""
    heading = ("participant_id", "month", "kind", "key", "sha256", "shown", "form", "files", "forms_shown")
    whole = sight.may(Action.EXPORT_EVIDENCE)
    rows = []
    for record, how in zip(records, shown, strict=True):
        form = record.submission
        files = sorted(file.sha256 for file in form.attachments.all()) if form else []
        sent = bytes_digest(bytes(form.xml)) if form else ""
        forms_shown = str(bool(form) and whole and how == SHOWN).lower()
        month, digest = f"{record.month:%Y-%m}", bytes(record.sha256).hex()
        head = (record.participant_id, month, record.kind, record.key, digest)
        rows.append((*head, how, sent, " ".join(files), forms_shown))
    _write(path, heading, rows)


def _write_forms(records: Iterable[Any], folder: Path) -> None:
    """The forms as they were sent and what came with them, each under its hash, once."""
    forms = {record.submission_id: record.submission for record in records if record.submission_id}
    for form in forms.values():
        (folder / FORMS).mkdir(exist_ok=True)
        (folder / FORMS / f"{bytes_digest(bytes(form.xml))}.xml").write_bytes(bytes(form.xml))
        for file in form.attachments.all():
            (folder / FILES).mkdir(exist_ok=True)
            name = f"{file.sha256}{_SUFFIXES.get(file.content_type, '')}"
            (folder / FILES / name).write_bytes(blob_bytes(file.sha256))


def _write_names(reached: set[int], user: User, folder: Path) -> None:
    people = participants_in(scope_of(user)).filter(pk__in=reached).order_by("pk")
    columns = ("pk", "code", "given_names", "family_names")
    _write(folder / NAMES, ("participant_id", *columns[1:]), people.values_list(*columns))


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
