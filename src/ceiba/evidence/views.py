"""A record of evidence as it came: what it says, whose word it is, and the text it is hashed by."""

import hashlib

from django.http import Http404, HttpResponse
from django.shortcuts import render

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.evidence import KINDS
from ceiba.evidence.models import Evidence
from ceiba.evidence.selectors import canonical_text, correction_chain, record_in


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


def _record(request: SignedRequest, pk: int) -> Evidence:
    """The record, or nothing at all: outside the scope there is none."""
    found = record_in(request.scope, pk)
    if found is None:
        raise Http404
    return found
