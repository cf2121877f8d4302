"""Which letters a bank takes, and what becomes of the others.

`BASIC` is the set that the European Payments Council asks every bank to take (EPC217-08): A-Z, a-z, 0-9, space and
`/-?:().,'+`. Spanish letters lose their accents (ñ becomes n), since banks compare names without them. `LATIN` also
keeps the letters of Latin-1, for banks that say they take them. That a given bank takes either is an assumption
until it has said so. What is in neither set becomes a full stop, as EPC217-08 has it.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Letters(StrEnum):
    """The set that texts are written in."""

    BASIC = "basic"
    LATIN = "latin"


_SIGNS: Final = r"A-Za-z0-9/\-?:().,'+ "
_INSIDE: Final = {
    Letters.BASIC: re.compile(f"[{_SIGNS}]+"),
    Letters.LATIN: re.compile(f"[{_SIGNS}À-ÖØ-öø-ÿ]+"),
}
# What has no letter under its accent: as it is written without.
_WRITTEN: Final = str.maketrans(
    {
        **{"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l"},
        **{"Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ı": "i"},
        **{"&": "+", "_": "-", "–": "-", "—": "-", "‘": "'", "’": "'", "ʼ": "'", "`": "'", "´": "'"},
        **{
            "“": "'",
            "”": "'",
            '"': "'",
            "«": "'",
            "»": "'",
            ";": ",",
            "[": "(",
            "]": ")",
            "{": "(",
            "}": ")",
        },
        **{"º": "o", "ª": "a", "\t": " ", "\n": " ", "\r": " ", "\xa0": " "},
    }
)


def written(values: Sequence[str], letters: Letters, length_max: int) -> list[str]:
    """Each text in the letters of the set, at most so long, without spaces around; empty stays empty."""
    inside = _INSIDE[letters].fullmatch
    return [
        value[:length_max].strip(" ") if inside(value) else _rewritten(value, letters)[:length_max].strip(" ")
        for value in values
    ]


def _rewritten(value: str, letters: Letters) -> str:
    inside = _INSIDE[letters].fullmatch
    composed = unicodedata.normalize("NFC", value).strip()
    if inside(composed) or not composed:
        return composed
    parts = (sign if inside(sign) else _plain(sign, letters) for sign in composed)
    return "".join(parts)


def _plain(sign: str, letters: Letters) -> str:
    """The letter without its accent, or a full stop."""
    spelled = unicodedata.normalize("NFKD", sign.translate(_WRITTEN))
    bare = "".join(part for part in spelled if not unicodedata.combining(part))
    if not bare:
        return ""
    return bare if _INSIDE[letters].fullmatch(bare) else "."
