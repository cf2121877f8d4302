"""The log for programs: checkpoint, proofs, entries; and where witnesses send their cosignatures. Open to anybody."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from ceiba.accounts.permissions import public
from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem
from ceiba.transparency.keys import log_signer
from ceiba.transparency.limits import seconds_to_wait
from ceiba.transparency.problems import refuse
from ceiba.transparency.selectors import proofs
from ceiba.transparency.selectors.checkpoints import published, witnesses_in_office
from ceiba.transparency.services.witnesses import cosignatures_take

NOTE_BYTES_MAX: Final = 20_000
NOTE: Final = "text/plain; charset=utf-8"
FOR_EVER: Final = "public, max-age=31536000, immutable"
A_MOMENT: Final = "public, max-age=10"
View = Callable[..., HttpResponse]


def asked_of_the_log(view: View) -> View:
    """Answer problems as JSON in both languages, and ask those who ask too often to wait."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait := seconds_to_wait(request):
            response = _refused(429, Problem("log.too_often", values={"seconds": wait}))
            response["Retry-After"] = str(wait)
            return response
        try:
            response = view(request, *args, **kwargs)
        except CeibaError as error:
            return _refused(400, error.problems[0])
        response["Access-Control-Allow-Origin"] = "*"  # a page of somebody else may check the log
        return response

    return answered


@public
@require_safe
@asked_of_the_log
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The last signed checkpoint, or that of `size`, with its cosignatures, as a signed note."""
    size = request.GET.get("size")
    row = proofs.signed(None if size is None else proofs.number_of(size, "size"))
    response = HttpResponse(published(row).written(), content_type=NOTE)
    response["Cache-Control"] = A_MOMENT  # of an earlier one too: cosignatures may still come
    return response


@public
@require_safe
@asked_of_the_log
def consistency(request: HttpRequest) -> HttpResponse:
    """The proof from `first` entries to `second`."""
    first, second = (proofs.number_of(request.GET.get(name, ""), name) for name in ("first", "second"))
    return _answered(proofs.consistency(first, second), FOR_EVER)


@public
@require_safe
@asked_of_the_log
def inclusion(request: HttpRequest) -> HttpResponse:
    """The proof of the entry `index`, or of the one whose leaf shows `value`, in the log of `size` entries."""
    asked, size = request.GET, request.GET.get("size")
    if "value" in asked:
        index = proofs.index_with(proofs.value_of(asked["value"], "value"))
    else:
        index = proofs.number_of(asked.get("index", ""), "index")
    found = proofs.inclusion(index, None if size is None else proofs.number_of(size, "size"))
    return _answered(found, A_MOMENT if size is None else FOR_EVER)


@public
@require_safe
@asked_of_the_log
def entries(request: HttpRequest) -> HttpResponse:
    """Leaves from `start`, at most `count` and at most a thousand."""
    start = proofs.number_of(request.GET.get("start", ""), "start")
    count = proofs.number_of(request.GET.get("count", "100"), "count")
    return _answered(proofs.leaves(start, count), A_MOMENT)


@public
@require_safe
@asked_of_the_log
def keys(request: HttpRequest) -> HttpResponse:
    """The log's key and its witnesses': believe them only if you have them from elsewhere too."""
    witnesses = [{"name": each.name, "key": each.key} for each in witnesses_in_office()]
    signer = log_signer()
    told = {"origin": signer.key.name, "key": signer.key.text(), "witnesses": witnesses}
    return _answered(told, A_MOMENT)


@public
@csrf_exempt  # no session is looked at: a cosignature counts by itself
@require_POST
@asked_of_the_log
def cosign(request: HttpRequest) -> HttpResponse:
    """Take a witness's cosignature: the body is the checkpoint as the witness signed it."""
    data = request.read(NOTE_BYTES_MAX + 1)
    if len(data) > NOTE_BYTES_MAX:
        refuse("log.too_long", most=NOTE_BYTES_MAX)
    taken = cosignatures_take(data=data, now=timezone.now())
    return JsonResponse({"taken": [row.witness.name for row in taken]})


def _answered(members: Mapping[str, object], kept: str) -> HttpResponse:
    response = JsonResponse(dict(members))
    response["Cache-Control"] = kept
    return response


def _refused(status: int, problem: Problem) -> HttpResponse:
    texts = {language: problem.text(language) for language in LANGUAGES}
    response = JsonResponse({"code": problem.code} | texts, status=status)
    response["Cache-Control"] = "no-store"
    return response
