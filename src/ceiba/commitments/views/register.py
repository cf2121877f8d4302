"""The register as a list with its counts and years, as CSV, and a commitment's own page."""

from typing import Final

import polars as pl
from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.audit.services import event_record
from ceiba.commitments.exporting import register_table
from ceiba.commitments.selectors.entries import commitment_standing, history, waiting
from ceiba.commitments.selectors.parties import parties
from ceiba.commitments.selectors.register import (
    Wanted,
    by_year,
    counts,
    register,
    sees_unconfirmed,
)
from ceiba.commitments.selectors.standing import Standing
from ceiba.core.commitments import Kind, State
from ceiba.frames.tabular import csv_parts
from ceiba.web.charts import Charts, Column, column_charts, nice_steps
from ceiba.web.labels import label
from ceiba.web.words import count

PAGE_ROWS: Final = 50
FILLS: Final = (
    ("fill-pay", (State.MET,)),
    ("fill-hold", (State.UNANSWERED,)),
    ("fill-none", (State.OPEN, State.PARTLY_MET, State.DECLINED, State.WITHDRAWN, State.PROPOSED)),
    ("fill-refuse", (State.LATE,)),
)


@require(Action.VIEW_COMMITMENTS)
@require_safe
def index(request: SignedRequest) -> HttpResponse:
    """The register: how many stand how, by year, and the list that is asked for."""
    everything = register(request.scope, timezone.now().date())
    wanted, page = _wanted(request), _number(request.GET.get("page", "")) or 1
    listed = [each for each in everything if wanted.holds(each)]
    known = parties()
    context = {
        "counts": counts(everything),
        "total": len(everything),
        "charts": _charts(everything),
        "wanted": wanted,
        "rows": listed[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        "listed": len(listed),
        "page": page,
        "more": len(listed) > page * PAGE_ROWS,
        "parties": known,
        "states": [each for each in State if each != State.PROPOSED or sees_unconfirmed(request.scope)],
        "kinds": list(Kind),
        "years": sorted({each.terms.said_on[:4] for each in everything}, reverse=True),
        "waiting": len(waiting(request.scope)),
        "sees_unconfirmed": sees_unconfirmed(request.scope),
        "may_record": may(request.user, Action.RECORD_COMMITMENTS),
    }
    return render(request, "commitments/index.html", context)


@require(Action.VIEW_COMMITMENTS)
@require_safe
def export(request: SignedRequest) -> HttpResponseBase:
    """The list that is asked for as CSV; who took it is written down first."""
    today = timezone.now().date()
    wanted = _wanted(request)
    table: pl.DataFrame = register_table(
        [each for each in register(request.scope, today) if wanted.holds(each)], parties()
    )
    with transaction.atomic():
        event_record(
            actor=request.user,
            action="commitments.exported",
            subject="commitments",
            detail={"rows": table.height},
        )
    response = StreamingHttpResponse(
        csv_parts(table, table.columns, bom=True), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="ceiba-commitments-{today}.csv"'
    return response


@require(Action.VIEW_COMMITMENTS)
@require_safe
def commitment(request: SignedRequest, number: int) -> HttpResponse:
    """A commitment: its terms, the sentence in its source, what came of it, and its history."""
    standing = commitment_standing(request.scope, number, timezone.now().date())
    if standing is None:
        raise Http404
    context = {
        "standing": standing,
        "terms": standing.terms,
        "parties": parties(),
        "history": history(request.scope, number),
        "may_record": may(request.user, Action.RECORD_COMMITMENTS),
    }
    return render(request, "commitments/commitment.html", context)


def _wanted(request: SignedRequest) -> Wanted:
    """What is asked for; what makes no sense asks for nothing."""
    asked = request.GET
    year = asked.get("year", "")
    return Wanted(
        state=asked.get("state", "") if asked.get("state") in list(State) else "",
        promiser=_number(asked.get("by", "")),
        receiver=_number(asked.get("to", "")),
        kind=asked.get("kind", "") if asked.get("kind") in list(Kind) else "",
        year=year if len(year) == 4 and year.isascii() and year.isdigit() else "",
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _charts(everything: list[Standing]) -> Charts | None:
    years = by_year(everything)
    if not years:
        return None
    columns = []
    for year, counted in years.items():
        parts = tuple((css, sum(counted[state] for state in states)) for css, states in FILLS)
        told = ", ".join(f"{label('commitment_state', state)} {n}" for state, n in counted.items() if n)
        hint = _("%(year)s: %(states)s") % {"year": year, "states": told or "0"}
        columns.append(Column(parts, str(year), hint, f"?year={year}" if told else ""))
    most = max(column.total for column in columns)
    return column_charts(columns, [(step, count(step)) for step in nice_steps(most)], 44)
