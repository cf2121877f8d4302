"""A record of evidence as it came: what it says, whose word it is, and the text it is hashed by.

And absences, which an office enters and withdraws, with their papers.
"""

import hashlib
from typing import Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.blobs.store import blob_open
from ceiba.core.evidence import ABSENCES, ATTESTORS, KINDS
from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.absences import ENTERED, PAPERS, absence_enter, absence_withdraw, absences_excused
from ceiba.evidence.models import Evidence, Paper
from ceiba.evidence.selectors import canonical_text, correction_chain, is_corrected, record_in
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.web.outcome import outcome_told
from ceiba.web.uploads import is_too_large
from ceiba.web.words import language

_SANDBOX: Final = "default-src 'none'; sandbox"


@require(Action.VIEW_EVIDENCE)
def record_page(request: SignedRequest, pk: int) -> HttpResponse:
    """One record: head, body, hash, the file it came in, what it corrects and what corrects it."""
    record = _record(request, pk)
    kind, chain = KINDS[record.kind], correction_chain(record)
    digest = hashlib.sha256(canonical_text(record).encode()).digest()
    context = {
        "record": record,
        "kind": kind,
        "body": [(column, record.body.get(column.name)) for column in kind.body],
        "chain": chain,
        "is_last": chain[-1] == record,
        "sha256": bytes(record.sha256).hex(),
        "may_submissions": may(request.user, Action.VIEW_SUBMISSIONS)
        and (record.participant_id is not None or not request.scope.is_portfolio),
        "is_intact": digest == bytes(record.sha256),
        "may_paper": _paper(record) is not None and may(request.user, Action.VIEW_PAPERS),
        "may_withdraw": _withdrawable(request, record),
    }
    return render(request, "evidence/record.html", context)


@require(Action.VIEW_EVIDENCE)
def record_text(request: SignedRequest, pk: int) -> HttpResponse:
    """The canonical text of the record, to be hashed by whoever wants to."""
    record = _record(request, pk)
    name = f"{record.kind}-{record.pk}.json"
    return HttpResponse(
        canonical_text(record),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require(Action.ENTER_ABSENCE)
def absence(request: SignedRequest, code: str) -> HttpResponseBase:
    """The form of one absence with its paper; sent, it is recorded, and the person's page shows it."""
    person = person_in(request.scope, code)
    if person is None:
        raise Http404
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        problems = _entered(request, person)
        if not problems:
            messages.success(request, _("The absence is recorded. The next month is decided with it."))
            return redirect("pages:person", code=person.code)
    context = {
        "person": person,
        "is_excused": absences_excused(person),
        "said": {name: request.POST.get(name, "") for name in ENTERED},
        "causes": ABSENCES,
        "attestors": ATTESTORS,
        "papers": ",".join(PAPERS),
        "today": timezone.localdate(),
        "problems": problems,
    }
    return render(request, "evidence/absence.html", context)


@require(Action.ENTER_ABSENCE)
def withdraw(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Withdraw an absence that was a mistake, or whose paper does not hold; only a form that is sent does."""
    record = _record(request, pk)
    if record.kind != "absence" or record.participant is None:
        raise Http404
    if request.method == "POST":
        with outcome_told(request, _("The absence is withdrawn: it excuses nothing any more.")):
            absence_withdraw(record=record, actor=request.user, now=timezone.now())
    return redirect("pages:person", code=record.participant.code)


@require(Action.VIEW_PAPERS)
def paper(request: SignedRequest, pk: int) -> HttpResponseBase:
    """The paper of an absence as it was handed in: a photo in the browser, a PDF to keep."""
    found = _paper(_record(request, pk))
    if found is None:
        raise Http404
    try:
        opened = blob_open(found.sha256)
    except FileNotFoundError:
        raise Http404 from None
    is_photo = found.content_type.startswith("image/")
    response = FileResponse(
        opened,
        content_type=found.content_type,
        as_attachment=not is_photo,
        filename=f"paper-{pk}.{found.content_type.rpartition('/')[2]}",
    )
    response["Content-Security-Policy"] = _SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _entered(request: SignedRequest, person: Participant) -> list[tuple[str, str]]:
    """Record what was typed in; what stands against it, with the name of the field."""
    file = request.FILES.get("paper")
    if is_too_large(request):
        return [("paper", _("The file is too large. Take a smaller photo."))]
    if file is None or isinstance(file, list):
        return [("paper", _("Choose the photo or the PDF of the paper."))]
    try:
        absence_enter(
            person=person,
            said=request.POST.dict(),
            paper=file,
            name=file.name or "",
            actor=request.user,
            now=timezone.now(),
        )
    except CeibaError as error:
        return [(p.where.column or "", p.message(language())) for p in error.problems]
    return []


def _withdrawable(request: SignedRequest, record: Evidence) -> bool:
    return (
        record.kind == "absence"
        and may(request.user, Action.ENTER_ABSENCE)
        and bool(record.body["documented"])
        and not is_corrected(record)
    )


def _paper(record: Evidence) -> Paper | None:
    """The paper that an office entered with the record; none of a form, whose photo is with the form."""
    return getattr(record.drop, "paper", None)


def _record(request: SignedRequest, pk: int) -> Evidence:
    """The record, or nothing at all: outside the scope there is none."""
    found = record_in(request.scope, pk)
    if found is None:
        raise Http404
    return found
