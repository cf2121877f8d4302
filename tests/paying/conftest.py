from collections.abc import Iterator

import pytest

from tests.paying.office import SEED, Office


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """Prepared once, for it takes longer than most of what is tried on it: first at once, then killed."""
    made = Office(SEED)
    try:
        yield made
    finally:
        made.close()
