"""Somebody, or a plot, that a phone made, as cells of the register: what the form wrote, for an office to look at.

A cell goes by sheet, row and column: "documents.2.number". Those of `ASKED` an office may write otherwise.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from ceiba.accounts.selectors import Scope
from ceiba.core.forms.answers import Answers, read_answers
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.enrolling import Entry, entries_said, register_said
from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.register import SHEETS
from ceiba.core.rules.rulebook import Rulebook
from ceiba.entities.models import Proposal
from ceiba.entities.selectors import enrolled_as
from ceiba.entities.selectors.cells import cells_of
from ceiba.entities.selectors.proposals import new_beside, values_of
from ceiba.forms.definitions import definition
from ceiba.forms.selectors import versions_of
from ceiba.registry.selectors import Doubles, areas_of, doubles_of, people_places
from ceiba.review.models import Photo
from ceiba.review.spoken import language_code
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.submissions.browse import Sent, sent
from ceiba.submissions.models import Attachment

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "participants": (
        "code", "given_names", "family_names", "birth_date", "sex", "language", "phone", "area", "group",
        "home_lon", "home_lat",
    ),
    "documents": ("number", "expires_on"),
    "plots": ("code", "area", "tenure", "tenure_until", "nominal_m2"),
    "enrolments": ("programme", "variant", "applied_on"),
}  # fmt: skip
"""The columns that an office looks through, by sheet, in the order in which sheets go into the register."""


@dataclass(frozen=True, slots=True)
class Enrolling:
    """What a phone wrote of somebody new: cells of the register, and what an office weighs beside them.

    `land` and `consent` are evidence as the form gives it; `photos` those of each document, by the row of its cells.
    `language` is the language in the words of whoever asked. Without the form itself, which another maker's may be,
    there is what the entity says.
    """

    proposal: Proposal
    plots: tuple[Proposal, ...]
    cells: Mapping[str, str]
    rulebook: Rulebook | None
    land: Mapping[str, str] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    photos: Mapping[int, tuple[tuple[Attachment, Photo | None], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Form:
    """A form that was read, and what it says of some kinds of evidence."""

    sent: Sent
    definition: FormDefinition
    answers: Answers

    def entries(self, kind: str) -> list[Entry]:
        return entries_said(self.definition, self.answers, kind)

    def one(self, kind: str) -> Mapping[str, str]:
        return next((each.values for each in self.entries(kind)), {})


def enrolling(proposal: Proposal) -> Enrolling:
    """What is to be looked through of a proposal of somebody new, with their plots, or of a plot alone."""
    form = _form(proposal.update.submission)
    said = register_said(form.definition, form.answers) if form else {}
    versions = versions_of(form.definition.code) if form else []
    programme = versions[0].form.programme_id if versions else ""
    book = _rulebook(programme) if programme else None
    papers = form.entries("document_check") if form and proposal.is_enrolment else []
    if proposal.is_enrolment:
        cells = _person(proposal, said, papers, programme, book)
        plots, area = new_beside(proposal, "plots"), cells["participants.0.area"]
    else:
        cells, plots, area = {}, (proposal,), ""
    return Enrolling(
        proposal=proposal,
        plots=plots,
        cells={**cells, **_cells("plots", [_plot(each, said, area) for each in plots])},
        rulebook=book,
        land=form.one("land_check") if form else {},
        consent=form.one("consent") if form else {},
        language=said.get("participants.language", ""),
        photos=_photos(form.sent, papers) if form else {},
    )


def asked(cells: Mapping[str, str]) -> list[str]:
    """The cells that an office may write otherwise."""
    return [key for key in cells if key.rpartition(".")[2] in ASKED[key.partition(".")[0]]]


def rows_of(cells: Mapping[str, str], sheet: str) -> list[dict[str, str]]:
    """The rows of a sheet."""
    rows: dict[int, dict[str, str]] = {}
    for key, text in cells.items():
        name, number, column = key.split(".")
        if name == sheet:
            rows.setdefault(int(number), {})[column] = text
    return [rows[number] for number in sorted(rows)]


def doubles(scope: Scope, cells: Mapping[str, str]) -> Doubles:
    """Who in the register may be the person of these cells; nobody for a plot alone."""
    people = rows_of(cells, "participants")
    if not people:
        return Doubles()
    (person,) = people
    held = [(each["document"], each["number"]) for each in rows_of(cells, "documents")]
    names = f"{person['given_names']} {person['family_names']}"
    return doubles_of(scope, names=names, birth_date=day_of(person["birth_date"]), documents=held)


def day_of(text: str) -> date | None:
    """A day as a form writes it; None for what is none."""
    with suppress(ValueError):
        return date.fromisoformat(text.strip())
    return None


def _form(submission: int) -> _Form | None:
    """The submission as its form reads it; None where there is no such form, or it cannot be read."""
    whole = sent(submission)
    form = whole and definition(whole.submission.form_code, whole.submission.form_version)
    if not whole or not form:
        return None
    with suppress(UnsafeXml):
        return _Form(whole, form, read_answers(form, bytes(whole.submission.xml)))
    return None


def _rulebook(programme: str) -> Rulebook | None:
    with suppress(CeibaError):
        return rulebook_of(latest_version(programme))
    return None


def _cells(sheet: str, rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Rows as cells, each with every column of the sheet, in its order."""
    return {
        f"{sheet}.{number}.{column}": row.get(column, "")
        for number, row in enumerate(rows)
        for column in SHEETS[sheet].schema.names
    }


