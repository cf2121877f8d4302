"""What goes wrong is said in words, and gives nothing away."""

import re
from collections.abc import Callable

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.views import defaults

from ceiba.accounts.models import Role
from tests.factories import World

SignIn = Callable[[str], Client]


def test_out_of_scope_and_absent_look_the_same(made: World, as_role: SignIn) -> None:
    client = as_role(Role.OFFICE)
    code = made.people_in("HN")[0].code
    hidden, absent = client.get(f"/people/{code}/"), client.get("/people/CA-999999/")
    assert hidden.status_code == absent.status_code == 404
    assert without_token(hidden.content, code) == without_token(absent.content, "CA-999999")


def without_token(page: bytes, code: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode()).replace(code, "")


def test_a_role_that_may_not_is_told_why(as_role: SignIn) -> None:
    page = as_role(Role.TECHNICIAN).get("/payments/").content.decode()
    assert "Su rol no incluye esto" in page
    assert "quien verifica no paga" in page


def test_the_page_of_a_failure_needs_nothing_that_can_fail() -> None:
    response = defaults.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Algo falló de nuestro lado" in response.content.decode()


def test_a_bad_request_is_told_in_words() -> None:
    response = defaults.bad_request(RequestFactory().get("/"), SuspiciousOperation("x"))
    assert "No se entendió la solicitud" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(made: World) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/sign-in/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "La página había caducado" in response.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/?month=nada", "/?month=2001-01", "/?programme=xx", "/?area=ZZ", "/months/ca/2001-01/people/",
     "/months/ca/2026-10/people/?area=HN", "/record/?programme=xx"],
)  # fmt: skip
def test_addresses_with_nothing_behind_them(as_role: SignIn, address: str) -> None:
    assert as_role(Role.OFFICE).get(address).status_code == 404


def test_an_empty_programme_says_what_will_stand_here(made: World, as_role: SignIn) -> None:
    from ceiba.rulebook.models import Programme

    Programme.objects.create(code="new", currency="USD", name={"es": "Nuevo", "en": "New"})
    page = as_role(Role.OFFICE).get("/?programme=new").content.decode()
    assert "Todavía no se ha decidido ningún mes" in page


def test_health_names_nobody(made: World) -> None:
    response = Client().get("/health/")
    assert response.json() == {"status": "ok", "database": True}
