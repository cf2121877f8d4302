"""Account numbers sealed and opened as the register's document numbers are: bound to the person and the scheme."""

from collections.abc import Iterable

import polars as pl

from ceiba.core.banking import Scheme
from ceiba.registry import numbers


def sealed(people: Iterable[int], schemes: pl.Series, given: Iterable[str]) -> list[bytes | None]:
    """The cipher of each number."""
    return numbers.encrypted(_owners(people), schemes, given)


def opened(people: Iterable[int], schemes: pl.Series, ciphers: Iterable[bytes]) -> list[str | None]:
    """The number in each cipher; None for one that does not open for this person, scheme and key."""
    return numbers.decrypted(_owners(people), schemes, ciphers)


def hashed(schemes: pl.Series, given: pl.Series) -> list[bytes | None]:
    """The keyed hash of each number; None for cash."""
    found = numbers.hashed(_kind(schemes), given)
    return [None if scheme == Scheme.CASH else each for scheme, each in zip(schemes, found, strict=True)]


def _owners(people: Iterable[int]) -> Iterable[str]:
    return (f"account of {person}" for person in people)


def _kind(schemes: pl.Series) -> pl.Series:
    """Never that of a document: "account clabe"."""
    return "account " + schemes
