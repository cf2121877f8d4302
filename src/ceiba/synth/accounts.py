"""Accounts that people are paid to: plausible by country, with planted faults.

Which kind of account is how common in a country no source gives: the shares are assumptions. Bank codes are made up.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from ceiba.core.banking import Scheme
from ceiba.core.geometry import Integers
from ceiba.core.kernel.frames import FrameSchema
from ceiba.core.payees import Cause, clabe_check_digit, iban_check_digits
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.synth.columns import picked
from ceiba.synth.people import PHONES
from ceiba.synth.streams import shares, stream
from ceiba.synth.world import World

WITH_ACCOUNT: Final = 0.98  # of those ever admitted
CASH_HOLDS: Final = "5y"  # after the last month, so that the sheet can be taken in for years
SHARING: Final = 4  # so many people are paid to one account, where it is shared
SCHEMES: Final = {
    "MX": {"clabe": 0.97, "cash": 0.03},
    "GT": {"iban": 0.66, "phone": 0.31, "cash": 0.03},
    "SV": {"iban": 0.72, "phone": 0.26, "cash": 0.02},
    "HN": {"local": 0.58, "phone": 0.38, "cash": 0.04},
}
_SCHEMA: Final[FrameSchema] = PAYEE_ACCOUNTS.schema


@dataclass(frozen=True, slots=True)
class Accounts:
    """Sheets of accounts: what can be taken in, and what cannot, for a check digit is wrong.

    `shared` are (code, code of the person whose account it really is).
    """

    sheet: pl.DataFrame
    faulty: pl.DataFrame
    shared: pl.DataFrame


def open_accounts(world: World) -> Accounts:
    """An account for nearly everybody who was ever admitted."""
    seed, rates = world.options.seed, world.options.faults
    admitted = ~np.isnat(world.life.active_on)
    has = admitted & (stream(seed, "accounts").random(len(admitted)) < WITH_ACCOUNT)
    rows = _shared(_sheet(world, np.flatnonzero(has)), rates.shared_accounts, stream(seed, "shared accounts"))
    stands_alone = rows["owner"].is_null() & ~rows["participant"].is_in(rows["owner"].drop_nulls().implode())
    checked = rows["scheme"].is_in(["clabe", "iban"]) & stands_alone
    places = np.flatnonzero(checked.to_numpy())
    count = _count(rates.wrong_check_digits, rows.height, len(places))
    wrong = np.sort(stream(seed, "wrong check digits").permutation(places)[:count])
    is_wrong = pl.int_range(pl.len()).is_in(wrong)
    last = (pl.col("number").str.tail(1).cast(pl.Int64) + 1) % 10
    spoilt = pl.col("number").str.head(-1) + last.cast(pl.String)
    return Accounts(
        sheet=_SCHEMA.check(rows.filter(~is_wrong).select(_SCHEMA.names)),
        faulty=_SCHEMA.check(
            rows.filter(is_wrong).with_columns(number=spoilt.cast(pl.String)).select(_SCHEMA.names)
        ),
        shared=rows.filter(pl.col("owner").is_not_null()).select("participant", other="owner"),
    )


def _sheet(world: World, holders: Integers) -> pl.DataFrame:
    """An account a person, all different; `owner` is null."""
    country = world.people.countries.gather(holders)
    rng = stream(world.options.seed, "account numbers")
    schemes = pl.Series("scheme", [""] * len(holders), dtype=pl.String)
    for code in sorted(set(country)):
        weights = SCHEMES[code]
        drawn = picked(weights, shares(rng, weights, len(holders)))
        schemes = drawn.zip_with(country == code, schemes)
    digits = pl.Series(rng.permutation(9 * len(holders))[: len(holders)]).cast(pl.String)
    frame = pl.DataFrame(
        {
            "participant": world.people.codes.gather(holders),
            "scheme": schemes,
            "country": country,
            "digits": digits,
            "bank": picked(("BANA", "BANB", "BANC"), rng.integers(0, 3, len(holders))),
        }
    )
    scheme = pl.col("scheme")
    cash = scheme == Scheme.CASH
    return frame.select(
        "participant",
        "scheme",
        bank=pl.when(scheme == Scheme.LOCAL).then("bank"),
        number=_number(),
        holder=pl.lit(None, pl.String),
        cause=pl.when(cash).then(pl.lit(Cause.NO_BANK.value)).otherwise(pl.lit(Cause.FIRST.value)),
        document=pl.format("Carta {}", "participant"),
        expires_on=pl.when(cash).then(pl.lit(world.options.last_month.last_day).dt.offset_by(CASH_HOLDS)),
        owner=pl.lit(None, pl.String),
    )


def _number() -> pl.Expr:
    scheme, digits, country = pl.col("scheme"), pl.col("digits"), pl.col("country")
    clabe = pl.concat_str(pl.lit("999001"), digits.str.zfill(11))
    bban = pl.concat_str("bank", digits.str.zfill(20))
    phones = [
        pl.when(country == code).then(f"{prefix}{first}" + digits.str.zfill(length - 1).str.tail(length - 1))
        for code, (prefix, first, length) in PHONES.items()
    ]
    return (
        pl.when(scheme == Scheme.CLABE)
        .then(clabe + clabe_check_digit(clabe).cast(pl.String))
        .when(scheme == Scheme.IBAN)
        .then(pl.concat_str(country, iban_check_digits(country, bban), bban))
        .when(scheme == Scheme.LOCAL)
        .then(digits.str.zfill(12))
        .when(scheme == Scheme.PHONE)
        .then(pl.coalesce(phones))
        .otherwise(pl.lit("Alcaldía municipal"))
    )


def _shared(rows: pl.DataFrame, rate: float, rng: np.random.Generator) -> pl.DataFrame:
    """Here and there a few people who follow each other in the register are paid to the first one's account."""
    open_to = np.flatnonzero((rows["scheme"] != Scheme.CASH).to_numpy())
    count = _count(rate, rows.height, len(open_to) * (SHARING - 1) // SHARING)
    blocks = len(open_to) // SHARING
    starts = rng.permutation(blocks)[: -(-count // (SHARING - 1))] * SHARING
    pairs = np.array(
        [(open_to[start + step], open_to[start]) for start in starts for step in range(1, SHARING)]
    ).reshape(-1, 2)[:count]
    takers, owners = pairs.T
    numbers = pl.DataFrame({"row": takers, "from": owners}, {"row": pl.Int64, "from": pl.Int64})
    indexed = rows.with_columns(row=pl.int_range(pl.len()))
    other = indexed.select(pl.col("row").alias("from"), o_participant="participant", o_scheme="scheme",
                           o_bank="bank", o_number="number")  # fmt: skip
    joined = indexed.join(numbers, on="row", how="left").join(other, on="from", how="left").sort("row")
    is_shared = pl.col("from").is_not_null()
    return joined.select(
        "participant", "holder", "cause", "document", "expires_on",
        *(pl.when(is_shared).then(f"o_{name}").otherwise(name).alias(name) for name in ("scheme", "bank", "number")),
        owner=pl.when(is_shared).then("o_participant"),
    )  # fmt: skip


def _count(rate: float, base: int, available: int) -> int:
    """The rate's share of `base`, rounded up but for the noise of floats."""
    return min(int(np.ceil(round(rate * base, 6))), available)
