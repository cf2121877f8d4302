"""Sending a bank's file in: looked at first, then taken in by the worker, or left."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.jobs.state import JobState, Stage
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.models import BankFile
from ceiba.reconciliation.selectors.scope import TAKE_TASK, bank_account_sent, bank_accounts_in, sent_as
from ceiba.reconciliation.services.preview import Preview, bank_file_preview
from ceiba.registry.upload_pages import Door, gone, taking_in_page
from ceiba.registry.uploads import Upload, upload_find, upload_forget, upload_keep, upload_take_in
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
        return gone(request, DOOR)
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
    return taking_in_page(request, DOOR, job)


def _taking(request: SignedRequest, kept: Upload, state: JobState) -> dict[str, object]:
    account = bank_account_sent(request.scope, kept.sheet)
    made = BankFile.objects.filter(sha256=kept.sha256, bank_account=account).first()
    return {"account": account, "made": made if state.stage == Stage.DONE else None}


DOOR: Final = Door(
    task=TAKE_TASK,
    back="reconciliation:index",
    page="reconciliation:taking",
    whole="reconciliation/taking.html",
    part="reconciliation/taking_part.html",
    shown=_taking,
)


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
