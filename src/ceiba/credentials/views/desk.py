"""The issuing desk: who is to have a constancia, who is refused and why; issued to one, or to all of an area."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.issuances import issuance_ask, issuance_of, issuances_of
from ceiba.credentials.selectors import (
    Standing,
    constancia_stage,
    credentials_of_person,
    desk_page,
    standings,
)
from ceiba.credentials.services import credential_issue
from ceiba.credentials.shown import told
from ceiba.registry.models import Participant
from ceiba.registry.places import areas_named, areas_under
from ceiba.registry.profiles import person_in
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.service_record.selectors import stages_of_person
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.sent import row_number
from ceiba.web.words import language

QUERY_MAX: Final = 80
TABS: Final = tuple(standing.value for standing in Standing)


@require(Action.VIEW_CREDENTIALS)
def index(request: SignedRequest) -> HttpResponseBase:
    """People by how they stand to a constancia; who has a page of their own is led there."""
    if request.user.role == Role.PARTICIPANT:
        return redirect("credentials:mine")
    given = request.GET
    books = [rulebook_of(latest_version(programme.code)) for programme in programmes()]
    offered = [book for book in books if constancia_stage(book) is not None]
    book = next(
        (book for book in offered if book.code == given.get("programme")), offered[0] if offered else None
    )
    if book is None:
        return render(request, "credentials/desk.html", {"book": None})
    stage = constancia_stage(book)
    assert stage is not None  # noqa: S101  # for the type checker: `offered` has none without
    standing = given.get("standing", TABS[0])
    standing = standing if standing in TABS else TABS[0]
    text, area = " ".join(given.get("q", "").split())[:QUERY_MAX], given.get("area", "")[:16]
    page = desk_page(
        book, stage, request.scope, timezone.now(), standing=standing, area=area, text=text,
        offset=row_number(given.get("after", "")),
    )  # fmt: skip
    context = {
        "book": book,
        "books": offered,
        "stage": stage,
        "standing": standing,
        "tabs": [
            (each, page.counts.get(each, 0)) for each in TABS if each == standing or page.counts.get(each)
        ],
        "q": text,
        "area": area,
        "areas": areas_under(request.scope.areas),
        "page": page,
        "after": given.get("after", ""),
        "may_issue": may(request.user, Action.ISSUE_CREDENTIALS),
        "issuances": issuances_of(request.user.pk),
    }
    return render(request, "credentials/desk.html", context)


@require(Action.VIEW_CREDENTIALS)
def person(request: SignedRequest, code: str) -> HttpResponseBase:
    """How one person stands in each programme, with every reason, and the constancias they were issued."""
    found = _person(request, code)
    if request.user.role == Role.PARTICIPANT:
        return redirect("credentials:mine")
    return render(request, "credentials/person.html", _of_person(request, found))


@require(Action.ISSUE_CREDENTIALS)
def issue(request: SignedRequest, code: str) -> HttpResponseBase:
    """Issue one to a person; only a form that is sent does. Refused, the page says why."""
    found = _person(request, code)
    if request.method != "POST":
        return redirect("credentials:person", code=code)
    programme = request.POST.get("programme", "")
    if programme not in {each.code for each in programmes()}:
        raise Http404
    try:
        issued = credential_issue(
            programme=programme, participant_id=found.pk, actor=request.user, at=timezone.now()
        )
    except CeibaError as error:
        context = _of_person(request, found) | {"problem": error.text(language())}
        return render(request, "credentials/person.html", context, status=422)
    messages.success(
        request, _("The certificate is issued. Print it, or let the person take it on the telephone.")
    )
    return redirect("credentials:one", pk=issued.pk)


@require(Action.ISSUE_CREDENTIALS)
def issue_all(request: SignedRequest) -> HttpResponseBase:
    """Ask the worker to issue to all of an area who are to have one; only a form that is sent does."""
    given = request.POST
    programme, area = given.get("programme", ""), given.get("area", "")[:16]
    if request.method != "POST":
        return redirect("credentials:index")
    if programme not in {each.code for each in programmes()} or (area and not request.scope.covers(area)):
        raise Http404
    try:
        job = issuance_ask(
            programme=programme, area=area, scope=request.scope, actor=request.user, at=timezone.now()
        )
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return redirect("credentials:index")
    return redirect("credentials:issuing", job=job)


@require(Action.ISSUE_CREDENTIALS)
def issuing(request: SignedRequest, job: int) -> HttpResponse:
    """How the issuing that the user asked for stands: a page, or a part of it that changes."""
    found = issuance_of(job, request.user.pk)
    if found is None:
        raise Http404
    if shows_already(request, found.seen):
        return HttpResponse(status=204)
    context = {
        "issuance": found,
        "book": rulebook_of(latest_version(found.programme)),
        "area_name": areas_named([found.area]).get(found.area, ""),
    }
    part = wants_fragment(request)
    return render(request, "credentials/issuing_part.html" if part else "credentials/issuing.html", context)


def _person(request: SignedRequest, code: str) -> Participant:
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found


def _of_person(request: SignedRequest, found: Participant) -> dict[str, Any]:
    now = timezone.now()
    shown = []
    for book in (rulebook_of(latest_version(programme.code)) for programme in programmes()):
        stage = constancia_stage(book)
        stands = standings(book.code, stage.id, now, [found.pk]) if stage else None
        if stage is None or stands is None or stands.is_empty():
            continue
        of_stage = next(s for s in stages_of_person(book, found.pk) if s.stage.id == stage.id)
        row = stands.row(0, named=True)
        shown.append(
            {"book": book, "stage": of_stage, "standing": row["standing"], "reached": row["reached"]}
        )
    return {
        "person": found,
        "programmes": shown,
        "issued": [told(credential, now) for credential in credentials_of_person(found.pk)],
        "may_issue": may(request.user, Action.ISSUE_CREDENTIALS),
    }
