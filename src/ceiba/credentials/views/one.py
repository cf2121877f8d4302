"""Constancias that were issued: the list, one with its history, and what is done with it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.models import Credential
from ceiba.credentials.selectors import credential_in, credentials_page
from ceiba.credentials.selectors.listing import STATES
from ceiba.credentials.services import (
    credential_reinstate,
    credential_suspend,
    revocation_ask,
    revocation_confirm,
    revocation_refuse,
)
from ceiba.credentials.shown import told
from ceiba.credentials.states import REFUSES, REINSTATES, REVOKES, SUSPENDS, Reason
from ceiba.registry.places import areas_under
from ceiba.web.sent import row_number
from ceiba.web.words import language

QUERY_MAX: Final = 80
ACTS: Final[Mapping[str, Callable[..., Credential]]] = {
    "suspend": credential_suspend,
    "reinstate": credential_reinstate,
    "ask": revocation_ask,
    "refuse": revocation_refuse,
}
OFFERED: Final[Mapping[str, tuple[tuple[str, tuple[Reason, ...]], ...]]] = {
    "valid": (("suspend", SUSPENDS), ("ask", REVOKES)),
    "suspended": (("reinstate", REINSTATES), ("ask", REVOKES)),
    "asked": (("refuse", REFUSES),),
    "revoked": (),
}
"""What may be done with one in a state, and the reasons to choose from; confirming takes none of its own."""


@require(Action.VIEW_CREDENTIALS)
def issued(request: SignedRequest) -> HttpResponseBase:
    """Those that were issued to people of the scope, the newest first."""
    if request.user.role == Role.PARTICIPANT:
        return redirect("credentials:mine")
    given = request.GET
    state = given.get("state", "")
    state = state if state in STATES else ""
    text, area = " ".join(given.get("q", "").split())[:QUERY_MAX], given.get("area", "")[:16]
    page = credentials_page(
        request.scope, state=state, text=text, area=area, offset=row_number(given.get("after", ""))
    )
    now = timezone.now()
    context = {
        "state": state,
        "states": STATES,
        "q": text,
        "area": area,
        "areas": areas_under(request.scope.areas),
        "page": page,
        "after": given.get("after", ""),
        "rows": [told(row, now) for row in page.rows],
    }
    return render(request, "credentials/issued.html", context)


@require(Action.VIEW_CREDENTIALS)
def one(request: SignedRequest, pk: UUID) -> HttpResponseBase:
    """One: how it stands, what happened to it, and what may be done."""
    credential = found_in(request, pk)
    if request.user.role == Role.PARTICIPANT:
        return redirect("credentials:mine")
    return render(request, "credentials/one.html", _context(request, credential))


@require(Action.ISSUE_CREDENTIALS)
def act(request: SignedRequest, pk: UUID) -> HttpResponseBase:
    """Suspend, reinstate, ask for revocation, decide on it; only a form that is sent does."""
    credential = found_in(request, pk)
    if request.method != "POST":
        return redirect("credentials:one", pk=pk)
    name, now = request.POST.get("act", ""), timezone.now()
    same: dict[str, Any] = {"credential": credential.id, "actor": request.user, "at": now}
    try:
        if name == "confirm":
            revocation_confirm(**same)
        elif name in ACTS:
            ACTS[name](reason=request.POST.get("reason", ""), **same)
        else:
            raise Http404
    except CeibaError as error:
        context = _context(request, found_in(request, pk)) | {"problem": error.text(language())}
        return render(request, "credentials/one.html", context, status=422)
    messages.success(request, _("Done. The published lists say so when they are next made."))
    return redirect("credentials:one", pk=pk)


def found_in(request: SignedRequest, pk: UUID) -> Credential:
    """The constancia, within the scope. Raises Http404."""
    credential = credential_in(request.scope, pk)
    if credential is None:
        raise Http404
    return credential


def _context(request: SignedRequest, credential: Credential) -> dict[str, Any]:
    may_issue = may(request.user, Action.ISSUE_CREDENTIALS)
    return {
        "told": told(credential, timezone.now()),
        "credential": credential,
        "acts": OFFERED[credential.state] if may_issue else (),
        "may_issue": may_issue,
        "decides": may_issue and credential.state == "asked" and credential.asked_by_id != request.user.pk,
        "asked_oneself": may_issue
        and credential.state == "asked"
        and credential.asked_by_id == request.user.pk,
    }
