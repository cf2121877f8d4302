"""The pathway board, a batch's page and its public list, and the recipients."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ceiba.accounts.permissions import Action, SignedRequest, may, public, require
from ceiba.core.referrals import Moved, Said
from ceiba.pathway.entry_forms import AnswerForm, MovementForm, NumberForm, RecipientForm, ReferForm
from ceiba.pathway.models import Batch
from ceiba.pathway.selectors.batches import (
    batches,
    number_of,
    numbers_of,
    people_of,
    progress_of,
    published,
    state_of,
)
from ceiba.pathway.selectors.due import next_of
from ceiba.pathway.selectors.sharing import recipients
from ceiba.pathway.selectors.stages import pathway_programmes, stage_counts, stage_of
from ceiba.pathway.services import recipient_register
from ceiba.pathway.views.acts import act
from ceiba.registry.places import areas_named
from ceiba.rulebook.selectors import rulebook_of

BATCHES_SHOWN = 50
PEOPLE_SHOWN = 500


@require(Action.VIEW_AGGREGATES)
def index(request: SignedRequest) -> HttpResponse:
    """The stages of each programme with how many stand where, and the batches with how they stand."""
    now = timezone.now()
    context = {
        "pathways": [
            (programme, stage_counts(programme.code, book, request.scope))
            for programme, book in pathway_programmes()
        ],
        "batches": [_shown(each, request, now) for each in batches()[:BATCHES_SHOWN]],
        "may_open": may(request.user, Action.MANAGE_REFERRALS),
        "may_people": may(request.user, Action.VIEW_PATHWAY),
        "rounded_to": request.scope.cell_min,
    }
    return render(request, "pathway/index.html", context)


@require(Action.VIEW_AGGREGATES)
def batch_page(request: SignedRequest, pk: int) -> HttpResponse:
    """How a batch stands; the people on its list within the scope, for who may see people's dossiers."""
    found = _batch(pk)
    sees = may(request.user, Action.VIEW_PATHWAY)
    now = timezone.now()
    people = people_of(found, request.scope) if sees else []
    context = _shown(found, request, now) | {
        "numbers": numbers_of(found),
        "people": people[:PEOPLE_SHOWN],
        "people_count": len(people),
        "sees_people": sees,
        "acts": may(request.user, Action.MANAGE_REFERRALS) and request.scope.covers(found.area_code),
        "number_form": NumberForm(corrects=number_of(found) is not None),
        "refer_form": ReferForm(),
        "answer_form": AnswerForm(),
        "movement_form": MovementForm(),
        "said": list(Said),
        "moved": list(Moved),
        "rounded_to": request.scope.cell_min,
    }
    return render(request, "pathway/batch.html", context)


@public
@require_safe
def public_list(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A batch's list by anonymous numbers, for anybody: `ceiba pathway draw-verify` draws it again."""
    now = timezone.now()
    found = _batch(pk)
    response = JsonResponse(
        published(found, now) | {"state": state_of(found, now)},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Content-Disposition"] = f'attachment; filename="ceiba-batch-{found.pk}.json"'
    return response


@require(Action.VIEW_PATHWAY)
@require_http_methods(["GET", "POST"])
def recipients_page(request: SignedRequest) -> HttpResponseBase:
    """Consulates and ministries with whom people may share; the office registers another."""
    registers = may(request.user, Action.MANAGE_REFERRALS)
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and not registers:
        raise Http404
    if act(
        request,
        form,
        lambda: recipient_register(**form.cleaned_data, by=request.user, now=timezone.now()),
        _("Registered. People may now share with it."),
    ):
        return redirect("pathway:recipients")
    context = {"recipients": recipients(), "form": form, "registers": registers}
    return render(request, "pathway/recipients.html", context)


def _batch(pk: int) -> Batch:
    found = batches().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _shown(batch: Batch, request: SignedRequest, now: datetime) -> dict[str, Any]:
    """A batch with its stage and its area in words, how it stands, and what comes next."""
    names = areas_named([batch.area_code])
    progress = progress_of(batch, request.scope, now)
    return {
        "batch": batch,
        "progress": progress,
        "steps": next_of(progress),
        "today": now.date(),
        "stage": stage_of(rulebook_of(batch.rulebook), batch.stage),
        "area": names.get(batch.area_code, batch.area_code),
    }
