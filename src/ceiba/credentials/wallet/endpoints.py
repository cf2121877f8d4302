"""The endpoints that wallets speak to. Nobody is signed in: what a wallet may do follows from the codes it holds."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ceiba.accounts.permissions import public
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.wallet.configurations import GRANT, issuer_metadata, server_metadata
from ceiba.credentials.wallet.giving import credentials_give
from ceiba.credentials.wallet.offering import offer_object, offer_of
from ceiba.credentials.wallet.rates import is_too_fast
from ceiba.credentials.wallet.refusals import TOO_MANY, UNAUTHORIZED, Refusal, kept_by_nobody
from ceiba.credentials.wallet.secrets_of import nonce_new
from ceiba.credentials.wallet.tokens import offer_of_token, token_give
from ceiba.proofs.base64url import read_object

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
BODY_MOST: Final = 65_536  # bytes of any request
Endpoint = Callable[..., HttpResponse]


def endpoint(view: Endpoint) -> Endpoint:
    """An address for wallets, in the lane without cookies: not too often, refusals as the standards write them."""

    @wraps(view)
    def answered(request: HttpRequest, **of: str) -> HttpResponse:
        if is_too_fast(request):
            return Refusal("temporarily_unavailable", "too many requests", TOO_MANY).answer()
        try:
            return kept_by_nobody(view(request, **of))
        except Refusal as refusal:
            return refusal.answer()

    declared: Endpoint = public(answered)
    return declared


@endpoint
@require_safe
def offer(request: HttpRequest, reference: str) -> HttpResponse:
    """The Credential Offer of a reference (section 4.1.3); unknown, used and expired ones alike are not there."""
    if offer_of(reference, timezone.now()) is None:
        raise Http404
    return JsonResponse(offer_object(reference, _("The six digits that your programme gave you.")))


@endpoint
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """The token endpoint (section 6)."""
    sent = _form(request)
    if sent.get("grant_type") != GRANT:
        raise Refusal("unsupported_grant_type" if sent.get("grant_type") else "invalid_request")
    if "authorization_details" in sent:
        raise Refusal("invalid_authorization_details", "everything offered is granted")
    code, tx_code = sent.get("pre-authorized_code"), sent.get("tx_code")
    if not code or not tx_code:
        raise Refusal("invalid_request", "pre-authorized_code and tx_code are required")
    return JsonResponse(token_give(code=code, tx_code=tx_code, at=timezone.now()))


@endpoint
@require_POST
def nonce(request: HttpRequest) -> HttpResponse:
    """The nonce endpoint (section 7)."""
    return JsonResponse({"c_nonce": nonce_new()})


@endpoint
@require_POST
def credential(request: HttpRequest) -> HttpResponse:
    """The credential endpoint (section 8)."""
    now = timezone.now()
    authorised = offer_of_token(_bearer(request), now)  # before the request itself is looked at
    given = credentials_give(offer=authorised, body=_json(request), at=now)
    return JsonResponse({"credentials": [{"credential": each} for each in given]})


@public
@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """Where a wallet finds all this (section 12.2)."""
    return _metadata(issuer_metadata)


@public
@require_safe
def server(request: HttpRequest) -> HttpResponse:
    """The metadata of the Authorization Server (section 12.3)."""
    return _metadata(server_metadata)


def _metadata(write: Callable[[], dict[str, Any]]) -> HttpResponse:
    try:
        response = JsonResponse(write(), json_dumps_params={"ensure_ascii": False})
    except CeibaError as error:  # nobody issues here
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _form(request: HttpRequest) -> QueryDict:
    """What a form sent, each name once (RFC 6749, section 3.2). Raises Refusal: invalid_request."""
    if request.content_type != FORM or len(request.body) > BODY_MOST:
        raise Refusal("invalid_request", f"{FORM} is expected")
    if any(len(values) > 1 for _name, values in request.POST.lists()):
        raise Refusal("invalid_request", "a parameter twice")
    return request.POST


def _json(request: HttpRequest) -> dict[str, Any]:
    """An object, each name once. Raises Refusal: invalid_credential_request."""
    if request.content_type != JSON or len(request.body) > BODY_MOST:
        raise Refusal("invalid_credential_request", f"{JSON} is expected")
    try:
        return read_object(request.body)
    except CeibaError as error:
        raise Refusal("invalid_credential_request", "no JSON object") from error


def _bearer(request: HttpRequest) -> str:
    """The access token (RFC 6750, section 2.1). Raises Refusal: invalid_token."""
    scheme, _space, token_ = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token_:
        raise Refusal("invalid_token", status=UNAUTHORIZED)
    return token_
