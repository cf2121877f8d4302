"""A person's page, the explanation of a month, and the evidence behind a fact."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.evidence import KINDS
from ceiba.core.facts import FACTS
from ceiba.determinations.selectors import PersonMonth, explanation, person_months
from ceiba.evidence.selectors import absences_of, records_by_id
from ceiba.facts.selectors import facts_decided_on, trace_of
from ceiba.pages.file import documents_of, neighbours, services_of, so_far, strip
from ceiba.payees.selectors import accounts_of_person
from ceiba.payees.shown import account_in_use
from ceiba.payments.selectors import lines_for
from ceiba.payments.selectors.person import person_paid
from ceiba.registry.models import Participant
from ceiba.registry.profiles import age_on, person_in, profile_of
from ceiba.web.htmx import wants_fragment
from ceiba.web.plot_drawing import drawing_of

PAID_MONTHS = 6


@require(Action.VIEW_PEOPLE)
def person(request: SignedRequest, code: str) -> HttpResponse:
    """The file of one person, and the months as a strip of cells."""
    profile = profile_of(_person(request, code))
    services = services_of(profile)
    address = _accounts_address(request, profile.person)
    context = _permitted(request) | {
        "person": profile.person,
        "profile": profile,
        "age": _age(profile.person),
        "services": services,
        "documents": documents_of(profile, [service.book for service in services]),
        "drawing": drawing_of({plot.code: plot.shape for plot in profile.plots}),
        "accounts": account_in_use(accounts_of_person(profile.person.pk), timezone.localdate())
        if address
        else (),
        "accounts_address": address,
        "paid": person_paid(profile.person.pk, PAID_MONTHS) if may(request.user, Action.VIEW_MONEY) else (),
        "absences": absences_of(profile.person.pk) if may(request.user, Action.VIEW_EVIDENCE) else (),
        "excuses": any(service.book.excuses for service in services),
        "enter_absence": reverse("evidence:absence", args=[profile.person.code])
        if may(request.user, Action.ENTER_ABSENCE)
        else "",
        "so_far": so_far(profile.person.pk) if may(request.user, Action.VIEW_EVIDENCE) else (),
    }
    return render(request, "pages/person.html", context)


@require(Action.VIEW_PEOPLE)
def explained(request: SignedRequest, code: str, month: date) -> HttpResponse:
    """Why a month ended as it did: a part of the person's page, or a page of its own."""
    found = _person(request, code)
    months = _months(found, request.GET.get("programme", ""), month)
    programme = months[0].programme
    revision = request.GET.get("revision", "")
    told = explanation(programme, code, month, int(revision) if revision.isdigit() else None)
    if told is None:
        raise Http404
    causes = records_by_id({cause for decided in told.revisions for cause in decided.causes})
    previous, following = neighbours(months, month)
    context = _permitted(request) | {
        "person": found,
        "month": month,
        "told": told,
        "decided": told.determination,
        "is_latest": told.determination.revision == told.revisions[-1].revision,
        "causes": causes,
        "lines": lines_for(programme, month, found.pk),
        "previous": previous,
        "following": following,
        "programme": programme,
        "years": strip(months),
    }
    part = wants_fragment(request)
    response = render(request, "pages/explanation.html" if part else "pages/explained.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require(Action.VIEW_EVIDENCE)
def evidence(request: SignedRequest, code: str, month: date, fact: str) -> HttpResponse:
    """The records a fact was computed from, as they came, with who, when and their hash."""
    found = _person(request, code)
    if fact not in FACTS or FACTS[fact].source not in KINDS:
        raise Http404
    months = _months(found, request.GET.get("programme", ""), month)
    decided = next(each for each in months if each.month == month)
    facts = facts_decided_on(decided.programme, month, found.pk, decided.revision)
    context = {
        "person": found,
        "month": month,
        "programme": decided.programme,
        "fact": FACTS[fact],
        "kind": KINDS[FACTS[fact].source],
        "value": getattr(facts, fact),
        "cutoff": facts.run.cutoff,
        "may_submissions": may(request.user, Action.VIEW_SUBMISSIONS),
        "records": [
            {
                "record": traced.record,
                "standing": traced.standing,
                "kind": KINDS[traced.record.kind],
                "body": [
                    (column, traced.record.body.get(column.name)) for column in KINDS[traced.record.kind].body
                ],
                "sha256": bytes(traced.record.sha256).hex(),
            }
            for traced in trace_of(facts, fact)
        ],
    }
    return render(request, "pages/evidence.html", context)


def _person(request: SignedRequest, code: str) -> Participant:
    """The person, or nothing at all: outside the scope there is nobody."""
    found = person_in(request.scope, code)
    if found is None:
        raise Http404
    return found


def _months(person: Participant, programme: str, month: date) -> list[PersonMonth]:
    """The months of the programme that decided `month`: the one asked for, or the first that did."""
    months = person_months(person.pk, programme)
    decided = [each for each in months if each.month == month]
    if not decided:
        raise Http404
    return [each for each in months if each.programme == decided[0].programme]


def _accounts_address(request: SignedRequest, person: Participant) -> str:
    """Where the accounts of the person are told to this user; empty for who may not see them."""
    if request.user.role == Role.PARTICIPANT:
        return reverse("payees:mine")
    return reverse("payees:person", args=[person.code]) if may(request.user, Action.VIEW_PAYEES) else ""


def _age(person: Participant) -> int | None:
    """Whole years today; None for somebody whose data were erased."""
    born = person.birth_date
    return None if born is None else age_on(timezone.now().date(), born)


def _permitted(request: SignedRequest) -> dict[str, Any]:
    """What the page shows of a person, by role."""
    return {
        "may_money": may(request.user, Action.VIEW_MONEY),
        "may_details": may(request.user, Action.VIEW_DETAILS),
        "may_certificates": may(request.user, Action.VIEW_CREDENTIALS),
        "may_evidence": may(request.user, Action.VIEW_EVIDENCE),
        "may_pathway": may(request.user, Action.VIEW_PATHWAY),
        "may_erasures": may(request.user, Action.VIEW_ERASURES) or may(request.user, Action.OWN_ERASURE),
    }
