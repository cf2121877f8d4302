"""What a consulate sees: who shares with it, by code; and a person's dossier, each look written down first."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.dossier import Part
from ceiba.credentials.selectors import holder_of
from ceiba.pathway.selectors.sharing import Shared, recipient_of, shared_with
from ceiba.pathway.selectors.stages import pathway_programmes
from ceiba.pathway.services import look_record


@require(Action.READ_DOSSIER)
@require_safe
def index(request: SignedRequest) -> HttpResponseBase:
    """The codes of those who share with one's consulate now; a code asked for leads to its dossier."""
    recipient = recipient_of(request.user)
    people = shared_with(recipient, timezone.now()) if recipient else []
    code = request.GET.get("code", "").strip().upper()[:64]
    if code:
        return redirect("pathway:dossier", code=_named(code, people))
    names = {
        (programme.code, stage.id): stage
        for programme, book in pathway_programmes()
        for stage in book.pathway
    }
    shown = [
        (each.code, [(row, names.get((row.programme_id, row.stage))) for row in each.consents])
        for each in people
    ]
    return render(request, "pathway/shared.html", {"recipient": recipient, "people": shown})


def _named(asked: str, people: Iterable[Shared]) -> str:
    """The code that was asked for; of a constancia's number, whose it is, if they share their constancia."""
    try:
        holder = holder_of(UUID(asked))
    except ValueError:
        return asked
    sharing = {each.code for each in people for row in each.consents if Part.CONSTANCIA in row.parts}
    return holder if holder is not None and holder in sharing else asked


@require(Action.READ_DOSSIER)
@require_safe
def dossier(request: SignedRequest, code: str) -> HttpResponse:
    """What a person shares with one's consulate. Opening it is a look, and is told to the person."""
    shown = look_record(officer=request.user, code=code, now=timezone.now())
    if shown is None:
        raise Http404
    return render(request, "pathway/dossier.html", {"shown": shown, "recipient": recipient_of(request.user)})
