"""A device is known by its key, however it shows it; others, and revoked ones, are not."""

import base64
import logging
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ceiba.core.kernel.errors import CeibaError
from ceiba.devices import limits, selectors
from ceiba.devices.digest import NONCE_SECONDS_MAX, challenge, parts_of
from ceiba.devices.keys import md5_hex
from ceiba.devices.limits import FAILURES_MAX
from ceiba.devices.log import KeysMasked
from ceiba.devices.models import Device
from ceiba.devices.selectors import sender_by_key
from ceiba.devices.services import Made, device_make, device_revoke
from tests.apps.submissions.phone import SUBMISSION, phone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_failures_before() -> None:
    cache.clear()


@pytest.fixture
def made(db: None) -> Made:
    return phone()


def head(path: str = SUBMISSION, **extra: Any) -> Any:
    return Client().head(path, **extra)


def basic(username: str, key: str) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(f"{username}:{key}".encode()).decode()}


def digest(
    asked: str, username: str, key: str, method: str = "HEAD", uri: str = SUBMISSION, **parts: str
) -> dict[str, Any]:
    """An answer as ODK Collect makes it (RFC 2617, 3.2.2)."""
    nonce = parts.pop("nonce", parts_of(asked.partition(" ")[2])["nonce"])
    ha1, ha2 = md5_hex(f"{username}:Ceiba:{key}"), md5_hex(f"{method}:{uri}")
    response = md5_hex(f"{ha1}:{nonce}:00000001:abc:auth:{ha2}")
    return {
        "HTTP_AUTHORIZATION": f'Digest username="{username}", realm="Ceiba", nonce="{nonce}", uri="{uri}", qop=auth, '
        f'nc=00000001, cnonce="abc", response="{response}", algorithm=MD5'
    }  # fmt: skip


def test_who_has_no_key_is_asked_for_one() -> None:
    answer = head()
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Digest realm=")
    assert "Basic" not in answer["WWW-Authenticate"]  # nobody is asked to send a key that can be read along
    assert "Basic" in head(secure=True)["WWW-Authenticate"]


def test_a_wrong_key_in_the_address(made: Made) -> None:
    assert head(f"/field/key/{made.key}x/submission").status_code == 401
    assert head(f"/field/key/{made.key}/submission").status_code == 204


def test_basic_counts_only_where_nobody_reads_along(made: Made) -> None:
    right = basic(made.device.username, made.key)
    assert head(**right).status_code == 401
    assert head(secure=True, **right).status_code == 204
    assert head(secure=True, **basic(made.device.username, "wrong")).status_code == 401
    assert head(secure=True, **basic("p-none", made.key)).status_code == 401
    assert head(secure=True, HTTP_AUTHORIZATION="Basic ===").status_code == 401


def test_digest(made: Made) -> None:
    asked = head()["WWW-Authenticate"]
    name, key = made.device.username, made.key
    assert head(**digest(asked, name, "wrong")).status_code == 401
    assert head(**digest(asked, "p-none", key)).status_code == 401
    assert head(**digest(asked, name, key, method="POST")).status_code == 401
    assert head(**digest(asked, name, key, uri="/field/formList")).status_code == 401
    assert head(**digest(asked, name, key, nonce="MTIzNDU2Nzg5MGFiYw==")).status_code == 401
    forged = base64.urlsafe_b64encode(f"{int(timezone.now().timestamp()):010d}{'0' * 32}".encode()).decode()
    for nonce in (forged, "none", ""):  # made by somebody else, by nobody, and missing
        answer = head(**digest(asked, name, key, nonce=nonce))
        assert (answer.status_code, "stale" in answer["WWW-Authenticate"]) == (401, False)
    assert head(**digest(asked, name, key)).status_code == 204
    whole = f"http://testserver{SUBMISSION}"
    assert head(**digest(asked, name, key, uri=whole)).status_code == 204


def test_an_old_nonce_is_told_to_be_stale(made: Made, settings: Any) -> None:
    old = challenge(settings.SECRET_KEY, timezone.now().timestamp() - NONCE_SECONDS_MAX - 5)
    answer = head(**digest(old, made.device.username, made.key))
    assert answer.status_code == 401 and "stale=true" in answer["WWW-Authenticate"]
    wrong = head(**digest(old, made.device.username, "wrong"))
    assert "stale" not in wrong["WWW-Authenticate"]


def test_a_revoked_device_and_an_inactive_user_may_nothing(made: Made) -> None:
    other = device_make(user=made.device.user, kind="phone", name="otro", by=None)
    device_revoke(device=made.device, by=None, now=timezone.now())
    assert head(f"/field/key/{made.key}/submission").status_code == 401
    assert head(secure=True, **basic(made.device.username, made.key)).status_code == 401
    assert head(f"/field/key/{other.key}/submission").status_code == 204
    with pytest.raises(CeibaError, match="revoked already"):
        device_revoke(device=made.device, by=None, now=timezone.now())
    made.device.user.is_active = False
    made.device.user.save()
    assert head(f"/field/key/{other.key}/submission").status_code == 401


def test_who_was_just_heard_is_remembered_in_bounds(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    recent: dict[Any, Any] = {}
    monkeypatch.setattr(selectors, "_RECENT", recent)
    monkeypatch.setattr(selectors, "RECENT_MAX", 2)
    for n in range(5):
        assert sender_by_key(phone("t1", f"p{n}").key)
        assert sender_by_key(f"guess {n}") is None
        assert 0 < len(recent) <= 2 and None not in [sender for _, sender in recent.values()]


def test_the_key_is_kept_nowhere(made: Made) -> None:
    row = Device.objects.filter(pk=made.device.pk).values().get()
    assert len(made.key) == 43  # nobody guesses it
    assert made.key not in str(row) and made.key.encode() not in bytes(row["ha1_cipher"])


def test_another_key_of_the_installation_opens_nothing(made: Made, settings: Any) -> None:
    settings.DEVICE_KEY = "another"
    assert head(secure=True, **basic(made.device.username, made.key)).status_code == 401


def test_whoever_tries_keys_is_soon_refused_unheard(made: Made) -> None:
    for _ in range(FAILURES_MAX):
        assert head("/field/key/guess/submission").status_code == 401
    assert head(f"/field/key/{made.key}/submission").status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.9").head(f"/field/key/{made.key}/submission").status_code == 204


def test_whoever_tries_passwords_is_soon_refused_unheard(made: Made) -> None:
    for _ in range(FAILURES_MAX):
        assert head(secure=True, **basic(made.device.username, "guess")).status_code == 401
    assert head(secure=True, **basic(made.device.username, made.key)).status_code == 429


def test_failures_are_forgotten_after_a_while(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(FAILURES_MAX):
        head("/field/key/guess/submission")
    later = time.time() + limits.WINDOW_SECONDS
    monkeypatch.setattr(time, "time", lambda: later)
    assert head(f"/field/key/{made.key}/submission").status_code == 204


def test_asking_first_as_phones_do_is_no_failure() -> None:
    for _ in range(FAILURES_MAX + 5):
        assert head().status_code == 401


def test_keys_in_addresses_are_not_logged(made: Made) -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "%s: %s", ("Bad", f"/field/key/{made.key}/x"), None
    )
    assert KeysMasked().filter(record)
    assert record.getMessage() == "Bad: /field/key/…/x"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_device_has_a_name(made: Made, name: str) -> None:
    with pytest.raises(CeibaError, match="is called"):
        device_make(user=made.device.user, kind="phone", name=name, by=None)
