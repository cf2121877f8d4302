"""Identities made from what they identify: the same row gives the same id, on any machine, as often as it is made."""

import hashlib
from datetime import date
from typing import Final

import polars as pl

SEPARATOR: Final = "\x1f"
NEAR_DIGITS: Final = 12


def row_ids(purpose: str, *columns: pl.Series, near: pl.Series | None = None) -> pl.Series:
    """A UUID (RFC 9562, version 8) a row, as text: of SHA-256 over `purpose` and the values.

    The values are joined as text by U+001F, dates as `2026-03-01`; a null counts as the empty text. `purpose` keeps
    ids of different kinds apart. With `near` (twelve hexadecimal digits or null: `near_month`) the id begins with it:
    what is written at one time stands together in an index, and is written there one after the other.
    """
    texts = pl.select(
        pl.concat_str(
            [pl.lit(purpose), *(pl.lit(column).cast(pl.String).fill_null("") for column in columns)],
            separator=SEPARATOR,
        ).cast(pl.Binary)
    ).to_series()
    digests = pl.Series("digest", [hashlib.sha256(text).hexdigest() for text in texts.to_list()], pl.String)
    digest = pl.col("digest")
    own = digest.str.head(NEAR_DIGITS)
    first = own if near is None else pl.coalesce("near", own)
    rows = pl.DataFrame([digests] if near is None else [digests, near.alias("near")])
    # Version 8 (ours) and the variant of RFC 9562 in the digits that say so.
    variant = digest.str.slice(16, 1).replace_strict(_VARIANTS, return_dtype=pl.String)
    return rows.select(
        pl.concat_str(
            first.str.head(8), pl.lit("-"), first.str.slice(8, 4), pl.lit("-8"), digest.str.slice(13, 3),
            pl.lit("-"), variant, digest.str.slice(17, 3), pl.lit("-"), digest.str.slice(20, 12),
        ).alias("id")
    ).to_series()  # fmt: skip


def near_month(month: date, people: pl.Series) -> pl.Series:
    """Where ids of a month's people stand: by month, then by person (ids below 2**32)."""
    before = (month.year * 12 + month.month) << 32
    return pl.Series([f"{before + person:012x}" for person in people.to_list()], dtype=pl.String)


_VARIANTS: Final = {f"{digit:x}": "89ab"[digit & 3] for digit in range(16)}
