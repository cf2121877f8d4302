"""The log for people: how large it is, who watches it, what stands where; and the receipts of a person's month."""

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ceiba.accounts.permissions import Action, SignedRequest, public, require
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.merkle.tree import leaf_hash
from ceiba.determinations.selectors import reasons_of
from ceiba.proofs.squeezed import drawn, squeezed
from ceiba.registry.models import Participant
from ceiba.registry.profiles import person_in
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.transparency.answers import index_with, number_of, value_of
from ceiba.transparency.keys import log_signer
from ceiba.transparency.limits import seconds_to_wait
from ceiba.transparency.models import Checkpoint
from ceiba.transparency.problems import refuse
from ceiba.transparency.receipts import MonthReceipt, checked, month_receipts
from ceiba.transparency.selectors.checkpoints import (
    last_checkpoint,
    last_cosignatures,
    sizes_by_month,
    witnesses_in_office,
)
from ceiba.transparency.selectors.entries import entry_at, leaf_of
from ceiba.web import words
from ceiba.web.charts import Charts, Column, column_charts, nice_steps

MONTHS_SHOWN: Final = 24
TEXT_BYTES_MAX: Final = 20_000
HASH_DIGITS: Final = 64


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How large the log is and who watches it; one entry, by its number or by what its leaf shows."""
    last, asked = last_checkpoint(), request.GET.get("entry", "").strip()
    context = _about(last) | {"asked": asked}
    if asked and not _overrun(request, context):
        try:
            context["entry"] = _entry(asked, last)
        except CeibaError as error:
            context["problem"] = error.text(get_language() or "es")
    return render(request, "transparency/index.html", context)


@public
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What a receipt that somebody pasted proves. It is not kept."""
    text, context = request.POST.get("receipt", "").strip(), _about(last_checkpoint())
    if not _overrun(request, context):
        try:
            if len(text.encode(errors="replace")) > TEXT_BYTES_MAX:
                refuse("log.too_long", most=TEXT_BYTES_MAX)
            context["checked"] = checked(text, int(timezone.now().timestamp()) + 300)
        except CeibaError as error:
            context["refused"] = error.text(get_language() or "es")
    response = render(request, "transparency/index.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require(Action.VIEW_MONEY)
def receipt(request: SignedRequest, code: str, programme: str, month: date) -> HttpResponse:
    """What was decided about a person's month, to print: with what proves it."""
    person, decided = _decided(request, code, programme, month)
    last = decided[-1]
    event_record(
        actor=request.user, action="log.receipt_shown", subject=f"{programme} {month:%Y-%m} {person.pk}"
    )
    text = squeezed(last.receipt.written()) if last.receipt else ""
    picture = drawn(text) if text else None
    book = rulebook_of(latest_version(programme))
    context = {
        "person": person,
        "month": month,
        "programme": programme,
        "currency": book.currency,
        "book": book,
        "each": last,
        "reasons": reasons_of(last.decided),
        "earlier": decided[:-1],
        "text": text,
        "picture": picture.svg_data_uri(scale=4, border=4) if picture else "",
        "log_key": log_signer().key.text(),
        "verifier": request.build_absolute_uri(reverse("verifier:index")),
    }
    return render(request, "transparency/receipt.html", context)


@require(Action.VIEW_MONEY)
def receipt_file(request: SignedRequest, code: str, programme: str, month: date) -> HttpResponse:
    """The receipt as a file: it verifies without this log, by anybody's program."""
    person, decided = _decided(request, code, programme, month)
    found = decided[-1].receipt
    if found is None:
        raise Http404
    event_record(
        actor=request.user, action="log.receipt_taken", subject=f"{programme} {month:%Y-%m} {person.pk}"
    )
    response = HttpResponse(found.written(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="ceiba-{month:%Y-%m}.json"'
    return response


def _decided(
    request: SignedRequest, code: str, programme: str, month: date
) -> tuple[Participant, list[MonthReceipt]]:
    """The person's decisions of the month; outside the scope there is nobody."""
    person = person_in(request.scope, code)
    decided = month_receipts(person.pk, month, programme) if person else []
    if person is None or not decided:
        raise Http404
    return person, decided


def _about(last: Checkpoint | None) -> dict[str, Any]:
    witnesses = witnesses_in_office()
    seen = last_cosignatures(witnesses)
    signer = log_signer()
    return {
        "last": last,
        "root": bytes(last.root).hex() if last else "",
        "origin": signer.key.name,
        "log_key": signer.key.text(),
        "witnesses": [(witness, seen.get(witness.pk)) for witness in witnesses],
        "months": (months := sizes_by_month(MONTHS_SHOWN)),
        "chart": _chart(months),
    }


def _chart(months: list[tuple[date, int]]) -> Charts:
    columns = [
        Column(
            (("fill-pay", size),),
            words.month_name(month, short=True),
            _("%(month)s: %(entries)s entries")
            % {"month": words.month_name(month), "entries": words.count(size)},
        )
        for month, size in months
    ]
    highest = max((size for _month, size in months), default=0)
    return column_charts(columns, [(step, words.count(step)) for step in nice_steps(highest)])


def _entry(asked: str, last: Checkpoint | None) -> dict[str, Any]:
    """What stands at a number, or where a hash stands; only what is signed."""
    number = index_with(value_of(asked, "entry")) if len(asked) == HASH_DIGITS else number_of(asked, "entry")
    found = entry_at(number)
    if found is None or last is None or number >= last.size:
        refuse("log.not_there")
    leaf = leaf_of(found)
    data = leaf.data()
    return {
        "index": number,
        "kind": found.kind,
        "salted": leaf.salted,
        "value": leaf.value.hex(),
        "leaf": data.decode(),
        "hash": leaf_hash(data).hex(),
        "before": number - 1 if number else None,
        "after": number + 1 if number + 1 < last.size else None,
    }


def _overrun(request: HttpRequest, context: dict[str, Any]) -> bool:
    """Whether this address must wait; the page says so."""
    wait = seconds_to_wait(request)
    if wait:
        context["problem"] = _("Too many requests from this address. Wait %(n)s seconds.") % {"n": wait}
    return wait > 0
