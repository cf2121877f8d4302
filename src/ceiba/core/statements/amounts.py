"""Amounts in a text: money and what is counted, with what could not be told about them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from ceiba.core.statements.numbers import NUMBER, SCALES, WORDS, number_of
from ceiba.core.statements.sentences import Span

SIGNS: Final[Mapping[str, str]] = {
    "US$": "USD", "USD": "USD", "U$S": "USD", "MX$": "MXN", "MXN": "MXN", "GTQ": "GTQ", "HNL": "HNL", "BZD": "BZD",
    "EUR": "EUR", "€": "EUR", "£": "GBP", "GBP": "GBP", "Q": "GTQ", "BZ$": "BZD", "$": "",
}  # fmt: skip
"""Signs before a number. "$" alone is the sign of many currencies."""

CURRENCIES: Final[Mapping[str, Mapping[str, str]]] = {
    "es": {
        "dólares beliceños": "BZD", "dólares canadienses": "CAD", "dólares estadounidenses": "USD",
        "dólares americanos": "USD", "dólares": "USD", "dolares": "USD", "pesos mexicanos": "MXN",
        "pesos cubanos": "CUP",
        "pesos": "", "quetzales": "GTQ", "lempiras": "HNL", "córdobas": "NIO", "colones": "", "euros": "EUR",
        "gourdes": "HTG", "libras esterlinas": "GBP",
    },
    "en": {
        "US dollars": "USD", "U.S. dollars": "USD", "American dollars": "USD", "Belize dollars": "BZD",
        "Canadian dollars": "CAD", "dollars": "USD", "Mexican pesos": "MXN", "Cuban pesos": "CUP", "pesos": "",
        "quetzals": "GTQ", "quetzales": "GTQ", "lempiras": "HNL", "euros": "EUR", "gourdes": "HTG",
    },
}  # fmt: skip
"""Names of currencies after a number, the longer before the shorter; empty where several are called so."""

COUNTED: Final[Mapping[str, Mapping[str, str]]] = {
    "es": {
        "dosis": "doses", "vacunas": "vaccines", "hectáreas": "hectares", "hectareas": "hectares", "árboles": "trees",
        "arboles": "trees", "plantas": "plants", "empleos": "jobs", "puestos de trabajo": "jobs",
        "personas": "people",
        "campesinos": "farmers", "agricultores": "farmers", "productores": "farmers", "sembradores": "farmers",
        "jóvenes": "young_people", "familias": "families", "becas": "scholarships", "visas": "visas",
        "toneladas": "tonnes", "escuelas": "schools", "ventiladores": "ventilators", "respiradores": "ventilators",
        "tractores": "tractors", "técnicos": "technicians",
    },
    "en": {
        "doses": "doses", "vaccines": "vaccines", "hectares": "hectares", "trees": "trees", "plants": "plants",
        "seedlings": "plants", "jobs": "jobs", "people": "people", "farmers": "farmers", "growers": "farmers",
        "sowers": "farmers", "young people": "young_people", "youths": "young_people", "families": "families",
        "scholarships": "scholarships", "visas": "visas", "tonnes": "tonnes", "schools": "schools",
        "ventilators": "ventilators", "tractors": "tractors", "technicians": "technicians",
    },
}  # fmt: skip
"""Words of what is counted, and the unit of `core.commitments.UNITS` that they are."""

REACHED: Final = frozenset(("people", "farmers", "young_people", "families"))
"""Units of those whom a commitment is for: beside another amount they are no promise of their own."""

_AFTER_SCALE: Final = {"mdd": "USD", "mmdd": "USD", "mdp": "MXN", "mmdp": "MXN"}
TWO_WAYS, WHICH_CURRENCY, DOLLARS = "number_two_ways", "which_currency", "dollars"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount: `quantity` and `unit` are None and empty where they could not be told, and `doubts` says so."""

    span: Span
    quantity: Decimal | None
    unit: str
    is_money: bool
    doubts: tuple[str, ...] = ()


def amounts(text: str, language: str) -> list[Amount]:
    """The amounts of a text, in order. A number of nothing (a year, an age) is no amount."""
    found = (_amount(match, language) for match in _pattern(language).finditer(text))
    return [amount for amount in found if amount is not None]


@lru_cache(maxsize=2)
def _pattern(language: str) -> re.Pattern[str]:
    signs = "|".join(re.escape(sign) for sign in SIGNS)
    words = "|".join(sorted(WORDS[language], key=len, reverse=True))
    scales = "|".join(sorted((s.replace(" ", r"\s+") for s in SCALES[language]), key=len, reverse=True))
    money = "|".join(re.escape(name) for name in CURRENCIES[language])
    units = "|".join(sorted((re.escape(name) for name in COUNTED[language]), key=len, reverse=True))
    half = r"medio\s+millón" if language == "es" else r"half\s+a\s+million"
    and_more = r"(?:\s*\bmil\s+(?P<rest>\d{3})(?=\s))" if language == "es" else r"(?P<rest>(?!))"
    thousand = r"(?=mil\s+\d{3}\s+millones)|" if language == "es" else ""
    of = r"(?:\s+de)?" if language == "es" else r"(?:\s+of)?"
    between = r"(?:\s+(?!(?:de|a|para|en|y|con|to|for|in|and|of)\b)[^\s,.;:()\d]+){0,2}?(?:\s+de)?"
    return re.compile(
        rf"(?<![\w.,$])(?P<sign>{signs})?\s?(?:(?P<half>{half})|(?P<number>{NUMBER}|{thousand}\b(?:{words})\b)"
        rf"(?:{and_more}|\s?-?(?P<scale>\b(?:{scales})\b|(?<=\d)(?:{scales})\b))?(?:\s+(?P<more>millones)\b)?)"
        rf"(?:{of}\s+(?P<money>{money})\b|{of}{between}\s+(?P<unit>{units})\b)?",
        re.IGNORECASE,
    )


def _amount(match: re.Match[str], language: str) -> Amount | None:
    scale = re.sub(r"\s+", " ", (match["scale"] or "").lower())
    money = (match["money"] or "").lower()
    named = {name.lower(): code for name, code in CURRENCIES[language].items()}
    sign = (match["sign"] or "").upper()
    if not (sign or money or match["unit"] or scale in _AFTER_SCALE):
        return None
    if WORDS[language].get(match["number"] or "") == 1 and not scale:
        return None  # "un", "a": an article
    quantity = _quantity(match, scale, language)
    doubts = [] if quantity is not None else [TWO_WAYS]
    unit = COUNTED[language].get((match["unit"] or "").lower(), "")
    is_money = not match["unit"] or bool(sign)
    if is_money:
        unit = SIGNS.get(sign) or named.get(money) or _AFTER_SCALE.get(scale, "")
        doubts += [WHICH_CURRENCY] if not unit else []
        doubts += [DOLLARS] if money in ("dollars", "dólares", "dolares") and not SIGNS.get(sign) else []
    return Amount(Span(match.start(), match.end()), quantity, unit, is_money, tuple(doubts))


def _quantity(match: re.Match[str], scale: str, language: str) -> Decimal | None:
    if match["half"]:
        return Decimal(500_000)
    written = match["number"].lower() or "un"
    number = WORDS[language].get(written)
    base = Decimal(number) if number is not None else number_of(match["number"], language)
    factor = SCALES[language].get(scale, 1) if scale else 1
    if base is None or factor is None:
        return None
    if match["rest"]:
        base, factor = base * 1_000 + int(match["rest"]), 1
    quantity = base * factor * (10**6 if match["more"] else 1)
    return quantity.to_integral_value() if quantity == quantity.to_integral_value() else quantity
