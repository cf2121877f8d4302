import pytest

from tests.apps.funding.helpers import Office


@pytest.fixture
def office(db: None) -> Office:
    return Office()
