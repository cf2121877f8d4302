"""Sending a bank's file in: looked at first, then taken in by the worker, or left."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.jobs.state import JobState, Stage, job_of
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.models import BankFile
from ceiba.reconciliation.selectors.scope import TAKE_TASK, bank_account_sent, bank_accounts_in, sent_as
from ceiba.reconciliation.services.preview import Preview, bank_file_preview
from ceiba.registry.uploads import Upload, upload_find, upload_forget, upload_keep, upload_take_in
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.uploads import is_too_large
from ceiba.web.words import language


@require(Action.RECONCILE)
def upload(request: SignedRequest) -> HttpResponseBase:
    """Keep the file that was sent, and show what it would change."""
    if request.method != "POST":
        return redirect("reconciliation:index")
    account = bank_accounts_in(request.scope).filter(code=request.POST.get("account", "")).first()
    file = request.FILES.get("file")
    if is_too_large(request):
        messages.error(request, _("The file is too large. Ask the bank to divide it."))
    elif account is None:
        raise Http404
    elif file is None or isinstance(file, list):
        messages.error(request, _("Choose the file that the bank sent."))
    else:
        kept = upload_keep(file=file, sheet=sent_as(account), user=request.user, session=request.session)
        return redirect("reconciliation:preview", sha256=kept.sha256)
    return redirect("reconciliation:index")


@require(Action.RECONCILE)
def preview(request: SignedRequest, sha256: str) -> HttpResponseBase:
    """What the file would change; sent again as POST, the worker takes it in, or it is left."""
    kept = upload_find(sha256=sha256, session=request.session)
    account = bank_account_sent(request.scope, kept.sheet) if kept else None
    if kept is None or account is None:
        return _no_longer(request)
    if request.method != "POST":
        return _shown(request, kept, account)
    if request.POST.get("decision") == "leave":
        upload_forget(upload=kept)
        messages.success(request, _("The file was left, and nothing of it was kept."))
        return redirect("reconciliation:index")
    return redirect("reconciliation:taking", job=upload_take_in(upload=kept, task=TAKE_TASK))


@require(Action.RECONCILE)
def taking(request: SignedRequest, job: int) -> HttpResponseBase:
    """How a file that one sent stands, as a page or a part of it; sent as POST, it is tried again."""
    state = job_of(TAKE_TASK, job, user=request.user.pk)
    if state is None:
        raise Http404
    kept = Upload(**state.arguments)
    if request.method == "POST":
        if not kept.is_kept:
            return _no_longer(request)
        return redirect("reconciliation:taking", job=upload_take_in(upload=kept, task=TAKE_TASK))
    if shows_already(request, state.seen):
        return HttpResponse(status=204)
    part = "reconciliation/taking_part.html" if wants_fragment(request) else "reconciliation/taking.html"
    return render(request, part, _taking(request, kept, state))


def _taking(request: SignedRequest, kept: Upload, state: JobState) -> dict[str, object]:
    account = bank_account_sent(request.scope, kept.sheet)
    made = BankFile.objects.filter(sha256=kept.sha256, bank_account=account).first()
    return {
        "job": state,
        "upload": kept,
        "account": account,
        "made": made if state.stage == Stage.DONE else None,
    }


def _no_longer(request: SignedRequest) -> HttpResponseBase:
    messages.error(request, _("The file is no longer here. Send it again."))
    return redirect("reconciliation:index")


def _shown(request: SignedRequest, kept: Upload, account: BankAccount) -> HttpResponse:
    problems: list[str] = []
    seen = Preview()
    try:
        seen = bank_file_preview(
            path=kept.path,
            name=kept.name,
            bank_account=account,
            actor=request.user,
            today=timezone.localdate(),
            at=timezone.now(),
        )
    except CeibaError as error:
        problems = error.text(language()).splitlines()
    context = {
        "upload": kept,
        "account": account,
        "seen": seen,
        "problems": problems,
        "hidden": seen.items_count - len(seen.items),
    }
    return render(request, "reconciliation/preview.html", context, status=422 if problems else 200)
