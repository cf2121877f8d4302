"""STAND-IN."""
import hashlib
import re

from django.http import HttpResponse
from django.utils import timezone

from ceiba.accounts.permissions import SignedRequest
from ceiba.devices.models import Device
from ceiba.submissions.models import Attachment, Submission


def receive(request: SignedRequest, device: Device) -> HttpResponse:
    xml = request.FILES["xml_submission_file"].read()
    iid = re.search(rb"instanceID>([^<]+)<", xml).group(1).decode()
    s, made = Submission.objects.get_or_create(instance_id=iid, defaults=dict(xml=xml, sha256=hashlib.sha256(xml).digest(), device=device, user=request.user, received_at=timezone.now()))
    if bytes(s.xml) != xml:
        return HttpResponse("<OpenRosaResponse xmlns='http://openrosa.org/http/response'><message>otro</message></OpenRosaResponse>", status=409, content_type="text/xml")
    for name, f in request.FILES.items():
        if name != "xml_submission_file":
            b = f.read()
            Attachment.objects.get_or_create(submission=s, name=f.name, sha256=hashlib.sha256(b).hexdigest(), defaults=dict(size_bytes=len(b), is_named=True, received_at=timezone.now()))
    return HttpResponse("<OpenRosaResponse xmlns='http://openrosa.org/http/response'><message>Recibido. Gracias.</message></OpenRosaResponse>", status=201, content_type="text/xml")
