"""The agreements that a user may see, with their money; and one of them."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.core.rules.rulebook import Rulebook
from ceiba.funding.charts import spending_chart
from ceiba.funding.models import Commitment, Disbursement, Instalment
from ceiba.funding.selectors import agreements_in, counted_at, divisions_of, manages, standing
from ceiba.funding.shown import (
    AgreementRow,
    Waiting,
    agreement_rows,
    division_rows,
    spending,
    unpaid,
    waiting_entries,
)
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.web.words import language

E = TypeVar("E", Commitment, Disbursement, Instalment)


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme with its agreements; and for those who manage it, what waits and what nobody pays."""

    code: str
    book: Rulebook
    agreements: list[AgreementRow]
    manages: bool
    waiting: list[Waiting]
    unpaid: list[str]


@require(Action.VIEW_FUNDING)
def index(request: SignedRequest) -> HttpResponse:
    """Every agreement within the scope, by programme: what was promised, arrived, was paid and is left."""
    found = list(agreements_in(request.scope))
    rows = agreement_rows(found, request.scope)
    shown = [_programme(request, code.pk, rows) for code in programmes()]
    context = {
        "programmes": [each for each in shown if each.agreements or each.manages],
        "rounded": bool(request.scope.cell_min),
        "counted_at": counted_at(found) if request.scope.cell_min else None,
    }
    return render(request, "funding/index.html", context)


@require(Action.VIEW_FUNDING)
def agreement(request: SignedRequest, code: str) -> HttpResponse:
    """One agreement: promised and where it was said, arrived, shares, paid by month, and until when it lasts."""
    found = get_object_or_404(agreements_in(request.scope), code=code)
    book = rulebook_of(latest_version(found.programme_id))
    (row,) = agreement_rows([found], request.scope)
    months = spending(found, row.money, request.scope)
    manager = may(request.user, Action.MANAGE_FUNDING) and manages(request.scope, book)
    context = {
        "agreement": found,
        "row": row,
        "book": book,
        "commitments": _of(standing(Commitment), code).order_by("dated", "pk"),
        "instalments": _of(standing(Instalment), code).order_by("due_from", "pk"),
        "disbursements": _of(standing(Disbursement), code).order_by("value_date", "pk"),
        "divisions": division_rows(list(divisions_of(found)), book),
        "spending": months,
        "chart": spending_chart(months.months, found.currency),
        "rounded": bool(request.scope.cell_min),
        "counted_at": counted_at([found]),
        "manages": manager,
        "waiting": waiting_entries(found.programme_id, code) if manager else [],
    }
    return render(request, "funding/agreement.html", context)


def _of(rows: QuerySet[E], code: str) -> QuerySet[E]:
    return rows.filter(agreement__code=code, amount_minor__gt=0).select_related("entered_by", "decided_by")


def _programme(request: SignedRequest, code: str, rows: list[AgreementRow]) -> ProgrammeRow:
    book = rulebook_of(latest_version(code))
    manager = may(request.user, Action.MANAGE_FUNDING) and manages(request.scope, book)
    return ProgrammeRow(
        code,
        book,
        [row for row in rows if row.agreement.programme_id == code],
        manager,
        waiting_entries(code) if manager else [],
        [problem.text(language()) for problem in unpaid(code)] if manager else [],
    )
