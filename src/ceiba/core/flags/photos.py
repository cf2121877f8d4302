"""Photos seen before: the same bytes, or nearly the same picture.

A perceptual hash is 64 bits, and two pictures are alike when few of them differ. To find those among millions, the
bits are divided into `BANDS` bands of 16: of two hashes at most 7 bits apart, one band at least differs by no more
than one bit (four bands with two each would make 8). So it is enough to look up each band's value and the 16 that
are a bit away from it.
"""

from typing import Final

import polars as pl

from ceiba.core.flags.frames import FLAGS, PHOTOS, flagged

BANDS: Final = 4
BITS_MAX: Final = 2 * BANDS - 1
"""The greatest distance at which no pair is missed."""

_WIDTH: Final = 16
_MASK: Final = (1 << _WIDTH) - 1


def bands(phash: pl.Expr) -> list[pl.Expr]:
    """The four bands of a hash (Int64), highest bits first: Int32 columns band_0 to band_3."""
    bits = phash.reinterpret(signed=False)
    return [
        (bits // (1 << (_WIDTH * (BANDS - 1 - band)))).and_(pl.lit(_MASK, pl.UInt64))
        .cast(pl.Int32).alias(f"band_{band}")
        for band in range(BANDS)
    ]  # fmt: skip


def band_probes(photos: pl.DataFrame, distance_bits: int) -> pl.DataFrame:
    """What to look up for each photo with a hash: columns of `PHOTOS`, band (Int32), value (Int32)."""
    if not 0 <= distance_bits <= BITS_MAX:
        raise ValueError(f"{distance_bits} bits: pairs are found up to {BITS_MAX}")
    near = [0] if distance_bits < BANDS else [0, *(1 << bit for bit in range(_WIDTH))]
    hashed = PHOTOS.check(photos).filter(pl.col("phash").is_not_null())
    return (
        hashed.with_columns(bands(pl.col("phash")))
        .unpivot(
            [f"band_{band}" for band in range(BANDS)],
            index=PHOTOS.names,
            variable_name="band",
            value_name="value",
        )
        .with_columns(pl.col("band").str.strip_prefix("band_").cast(pl.Int32))
        .join(pl.DataFrame({"flip": near}, schema={"flip": pl.Int32}), how="cross")
        .with_columns(value=pl.col("value").xor(pl.col("flip")))
        .drop("flip")
    )


def duplicate_photos(photos: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`FLAGS` of the submissions in `photos` with a photo whose bytes came before in another one of `known`.

    Both are `PHOTOS`; `known` holds those in `photos` too. An edit has the photos of what it replaces: no flag.
    """
    pairs = PHOTOS.check(photos).join(_other(PHOTOS.check(known)), on="sha256").filter(_came_before())
    rows = (
        pairs.sort("submission_id", "other_id")
        .group_by("submission_id", maintain_order=True)
        .agg(other_ids=pl.col("other_id").unique().sort(), photos=pl.col("sha256").unique().sort())
    )
    return flagged("duplicate_photo", rows, {"photos": pl.col("photos")})


def near_photos(
    photos: pl.DataFrame, known: pl.DataFrame, distance_bits: int, pairs_max: int
) -> pl.DataFrame:
    """`FLAGS` of the submissions in `photos` with a photo at most `distance_bits` from an earlier one's.

    The same bytes are no near photo. The detail holds the nearest `pairs_max` pairs: photo, like, other, bits.
    """
    candidates = (
        band_probes(photos, distance_bits)
        .join(
            _other(PHOTOS.check(known)).with_columns(bands(pl.col("phash")))
            .unpivot([f"band_{band}" for band in range(BANDS)],
                     index=["other_id", "other_family", "like", "sha256", "phash"],
                     variable_name="band", value_name="value")
            .with_columns(pl.col("band").str.strip_prefix("band_").cast(pl.Int32))
            .select("other_id", "other_family", "like", "band", "value", other_hash="phash"),
            on=["band", "value"],
        )
        .filter(_came_before() & (pl.col("like") != pl.col("sha256")))
    )  # fmt: skip
    pairs = (
        candidates.select("submission_id", "sha256", "phash", "other_id", "like", "other_hash")
        .unique()
        .with_columns(bits=pl.col("phash").xor(pl.col("other_hash")).bitwise_count_ones().cast(pl.Int32))
        .filter(pl.col("bits") <= distance_bits)
        .sort("submission_id", "bits", "other_id", "sha256", "like")
    )
    if pairs.is_empty():
        return FLAGS.empty()
    pair = pl.struct(photo="sha256", like="like", other="other_id", bits="bits")
    rows = pairs.group_by("submission_id", maintain_order=True).agg(
        pairs=pair.head(pairs_max), found=pl.len(), other_ids=pl.col("other_id").head(pairs_max)
    )
    rows = rows.with_columns(pl.col("other_ids").list.unique().list.sort())
    return flagged("near_photo", rows, {"pairs": pl.col("pairs"), "found": pl.col("found")})


def _other(known: pl.DataFrame) -> pl.DataFrame:
    return known.select(
        "sha256", "phash", other_id="submission_id", other_family="family", like=pl.col("sha256")
    )


def _came_before() -> pl.Expr:
    return (pl.col("other_id") < pl.col("submission_id")) & (pl.col("other_family") != pl.col("family"))
