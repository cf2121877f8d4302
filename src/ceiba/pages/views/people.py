"""Finding people by name or code."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.determinations.selectors import last_outcomes
from ceiba.registry.selectors import participant_search, people_page
from ceiba.runs.selectors import last_months
from ceiba.web.htmx import wants_fragment

QUERY_MAX = 80
HITS_SHOWN = 50


@require(Action.VIEW_PEOPLE)
def search(request: SignedRequest) -> HttpResponseBase:
    """People whose name or code has every word asked for, or everybody by name; each with the last outcome."""
    if request.scope.role == Role.PARTICIPANT:
        return redirect("pages:person", code=request.scope.code)
    text = " ".join(request.GET.get("q", "").split())[:QUERY_MAX]
    after = "" if text else request.GET.get("after", "")
    if text:
        found = participant_search(request.scope, text, HITS_SHOWN)
        people, following, more = found.people, None, found.more
    else:
        page = people_page(request.scope, after)
        people, following, more = list(page.people), page.next, False
    outcomes = last_outcomes(last_months(), [person.pk for person in people])
    context: dict[str, object] = {
        "q": text, "people": people, "next": following, "more": more, "outcomes": outcomes, "after": after,
    }  # fmt: skip
    context["part"] = wants_fragment(request)
    template = "pages/people_results.html" if context["part"] else "pages/people.html"
    response: HttpResponse = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
