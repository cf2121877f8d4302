"""Named streams of random numbers: adding one leaves what the others draw as it was."""

import hashlib

import numpy as np


def stream(seed: int, name: str, index: int = 0) -> np.random.Generator:
    """The generator of `name` (and of a month or other `index`) under `seed`."""
    label = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(label, index))))


def shares(
    rng: np.random.Generator, weights: dict[str, float], size: int
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Positions in `weights`, drawn `size` times in proportion to them."""
    limits = np.cumsum(np.fromiter(weights.values(), dtype=float))
    return np.searchsorted(limits / limits[-1], rng.random(size), side="right").astype(np.int64)


def quota(total: int, weights: dict[str, float]) -> dict[str, int]:
    """`total` shared out in proportion to `weights`, largest remainders first: no chance in it."""
    exact = {key: total * weight / sum(weights.values()) for key, weight in weights.items()}
    whole = {key: int(value) for key, value in exact.items()}
    for key in sorted(exact, key=lambda k: whole[k] - exact[k])[: total - sum(whole.values())]:
        whole[key] += 1
    return whole
