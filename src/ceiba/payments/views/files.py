"""A run's files on their way to the bank: how sending gets on, sending again, and fetching one by hand."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.audit.services import event_record
from ceiba.blobs.store import blob_open
from ceiba.core.payment_run import RunState
from ceiba.payments.models import PaymentRun
from ceiba.payments.selectors.board import covers_whole, run_in
from ceiba.payments.sendings import is_unsent, sending_of
from ceiba.payments.services.sending import send_ask
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.outcome import outcome_told

_ON_ITS_WAY = (RunState.RELEASED, RunState.SENT, RunState.CLOSED)


@require(Action.VIEW_RUNS)
def sending(request: SignedRequest, pk: int) -> HttpResponseBase:
    """How the sending of a run's files stands, as a part of the run's page."""
    run = _whole_run(request, pk)
    if not wants_fragment(request):
        return redirect(_files_of(run))
    found = sending_of(run)
    if found is None:
        raise Http404
    if shows_already(request, found.job.seen):
        return HttpResponse(status=204)
    return render(request, "payments/sending_part.html", {"run": run, **files_shown(request, run)})


@require(Action.RELEASE_RUN)
def send(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Have what is not sent sent again; only a form that is sent does."""
    run = _whole_run(request, pk)
    if request.method == "POST":
        with outcome_told(request, _("The worker sends what is not sent yet.")):
            send_ask(run_id=run.pk, actor=request.user)
    return redirect(_files_of(run))


@require(Action.RELEASE_RUN)
def file(request: SignedRequest, pk: int, part: int) -> HttpResponseBase:
    """A file as it was written, to be carried to the bank by hand; whoever fetches it is written down."""
    run = _whole_run(request, pk)
    found = run.files.filter(part=part).first()
    if found is None:
        raise Http404
    try:
        opened = blob_open(found.sha256)
    except FileNotFoundError:
        raise Http404 from None
    event_record(
        actor=request.user,
        action="payment_file.fetched",
        subject=f"payment_run:{run.pk}",
        detail={"message": found.message, "sha256": found.sha256},
    )
    return FileResponse(
        opened,
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff"},
    )


def files_shown(request: SignedRequest, run: PaymentRun) -> dict[str, Any]:
    """What the run's page tells of its files to those who see the whole run."""
    if run.state not in _ON_ITS_WAY or not covers_whole(request.scope, run):
        return {"tells_files": False}
    found, treasury = sending_of(run), may(request.user, Action.RELEASE_RUN)
    return {
        "tells_files": True,
        "files": list(run.files.order_by("part")),
        "sending": found,
        "currency": run.currency,
        "may_money": may(request.user, Action.VIEW_MONEY),
        "may_fetch": treasury,
        "may_send": treasury and is_unsent(run) and not (found and found.job.is_open),
    }


def _whole_run(request: SignedRequest, pk: int) -> PaymentRun:
    """The run, or nothing at all where it also pays outside of the scope: its files name everybody."""
    found = run_in(request.scope, pk)
    if found is None or not covers_whole(request.scope, found):
        raise Http404
    return found


def _files_of(run: PaymentRun) -> str:
    return f"{reverse('payments:run', args=[run.pk])}#files"
