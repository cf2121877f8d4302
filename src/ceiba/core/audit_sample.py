"""The random sample of an audit: which participant-months, so that whoever has the keys and the seed finds the same.

As second visits are drawn (`core.second_visits`), and by the standard library alone:

    from hashlib import sha256
    keys = sorted(f"{participant_id} {month}" for everybody decided)
    lot = seed + sha256("\\n".join(keys).encode()).hexdigest()
    keys.sort(key=lambda key: sha256((lot + key).encode()).digest())
    drawn = keys[:n]

The auditor says the seed, after the month was sealed: who decided the month did not know which would be looked at.
"""

from collections.abc import Iterable
from hashlib import sha256


def sample_key(participant_id: int, month: str) -> str:
    """The key of a participant-month (`month` as 2026-03)."""
    return f"{participant_id} {month}"


def sample(keys: Iterable[str], size: int, seed: str) -> list[str]:
    """The first `size` of the keys, each counted once, in the order of the draw; all when there are fewer.

    Raises ValueError for a size below 0.
    """
    if size < 0:
        raise ValueError(f"a sample of {size}")
    every = sorted(set(keys))
    lot = seed + sha256("\n".join(every).encode()).hexdigest()
    return sorted(every, key=lambda key: sha256((lot + key).encode()).digest())[:size]
