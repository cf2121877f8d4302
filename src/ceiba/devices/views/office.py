"""Technicians' accounts and devices, for the office that gives them out, for supervisors and for auditors."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.models import Role, User
from ceiba.accounts.permissions import Action, SignedRequest, may, require
from ceiba.accounts.selectors import technician_accounts
from ceiba.accounts.services import invitation_make, user_close, user_create, user_reopen
from ceiba.core.kernel.errors import CeibaError
from ceiba.devices.collect import picture_of
from ceiba.devices.models import DeviceKind
from ceiba.devices.selectors import devices_of_technician, technicians_page
from ceiba.devices.services import device_make, device_revoke
from ceiba.devices.views.key import key_shown
from ceiba.registry.models import Technician
from ceiba.registry.selectors import technicians_in
from ceiba.web.words import language

QUERY_MAX: Final = 80
PHONE: Final = {"with": True, "without": False}


@require(Action.VIEW_DEVICES)
def technicians(request: SignedRequest) -> HttpResponseBase:
    """Technicians within the scope by name, each with the account and what is in use."""
    text = " ".join(request.GET.get("q", "").split())[:QUERY_MAX]
    phone, after = request.GET.get("phone", ""), request.GET.get("after", "")
    page = technicians_page(request.scope, text=text, phone=PHONE.get(phone), after=after)
    context = {"q": text, "phone": phone, "after": after, "page": page}
    return render(request, "devices/technicians.html", context)


@require(Action.VIEW_DEVICES)
def technician(request: SignedRequest, technician: int) -> HttpResponseBase:
    """A technician's account and devices, those revoked too."""
    return _page(request, _found(request, technician))


@require(Action.MANAGE_DEVICES)
def account(request: SignedRequest, technician: int) -> HttpResponseBase:
    """Make a technician's account, and show the invitation to choose its password."""
    found = _found(request, technician)
    if request.method != "POST":
        return redirect("devices:technician", technician)
    username = request.POST.get("username", "").strip()
    try:
        user = user_create(
            username=username, password=None, role=Role.TECHNICIAN, code=found.code, by=request.user
        )
    except CeibaError as error:
        return _page(request, found, username=username, problem=error.text(language()))
    return _invited(request, found, user)


@require(Action.MANAGE_DEVICES)
def invitation(request: SignedRequest, technician: int) -> HttpResponseBase:
    """Show another invitation: the first was lost, or the password forgotten."""
    found = _found(request, technician)
    if request.method != "POST":
        return redirect("devices:technician", technician)
    return _invited(request, found, _account_of(found))


@require(Action.MANAGE_DEVICES)
def close(request: SignedRequest, technician: int) -> HttpResponseBase:
    """Ask whether the account of somebody who left is to be closed, and its devices with it; sent as POST, it is."""
    found = _found(request, technician)
    user = _account_of(found)
    back = reverse("devices:technician", args=[technician])
    if request.method == "POST":
        user_close(user=user, by=request.user)
        return redirect(back)
    return render(request, "devices/close.html", {"technician": found, "back": back})


@require(Action.MANAGE_DEVICES)
def reopen(request: SignedRequest, technician: int) -> HttpResponseBase:
    """Open a closed account again, with the devices it had."""
    found = _found(request, technician)
    user = technician_accounts([found.code]).get(found.code)
    if request.method == "POST" and user is not None:
        user_reopen(user=user, by=request.user)
    return redirect("devices:technician", technician)


@require(Action.MANAGE_DEVICES)
def phone(request: SignedRequest, technician: int) -> HttpResponseBase:
    """Make a phone of a technician, and show its key."""
    found = _found(request, technician)
    if request.method != "POST":
        return redirect("devices:technician", technician)
    name = request.POST.get("name", "")
    try:
        made = device_make(user=_account_of(found), kind=DeviceKind.PHONE, name=name, by=request.user)
    except CeibaError as error:
        return _page(request, found, name=name, problem=error.text(language()))
    return key_shown(request, made, back=reverse("devices:technician", args=[technician]))


@require(Action.REVOKE_DEVICES)
def revoke(request: SignedRequest, technician: int, device: int) -> HttpResponseBase:
    """Ask whether a technician's device is to be taken away; sent as POST, it is."""
    found = _found(request, technician)
    known = get_object_or_404(devices_of_technician(found), pk=device, revoked_at=None)
    back = reverse("devices:technician", args=[technician])
    if request.method == "POST":
        device_revoke(device=known, by=request.user, now=timezone.now())
        messages.success(request, _("%(name)s is revoked.") % {"name": known.called})
        return redirect(back)
    return render(request, "devices/revoke.html", {"device": known, "technician": found, "back": back})


def _found(request: SignedRequest, technician: int) -> Technician:
    return get_object_or_404(technicians_in(request.scope).select_related("area"), pk=technician)


def _account_of(technician: Technician) -> User:
    user = technician_accounts([technician.code]).get(technician.code)
    if user is None or not user.is_active:
        raise Http404
    return user


def _page(request: SignedRequest, technician: Technician, problem: str = "", **typed: str) -> HttpResponse:
    context = {
        "technician": technician,
        "account": technician_accounts([technician.code]).get(technician.code),
        "devices": devices_of_technician(technician),
        "may_manage": may(request.user, Action.MANAGE_DEVICES),
        "may_revoke": may(request.user, Action.REVOKE_DEVICES),
        "problem": problem,
        **typed,
    }
    return render(request, "devices/technician.html", context, status=422 if problem else 200)


def _invited(request: SignedRequest, technician: Technician, user: User) -> HttpResponse:
    address = request.build_absolute_uri(invitation_make(user=user, by=request.user))
    context = {"technician": technician, "invited": user, "address": address, "picture": picture_of(address)}
    return render(request, "devices/invitation.html", context)
