"""Who reaches thirty-six months: the distribution, the list, and what the record is and is not."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.evidence.selectors import absences_of
from ceiba.registry.profiles import person_in
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of
from ceiba.service_record.drawing import drawing_of
from ceiba.service_record.person import record_of_person
from ceiba.service_record.selectors import GOAL, accepted_distribution, record_page
from ceiba.web import words
from ceiba.web.charts import Charts, Column, column_charts, nice_steps
from ceiba.web.kept import kept

KEPT_SECONDS = 600


@require(Action.VIEW_RECORD)
def index(request: SignedRequest) -> HttpResponse:
    """The distribution of months accepted, the people with most, and the stages of the pathway."""
    offered = programmes()
    chosen = request.GET.get("programme") or (offered[0].code if offered else "")
    if chosen not in {programme.code for programme in offered}:
        raise Http404
    wanted = request.GET.get("months", "")
    most = int(wanted) if wanted.isdigit() else None
    counts = kept(
        lambda: accepted_distribution(chosen, request.scope), KEPT_SECONDS, "record", chosen, request.scope
    )
    sees_people = may(request.user, Action.VIEW_PEOPLE)
    book = rulebook_of(latest_version(chosen))
    context = {
        "programmes": offered,
        "chosen": chosen,
        "book": book,
        "stages": [{"stage": stage, "reached": False} for stage in book.pathway],
        "goal": GOAL,
        "months": most,
        "counts": counts,
        "reached": counts[GOAL],
        "near": sum(people or 0 for months, people in counts.items() if GOAL - 6 <= months < GOAL),
        "total": sum(people or 0 for people in counts.values()),
        "rounded_to": request.scope.cell_min,
        "chart": _chart(counts, chosen, most),
        "page": record_page(chosen, request.scope, most=most, after=request.GET.get("after", ""))
        if sees_people
        else None,
    }
    return render(request, "service_record/index.html", context)


@require(Action.VIEW_PEOPLE)
def person(request: SignedRequest, programme: str, code: str) -> HttpResponse:
    """The whole record of one person in one programme; for staff of the scope, and for the person."""
    found = person_in(request.scope, code)
    if found is None or not found.enrolments.filter(programme=programme).exists():
        raise Http404
    details = may(request.user, Action.VIEW_DETAILS)
    record = record_of_person(programme, found, details=details)
    context = {
        "person": found,
        "record": record,
        "drawing": drawing_of(record.lines),
        "may_details": details,
        "absences": absences_of(found.pk) if may(request.user, Action.VIEW_EVIDENCE) else (),
        "may_index": may(request.user, Action.VIEW_RECORD),
    }
    return render(request, "service_record/person.html", context)


def _chart(counts: dict[int, int | None], programme: str, chosen: int | None) -> Charts:
    """A bar for each number of months; a bar leads to the people from that number down."""
    columns = [
        Column(
            parts=(("fill-pay" if months >= GOAL else "fill-well-2", people or 0),),
            label=f"{months}+" if months == GOAL else str(months),
            hint=_("%(months)s: %(people)s")
            % {
                "months": ngettext("%(n)s month accepted", "%(n)s months accepted", months) % {"n": months},
                "people": words.count(people),
            },
            href=f"{reverse('service_record:index')}?programme={programme}&months={months}#people",
            here=months == chosen,
        )
        for months, people in counts.items()
    ]
    highest = max((column.total for column in columns), default=0)
    return column_charts(columns, [(step, words.count(step)) for step in nice_steps(highest)], label_width=24)
