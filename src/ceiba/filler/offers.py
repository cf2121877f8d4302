"""The forms a user may fill in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ceiba.accounts.models import User
from ceiba.accounts.selectors import Scope
from ceiba.forms.models import FormVersion


@dataclass(frozen=True, slots=True)
class Offer:
    """STAND-IN."""

    code: str
    version: str
    title: str
    md5: str
    xform: bytes
    files: Mapping[str, str]


LISTS = {"participants.csv": b"name,label\nCA-000001,Ana\n"}


def offers_to(user: User, scope: Scope) -> list[Offer]:
    found = {}
    for v in FormVersion.objects.select_related("form").order_by("published_at"):
        found[v.form.code] = Offer(
            v.form.code,
            v.version,
            v.title,
            v.xform_md5,
            bytes(v.xform),
            {n: hashlib.sha256(b).hexdigest() for n, b in LISTS.items() if n.encode() in bytes(v.xform)},
        )
    return list(found.values())


def offer_file(user: User, scope: Scope, offer: Offer, name: str) -> bytes | None:
    return LISTS.get(name)
