"""A run in full, its steps with a confirmation, its alerts explained."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.payment_run import PaymentState, Step
from ceiba.payments.drafts import areas_told
from ceiba.payments.models import PaymentRun
from ceiba.payments.selectors.board import RunSums, Tally, covers_whole, run_in, runs_sums
from ceiba.payments.selectors.run_page import (
    LEFT_OUT_MAX,
    alerts_in,
    left_out_people,
    left_out_sums,
    run_payments,
    run_totals,
    shown_state,
)
from ceiba.payments.services.runs import MAY, alert_explain, run_step
from ceiba.payments.turns import may_cancel, track, turn_of, why_not
from ceiba.payments.views.board import permitted
from ceiba.payments.views.files import files_shown
from ceiba.registry.places import areas_named
from ceiba.rulebook.document import variance_of
from ceiba.rulebook.selectors import latest_version, rulebook_of, version_at
from ceiba.web.outcome import outcome_told
from ceiba.web.sent import row_number
from ceiba.web.words import language

NOTE_MAX = 2_000
CODE_MAX = 40


@require(Action.VIEW_RUNS)
def run(request: SignedRequest, pk: int) -> HttpResponse:
    """What a run pays, to whom, out of whose money, and how far it is."""
    found = _run(request, pk)
    sums = runs_sums(request.scope, [found])[found.pk]
    context = {
        **_head(request, found, sums),
        **_totals(request, found, sums),
        **_payments(request, found),
        "turn": turn_of(found, request.user),
        "may_cancel": may_cancel(found, request.user),
        "alerts": [_alert(alert) for alert in alerts_in(found, request.scope)],
        "compared_by": variance_of(rulebook_of(version_at(found.programme_id, found.drafted_at))),
        "left_out": left_out_people(found, request.scope),
        "left_out_sums": left_out_sums(found, request.scope),
        "left_out_max": LEFT_OUT_MAX,
        **files_shown(request, found),
    }
    return render(request, "payments/run.html", context)


@require(Action.VIEW_RUNS)
def step(request: SignedRequest, pk: int, step: str) -> HttpResponseBase:
    """What a step means, with the sum and the people again; sent as POST, it is taken."""
    if step not in list(Step) or not any(may(request.user, action) for action in MAY[Step(step)]):
        raise PermissionDenied
    found = _run(request, pk)
    sums = runs_sums(request.scope, [found])[found.pk]
    wanted, seen = Step(step), f"{sums.standing.people}-{sums.standing.amount_minor}"
    note = request.POST.get("note", "")[:NOTE_MAX]
    problem = why_not(found, wanted, request.user)
    if request.method == "POST" and not problem:
        if request.POST.get("seen") == seen:
            try:
                run_step(run_id=pk, step=wanted, actor=request.user, at=timezone.now(), note=note)
            except CeibaError as error:
                problem = error.text(language())
            else:
                messages.success(request, _("Done, and written down in your name."))
                return redirect("payments:run", pk=pk)
        else:
            problem = _("The run has changed since you looked at it. Read the numbers again.")
    context = {**_head(request, found, sums), "step": wanted, "problem": problem, "note": note, "seen": seen}
    barred = bool(why_not(found, wanted, request.user))
    status = 422 if request.method == "POST" else 200
    return render(request, "payments/step.html", context | {"barred": barred}, status=status)


@require(Action.EXPLAIN_VARIANCE)
def explain(request: SignedRequest, pk: int, alert: int) -> HttpResponseBase:
    """Say why a run differs from the month before; only a form that is sent does."""
    found = _run(request, pk)
    if alert not in {each.pk for each in alerts_in(found, request.scope)}:
        raise Http404
    if request.method == "POST":
        text = request.POST.get("explanation", "")[:NOTE_MAX]
        with outcome_told(request, _("The explanation stands beside the alert, with your name.")):
            alert_explain(alert_id=alert, explanation=text, actor=request.user, at=timezone.now())
    return redirect("payments:run", pk=pk)


def _run(request: SignedRequest, pk: int) -> PaymentRun:
    """The run, or nothing at all: one that pays nobody within the scope is not there."""
    found = run_in(request.scope, pk)
    if found is None:
        raise Http404
    return found


def _head(request: SignedRequest, run: PaymentRun, sums: RunSums) -> dict[str, Any]:
    return {
        "run": run,
        "sums": sums,
        "stages": track(run),
        "areas": areas_told(run.areas),
        "whole": covers_whole(request.scope, run),
        "currency": run.currency,
        **permitted(request),
    }


def _totals(request: SignedRequest, run: PaymentRun, sums: RunSums) -> dict[str, Any]:
    totals = run_totals(run, request.scope, sums.cancelled.people)
    book = rulebook_of(latest_version(run.programme_id))
    components = {component.id: component.name for component in book.components}
    places = areas_named(code for code, _ in totals.areas)
    return {
        "book": book,
        "components": components,
        "saved_minor": totals.saved_minor,
        "tables": [
            (_("By component"), _named(totals.components, components)),
            (_("By state or department"), _named(totals.areas, places)),
            (_("Who pays: by agreement"), _named(totals.agreements, {})),
        ],
    }


def _named(rows: list[tuple[str, Tally]], names: Mapping[str, object]) -> list[tuple[object, Tally]]:
    return [(names.get(code, code), tally) for code, tally in rows]


def _payments(request: SignedRequest, run: PaymentRun) -> dict[str, Any]:
    given = request.GET
    state, after = given.get("state", ""), given.get("after", "")
    state = state if state in list(PaymentState) else ""
    code = given.get("code", "").strip()[:CODE_MAX]
    page = run_payments(
        run, request.scope, state=state, code=code,
        after=row_number(after),
    )  # fmt: skip
    return {
        "page": page,
        "payments": [(payment, shown_state(payment, run)) for payment in page.rows],
        "states": [(each, "planned" if each == PaymentState.ORDERED else each) for each in PaymentState],
        "state": state,
        "code": code,
        "after": after,
    }


def _alert(alert: Any) -> dict[str, Any]:
    return {"alert": alert, "place": areas_told([alert.area])[0] if alert.area else ""}
