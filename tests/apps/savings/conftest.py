"""The programme of `payments/paying`, with savings."""

import pytest

from tests.apps.payments.paying.conftest import db, paying_once, pays
from tests.apps.payments.paying.helpers import Paying
from tests.apps.savings.helpers import Saving, saving

__all__ = ["db", "paying_once", "pays", "saves"]


@pytest.fixture
def saves(pays: Paying) -> Saving:
    return saving(pays)