def _person(
    proposal: Proposal, said: Mapping[str, str], papers: list[Entry], programme: str, book: Rulebook | None
) -> dict[str, str]:
    """The cells of a person, their documents and their enrolment."""
    values, day = values_of(proposal.entity), proposal.update.observed_at.date().isoformat()
    group, variants = values.get("group", ""), list(book.variants) if book else []
    person = {
        **{name: said.get(f"participants.{name}", "") for name in ASKED["participants"]},
        **{name: values.get(name, "") for name in ("code", "group", "phone")},
        "language": language_code(said.get("participants.language", "")),
        "area": areas_of("groups", [group]).get(group, proposal.area_code),
    }
    enrolment = {
        "programme": programme,
        "variant": variants[0] if len(variants) == 1 else "",
        "state": "applied",
        "applied_on": day,
    }
    return {
        **_cells("participants", [person]),
        **_cells("documents", [_document(each, day) for each in papers]),
        **_cells("enrolments", [enrolment]),
    }


def _document(entry: Entry, day: str) -> dict[str, str]:
    """A document that was looked at. No form asks for its number: an office reads it off the photo."""
    return {**entry.values, "seen_on": day}


def _plot(proposal: Proposal, said: Mapping[str, str], area: str) -> dict[str, str]:
    """A plot as its entity says it, with what the phone walked of it meanwhile, if that is a polygon.

    It is of the area that is given, else of its holder's, who may be in the register under another code by now.
    """
    values = values_of(proposal.entity)
    try:
        cells = cells_of("plots", values)
    except CeibaError:
        cells = cells_of("plots", {name: text for name, text in values.items() if name != "geometry"})
    holder = cells.get("participant", "")
    holder = enrolled_as([holder]).get(holder, holder)
    homes = dict(people_places([holder]).select("participant", "area").iter_rows())
    tenure = {name: said.get(f"plots.{name}", "") for name in ("tenure", "tenure_until")}
    place = area or homes.get(holder, proposal.area_code)
    return {**cells, **tenure, "participant": holder, "area": place}


def _photos(whole: Sent, papers: Iterable[Entry]) -> dict[int, tuple[tuple[Attachment, Photo | None], ...]]:
    """The photos of each document, as far as they have come."""
    files = {file.name: file for file in whole.attachments}
    looked = Photo.objects.in_bulk([file.sha256 for file in whole.attachments])
    return {
        number: tuple((files[name], looked.get(files[name].sha256)) for name in entry.files if name in files)
        for number, entry in enumerate(papers)
    }
