"""Results of which there is little to tell: where few people were paid, and before anybody was."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.reports.results.selectors import results_of
from tests import factories
from tests.apps.funding.helpers import EVERYWHERE, Office
from tests.apps.funding.paying import pay
from tests.apps.modules import kept_for_module
from tests.apps.reports.test_results import FUNDER, addresses, client_of
from tests.factories import World, user_make


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept_for_module(django_db_blocker.unblock):
        yield factories.world(people=24, months=1)


def test_of_a_place_of_few_people_a_funder_is_told_nothing(made: World) -> None:
    office = Office()
    us, _ = office.two_funders()
    office.accepted("disbursement", us)
    for person in made.people_in("GT-14")[:4]:
        pay("US-1", 15_000, person.pk)
    told = results_of(us, FUNDER)
    for results in (told.whole, told.departments["GT-14"]):
        assert (results.people, results.months, results.amount_minor) == (None, None, None)
        assert (results.active, results.measured_m2, results.trees) == (None, None, None)
    funder = client_of(user_make("agencia", Role.FUNDER, areas=EVERYWHERE, code="US"))
    for address in addresses("US-1", "GT-14"):
        page = funder.get(address).content.decode()
        assert "&lt;5" in page
        for number in ("600.00", "150.00", "9.36", "93,648"):
            assert number not in page


@pytest.mark.parametrize("language", ["es", "en"])
def test_before_anything_was_paid_the_pages_say_so(made: World, language: str) -> None:
    office = Office()
    office.two_funders()
    office.ana.language = language
    office.ana.save()
    client = client_of(office.ana)
    assert client.get(reverse("reports:index")).status_code == 200
    assert client.get(reverse("reports:agreement", args=["US-1"])).status_code == 200
