"""Wallets that ask at the same moment, each with a connection of its own: every wrong code is counted."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from ceiba.accounts.models import Role
from ceiba.credentials.models import TRIES_MAX, Offer
from ceiba.credentials.wallet.offering import Made, offer_make
from ceiba.credentials.wallet.refusals import Refusal
from ceiba.credentials.wallet.secrets_of import code_of
from ceiba.credentials.wallet.tokens import token_give
from ceiba.rulebook.models import Programme
from tests.apps.credentials.helpers import NOW, credential_row, key_row, list_row
from tests.apps.registry.helpers import base, user
from tests.at_once import others_wait

pytestmark = pytest.mark.django_db(transaction=True)
WALLETS = TRIES_MAX + 3


@pytest.fixture
def offered() -> Made:
    (person,) = base(1)
    Programme.objects.get_or_create(code="ca", defaults={"currency": "USD", "name": {"es": "Sembrando Vida"}})
    office = user(Role.OFFICE, "a")
    row = credential_row(person=person, by=office, key=key_row(), place=list_row())
    return offer_make(credential=row, by=office, at=NOW)


def all_at_once(act: Callable[[], object]) -> list[str]:
    """What `act` is refused with in so many sessions, all of which wait for the offer before one has it."""

    def one(_: int) -> str:
        try:
            act()
        except Refusal as refusal:
            return refusal.error
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(WALLETS) as threads, transaction.atomic():
        Offer.objects.select_for_update().get()
        told = threads.map(one, range(WALLETS))
        others_wait(WALLETS)
    return list(told)


def test_guesses_sent_at_once_are_counted_one_by_one(offered: Made) -> None:
    wrong = "000000" if offered.tx_code != "000000" else "111111"
    told = all_at_once(lambda: token_give(code=code_of(offered.reference), tx_code=wrong, at=NOW))
    assert told == ["invalid_grant"] * WALLETS
    offer = Offer.objects.get()
    assert (offer.tries, offer.state) == (TRIES_MAX, "closed")


def test_of_wallets_that_bring_one_code_at_once_none_keeps_a_token(offered: Made) -> None:
    told = all_at_once(lambda: token_give(code=code_of(offered.reference), tx_code=offered.tx_code, at=NOW))
    assert sorted(told) == ["", *["invalid_grant"] * (WALLETS - 1)]
    assert Offer.objects.get().state == "closed"
