"""The places of money in the navigation: who finds which, and where the page says one is."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from tests.factories import World

SignIn = Callable[[str], Client]

MONEY = ["Corridas", "Listas", "Retenciones", "Cuentas", "Ahorros", "Conciliación", "Límites"]
FUNDS = ["Convenios", "Resultados", "IATI", "Compromisos"]
PLACES = {
    Role.OFFICE: ("Pagos", "Financiamiento"),
    Role.TECHNICIAN: ("Compromisos",),
    Role.SUPERVISOR: ("Compromisos",),
    Role.PAYMENTS: ("Pagos", "Financiamiento"),
    Role.TREASURY: ("Pagos", "Financiamiento"),
    Role.AUDITOR: ("Pagos", "Financiamiento"),
    Role.FUNDER: ("Financiamiento",),
    Role.PARTICIPANT: (),
    Role.CONSULAR: (),
}


def shown(client: Client, address: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """The main places, the one that is here, the second level, and the one of it that is here."""
    viewer = client.get(address).context["viewer"]
    return (
        [place.name for place in viewer.places],
        [place.name for place in viewer.places if place.here],
        [place.name for place in viewer.within],
        [place.name for place in viewer.within if place.here],
    )


@pytest.mark.parametrize("role", Role)
def test_each_role_finds_its_places_of_money_and_no_others(made: World, as_role: SignIn, role: Role) -> None:
    client = as_role(role)
    places, _, within, _ = shown(client, "/rules/")
    known = {"Pagos", "Financiamiento", "Compromisos"}
    assert tuple(name for name in places if name in known) == PLACES[role]
    assert within == [], "outside of a section there is no second level"
    for place in client.get("/rules/").context["viewer"].places:
        if place.name in known:
            assert client.get(place.href, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("address", "main", "within"),
    [
        ("payments:runs", "Pagos", "Corridas"),
        ("payments:holds", "Pagos", "Retenciones"),
        ("payments:limits", "Pagos", "Límites"),
        ("payees:index", "Pagos", "Cuentas"),
        ("payees:files", "Pagos", "Cuentas"),
        ("savings:index", "Pagos", "Ahorros"),
        ("savings:withdrawals", "Pagos", "Ahorros"),
        ("reconciliation:index", "Pagos", "Conciliación"),
        ("reconciliation:items", "Pagos", "Conciliación"),
        ("funding:index", "Financiamiento", "Convenios"),
        ("reports:index", "Financiamiento", "Resultados"),
        ("iati:index", "Financiamiento", "IATI"),
        ("commitments:index", "Financiamiento", "Compromisos"),
        ("commitments:statements", "Financiamiento", "Compromisos"),
    ],
)
def test_the_second_level_says_where_one_is(
    made: World, as_role: SignIn, address: str, main: str, within: str
) -> None:
    _, here, names, marked = shown(as_role(Role.PAYMENTS), reverse(address))
    assert (here, marked) == ([main], [within])
    assert names == (MONEY if main == "Pagos" else FUNDS)


def test_a_list_of_a_month_is_of_the_lists(made: World, as_role: SignIn) -> None:
    client = as_role(Role.PAYMENTS)
    address = client.get(reverse("payments:index"))["Location"]
    assert shown(client, address)[1::2] == (["Pagos"], ["Listas"])


def test_a_funder_begins_with_results_and_sees_no_payments(made: World, as_role: SignIn) -> None:
    client = as_role(Role.FUNDER)
    page = client.get(reverse("reports:index"))
    (place,) = [each for each in page.context["viewer"].places if each.here]
    assert place.href == reverse("reports:index")
    assert "/payments/" not in page.content.decode()


def test_who_sees_one_part_has_no_second_level(made: World, as_role: SignIn) -> None:
    assert shown(as_role(Role.TECHNICIAN), reverse("commitments:index"))[1:] == (["Compromisos"], [], [])
