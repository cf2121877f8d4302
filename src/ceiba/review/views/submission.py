"""The page of one submission, and what is decided on it."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.evidence import KINDS
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.words import said
from ceiba.core.kernel.errors import MESSAGES, CeibaError, Problem, Where
from ceiba.review.models import Flag, InTray
from ceiba.review.selectors.submission import flags_of, submission_page
from ceiba.review.selectors.tray import tray_in, tray_of
from ceiba.review.services.reviews import flag_dismiss, review_add
from ceiba.review.services.tray import tray_refresh
from ceiba.submissions.standings import submission_set_aside, submissions_retake
from ceiba.web.outcome import outcome_told
from ceiba.web.words import language, words


def tray_or_404(request: SignedRequest, pk: int) -> InTray:
    """The submission, or nothing at all: outside what the user may see there is none."""
    found = tray_of(request.scope, request.user, pk)
    if found is None:
        raise Http404
    return found


@require(Action.VIEW_SUBMISSIONS)
def submission(request: SignedRequest, pk: int) -> HttpResponse:
    """One submission with everything a reviewer weighs."""
    tray = tray_or_404(request, pk)
    page = submission_page(tray, language(), request.scope)
    shows_flags = may(request.user, Action.VIEW_FLAGS)
    context = {
        "page": page,
        "tray": tray,
        "one": page.sent.submission,
        "standing": page.sent.submission.standing,
        "flags": flags_of(page, tray_in(request.scope, request.user)) if shows_flags else [],
        "shows_flags": shows_flags,
        "problems": list(
            dict.fromkeys(_said(each, page.definition) for each in page.sent.submission.standing.problems)
        ),
        "may_review": may(request.user, Action.REVIEW_SUBMISSIONS),
        "is_own": tray.user_id == request.user.pk
        or bool(request.user.code and tray.technician == request.user.code),
        "returned": page.reviews[-1] if page.reviews and page.reviews[-1].decision == "returned" else None,
    }
    return render(request, "review/submission.html", context)


@require_POST
@require(Action.REVIEW_SUBMISSIONS)
def decide(request: SignedRequest, pk: int) -> HttpResponse:
    """Approve, return with a reason, or send for a second visit."""
    tray = tray_or_404(request, pk)
    decision, reason, now = request.POST.get("decision", ""), request.POST.get("reason", ""), timezone.now()
    return _done(
        request,
        pk,
        lambda: review_add(submission=tray.pk, decision=decision, reason=reason, by=request.user, now=now),
    )


@require_POST
@require(Action.REVIEW_SUBMISSIONS)
def dismiss(request: SignedRequest, pk: int, flag: str) -> HttpResponse:
    """Say that a flag does not hold, and why."""
    tray = tray_or_404(request, pk)
    found = Flag.objects.filter(submission=tray.pk, flag=flag).first()
    if found is None:
        raise Http404
    why, now = request.POST.get("why", ""), timezone.now()
    return _done(request, pk, lambda: flag_dismiss(flag=found, why=why, by=request.user, now=now))


@require_POST
@require(Action.REVIEW_SUBMISSIONS)
def quarantine(request: SignedRequest, pk: int) -> HttpResponse:
    """Have a submission in quarantine taken again, or set it aside with a reason."""
    tray = tray_or_404(request, pk)
    reason = request.POST.get("reason", "").strip()

    def act() -> None:
        if request.POST.get("act") == "retake":
            submissions_retake(ids=[tray.pk], actor=request.user)
        elif not reason:
            raise CeibaError(Problem("review.needs_reason"))
        else:
            submission_set_aside(pk=tray.pk, reason=reason[:1_000], actor=request.user)
        tray_refresh(submissions=[tray.pk])

    return _done(request, pk, act)


def _done(request: SignedRequest, pk: int, act: Any) -> HttpResponse:
    """Do it and show the page again, with what stood against it."""
    with outcome_told(request):
        act()
    return redirect("review:submission", pk)


def _said(problem: dict[str, Any], form: FormDefinition | None) -> str:
    """A problem kept with a submission, in the language of the page; one with unknown words is shown as it is.

    A question is named as the form asks it, anything else by its own name.
    """
    code, values = str(problem.get("code", "")), problem.get("values") or {}
    if code not in MESSAGES:
        return json.dumps(problem, ensure_ascii=False)
    place = _place(str(problem.get("place") or problem.get("path") or ""), form)
    try:
        return Problem(code, Where(item=place or None), values).text(language())
    except (KeyError, IndexError, ValueError):
        return json.dumps(problem, ensure_ascii=False)


def _place(place: str, form: FormDefinition | None) -> str:
    """Where a problem is: the question as the form asks it, or the column of a record of evidence; else nothing."""
    if form is not None and (field := form.by_path.get(place)) is not None:
        return said(field.label, language()) or field.name
    kind, _, column = place.partition(".")
    if kind not in KINDS:
        return place
    return next((words(each) for each in KINDS[kind].body if each.name == column), "")
