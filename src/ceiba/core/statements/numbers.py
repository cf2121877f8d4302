"""Numbers as people write them in Spanish and English; what can be read in two ways is not read at all."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

NUMBER: Final = r"\d{1,3}(?:[.,\u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
"""A number in digits, as a regular expression."""

WORDS: Final[Mapping[str, Mapping[str, int]]] = {
    "es": {
        "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
        "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20, "treinta": 30, "cuarenta": 40,
        "cincuenta": 50,
        "cien": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300, "quinientos": 500,
        "quinientas": 500,
    },
    "en": {
        "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
        "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    },
}  # fmt: skip
"""Numbers in words that are counted with, by language."""

SCALES: Final[Mapping[str, Mapping[str, int | None]]] = {
    "es": {
        "mil millones": 10**9, "miles de millones": None, "millones": 10**6, "millón": 10**6, "millon": 10**6,
        "millardos": 10**9, "millardo": 10**9, "billones": 10**12, "billón": 10**12, "mil": 1_000,
        "mmdd": 10**9, "mmdp": 10**9, "mdd": 10**6, "mdp": 10**6,
    },
    "en": {
        "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12,
        "mn": 10**6, "bn": 10**9, "m": 10**6, "k": 1_000,
    },
}  # fmt: skip
"""What a number is multiplied by. A Spanish billón is a million millions; None is no number ("miles de millones")."""


def number_of(text: str, language: str) -> Decimal | None:
    """The number that `text` (`NUMBER`) writes, or None when it can be read in two ways ("1.250" in Spanish).

    A comma before three digits parts thousands, as in all countries Ceiba is for. A point before three digits is a
    decimal point in English, and in Spanish either.
    """
    plain = re.sub(r"[\u00a0\u202f]", "", text)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return Decimal(plain)
    last = marks[-1]
    behind = len(plain) - plain.rfind(last) - 1
    if len(set(marks)) == 2:
        return Decimal(plain.replace("," if last == "." else ".", "").replace(",", "."))
    if len(marks) > 1:
        return Decimal(re.sub(r"[.,]", "", plain))
    if behind != 3 or plain.startswith("0"):
        return Decimal(plain.replace(",", "."))
    if last == ",":
        return Decimal(plain.replace(",", ""))
    return Decimal(plain) if language == "en" else None
