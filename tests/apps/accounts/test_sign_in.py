"""Signing in and out, too many tries, and the language of the pages."""

import pytest
from django.conf import LazySettings
from django.test import Client

from ceiba.accounts.models import Role, User
from tests.factories import user_make

pytestmark = pytest.mark.django_db
PASSWORD = "arbol-de-ceiba-2026"


@pytest.fixture
def funder(settings: LazySettings) -> User:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # fast; nothing is secret here
    return user_make("fondo", Role.FUNDER, ("GT",), password=PASSWORD)


def sign_in(client: Client, password: str, **more: str) -> object:
    return client.post("/accounts/sign-in/", {"username": "fondo", "password": password, **more})


def test_a_wrong_password_says_so_and_lets_nobody_in(funder: User, client: Client) -> None:
    response = sign_in(client, "otra")
    assert "no corresponden" in response.content.decode()  # type: ignore[attr-defined]
    assert client.get("/").status_code == 302


def test_too_many_tries_lock_the_name_even_for_the_right_password(
    funder: User, client: Client, settings: LazySettings
) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = sign_in(client, "otra")
    assert response.status_code == 429  # type: ignore[attr-defined]
    assert "Demasiados intentos" in response.content.decode()  # type: ignore[attr-defined]
    assert "durante 15 minutos" in response.content.decode()  # type: ignore[attr-defined]
    assert sign_in(client, PASSWORD).status_code == 429  # type: ignore[attr-defined]
    assert client.get("/").status_code == 302


def test_signing_in_leads_on_and_signing_out_ends_it(funder: User, client: Client) -> None:
    response = sign_in(client, PASSWORD, next="/map/")
    assert response.headers["Location"] == "/map/"  # type: ignore[attr-defined]
    assert client.get("/").status_code == 200
    assert client.get("/accounts/sign-out/").status_code == 405
    client.post("/accounts/sign-out/")
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("address", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_nobody_is_led_away_from_the_site(funder: User, client: Client, address: str) -> None:
    assert client.post("/accounts/language/", {"language": "en", "next": address})["Location"] == "/"
    response = sign_in(client, PASSWORD, next=address)
    assert response.headers["Location"] == "/"  # type: ignore[attr-defined]


def test_pages_are_in_spanish_until_somebody_chooses(client: Client) -> None:
    page = client.get("/accounts/sign-in/", headers={"Accept-Language": "en-US"}).content.decode()
    assert '<html lang="es">' in page
    client.post("/accounts/language/", {"language": "en", "next": "/accounts/sign-in/"})
    assert '<html lang="en">' in client.get("/accounts/sign-in/").content.decode()
    client.post("/accounts/language/", {"language": "xx"})
    assert '<html lang="en">' in client.get("/accounts/sign-in/").content.decode()


def test_the_language_is_kept_on_the_user(funder: User) -> None:
    client = Client()
    client.force_login(funder, backend="django.contrib.auth.backends.ModelBackend")
    client.post("/accounts/language/", {"language": "en"})
    funder.refresh_from_db()
    assert funder.language == "en"
    elsewhere = Client()
    elsewhere.force_login(funder, backend="django.contrib.auth.backends.ModelBackend")
    response = elsewhere.get("/")
    assert '<html lang="en">' in response.content.decode()
    assert response["Content-Language"] == "en"


def test_the_demonstration_offers_its_users_and_nothing_else_does(
    client: Client, settings: LazySettings
) -> None:
    settings.DEMO = False
    assert "ceiba-demo" not in client.get("/accounts/sign-in/").content.decode()
    settings.DEMO = True
    page = client.get("/accounts/sign-in/").content.decode()
    assert "ceiba-demo" in page
    assert "auditora" in page


def test_a_session_does_not_outlive_the_password(funder: User) -> None:
    client = Client()
    client.force_login(funder, backend="django.contrib.auth.backends.ModelBackend")
    funder.set_unusable_password()
    funder.save()
    assert client.get("/").status_code == 302
