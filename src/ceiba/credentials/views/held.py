"""What its holder has: the paper, the files, one's own page. The office hands them to whoever has no telephone."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.formats import card_of, sd_jwt_of, vc_cose_of, vc_of
from ceiba.credentials.models import Credential
from ceiba.credentials.selectors import constancia_stage, credentials_of_person
from ceiba.credentials.shown import paper_of, told
from ceiba.credentials.signing import signer
from ceiba.credentials.views.one import found_in
from ceiba.proofs.claims import NO_RIGHT
from ceiba.proofs.keys import web_base
from ceiba.registry.profiles import person_in
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.service_record.selectors import stages_of_person
from ceiba.web.words import language, words

Made = Callable[[Credential, datetime], str | bytes]
FILES: Final[Mapping[str, tuple[str, str, Made]]] = {
    "card": ("txt", "text/plain", lambda credential, _at: card_of(credential) or ""),
    "vc": ("vc.jwt", "application/vc+jwt", lambda credential, at: vc_of(credential, signer(at), at)),
    "vc-cose": (
        "vc.cose", "application/vc+cose", lambda credential, at: vc_cose_of(credential, signer(at), at)
    ),
    "sd-jwt": (
        "sd-jwt", "application/dc+sd-jwt", lambda credential, at: sd_jwt_of(credential, signer(at), at)
    ),
}  # fmt: skip
"""What a file is called, its media type, and what makes it."""


@require(Action.VIEW_CREDENTIALS)
def mine(request: SignedRequest) -> HttpResponse:
    """One's own constancias, or what is still missing."""
    person = person_in(request.scope, request.user.code) if request.user.role == Role.PARTICIPANT else None
    if person is None:
        raise Http404
    now = timezone.now()
    held = [told(credential, now) for credential in credentials_of_person(person.pk)]
    stages = []
    for book in (rulebook_of(latest_version(programme.code)) for programme in programmes()):
        stage = constancia_stage(book)
        stages += [(book, s) for s in stages_of_person(book, person.pk) if stage and s.stage.id == stage.id]
    live = {each.credential.programme_id for each in held if each.credential.state != "revoked"}
    context = {
        "person": person,
        "held": held,
        "waiting": [(book, stage) for book, stage in stages if book.code not in live],
        "no_right": words(NO_RIGHT),
    }
    return render(request, "credentials/mine.html", context)


@require(Action.VIEW_CREDENTIALS)
def paper(request: SignedRequest, pk: UUID) -> HttpResponse:
    """The constancia itself, for the telephone and for print."""
    credential = held_in(request, pk)
    context = {
        "credential": credential,
        "told": told(credential, timezone.now()),
        "paper": paper_of(credential),
        "issuer_name": settings.ISSUER_NAME,
        "issuer": credential.status_list.issuer,
        "verifier": verifier_of(credential),
        "no_right": NO_RIGHT,
        "person": credential.participant,
    }
    return render(request, "credentials/paper.html", context)


def verifier_of(credential: Credential) -> str:
    """The address of the page that verifies it, under its issuer's own."""
    return f"{web_base(credential.status_list.issuer)}verify/"


@require(Action.VIEW_CREDENTIALS)
def download(request: SignedRequest, pk: UUID, form: str) -> HttpResponseBase:
    """A file that proves it; only of one that holds."""
    credential = held_in(request, pk)
    if form not in FILES:
        raise Http404
    ending, media_type, make = FILES[form]
    now = timezone.now()
    if not told(credential, now).holds:
        raise Http404
    try:
        made = make(credential, now)
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return redirect("credentials:paper", pk=pk)
    if not made:
        raise Http404
    response = HttpResponse(made, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="constancia-{credential.programme_id}.{ending}"'
    return response


def held_in(request: SignedRequest, pk: UUID) -> Credential:
    """For the person and for whoever issues; others see how it stands, and hold nothing that proves it."""
    credential = found_in(request, pk)
    if request.user.role != Role.PARTICIPANT and not may(request.user, Action.ISSUE_CREDENTIALS):
        raise PermissionDenied
    return credential
