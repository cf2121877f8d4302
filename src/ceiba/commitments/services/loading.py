"""Loads commitments that somebody wrote down in a file: one person enters them and another confirms, as on pages."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.commitments.given import AnswerGiven, Citation, DeliveryGiven, SourceGiven, TermsGiven
from ceiba.commitments.models import Source, Terms
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.services.decisions import entry_confirm
from ceiba.commitments.services.entries import answer_enter, commitment_enter, delivery_enter
from ceiba.commitments.services.parties import party_record
from ceiba.commitments.services.sources import source_record
from ceiba.core.commitments import Answered, Kind
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "commitments.file": {
            "es": "{what}. Corrija el archivo y cárguelo de nuevo: no se guardó nada.",
            "en": "{what}. Correct the file and load it again: nothing was kept.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many commitments were entered, and how many were there already."""

    entered: int
    known: int


@dataclass(frozen=True, slots=True)
class _Loading:
    """The two people, the day, and the numbers of the file's parties and sources."""

    by: User
    confirmed_by: User
    today: date
    parties: Mapping[str, int]
    sources: Mapping[str, int]


@transaction.atomic
def commitments_load(
    *, data: Mapping[str, Any], file: str, by: User, confirmed_by: User, today: date
) -> Loaded:
    """Enter what `data` (`[[party]]`, `[[source]]`, `[[commitment]]`) says and is not there yet; all or nothing.

    Raises CeibaError (commitments.*), each placed in the file.
    """
    made: dict[str, dict[str, int]] = {"party": {}, "source": {}}
    for name, numbers in made.items():
        for number, row in enumerate(_rows(data, name, file), start=1):
            with _placed(file, f"{name} {number}"):
                numbers[row["key"]] = _party(row, by) if name == "party" else _source(row, by, today)
    loading = _Loading(by, confirmed_by, today, made["party"], made["source"])
    entered = known = 0
    for number, row in enumerate(_rows(data, "commitment", file), start=1):
        with _placed(file, f"commitment {number}"):
            is_new = _commitment(row, loading)
        entered, known = entered + is_new, known + (not is_new)
    return Loaded(entered, known)


@contextmanager
def _placed(file: str, item: str) -> Iterator[None]:
    """Whatever is wrong within is told with its place in the file."""
    try:
        yield
    except CeibaError as error:
        raise CeibaError(Problem(p.code, Where(file, item=item), p.values) for p in error.problems) from error
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        raise _wrong(file, item, f"{type(error).__name__}: {error}") from error


def _rows(data: Mapping[str, Any], name: str, file: str) -> list[Mapping[str, Any]]:
    rows = data.get(name, [])
    if not (isinstance(rows, list) and all(isinstance(row, Mapping) for row in rows)):
        raise _wrong(file, name, "[[…]]")
    return rows


def _wrong(file: str, item: str, what: object) -> CeibaError:
    return CeibaError(Problem("commitments.file", Where(file, item=item), {"what": what}))


def _party(row: Mapping[str, Any], by: User) -> int:
    for called in parties().values():
        if (called.es, called.en) == (row["es"], row["en"]):
            return called.number
    return party_record(
        kind=row["kind"],
        country=row.get("country", ""),
        name_es=row["es"],
        name_en=row["en"],
        aliases=row.get("aliases", ()),
        actor=by,
    ).pk


def _source(row: Mapping[str, Any], by: User, today: date) -> int:
    given = SourceGiven(**{name: value for name, value in row.items() if name != "key"})
    known = Source.objects.filter(title=given.title, address=given.address, text=given.text).first()
    return (known or source_record(given=given, actor=by, today=today)).pk


def _commitment(row: Mapping[str, Any], loading: _Loading) -> bool:
    """Enter and confirm a commitment with what came of it; False when it is there already."""
    terms = TermsGiven(
        cited=_citation(row, loading),
        promiser=loading.parties[row["by"]],
        receiver=loading.parties[row["to"]] if row.get("to") else None,
        kind=Kind(row["kind"]),
        quantity=_decimal(row),
        unit=row.get("unit", ""),
        subject_es=row.get("es", ""),
        subject_en=row.get("en", ""),
        said_on=row["said_on"],
        due_on=row.get("due_on", ""),
        agreement=row.get("agreement", ""),
    )
    if _is_known(terms):
        return False
    entry = commitment_enter(given=terms, actor=loading.by, today=loading.today)
    entry_confirm(entry=entry.pk, actor=loading.confirmed_by)
    for delivery in row.get("delivery", ()):
        _delivery(entry.commitment_id, delivery, loading)
    for answer in row.get("answer", ()):
        _answer(entry.commitment_id, answer, loading)
    return True


def _delivery(commitment: int, row: Mapping[str, Any], loading: _Loading) -> None:
    given = DeliveryGiven(
        cited=_citation(row, loading),
        on=row["on"],
        quantity=_decimal(row),
        unit=row.get("unit", ""),
        completes=row.get("completes", False),
        note=row.get("note", ""),
    )
    entry = delivery_enter(commitment=commitment, given=given, actor=loading.by, today=loading.today)
    entry_confirm(entry=entry.pk, actor=loading.confirmed_by)


def _answer(commitment: int, row: Mapping[str, Any], loading: _Loading) -> None:
    given = AnswerGiven(
        cited=_citation(row, loading), on=row["on"], said=Answered(row["said"]), note=row.get("note", "")
    )
    entry = answer_enter(commitment=commitment, given=given, actor=loading.by, today=loading.today)
    entry_confirm(entry=entry.pk, actor=loading.confirmed_by)


def _citation(row: Mapping[str, Any], loading: _Loading) -> Citation:
    return Citation(
        source=loading.sources[row["source"]], sentence=row.get("sentence", ""), place=row.get("place", "")
    )


def _decimal(row: Mapping[str, Any]) -> Decimal | None:
    return Decimal(row["quantity"]) if "quantity" in row else None


def _is_known(terms: TermsGiven) -> bool:
    return Terms.objects.filter(
        source=terms.cited.source,
        promiser=terms.promiser,
        receiver=terms.receiver,
        kind=terms.kind,
        subject_es=terms.subject_es,
        subject_en=terms.subject_en,
        said_on=terms.said_on,
    ).exists()
