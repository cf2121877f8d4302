"""The page on which an office enters somebody, or a plot, that a phone made, finds it in the register, or refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.entities.models import ProposalState
from ceiba.entities.selectors.proposals import label_of_row, proposals_in, row_with, values_of
from ceiba.registry.places import areas_beside, areas_named
from ceiba.registry.selectors import groups_in
from ceiba.review.fields import Asking, Field, by_cell, languages, said
from ceiba.review.models import Photo
from ceiba.review.selectors.enrolment import Enrolling, asked, doubles, enrolling
from ceiba.review.selectors.entry_rules import rules_failed
from ceiba.review.services.enrolment import as_written, proposal_enter
from ceiba.rulebook.selectors import programmes
from ceiba.submissions.models import Attachment
from ceiba.web.words import words

CELL_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class Paper:
    """A document on the page: whether it was there, and, if so, its fields and photos."""

    name: str
    is_held: bool
    fields: list[Field]
    photos: tuple[tuple[Attachment, Photo | None], ...]


@require(Action.DECIDE_CHANGES)
def enrolment(request: SignedRequest, proposal: int) -> HttpResponseBase:
    """What the phone wrote, to be looked through; sent as POST, it goes into the register.

    What is no longer to be decided, or by somebody else, is shown where every change is.
    """
    found = proposals_in(request.scope).filter(pk=proposal).first()
    if found is None:
        raise Http404
    if found.state != ProposalState.OPEN or found.update.sent_by_id == request.user.pk or not found.enters:
        return redirect("entities:proposal", pk=proposal)
    about, written = enrolling(found), {}
    if request.method == "POST":
        written = {key: request.POST[key][:CELL_MAX] for key in asked(about.cells) if key in request.POST}
        try:
            code = proposal_enter(
                proposal=proposal,
                written=written,
                other="other" in request.POST,
                actor=request.user,
                now=timezone.now(),
            )
        except CeibaError as error:
            return _shown(request, about, as_written(about, written), error.problems)
        done = _("In the register as %(code)s. What waited for them is taken within seconds.")
        messages.success(request, done % {"code": code})
        return redirect("entities:proposals")
    return _shown(request, about, as_written(about, written))


def _shown(
    request: SignedRequest, about: Enrolling, cells: Mapping[str, str], problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    placed, today = by_cell(problems), timezone.now().date()
    name = about.proposal.entity.list_name
    code = cells[f"{name}.0.code"].strip()
    row = row_with(name, code, request.scope)
    named = "" if row is None else label_of_row(name, row)
    fields = _asking(request, about, cells, placed, named)
    person, enrolment, plots = (fields.rows(sheet) for sheet in ("participants", "enrolments", "plots"))
    papers = _documents(about, cells, fields)
    seen = {
        each.key for row in (*person, *enrolment, *plots, *(each.fields for each in papers)) for each in row
    }
    failed = (
        rules_failed(about.rulebook, cells=cells, land=about.land, today=today)
        if about.rulebook and person
        else []
    )
    context = {
        "proposal": about.proposal,
        "label": values_of(about.proposal.entity)["label"],
        "about": about,
        "person": person,
        "documents": papers,
        "plots": list(zip(about.plots, plots, strict=True)),
        "enrolment": enrolment,
        "doubles": doubles(request.scope, cells),
        "other": "other" in request.POST,
        "failed": failed,
        "problems": [said(each) for key in placed if key not in seen for each in placed[key]],
        "is_wrong": bool(problems),
        "holder": "" if person else cells["plots.0.participant"],
        "code": code if named else "",
        "named": named,
        "is_new": True,
    }
    return render(request, "review/enrolment.html", context, status=422 if problems else 200)


def _asking(
    request: SignedRequest,
    about: Enrolling,
    cells: Mapping[str, str],
    problems: Mapping[str, list[Problem]],
    named: str,
) -> Asking:
    """The fields, with the names of what is chosen by code and what is near it. `named` has the person's code now."""
    name = about.proposal.entity.list_name
    area, group = cells[f"{name}.0.area"], cells.get("participants.0.group", "")
    groups = dict(groups_in(request.scope).filter(area=area).values_list("code", "name"))
    areas = {key: code for key, code in cells.items() if key.endswith(".area")}
    names = areas_named(areas.values())
    told = {
        **{key: names.get(code, "") for key, code in areas.items()},
        f"{name}.0.code": _("The register has it already: %(name)s") % {"name": named} if named else "",
        "participants.0.group": groups.get(group, ""),
        "participants.0.language": _("The form says: %(said)s") % {"said": about.language}
        if about.language
        else "",
    }
    variants = about.rulebook.variants if about.rulebook else {}
    offered = [each for each in programmes() if not about.rulebook or each.pk == about.rulebook.code]
    return Asking(
        cells=cells,
        choices={
            "language": languages(),
            "programme": [(each.pk, words(each.name)) for each in offered],
            "variant": [(code, words(name)) for code, name in variants.items()],
        },
        told=told,
        near={
            "area": [(each.code, each.name) for each in areas_beside(area)],
            "group": sorted(groups.items(), key=lambda pair: pair[1]),
        },
        problems=problems,
    )


def _documents(about: Enrolling, cells: Mapping[str, str], fields: Asking) -> list[Paper]:
    """Each document that was looked at."""
    names = {each.id: words(each.name) for each in about.rulebook.documents} if about.rulebook else {}
    found = []
    for number, row in enumerate(fields.rows("documents")):
        document = cells[f"documents.{number}.document"]
        is_held = cells[f"documents.{number}.held"] == "yes"
        photos = about.photos.get(number, ())
        found.append(Paper(names.get(document, document), is_held, row if is_held else [], photos))
    return found
