from collections.abc import Iterator

import pytest

from tests.paying.office import Office


@pytest.fixture
def office() -> Iterator[Office]:
    """One of its own, prepared."""
    made = Office(7)
    try:
        yield made
    finally:
        made.close()
