"""Identities made from what they identify: the same row gives the same id, on any machine, as often as it is made."""

import hashlib

import polars as pl

SEPARATOR = "\x1f"


def row_ids(purpose: str, *columns: pl.Series) -> pl.Series:
    """A UUID (RFC 9562, version 8) a row, as text: the first 16 bytes of SHA-256 over `purpose` and the values.

    The values are joined as text by U+001F, dates as `2026-03-01`; a null counts as the empty text. `purpose` keeps
    ids of different kinds apart.
    """
    texts = pl.select(
        pl.concat_str(
            [pl.lit(purpose), *(pl.lit(column).cast(pl.String).fill_null("") for column in columns)],
            separator=SEPARATOR,
        )
    ).to_series()
    return pl.Series("id", [_uuid(hashlib.sha256(text.encode()).hexdigest()) for text in texts], pl.String)


def _uuid(digest: str) -> str:
    """Version 8 (ours) and the variant of RFC 9562 in the bits that say so."""
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"
