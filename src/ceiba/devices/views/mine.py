"""A technician's own devices: which there are, another phone, a lost one taken away, and how to set one up."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ceiba.accounts.permissions import Action, SignedRequest, require
from ceiba.core.kernel.errors import CeibaError
from ceiba.devices.models import DeviceKind
from ceiba.devices.selectors import devices_of
from ceiba.devices.services import device_make, device_revoke
from ceiba.devices.views.key import key_shown
from ceiba.web.words import language


@require(Action.OWN_DEVICES)
def devices(request: SignedRequest) -> HttpResponseBase:
    """What one has, and how to set up another."""
    return _page(request)


@require(Action.OWN_DEVICES)
def phone(request: SignedRequest) -> HttpResponseBase:
    """Make a phone of one's own, and show its key."""
    if request.method != "POST":
        return redirect("devices:mine")
    name = request.POST.get("name", "")
    try:
        made = device_make(user=request.user, kind=DeviceKind.PHONE, name=name, by=request.user)
    except CeibaError as error:
        return _page(request, name, error.text(language()), 422)
    return key_shown(request, made, back=reverse("devices:mine"))


@require(Action.OWN_DEVICES)
def revoke(request: SignedRequest, device: int) -> HttpResponseBase:
    """Ask whether a device of one's own is to be taken away; sent as POST, it is."""
    found = devices_of(request.user).filter(pk=device, revoked_at=None).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        device_revoke(device=found, by=request.user, now=timezone.now())
        messages.success(request, _("%(name)s is revoked.") % {"name": found.called})
        return redirect("devices:mine")
    return render(request, "devices/revoke.html", {"device": found, "back": reverse("devices:mine")})


def _page(request: SignedRequest, name: str = "", problem: str = "", status: int = 200) -> HttpResponseBase:
    context = {"devices": devices_of(request.user), "name": name, "problem": problem}
    return render(request, "devices/mine.html", context, status=status)
