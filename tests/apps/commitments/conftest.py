"""What the tests of commitments share."""

import pytest

from tests.apps.commitments.given import Register, register_make


@pytest.fixture
def made(db: None) -> Register:
    return register_make()
