"""Asking for audit packs, how they stand, and fetching them."""

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import sealed_months
from ceiba.packs.making import PackAsked
from ceiba.packs.sampling import SampleAsked
from ceiba.packs.selectors import PAGE_ROWS, Shown, pack_of, packs_in, packs_shown
from ceiba.packs.services import SAMPLE_MAX, SEED_MAX, pack_ask, pack_fetch
from ceiba.registry.places import areas_within
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.words import language

_SIZE_DIGITS: Final = 6


@require(Action.TAKE_PACK)
def index(request: SignedRequest) -> HttpResponse:
    """The packs of the areas that the user covers, and the form that asks for another."""
    return render(request, "packs/site/packs.html", _context(request))


@require(Action.TAKE_PACK)
def ask(request: SignedRequest) -> HttpResponseBase:
    """Ask for a pack; only a form that is sent does. Refused, the page says why."""
    if request.method != "POST":
        return redirect("packs:index")
    try:
        pack_ask(asked=_asked(request), actor=request.user, at=timezone.now())
    except CeibaError as error:
        context = _context(request) | {"problem": error.text(language()), "given": request.POST}
        return render(request, "packs/site/packs.html", context, status=422)
    return redirect("packs:index")


@require(Action.TAKE_PACK)
def progress(request: SignedRequest, pk: int) -> HttpResponseBase:
    """How a pack of one's own stands, as a part of the page; nothing while the page shows it already."""
    shown = _own(request, pk)
    if shows_already(request, shown.seen):
        return HttpResponse(status=204)
    if not wants_fragment(request):
        return redirect("packs:index")
    return render(request, "packs/site/row.html", {"row": shown})


@require(Action.TAKE_PACK)
def fetch(request: SignedRequest, pk: int) -> HttpResponseBase:
    """The zip, handed over as a file to keep, to the account that it was made for."""
    pack = _own(request, pk).pack
    try:
        opened = pack_fetch(pack=pack, actor=request.user, at=timezone.now())
    except CeibaError as error:
        messages.error(request, error.text(language()))
        return redirect("packs:index")
    name = f"ceiba-{pack.programme_id}-{pack.month:%Y-%m}-{pack.area_code}.zip"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Length"] = str(pack.size_bytes)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _own(request: SignedRequest, pk: int) -> Shown:
    pack = pack_of(request.user, request.scope, pk)
    if pack is None:
        raise Http404
    return packs_shown([pack], request.user, timezone.now())[0]


def _asked(request: SignedRequest) -> PackAsked:
    """What the form says; raises CeibaError (pack.not_sealed, pack.sample_asked) for what no form of ours sends."""
    given = request.POST
    programme, _, month = given.get("month", "")[:80].rpartition(" ")
    if (programme, month) not in {(code, f"{day:%Y-%m}") for code, day in sealed_months()}:
        raise CeibaError(Problem("pack.not_sealed", values={"month": month, "programme": programme}))
    size, seed = given.get("size", "").strip(), given.get("seed", "").strip()
    if bool(size) != bool(seed) or (
        size and not (size.isascii() and size.isdigit() and len(size) <= _SIZE_DIGITS)
    ):
        raise CeibaError(Problem("pack.sample_asked", values={"most": SAMPLE_MAX}))
    sample = SampleAsked(int(size), seed) if size else None
    return PackAsked(programme, Month.parse(month), given.get("area", "")[:16], sample, request.user)


def _context(request: SignedRequest) -> dict[str, Any]:
    rows = packs_in(request.scope)[:PAGE_ROWS]
    return {
        "rows": packs_shown(rows, request.user, timezone.now()),
        "months": sealed_months(),
        "areas": areas_within(request.scope),
        "sample_max": SAMPLE_MAX,
        "seed_max": SEED_MAX,
    }
