"""Accounts within the scope, and the decision on proposals, many at once."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.payees.selectors import STANDINGS, accounts_in, accounts_page, shared_with
from ceiba.payees.services import accounts_confirm, accounts_refuse
from ceiba.registry.places import areas_under
from ceiba.web.sent import row_number
from ceiba.web.words import language

QUERY_MAX = 80
WHY_MAX = 2_000


@require(Action.VIEW_PAYEES)
def index(request: SignedRequest) -> HttpResponse:
    """Accounts by how they stand, of people found by name, code and area."""
    given = request.GET
    standing, after = given.get("standing", ""), given.get("after", "")
    standing = standing if standing in STANDINGS else STANDINGS[0]
    text, area = " ".join(given.get("q", "").split())[:QUERY_MAX], given.get("area", "")
    today = timezone.localdate()
    page = accounts_page(
        request.scope, standing=standing, on=today, text=text, area=area[:16],
        after=row_number(after),
    )  # fmt: skip
    shared = shared_with(page.rows)
    context = {
        "standing": standing,
        "standings": STANDINGS,
        "q": text,
        "area": area,
        "areas": areas_under(request.scope.areas),
        "page": page,
        "after": after,
        "rows": [(row, row.standing(today), shared.get(row.pk)) for row in page.rows],
        "may_propose": may(request.user, Action.PROPOSE_PAYEE),
        "decides": standing == "proposed" and may(request.user, Action.CONFIRM_PAYEE),
    }
    return render(request, "payees/index.html", context)


@require(Action.CONFIRM_PAYEE)
def decide(request: SignedRequest) -> HttpResponseBase:
    """Confirm or refuse the proposals that are ticked, all or none; only a form that is sent does."""
    given = request.POST
    chosen = {int(pk) for pk in given.getlist("account") if pk.isdecimal() and len(pk) < 18}
    if request.method == "POST" and chosen:
        if accounts_in(request.scope).filter(pk__in=chosen).count() != len(chosen):
            raise Http404
        decided(request, chosen)
    if person := given.get("person", ""):
        return redirect("payees:person", code=person)
    return redirect("payees:index")


def decided(request: SignedRequest, accounts: set[int]) -> None:
    """Decide on accounts as the form says, and say what came of it."""
    why, now = request.POST.get("why", "")[:WHY_MAX], timezone.now()
    try:
        if request.POST.get("decision") == "confirm":
            done = accounts_confirm(accounts=accounts, actor=request.user, now=now)
            told = ngettext("%(n)s account confirmed.", "%(n)s accounts confirmed.", done)
        else:
            done = accounts_refuse(accounts=accounts, actor=request.user, now=now, why=why)
            told = ngettext("%(n)s account refused.", "%(n)s accounts refused.", done)
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return
    messages.success(request, told % {"n": f"{done:,}"})
