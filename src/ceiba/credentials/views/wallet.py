"""A constancia into a wallet: asked for by its holder, or by the office with the person present.

Three pages, so that the six digits and the QR code are never on one screen: whoever photographs one has half.
"""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role
from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.models import TRIES_MAX, Credential
from ceiba.credentials.signing import issuer_url
from ceiba.credentials.views.held import held_in
from ceiba.credentials.wallet.offering import (
    LASTS,
    holds,
    link_by_reference,
    link_by_value,
    offer_make,
    offer_of,
)
from ceiba.devices.collect import picture_of
from ceiba.web.words import language

REFERENCE_MOST: Final = 64


@require(Action.VIEW_CREDENTIALS)
def wallet(request: SignedRequest, pk: UUID) -> HttpResponse:
    """What a wallet is; then, sent, the digits, shown once; then, sent on, the code to scan."""
    credential = held_in(request, pk)
    if request.method != "POST":
        return _page(request, credential, "wallet")
    reference = request.POST.get("reference", "")[:REFERENCE_MOST]
    try:
        return _code_shown(request, credential, reference) if reference else _offered(request, credential)
    except CeibaError as error:
        return _page(request, credential, "wallet", 422, problem=error.text(language()))


def _offered(request: SignedRequest, credential: Credential) -> HttpResponse:
    issuer_url()  # before there is an offer that no wallet could take
    made = offer_make(credential=credential, by=request.user, at=timezone.now())
    said: dict[str, Any] = {
        "tx_code": made.tx_code,
        "spelt": " ".join(made.tx_code),
        "reference": made.reference,
        "tries": TRIES_MAX,
    }
    return _page(request, credential, "wallet_digits", **said)


def _code_shown(request: SignedRequest, credential: Credential, reference: str) -> HttpResponse:
    offer = offer_of(reference, timezone.now())
    if offer is None or offer.credential_id != credential.pk:
        problem = _("That code is over: it was used, or its time ran out. Begin again; it is free of charge.")
        return _page(request, credential, "wallet", 422, problem=problem)
    said: dict[str, Any] = {
        "picture": picture_of(link_by_reference(reference)),
        "same_phone": link_by_value(reference, _("The six digits that your programme gave you.")),
    }
    return _page(request, credential, "wallet_code", **said)


def _page(
    request: SignedRequest, credential: Credential, name: str, status: int = 200, **said: object
) -> HttpResponse:
    context = {
        "credential": credential,
        "person": credential.participant,
        "own": request.user.role == Role.PARTICIPANT,
        "holds": holds(credential, timezone.now()),
        "minutes": int(LASTS.total_seconds() // 60),
    }
    return render(request, f"credentials/{name}.html", context | said, status=status)
