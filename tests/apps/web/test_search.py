"""Finding people: as you type, page by page, in scope."""

from collections.abc import Callable

from django.test import Client

from ceiba.accounts.models import Role
from tests.factories import World

SignIn = Callable[[str], Client]


def found(client: Client, text: str) -> list[str]:
    return [person.code for person in client.get("/people/", {"q": text}).context["people"]]


def test_names_are_found_without_accents_and_in_any_order(made: World, as_role: SignIn) -> None:
    client = as_role(Role.OFFICE)
    wanted = [p for p in made.people_in("GT") if p.family_names == "Núñez Ávila"]
    assert wanted
    assert set(found(client, "nunez avila")) == {p.code for p in wanted}
    assert set(found(client, "AVILA Núñez")) == {p.code for p in wanted}


def test_a_code_finds_its_person(made: World, as_role: SignIn) -> None:
    assert found(as_role(Role.OFFICE), made.people[1].code) == [made.people[1].code]


def test_nobody_is_found_in_words(as_role: SignIn) -> None:
    page = as_role(Role.OFFICE).get("/people/?q=<b>nadie</b>").content.decode()
    assert "Nadie en las áreas que usted puede ver" in page
    assert "<b>nadie" not in page


def test_the_last_month_stands_beside_each_name(made: World, as_role: SignIn) -> None:
    refused = next(p for p in made.people_in("GT") if p.pk == made.refused().pk or p.code == "CA-000020")
    page = as_role(Role.OFFICE).get("/people/", {"q": refused.code}).content.decode()
    assert "Rechazado" in page


def test_a_very_long_question_is_cut(as_role: SignIn) -> None:
    response = as_role(Role.OFFICE).get("/people/", {"q": "a" * 5000})
    assert response.status_code == 200
    assert len(response.context["q"]) == 80
