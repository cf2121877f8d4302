"""The parties: who they are, what they are called and were called."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.commitments.entry_forms import PartyForm
from ceiba.commitments.selectors.parties import parties, party_namings
from ceiba.commitments.selectors.register import sees_unconfirmed
from ceiba.commitments.services import party_name, party_record
from ceiba.core.kernel.errors import CeibaError
from ceiba.web.words import language


@require(Action.VIEW_COMMITMENTS)
@require_safe
def index(request: SignedRequest) -> HttpResponse:
    """Every party with its names."""
    may_record = may(request.user, Action.RECORD_COMMITMENTS)
    context = {
        "parties": parties().values(),
        "sees_unconfirmed": sees_unconfirmed(request.scope),
        "may_record": may_record,
    }
    return render(request, "commitments/parties.html", context)


@require(Action.RECORD_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def new(request: SignedRequest) -> HttpResponseBase:
    """Record a party."""
    form = PartyForm(request.POST or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            party_record(kind=data["kind"], country=data["country"], actor=request.user, **form.names())
        except CeibaError as error:
            problems = error.text(language()).splitlines()
        else:
            messages.success(request, _("Recorded."))
            return redirect("commitments:parties")
    context = {"forms": (form,), "problems": problems, "title": _("Add a party"), "is_party": True}
    return render(request, "commitments/form.html", context, status=422 if request.method == "POST" else 200)


@require(Action.VIEW_COMMITMENTS)
@require_http_methods(["GET", "POST"])
def party(request: SignedRequest, pk: int) -> HttpResponseBase:
    """What a party is called and was called; who may record says what it is called from now on."""
    called = parties().get(pk)
    if called is None:
        raise Http404
    may_record = may(request.user, Action.RECORD_COMMITMENTS)
    initial = {"name_es": called.es, "name_en": called.en, "aliases": "\n".join(called.aliases)}
    form = PartyForm(request.POST or None, initial=initial)
    for fixed in ("kind", "country"):
        del form.fields[fixed]
    if request.method == "POST" and may_record and form.is_valid():
        party_name(party=pk, actor=request.user, **form.names())
        messages.success(request, _("Recorded."))
        return redirect("commitments:parties")
    context = {"called": called, "namings": party_namings(pk), "forms": (form,), "may_record": may_record}
    status = (422 if may_record else 403) if request.method == "POST" else 200
    return render(request, "commitments/party.html", context, status=status)
