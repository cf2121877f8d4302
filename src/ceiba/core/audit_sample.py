"""The random sample of an audit: which participant-months, so that whoever has the keys and the seed finds the same.

As second visits are drawn (`core.second_visits`), and by the standard library alone:

    from hashlib import sha256
    keys = sorted(f"{participant_id} {month}" for everybody decided, and for everybody decided again of that month)
    lot = seed + sha256("\\n".join(keys).encode()).hexdigest()
    keys.sort(key=lambda key: sha256((lot + key).encode()).digest())
    drawn = keys[:n]

The auditor says the seed, after the month was sealed: who decided the month did not know which would be looked at.
"""

from collections.abc import Iterable
from hashlib import sha256


def population(month: str, decided: Iterable[int], again: Iterable[tuple[int, str]]) -> list[str]:
    """The keys of all that a month decides: people of its own, and people and earlier months (as 2026-03) again."""
    return [f"{person} {month}" for person in decided] + [f"{person} {earlier}" for person, earlier in again]


def read_key(key: str) -> tuple[int, str]:
    """The person and month of a key."""
    person, month = key.split(" ")
    return int(person), month


def sample(keys: Iterable[str], size: int, seed: str) -> list[str]:
    """The first `size` of the keys, each counted once, in the order of the draw; all when there are fewer.

    Raises ValueError for a size below 0.
    """
    if size < 0:
        raise ValueError(f"a sample of {size}")
    every = sorted(set(keys))
    lot = seed + sha256("\n".join(every).encode()).hexdigest()
    return sorted(every, key=lambda key: sha256((lot + key).encode()).digest())[:size]
