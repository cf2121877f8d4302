"""What pages of files that people send in have in common, whichever app takes them in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import SignedRequest
from ceiba.core.kernel.errors import Problem
from ceiba.jobs.state import JobState, job_of
from ceiba.registry.uploads import Upload, upload_take_in
from ceiba.web.htmx import shows_already, wants_fragment
from ceiba.web.words import language

PROBLEMS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Door:
    """Where an app takes files in: the worker's task, its pages by name, its templates, and what they show.

    `page` is the address of how a file stands, `back` of where another is sent; `whole` and `part` are templates.
    """

    task: str
    back: str
    page: str
    whole: str
    part: str
    shown: Callable[[SignedRequest, Upload, JobState], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem as a row of a table: where, and what to do."""

    row: int | None
    column: str
    text: str


def faults(problems: tuple[Problem, ...]) -> list[Fault]:
    """The first of them, in the language of the page."""
    return [
        Fault(each.where.row, each.where.column or "", each.message(language()))
        for each in problems[:PROBLEMS_SHOWN]
    ]


def gone(request: SignedRequest, door: Door) -> HttpResponseBase:
    """Say that the file is no longer kept, where another can be sent."""
    messages.error(request, _("The file is no longer here. Send it again."))
    return redirect(door.back)


def taking_in_page(request: SignedRequest, door: Door, job: int) -> HttpResponseBase:
    """How a file that one sent to be taken in stands, as a page or a part of it; sent as POST, it is tried again."""
    state = job_of(door.task, job, user=request.user.pk)
    if state is None:
        raise Http404
    kept = Upload(**state.arguments)
    if request.method == "POST":
        if not kept.is_kept:
            return gone(request, door)
        return redirect(door.page, job=upload_take_in(upload=kept, task=door.task))
    if shows_already(request, state.seen):
        return HttpResponse(status=204)
    context = {"job": state, "upload": kept, "back": door.back, **door.shown(request, kept, state)}
    return render(request, door.part if wants_fragment(request) else door.whole, context)
