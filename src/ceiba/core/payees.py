"""Accounts that people are paid to: what can be checked of a number before anybody is paid to it.

A number is compared without spaces, points and dashes and in capitals, but for a place of cash, which is words.
CLABE: 18 digits, the last of which checks the others. IBAN: the country's structure and the remainder by 97
(ISO 13616, ISO 7064). Of a bank's own number nobody has published a rule: a pattern, which is an assumption. A
telephone: E.164.
"""

from enum import StrEnum
from functools import cache
from typing import Final

import polars as pl
from stdnum import numdb

from ceiba.core.banking import Scheme
from ceiba.core.kernel.errors import register_messages

IBAN_COUNTRIES: Final = ("GT", "HN", "SV")
TAIL: Final = 4  # digits that are shown
PLACE_LENGTH_MAX: Final = 120
_CLABE_WEIGHTS: Final = (3, 7, 1)
_BIC: Final = "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"  # ISO 9362
_BANK: Final = "^[A-Z0-9]{2,11}$"
_CLASSES: Final = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}


class AccountState(StrEnum):
    """Where a payee account stands. When a confirmed one is used is told by its days."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    FROZEN = "frozen"  # the person says that it is not theirs
    CLOSED = "closed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # whoever proposed it takes it back


TRANSITIONS: Final[dict[AccountState | None, tuple[AccountState, ...]]] = {
    None: (AccountState.PROPOSED,),
    AccountState.PROPOSED: (
        AccountState.CONFIRMED,
        AccountState.REFUSED,
        AccountState.WITHDRAWN,
        AccountState.FROZEN,
    ),
    AccountState.CONFIRMED: (AccountState.FROZEN, AccountState.CLOSED),
    AccountState.FROZEN: (AccountState.CLOSED,),  # theirs after all: proposed again, and confirmed again
    AccountState.CLOSED: (),
    AccountState.REFUSED: (),
    AccountState.WITHDRAWN: (),
}


class Cause(StrEnum):
    """Why a person is paid to another account from now on."""

    FIRST = "first"
    ASKED = "asked"  # the person asked for it
    BANK = "bank"  # the bank closed or renumbered the one before
    CORRECTION = "correction"  # the one before was wrong
    NO_BANK = "no_bank"  # nothing but cash reaches the person


register_messages(
    {
        "payee.clabe_form": {
            "es": "Una CLABE tiene 18 dígitos y nada más. Cópiela del estado de cuenta.",
            "en": "A CLABE has 18 digits and nothing else. Copy it from the bank statement.",
        },
        "payee.clabe_check": {
            "es": "El último dígito no corresponde a los demás: hay un dígito equivocado. "
            "Cópiela del estado de cuenta.",
            "en": "The last digit does not belong to the others: one digit is wrong. "
            "Copy it from the bank statement.",
        },
        "payee.iban_country": {
            "es": "No es un IBAN de estos países: {detail}. Empieza por las dos letras del país.",
            "en": "It is not an IBAN of these countries: {detail}. It begins with the country's two letters.",
        },
        "payee.iban_form": {
            "es": "El IBAN no tiene la forma de su país: faltan o sobran caracteres. Cópielo del estado de cuenta.",
            "en": "The IBAN is not formed as its country's are: characters are missing or too many. "
            "Copy it from the bank statement.",
        },
        "payee.iban_check": {
            "es": "Los dígitos de control no corresponden al IBAN: hay un carácter equivocado. "
            "Cópielo del estado de cuenta.",
            "en": "The check digits do not belong to the IBAN: one character is wrong. "
            "Copy it from the bank statement.",
        },
        "payee.local_form": {
            "es": "El número no tiene la forma que se acepta. Escriba solo lo que el banco escribe, sin palabras.",
            "en": "The number is not formed as is accepted. Write only what the bank writes, without words.",
        },
        "payee.phone_form": {
            "es": "El teléfono va con el signo + y la clave del país: +50255550000.",
            "en": "The telephone has the sign + and the country's code: +50255550000.",
        },
        "payee.place_form": {
            "es": "Diga dónde se entrega el efectivo, en 3 a 120 caracteres.",
            "en": "Say where the cash is handed over, in 3 to 120 characters.",
        },
        "payee.bank_missing": {
            "es": "Un número propio de un banco no dice de qué banco es. Escriba la clave del banco.",
            "en": "A bank's own number does not tell the bank. Write the bank's code.",
        },
        "payee.bank_form": {
            "es": "La clave del banco no tiene la forma que se acepta ({detail}).",
            "en": "The bank's code is not formed as is accepted ({detail}).",
        },
        "payee.bank_differs": {
            "es": "La CLABE es de otro banco que el escrito: sus tres primeros dígitos son la clave. Corrija uno.",
            "en": "The CLABE is of another bank than the one written: its first three digits say it. Correct one.",
        },
        "payee.expires_missing": {
            "es": "El efectivo es una excepción. Escriba hasta cuándo vale.",
            "en": "Cash is an exception. Write until when it holds.",
        },
        "payee.expires_over": {
            "es": "La fecha en que termina ya pasó. Escriba una por venir.",
            "en": "The day on which it ends has passed. Write one to come.",
        },
        "payee.cash_cause": {
            "es": "El efectivo es para quien no tiene banco ni telefonía a su alcance, y esa es su causa: no_bank.",
            "en": "Cash is for whom neither a bank nor mobile money reaches, and that is its cause: no_bank.",
        },
    }
)


def compacted(scheme: pl.Expr, number: pl.Expr) -> pl.Expr:
    """The number as it is stored and compared; a place as it is written."""
    bare = number.str.replace_all(r"[\s.\-]", "").str.to_uppercase()
    return pl.when(scheme == Scheme.CASH).then(number).otherwise(bare)


def bank_of(scheme: pl.Expr, bank: pl.Expr, number: pl.Expr) -> pl.Expr:
    """The bank of a compact number: the one stated, or what a CLABE or IBAN says by itself."""
    told = (
        pl.when(scheme == Scheme.CLABE)
        .then(number.str.head(3))
        .when(scheme == Scheme.IBAN)
        .then(number.str.slice(4, 4))
    )
    return pl.coalesce(bank.str.to_uppercase(), told)


def tail_of(scheme: pl.Expr, number: pl.Expr) -> pl.Expr:
    """What is shown of a compact number: its last digits; of a place, nothing."""
    return pl.when(scheme == Scheme.CASH).then(pl.lit("")).otherwise(number.str.tail(TAIL))


def number_problem(scheme: pl.Expr, number: pl.Expr, *, local: str) -> pl.Expr:
    """The code of what is wrong with a compact number, or null. `local` is the pattern of a bank's own numbers."""
    clabe, iban = scheme == Scheme.CLABE, scheme == Scheme.IBAN
    return (
        pl.when(clabe & ~number.str.contains("^[0-9]{18}$"))
        .then(pl.lit("payee.clabe_form"))
        .when(clabe & (clabe_check_digit(number) != _digit(number, 17)))
        .then(pl.lit("payee.clabe_check"))
        .when(iban & ~number.str.head(2).is_in(IBAN_COUNTRIES))
        .then(pl.lit("payee.iban_country"))
        .when(iban & ~_iban_formed(number))
        .then(pl.lit("payee.iban_form"))
        .when(iban & (_remainder_97(number) != 1))
        .then(pl.lit("payee.iban_check"))
        .when((scheme == Scheme.LOCAL) & ~number.str.contains(f"^(?:{local})$"))
        .then(pl.lit("payee.local_form"))
        .when((scheme == Scheme.PHONE) & ~number.str.contains(r"^\+[1-9][0-9]{7,14}$"))
        .then(pl.lit("payee.phone_form"))
        .when((scheme == Scheme.CASH) & ~number.str.len_chars().is_between(3, PLACE_LENGTH_MAX))
        .then(pl.lit("payee.place_form"))
    )


