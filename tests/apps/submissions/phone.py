"""What a phone posts, byte by byte."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.test import Client

from ceiba.accounts.models import Role, User
from ceiba.devices.models import DeviceKind
from ceiba.devices.services import Made, device_make

BOUNDARY = "----phone"
SUBMISSION = "/field/submission"


def phone(username: str = "t1", name: str = "", code: str = "T-1") -> Made:
    """Another phone with its key, of a technician."""
    user, _ = User.objects.get_or_create(username=username, defaults={"role": Role.TECHNICIAN, "code": code})
    return device_make(
        user=user, kind=DeviceKind.PHONE, name=name or f"teléfono {user.devices.count()}", by=None
    )


def xml(
    instance: str | None = None, form: str = "ca-visit", version: str = "1", body: str = "<plan_done>9</plan_done>",
    replaces: str = "",
) -> bytes:  # fmt: skip
    """A form as a phone writes it."""
    deprecated = f"<orx:deprecatedID>{replaces}</orx:deprecatedID>" if replaces else ""
    return (
        f'<?xml version=\'1.0\' ?><data id="{form}" version="{version}" xmlns:orx="http://openrosa.org/xforms">'
        f"{body}<orx:meta><orx:instanceID>{instance or f'uuid:{uuid4()}'}</orx:instanceID>{deprecated}"
        "</orx:meta></data>"
    ).encode()


def parcel(form: bytes | None, files: Mapping[str, bytes] | None = None, end: str = "--\r\n") -> bytes:
    """multipart/form-data of a form and files."""
    parts = []
    if form is not None:
        parts.append(("xml_submission_file", "form.xml", "text/xml", form))
    parts += [(name, name, "image/jpeg", data) for name, data in (files or {}).items()]
    body = b""
    for field, name, kind, data in parts:
        body += (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        ).encode() + data + b"\r\n"  # fmt: skip
    return body + f"--{BOUNDARY}{end}".encode()


def post(
    key: str, body: bytes, kind: str = f"multipart/form-data; boundary={BOUNDARY}", **headers: Any
) -> Any:
    """Post a parcel from the phone with this key."""
    return Client().post(f"/field/key/{key}/submission", data=body, content_type=kind, **headers)


def send(key: str, form: bytes, files: Mapping[str, bytes] | None = None) -> Any:
    """Post a form with its files."""
    return post(key, parcel(form, files))
