"""Which device a key belongs to, whose it is, and who has which."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, technician_accounts
from ceiba.devices.keys import key_hash
from ceiba.devices.models import Device, DeviceKind
from ceiba.frames.prepared import prepared_row
from ceiba.registry.models import Technician
from ceiba.registry.selectors import technicians_in, technicians_named

PAGE_ROWS: Final = 25
FRESH_SECONDS: Final = 1.0  # a revoked device is heard for a second more at most
RECENT_MAX: Final = 10_000
_RECENT: Final[dict[str | bytes, tuple[float, "Sender"]]] = {}
_SENDER: Final[LiteralString] = """
    SELECT d.id, d.user_id, u.language, d.username, d.ha1_cipher
    FROM devices_device d JOIN accounts_user u ON u.id = d.user_id
    WHERE d.revoked_at IS NULL AND u.is_active AND """


@dataclass(frozen=True, slots=True)
class Sender:
    """A device that may send and fetch, and its user."""

    device_id: int
    user_id: int
    language: str
    username: str
    ha1_cipher: bytes


@dataclass(frozen=True, slots=True)
class Equipped:
    """A technician, the account, and what is in use: phones, browsers, and when one of them was last seen."""

    technician: Technician
    account: User | None
    phones: int
    browsers: int
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class TechniciansPage:
    """A page of technicians, and the code after which the next page begins; None on the last."""

    rows: tuple[Equipped, ...]
    next: str | None


def technicians_page(
    scope: Scope, *, text: str = "", phone: bool | None = None, after: str = ""
) -> TechniciansPage:
    """Technicians by name, from the one after the code `after` on: all, with a phone in use, or without one."""
    found = technicians_named(scope, text)
    if phone is not None:
        has = Exists(_in_use().filter(kind=DeviceKind.PHONE, user__code=OuterRef("code")))
        found = found.filter(has if phone else ~has)
    if after and (last := technicians_in(scope).filter(code=after).first()):
        found = found.filter(Q(name__gt=last.name) | Q(name=last.name, code__gt=last.code))
    rows = tuple(found.select_related("area").order_by("name", "code")[: PAGE_ROWS + 1])
    following = rows[PAGE_ROWS - 1].code if len(rows) > PAGE_ROWS else None
    return TechniciansPage(tuple(_equipped(rows[:PAGE_ROWS])), following)


def devices_of_technician(technician: Technician) -> QuerySet[Device]:
    """All devices of a technician's accounts, those in use first, then the newest."""
    owned = Device.objects.filter(user__role=Role.TECHNICIAN, user__code=technician.code)
    return _listed(owned)


def sender_by_key(key: str) -> Sender | None:
    """The device with this key, unless it or its user was revoked."""
    return _sender(_SENDER + "d.key_sha256 = %(value)s", key_hash(key))


def sender_by_username(username: str) -> Sender | None:
    """The device with this name, unless it or its user was revoked."""
    return _sender(_SENDER + "d.username = %(value)s", username)


def sender_of(device: Device) -> Sender:
    """A device as a sender, once it is known that it may."""
    return Sender(device.pk, device.user_id, device.user.language, device.username, bytes(device.ha1_cipher))


def user_of(sender: Sender) -> User:
    """The sender's user."""
    return User.objects.get(pk=sender.user_id)


def devices_of(user: User) -> QuerySet[Device]:
    """A user's devices, those in use first, then the newest."""
    return _listed(Device.objects.filter(user=user))


def browser_of(user: User, installation: str) -> Device | None:
    """The browser of a user with this name, unless it was revoked."""
    return Device.objects.filter(
        user=user, kind=DeviceKind.BROWSER, name=installation, revoked_at=None
    ).first()


def _in_use() -> QuerySet[Device]:
    return Device.objects.filter(revoked_at=None, user__is_active=True, user__role=Role.TECHNICIAN)


def _listed(devices: QuerySet[Device]) -> QuerySet[Device]:
    return devices.select_related("user", "made_by", "revoked_by").order_by("-revoked_at", "-pk")


def _equipped(technicians: Iterable[Technician]) -> Iterable[Equipped]:
    codes = [technician.code for technician in technicians]
    accounts = technician_accounts(codes)
    counted = (
        _in_use()
        .filter(user__code__in=codes)
        .values_list("user__code")
        .annotate(
            phones=Count("pk", filter=Q(kind=DeviceKind.PHONE)),
            browsers=Count("pk", filter=Q(kind=DeviceKind.BROWSER)),
            seen=Max("seen_at"),
        )
    )
    used = {code: rest for code, *rest in counted}
    for technician in technicians:
        phones, browsers, seen_at = used.get(technician.code, (0, 0, None))
        yield Equipped(technician, accounts.get(technician.code), phones, browsers, seen_at)


def _sender(statement: LiteralString, value: str | bytes) -> Sender | None:
    """Asked at every request: by SQL, in a third of the time that the models take, and once in FRESH_SECONDS."""
    now = time.monotonic()
    known = _RECENT.get(value)
    if known is not None and now - known[0] < FRESH_SECONDS:
        return known[1]
    row = prepared_row(statement, {"value": value})
    found = None if row is None else Sender(row[0], row[1], row[2], row[3], bytes(row[4]))
    if found is not None:
        if len(_RECENT) >= RECENT_MAX:
            _RECENT.clear()
        _RECENT[value] = (now, found)
    return found
