"""Files of accounts: sent in, looked at, taken in by the worker, and confirmed or refused as a whole by another."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.jobs.state import JobState, Stage
from ceiba.payees.models import PayeeImport
from ceiba.payees.selectors import import_made, imports_in, waiting_of
from ceiba.payees.services import Preview, accounts_preview
from ceiba.payees.uploads import AT_ONCE, IMPORT_TASK, file_decide, file_deciding
from ceiba.payees.views.listing import WHY_MAX, decided
from ceiba.registry.upload_pages import PROBLEMS_SHOWN, Door, faults, gone, taking_in_page
from ceiba.registry.uploads import Upload, upload_find, upload_keep, upload_take_in, uploads_unfinished
from ceiba.web.uploads import is_too_large
from ceiba.web.words import count, language

IMPORTS_SHOWN: Final = 20


@require(Action.VIEW_PAYEES)
def files(request: SignedRequest) -> HttpResponse:
    """The form to send a file in, and the files taken in with what of each still waits."""
    may_propose = may(request.user, Action.PROPOSE_PAYEE)
    context = {
        "columns": PAYEE_ACCOUNTS.columns,
        "may_propose": may_propose,
        "may_confirm": may(request.user, Action.CONFIRM_PAYEE),
        "imports": [(each, file_deciding(each.pk)) for each in imports_in(request.scope, IMPORTS_SHOWN)],
        "unfinished": uploads_unfinished(user=request.user, most=IMPORTS_SHOWN, task=IMPORT_TASK)
        if may_propose
        else (),
    }
    return render(request, "payees/files.html", context)


@require(Action.PROPOSE_PAYEE)
def upload(request: SignedRequest) -> HttpResponseBase:
    """Keep the file that was sent, and show what it would propose."""
    file = request.FILES.get("file") if request.method == "POST" else None
    if is_too_large(request):
        messages.error(request, _("The file is too large. Split it, or save it as Parquet."))
    elif file is not None and not isinstance(file, list):
        kept = upload_keep(file=file, sheet=PAYEE_ACCOUNTS.name, user=request.user, session=request.session)
        return redirect("payees:preview", sha256=kept.sha256)
    return redirect("payees:files")


@require(Action.PROPOSE_PAYEE)
def preview(request: SignedRequest, sha256: str) -> HttpResponseBase:
    """What the file would propose and what stands against it; sent again as POST, the worker takes it in."""
    kept = upload_find(sha256=sha256, session=request.session)
    if kept is None or kept.sheet != PAYEE_ACCOUNTS.name:
        return gone(request, DOOR)
    if request.method == "POST":
        return redirect("payees:taking_in", job=upload_take_in(upload=kept, task=IMPORT_TASK))
    seen = _seen(request, kept)
    context = {
        "upload": kept,
        "back": DOOR.back,
        "sheet": PAYEE_ACCOUNTS,
        "seen": seen,
        "problems": faults(seen.problems),
        "problems_shown": PROBLEMS_SHOWN,
        "headings": [getattr(column, language()) for column in PAYEE_ACCOUNTS.columns],
    }
    return render(request, "payees/preview.html", context, status=422 if seen.problems else 200)


@require(Action.PROPOSE_PAYEE)
def taking_in(request: SignedRequest, job: int) -> HttpResponseBase:
    """How a file that one sent to be taken in stands, as a page or a part of it; sent as POST, it is tried again."""
    return taking_in_page(request, DOOR, job)


@require(Action.CONFIRM_PAYEE)
def decide(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Confirm or refuse all of a file that waits within the scope; only a form that is sent does."""
    found = next((each for each in imports_in(request.scope) if each.pk == pk), None)
    if found is None:
        raise Http404
    accounts = set(waiting_of(found, request.scope).values_list("pk", flat=True))
    if request.method == "POST" and len(accounts) > AT_ONCE:
        _deferred(request, found)
    elif request.method == "POST" and accounts:
        decided(request, accounts)
    return redirect("payees:files")


def _deferred(request: SignedRequest, found: PayeeImport) -> None:
    """Leave a large file to the worker, once what is asked can be done at all."""
    decision, why = request.POST.get("decision", ""), request.POST.get("why", "").strip()[:WHY_MAX]
    if decision != "confirm" and not why:
        messages.error(request, CeibaError(Problem("payee.why_missing")).text(language()))
    elif found.by_id == request.user.pk:
        values = {"count": found.proposed}
        messages.error(request, CeibaError(Problem("payee.own_proposal", values=values)).text(language()))
    else:
        file_decide(file=found, actor=request.user, decision=decision, why=why)
        messages.success(request, _("The worker sees to it. This page says how it stands."))


def _taking_in(request: SignedRequest, kept: Upload, state: JobState) -> dict[str, object]:
    made = import_made(kept.sha256) if state.stage == Stage.DONE else None
    refused = state.stage == Stage.REFUSED and kept.is_kept
    told = _("%(file)s was taken in: %(new)s accounts wait to be confirmed by somebody else.")
    return {
        "sheet": PAYEE_ACCOUNTS,
        "made": made,
        "done": told % {"file": kept.name, "new": count(made.proposed)} if made else "",
        "problems": faults(_seen(request, kept).problems if refused else ()),
        "problems_shown": PROBLEMS_SHOWN,
    }


DOOR: Final = Door(
    task=IMPORT_TASK,
    back="payees:files",
    page="payees:taking_in",
    whole="registry/taking_in.html",
    part="registry/taking_in_part.html",
    shown=_taking_in,
)


def _seen(request: SignedRequest, kept: Upload) -> Preview:
    today = timezone.localdate()
    try:
        return accounts_preview(path=kept.path, name=kept.name, today=today, actor=request.user)
    except CeibaError as error:
        return Preview(problems=error.problems)
