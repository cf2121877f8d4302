"""The payment list of a month: its sums, how they agree with the determinations, and the list as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.audit.services import event_record
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import sealed_months
from ceiba.frames.tabular import csv_parts
from ceiba.payments.selectors import (
    ListTotal,
    list_totals,
    payment_table,
    reconciliation,
)
from ceiba.payments.selectors.board import runs_in
from ceiba.payments.views.board import permitted, places_of, run_rows
from ceiba.registry.places import areas_named
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.web.kept import kept

KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table of sums: people (of one component, so that nobody counts twice) and amounts."""

    name: object
    people: int
    own_minor: int
    arrears_minor: int
    recoveries_minor: int

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.own_minor + self.arrears_minor + self.recoveries_minor


@require(Action.VIEW_PAYMENTS)
def index(request: SignedRequest) -> HttpResponseBase:
    """To the newest list."""
    months = sealed_months()
    if not months:
        return render(request, "payments/none.html")
    programme, month = months[0]
    return redirect("payments:list", programme=programme, month=month)


@require(Action.VIEW_PAYMENTS)
def payment_list_page(request: SignedRequest, programme: str, month: date) -> HttpResponse:
    """The sums by component and by area, and whether they agree with what was determined."""
    months = [each for code, each in sealed_months() if code == programme]
    if month not in months:
        raise Http404
    scope = request.scope
    totals, agreed = kept(
        lambda: (list_totals(programme, month, scope), reconciliation(programme, month, scope)),
        KEPT_SECONDS,
        "payments",
        programme,
        month,
        scope,
    )
    book = rulebook_of(latest_version(programme))
    names = {component.id: component.name for component in book.components}
    position = months.index(month)
    context: dict[str, Any] = {
        "programme": programme,
        "month": month,
        "book": book,
        "currency": book.currency,
        "reconciliation": agreed,
        "components": _by_component(totals, names),
        "areas": _by_state(totals),
        "newer": months[position - 1] if position else None,
        "older": months[position + 1] if position + 1 < len(months) else None,
        "programmes": sorted({code for code, _ in sealed_months()}),
        "may_export": may(request.user, Action.EXPORT_PAYMENTS),
        **permitted(request),
    }
    if context["may_runs"]:
        context |= places_of(request, programme, month)
        context["rows"] = run_rows(request, runs_in(scope, programme, month))
    return render(request, "payments/list.html", context)


@require(Action.EXPORT_PAYMENTS)
def export(request: SignedRequest, programme: str, month: date) -> HttpResponseBase:
    """The list as CSV, within the scope; who took it is written down first."""
    if (programme, month) not in sealed_months():
        raise Http404
    table = payment_table(programme, month, request.scope)
    with transaction.atomic():
        event_record(
            actor=request.user,
            action="payments.exported",
            subject=f"{programme}:{Month.of(month)}",
            detail={"rows": table.height, "amount": str(table["amount"].sum())},
        )
    parts = csv_parts(table, table.columns, bom=True)
    response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ceiba-{programme}-{Month.of(month)}.csv"'
    return response


def _by_component(totals: list[ListTotal], names: Mapping[str, object]) -> list[Line]:
    lines = []
    for component in dict.fromkeys(total.component for total in totals):
        own = [total for total in totals if total.component == component]
        lines.append(_summed(names.get(component, component), own, sum(total.people for total in own)))
    return lines


def _by_state(totals: list[ListTotal]) -> list[Line]:
    """By state or department; people are those of the component that most of them have."""
    lines = []
    codes = sorted({total.area_code[:5] for total in totals})
    names = areas_named(codes)
    for code in codes:
        own = [total for total in totals if total.area_code[:5] == code]
        by_component = {c: sum(t.people for t in own if t.component == c) for c in {t.component for t in own}}
        lines.append(_summed(names.get(code, code), own, max(by_component.values())))
    return sorted(lines, key=lambda line: -line.total_minor)


def _summed(name: object, totals: list[ListTotal], people: int) -> Line:
    return Line(
        name,
        people,
        sum(total.own_minor for total in totals),
        sum(total.arrears_minor for total in totals),
        sum(total.recoveries_minor for total in totals),
    )
