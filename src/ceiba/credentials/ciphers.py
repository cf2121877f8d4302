"""What a constancia says of a person, sealed as the register's document numbers are: bound to the constancia."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import repeat
from typing import Final
from uuid import UUID

from ceiba.registry import numbers

DAY: Final = 10  # characters of a birth date, before the name


def subjects_sealed(ids: Sequence[UUID], names: Iterable[str], born: Iterable[date]) -> list[bytes | None]:
    """The cipher of each name and birth date."""
    texts = (f"{day.isoformat()}{name}" for name, day in zip(names, born, strict=True))
    return numbers.encrypted(_owners(ids), repeat("subject", len(ids)), texts)


def subject_opened(id_: UUID, cipher: bytes) -> tuple[str, date] | None:
    """Name and birth date; None for what does not open for this constancia with this key."""
    text = numbers.decrypted(_owners([id_]), ["subject"], [cipher])[0]
    return None if text is None else (text[DAY:], date.fromisoformat(text[:DAY]))


def cards_sealed(ids: Sequence[UUID], cards: Iterable[str | None]) -> list[bytes | None]:
    """The cipher of each card, None where there is none."""
    return numbers.encrypted(_owners(ids), repeat("card", len(ids)), cards)


def card_opened(id_: UUID, cipher: bytes) -> str | None:
    """The card's text; None for what does not open."""
    return numbers.decrypted(_owners([id_]), ["card"], [cipher])[0]


def _owners(ids: Iterable[UUID]) -> Iterable[str]:
    return (f"constancia {id_}" for id_ in ids)
