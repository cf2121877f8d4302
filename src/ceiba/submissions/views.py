"""OpenRosa 1.0, as ODK Collect and its relatives speak it."""

from typing import IO, Final, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.devices.selectors import Sender
from ceiba.devices.views import DeviceRequest, require_device
from ceiba.submissions.openrosa import answer, with_headers
from ceiba.submissions.parcels import BadParcel, parcel_read
from ceiba.submissions.services import Outcome, submission_receive

_STATUS: Final = {Outcome.KEPT: 201, Outcome.AGAIN: 201, Outcome.CONFLICT: 409}


def refusal(reason: str, status: int) -> HttpResponse:
    """An answer to a device that is not known: in Spanish, since it is not known whose it is."""
    return answer(reason, "es", status)


@require_device(refusal)
def submission(request: DeviceRequest) -> HttpResponse:
    """Take a form with its files, in one post or several; HEAD asks whether it would be taken from here."""
    if request.method == "HEAD":
        return with_headers(HttpResponse(status=204))
    if request.method != "POST":
        return with_headers(HttpResponse(status=405, headers={"Allow": "HEAD, POST"}))
    return received(request, request.sender)


def received(request: HttpRequest, sender: Sender) -> HttpResponse:
    """Keep what the request brings, and say so only when it is durable."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    content_type = request.META.get("CONTENT_TYPE", "")
    try:
        with parcel_read(
            cast("IO[bytes]", request), content_type, length, settings.UPLOAD_BYTES_MAX
        ) as parcel:
            receipt = submission_receive(
                xml=parcel.xml, files=parcel.files, sender=sender, now=timezone.now()
            )
    except BadParcel as bad:
        return answer(bad.reason, sender.language, bad.status)
    except UnsafeXml as unsafe:
        return answer(unsafe.reason, sender.language, 400)
    return answer(receipt.outcome, sender.language, _STATUS[receipt.outcome])
