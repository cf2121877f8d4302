"""Somebody, or a plot, that a phone made enters the register: in one step, by the doors of files and of decisions.

    may the actor decide it -> rows go in, sheet by sheet -> the entities of person and plots become those rows

It is one transaction: with any problem nothing has happened. What waited for the person is evidence with the intake's
next round.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.selectors import scope_of
from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem, Where, register_messages
from ceiba.entities.services import proposal_accept, proposal_open
from ceiba.registry.services import rows_put
from ceiba.review.selectors.enrolment import ASKED, Enrolling, asked, doubles, enrolling, rows_of
from ceiba.review.selectors.entry_rules import rules_failed

register_messages(
    {
        "enrolment.not_new": {
            "es": "No es de una persona ni de una parcela que falte en el padrón. Vuelva a la lista de cambios.",
            "en": "It is of no person and no plot that the register lacks. Go back to the list of changes.",
        },
        "enrolment.no_consent": {
            "es": "La persona no aceptó el aviso de privacidad. No se inscribe; rechace el cambio.",
            "en": "The person did not agree to the privacy notice. Do not enrol them; refuse the change.",
        },
        "enrolment.double": {
            "es": "Puede que ya esté en el padrón. Mire a quién se parece; si es otra persona, márquelo y vuelva a "
            "inscribir.",
            "en": "They may be in the register already. Look at whom they are like; if it is somebody else, say so "
            "and enrol again.",
        },
        "enrolment.taken": {
            "es": "«{text}» ya está en el padrón. Si es lo mismo, vincúlelo más abajo; si no, revise la clave.",
            "en": '"{text}" is in the register already. If it is the same, link it below; if not, check the code.',
        },
        "enrolment.rule": {"es": "{title_es}: {message_es}", "en": "{title_en}: {message_en}"},
    }
)


def proposal_enter(
    *, proposal: int, written: Mapping[str, str], other: bool, actor: User, now: datetime
) -> str:
    """Enter whom a phone enrolled in the register, with documents, plots and enrolment; or a plot of somebody there.

    Returns the code of the person, or of the plot.

    `written` are the cells (`selectors.enrolment`) that the office wrote otherwise than the form; `other` says that
    the actor looked at those who are like this person, and it is none of them. Raises CeibaError as `proposal_open`
    and `rows_put` do, and with every problem found (enrolment.*); one of a cell is placed by it (`Where.item`).
    """
    with transaction.atomic():
        row = proposal_open(proposal=proposal, actor=actor, today=now.date())
        if not row.enters:
            raise CeibaError(Problem("enrolment.not_new"))
        about = enrolling(row)
        cells = as_written(about, written)
        found = [*_against(about, cells, now.date()), *_double(cells, actor, other=other)]
        found += _rows_in(row.pk, cells, actor, now.date())
        if found:
            raise CeibaError(found)
        entered = [(row, each) for each in rows_of(cells, "participants")]
        entered += zip(about.plots, rows_of(cells, "plots"), strict=True)
        for each, cell in entered:
            proposal_accept(proposal=each.pk, actor=actor, now=now, code=cell["code"])
    return entered[0][1]["code"].strip()


def as_written(about: Enrolling, written: Mapping[str, str]) -> dict[str, str]:
    """The cells as the form wrote them, those of `ASKED` as the office did, and with them what follows from those."""
    cells = {**about.cells, **{key: written[key] for key in asked(about.cells) if key in written}}
    if not about.proposal.is_enrolment:
        return cells
    code = cells["participants.0.code"].strip()
    of_them = {key: code for key in cells if key.endswith(".participant")}
    return {**cells, **of_them, "enrolments.0.state_since": cells["enrolments.0.applied_on"]}


def _against(about: Enrolling, cells: Mapping[str, str], today: date) -> Iterator[Problem]:
    """What the person's own answer, and the programme's rules for entering, say against it."""
    if about.consent.get("agreed") == "no":
        yield Problem("enrolment.no_consent")
    if about.rulebook is None or not about.proposal.is_enrolment:
        return
    variant, known = cells["enrolments.0.variant"], about.rulebook.variants
    if variant and variant not in known:
        values = {"text": variant, "detail": ", ".join(known)}
        yield Problem("cell.choice", Where(item="enrolments.0.variant"), values)
    for rule in rules_failed(about.rulebook, cells=cells, land=about.land, today=today):
        if rule.otherwise == "refuse":
            said = {"title": rule.title, "message": rule.message}
            values = {f"{name}_{each}": text[each] for name, text in said.items() for each in LANGUAGES}
            yield Problem("enrolment.rule", values=values)


def _double(cells: Mapping[str, str], actor: User, *, other: bool) -> Iterator[Problem]:
    if not other and doubles(scope_of(actor), cells):
        yield Problem("enrolment.double")


def _rows_in(proposal: int, cells: Mapping[str, str], actor: User, today: date) -> list[Problem]:
    """Put the rows of every sheet into the register; what it does not take, each by its cell."""
    found: list[Problem] = []
    for sheet in ASKED:
        rows = rows_of(cells, sheet)
        if not rows:
            continue
        try:
            with transaction.atomic():
                put = rows_put(
                    sheet=sheet,
                    rows=rows,
                    actor=actor,
                    today=today,
                    client_key=f"enrolment {proposal} {sheet}",
                )
        except CeibaError as error:
            found += _placed(sheet, error.problems, has_person=not found)
            continue
        if put.created < len(rows):
            found += [_taken(f"{sheet}.{number}.code", row["code"]) for number, row in enumerate(rows)]
            if sheet == "participants":
                break  # whatever else were said would be of somebody else; who is new has nothing that could be taken
    return found


def _placed(sheet: str, problems: Iterable[Problem], *, has_person: bool) -> Iterator[Problem]:
    """Problems of a sheet's rows, each by its cell; those that only follow from another cell's are told there."""
    for each in problems:
        row, column = each.where.row, each.where.column
        if column == "state_since" or (column == "participant" and not has_person):
            continue
        item = f"{sheet}.{row - 1}.{column}" if row and column else None
        yield replace(each, where=Where(item=item))


def _taken(cell: str, code: str) -> Problem:
    return Problem("enrolment.taken", Where(item=cell), {"text": code})
