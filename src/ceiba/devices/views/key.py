"""The page of a new phone, its key as a picture and as text: the answer to the request that made it, and no other."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ceiba.devices.collect import code_of, picture_of, server_path, settings_of
from ceiba.devices.middleware import PREFIX
from ceiba.devices.services import Made


def key_shown(request: HttpRequest, made: Made, *, back: str) -> HttpResponse:
    """What a phone scans, and what is typed where nothing scans; `back` is the address to go on to."""
    user = made.device.user
    server_url = request.build_absolute_uri(server_path(made.key))
    settings = settings_of(server_url=server_url, owner=user.code or user.username, language=user.language)
    context = {
        "made": made,
        "picture": picture_of(code_of(settings)),
        "server_url": server_url,
        "plain_url": request.build_absolute_uri(PREFIX.rstrip("/")),
        "is_encrypted": request.is_secure(),
        "back": back,
    }
    return render(request, "devices/key.html", context)
