"""Keeping what is costly to compute and cannot change, for a while."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache

T = TypeVar("T")


def kept(compute: Callable[[], T], seconds: int, *key: object) -> T:
    """What `compute` gives, from the cache when it was computed before under the same `key`.

    The key must hold everything the answer depends on, the viewer's scope above all.
    """
    name = "kept:" + sha256(repr(key).encode()).hexdigest()
    found: T | None = cache.get(name)
    if found is None:
        found = compute()
        cache.set(name, found, seconds)
    return found
