"""A part of a constancia, chosen by its holder. Their page cuts it, so that we do not learn what is shown."""

import json
from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.formats import sd_jwt_of
from ceiba.credentials.models import Credential
from ceiba.credentials.shown import paper_of, told
from ceiba.credentials.signing import signer
from ceiba.credentials.views.held import held_in, verifier_of
from ceiba.proofs.claims import NO_RIGHT
from ceiba.proofs.keys import Kind, PublicKey
from ceiba.proofs.problems import refused
from ceiba.proofs.verifying import LABELS
from ceiba.web.words import language

KEY_MOST: Final = 1000  # bytes of a public key as JSON
FIRST: Final = ("programme", "months_accepted")
"""What is shown before anything is chosen: neither name nor birth date."""


@require(Action.VIEW_CREDENTIALS)
def show(request: SignedRequest, pk: UUID) -> HttpResponse:
    """The page: what may be shown, each with a box, and the code that shows it."""
    credential = _held(request, pk)
    paper = paper_of(credential)
    at = 0 if language() == "es" else 1
    claims = paper.claims
    fields = [] if claims is None else [
        (field, LABELS[field][at], getattr(claims, field), field in FIRST)
        for field in ("programme", "months_accepted", "first_month", "last_month", "name", "birth_date")
    ]  # fmt: skip
    context = {
        "credential": credential,
        "problem": paper.problem,
        "fields": fields,
        "own": request.user.role == Role.PARTICIPANT,
        "verifier": verifier_of(credential),
        "no_right": NO_RIGHT,
        "person": credential.participant,
    }
    return render(request, "credentials/show.html", context)


@require(Action.VIEW_CREDENTIALS)
def copy(request: SignedRequest, pk: UUID) -> HttpResponseBase:
    """A copy to show parts of: for its holder bound to the key that their page has made, for the office to no key.

    An office cannot answer in somebody's place: what it prints says nothing of who presents it.
    """
    credential, now = _held(request, pk), timezone.now()
    if request.method != "POST":
        return redirect("credentials:show", pk=pk)
    try:
        holder = _key(request.body) if request.user.role == Role.PARTICIPANT else None
        text = sd_jwt_of(credential, signer(now), now, holder)
    except CeibaError as error:
        return JsonResponse({"problem": error.text(language())}, status=422)
    event_record(actor=request.user, action="credential.copy_taken", subject=str(credential.pk))
    return JsonResponse({"sd_jwt": text})


def _held(request: SignedRequest, pk: UUID) -> Credential:
    credential = held_in(request, pk)
    if not told(credential, timezone.now()).holds:
        raise Http404
    return credential


def _key(body: bytes) -> PublicKey:
    """The public half of a P-256 key as JWK, as every browser makes one. Raises CeibaError (key.file)."""
    try:
        jwk = json.loads(body[:KEY_MOST])["jwk"]
        key = PublicKey.of_jwk(jwk, timezone.now())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise refused("key.file") from error
    if key.kind is not Kind.P256:
        raise refused("key.file")
    return key