def bank_problem(scheme: pl.Expr, bank: pl.Expr, number: pl.Expr) -> pl.Expr:
    """The code of what is wrong with the bank that is stated beside a compact number, or null."""
    code, stated = bank.str.to_uppercase(), bank.is_not_null()
    formed = pl.when(scheme == Scheme.IBAN).then(code.str.contains(_BIC)).otherwise(code.str.contains(_BANK))
    return (
        pl.when((scheme == Scheme.LOCAL) & ~stated)
        .then(pl.lit("payee.bank_missing"))
        .when((scheme == Scheme.CLABE) & stated & (code != number.str.head(3)))
        .then(pl.lit("payee.bank_differs"))
        .when(stated & ~formed)
        .then(pl.lit("payee.bank_form"))
    )


def clabe_check_digit(number: pl.Expr) -> pl.Expr:
    """The digit that belongs to the first 17: ten less the sum of the last digits of each times 3, 7, 1, 3, 7, 1...

    Clave Bancaria Estandarizada, Asociación de Bancos de México; the worked example of the FedGlobal calculator for
    banks (012 180 02605078385, digit 8) is a test.
    """
    products = (_digit(number, place) * _CLABE_WEIGHTS[place % 3] % 10 for place in range(17))
    return (10 - pl.sum_horizontal(*products) % 10) % 10


def iban_check_digits(country: pl.Expr, account: pl.Expr) -> pl.Expr:
    """The two digits that make `country`, digits and `account` (BBAN) an IBAN."""
    rest = _remainder_97(pl.concat_str(country, pl.lit("00"), account))
    return (98 - rest).cast(pl.String).str.zfill(2)


def _digit(number: pl.Expr, place: int) -> pl.Expr:
    return number.str.slice(place, 1).cast(pl.Int64, strict=False)


def _remainder_97(number: pl.Expr) -> pl.Expr:
    """Of an IBAN: its first four characters moved to the end, letters as 10 to 35, the whole number by 97."""
    letters = [chr(ord("A") + i) for i in range(26)]
    turned = pl.concat_str(number.str.slice(4), number.str.head(4))
    digits = turned.str.replace_many(letters, [str(10 + i) for i in range(26)]).str.zfill(72)
    rest = pl.lit(0, pl.Int64)
    for place in range(0, 72, 9):
        rest = (rest * 10**9 + digits.str.slice(place, 9).cast(pl.Int64, strict=False)) % 97
    return rest


def _iban_formed(number: pl.Expr) -> pl.Expr:
    forms = (f"{country}[0-9]{{2}}{_structure(country)}" for country in IBAN_COUNTRIES)
    return number.str.contains(f"^(?:{'|'.join(forms)})$")


@cache
def _structure(country: str) -> str:
    """The pattern of a country's BBAN, as the IBAN registry in python-stdnum gives it: 4!a20!n."""
    bban = numdb.get("iban").info(country)[0][1]["bban"]
    parts = (
        part.split("!") for part in bban.replace("n", "n ").replace("a", "a ").replace("c", "c ").split()
    )
    return "".join(f"{_CLASSES[kind]}{{{length}}}" for length, kind in parts)
