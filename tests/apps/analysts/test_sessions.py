"""Who is let in, by what, for how long; what is written down of it. Who must not pass comes first."""

import base64
import json
import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.analysts.models import Session
from ceiba.analysts.services import session_open
from ceiba.audit.models import Event
from ceiba.devices.log import KeysMasked
from tests.factories import user_make

pytestmark = pytest.mark.django_db
PASSWORD = "milpa-y-sombra-9"
ME = "/v1/users/current"


@pytest.fixture(autouse=True)
def nothing_known(db: None) -> None:
    cache.clear()


@pytest.fixture
def user() -> User:
    made = user_make("analista", Role.AUDITOR, ("GT",), password=PASSWORD)
    made.email = "analista@example.org"
    made.save()
    return made


def sign_in(name: str = "analista", password: str = PASSWORD) -> Any:
    return Client().post(
        "/v1/sessions", json.dumps({"email": name, "password": password}), content_type="application/json"
    )


def me(token: str) -> Any:
    return Client().get(ME, headers={"Authorization": f"Bearer {token}"})


def by_basic(name: str = "analista", password: str = PASSWORD, *, secure: bool = True) -> Any:
    said = base64.b64encode(f"{name}:{password}".encode()).decode()
    return Client().get(ME, headers={"Authorization": f"Basic {said}"}, secure=secure)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 400.1), ("{", 400.1), ("[]", 400.3), ("{}", 400.3), ('{"email": "analista"}', 400.3),
        ('{"email": "analista", "password": 1}', 400.3), ('{"email": "analista", "password": "wrong"}', 401.2),
        ('{"email": "nobody", "password": "wrong"}', 401.2), ('{"email": "", "password": "x"}', 400.3),
    ],
)  # fmt: skip
def test_what_opens_no_session(user: User, body: str, code: float) -> None:
    answer = Client().post("/v1/sessions", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (int(code), code)
    assert not Session.objects.exists()


def test_too_much_is_not_read(user: User) -> None:
    answer = Client().post("/v1/sessions", "x" * 3_000_000, content_type="application/json")
    assert answer.json()["code"] == 400.1


def test_who_may_not_sign_in(user: User) -> None:
    user.is_active = False
    user.save()
    assert sign_in().status_code == 401


def test_a_name_is_barred_after_failures_even_with_the_password(user: User, settings: Any) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        assert sign_in(password="wrong").status_code in (401, 429)
    answer = sign_in()
    assert (answer.status_code, answer.json()["code"]) == (429, 429.1)
    assert by_basic().status_code == 429


def test_whoever_tries_tokens_is_soon_refused_unheard(user: User) -> None:
    good = session_open(user=user, now=timezone.now()).token
    for n in range(30):
        assert me(f"wrong-{n}").status_code == 401
    assert me(good).status_code == 429


def test_somebody_who_asks_too_often_waits(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from ceiba.analysts import credentials

    monkeypatch.setattr(credentials, "REQUESTS_MAX", 3)
    token = session_open(user=user, now=timezone.now()).token
    assert [me(token).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.parametrize("name", ["analista", "analista@example.org", "ANALISTA@example.org"])
def test_a_session_by_username_or_address(user: User, name: str) -> None:
    answer = sign_in(name)
    assert answer.status_code == 200
    assert not answer.cookies
    assert me(answer.json()["token"]).json()["id"] == user.pk


def test_an_address_of_two_people_is_nobodys(user: User) -> None:
    other = user_make("otra", Role.AUDITOR, ("GT",), password=PASSWORD)
    other.email = user.email
    other.save()
    assert sign_in(user.email).status_code == 401
    assert sign_in("").status_code == 400


def test_tokens_are_kept_as_hashes_and_never_twice_the_same(user: User) -> None:
    tokens = [sign_in().json()["token"] for _ in range(2)]
    assert len(set(tokens)) == 2
    kept = str(list(Session.objects.values()))
    assert not any(token in kept for token in tokens)
    assert [e.action for e in Event.objects.filter(action="analyst.signed_in")] == ["analyst.signed_in"] * 2


def test_a_session_runs_out(user: User) -> None:
    old = session_open(user=user, now=timezone.now() - timedelta(hours=24, seconds=1)).token
    new = session_open(user=user, now=timezone.now() - timedelta(hours=23)).token
    assert me(old).status_code == 401
    assert me(new).status_code == 200


def test_a_session_does_not_outlive_the_password_or_the_user(user: User) -> None:
    token = session_open(user=user, now=timezone.now()).token
    user.is_active = False
    user.save()
    assert me(token).status_code == 401
    user.is_active = True
    user.set_password("otra-clave-larga-7")
    user.save()
    assert me(token).status_code == 401


def test_a_session_is_ended(user: User) -> None:
    other = session_open(user=user_make("otra", Role.OFFICE), now=timezone.now()).token
    token, second = (session_open(user=user, now=timezone.now()).token for _ in range(2))
    headers = {"Authorization": f"Bearer {token}"}
    for unknown in (other, "none"):
        answer = Client().delete(f"/v1/sessions/{unknown}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, 403.1)
    assert me(other).status_code == 200
    assert Client().delete(f"/v1/sessions/{second}", headers=headers).status_code == 200
    assert me(second).status_code == 401
    assert Client().get("/v1/sessions/current", headers=headers).status_code == 200
    assert Client().delete("/v1/sessions/current", headers=headers).status_code == 200
    assert me(token).status_code == 401


def test_no_cookie_of_the_site_counts(user: User) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(ME).status_code == 401


def test_a_password_goes_only_where_nobody_reads_along(user: User) -> None:
    answer = by_basic(secure=False)
    assert (answer.status_code, answer.json()["code"]) == (401, 401.3)
    assert "WWW-Authenticate" not in answer.headers


def test_by_password(user: User) -> None:
    refused = by_basic(password="wrong")
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"].startswith("Basic ")
    assert by_basic().json()["email"] == "analista@example.org"


@pytest.mark.parametrize("said", ["", "%%%", "YQ==", "/w=="])
def test_a_password_that_cannot_be_read(user: User, said: str) -> None:
    answer = Client().get(ME, headers={"Authorization": f"Basic {said}"}, secure=True)
    assert answer.status_code == 401


def test_a_password_known_again_is_not_hashed_again(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from ceiba.analysts import credentials

    asked = []
    check = credentials.authenticate

    def counting(*args: Any, **more: Any) -> Any:
        asked.append(more)
        return check(*args, **more)

    monkeypatch.setattr(credentials, "authenticate", counting)
    assert [by_basic().status_code for _ in range(3)] == [200] * 3
    assert len(asked) == 1
    assert by_basic(password="wrong").status_code == 401
    user.set_password("otra-clave-larga-7")
    user.save()
    assert by_basic().status_code == 401  # what was known is of the password before
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert by_basic(password="otra-clave-larga-7").status_code == 401


def test_no_password_stands_in_the_cache(user: User) -> None:
    by_basic()
    assert PASSWORD not in str(cache._cache)  # type: ignore[attr-defined]


def test_tokens_in_addresses_stay_out_of_logs() -> None:
    record = logging.LogRecord(
        "x", logging.WARNING, "", 0, "DELETE %s 403", ("/v1/sessions/secret-token",), None
    )
    assert KeysMasked().filter(record)
    assert "secret" not in record.getMessage()


def test_a_defect_is_answered_in_shape(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    from ceiba.analysts.views import sessions

    def broken(_: Any) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(sessions, "user_shape", broken)
    answer = me(session_open(user=user, now=timezone.now()).token)
    assert (answer.status_code, answer.json()["code"]) == (500, 500.1)
    assert "secret" not in answer.content.decode()
