"""Journeys that nobody can make, hours at which nobody works, and devices in two hands."""

from typing import Final

import polars as pl

from ceiba.core.flags.frames import FLAGS, NO_OTHERS, SIGHTINGS, flagged
from ceiba.core.geometry import distance_m

_DEGREES_AN_HOUR: Final = 15.0


def impossible_speed(sightings: pl.DataFrame, speed_km_h: int, slack_m: int) -> pl.DataFrame:
    """`FLAGS` of both ends of a journey between sightings of one account that follow each other.

    The way is their distance without both accuracies and without `slack_m`; no flag while it fits into the time.
    Sightings without a time or a place are passed over.
    """
    rows = SIGHTINGS.check(sightings).filter(
        pl.col("lon").is_not_null() & pl.col("observed_at").is_not_null()
    )
    rows = rows.sort("user_id", "observed_at", "submission_id")
    before = pl.struct("submission_id", "family", "observed_at", "lon", "lat", "accuracy_m")
    pairs = rows.with_columns(before=before.shift(1).over("user_id")).filter(pl.col("before").is_not_null())
    pairs = pairs.filter(pl.col("before").struct.field("family") != pl.col("family"))
    if pairs.is_empty():
        return FLAGS.empty()
    lon, lat = (pairs["before"].struct.field(name).to_numpy() for name in ("lon", "lat"))
    way = pl.Series(distance_m(lon, lat, pairs["lon"].to_numpy(), pairs["lat"].to_numpy()))
    seconds = (pl.col("observed_at") - pl.col("before").struct.field("observed_at")).dt.total_seconds()
    sure = way - _accuracy(pairs["accuracy_m"]) - _accuracy(pairs["before"].struct.field("accuracy_m"))
    pairs = pairs.with_columns(way=way, sure=sure, seconds=seconds)
    pairs = pairs.filter(pl.col("sure") - slack_m > pl.col("seconds") * speed_km_h / 3.6)
    later = pairs.with_columns(other=pl.col("before").struct.field("submission_id"))
    earlier = pairs.with_columns(
        submission_id=pl.col("before").struct.field("submission_id"), other=pl.col("submission_id")
    )
    journeys = pl.concat([later, earlier]).with_columns(
        km_h=pl.when(pl.col("seconds") > 0).then((pl.col("sure") * 3.6 / pl.col("seconds")).round(0))
    )
    journey = pl.struct(
        "other", "seconds", "km_h", way_m=pl.col("way").round(0), sure_m=pl.col("sure").round(0)
    )
    found = journeys.sort("submission_id", "other").group_by("submission_id", maintain_order=True)
    return flagged(
        "impossible_speed",
        found.agg(other_ids="other", journeys=journey),
        {"journeys": pl.col("journeys"), "limit_km_h": pl.lit(speed_km_h)},
    )


def odd_hours(sightings: pl.DataFrame, hour_from: int, hour_until: int) -> pl.DataFrame:
    """`FLAGS` of what was observed before `hour_from` or from `hour_until` on, by the sun (noon is 12).

    By the sun and not by a time zone: zones are moved by decree, and phones are set to the wrong one.
    """
    hours = pl.col("observed_at").dt.hour() + pl.col("observed_at").dt.minute() / 60
    sun = (hours + pl.col("lon") / _DEGREES_AN_HOUR) % 24
    rows = SIGHTINGS.check(sightings).with_columns(NO_OTHERS, sun=sun)
    rows = rows.filter((pl.col("sun") < hour_from) | (pl.col("sun") >= hour_until))
    figures = {"sun_minute": (pl.col("sun") * 60).round(0).cast(pl.Int32),
               "from": pl.lit(hour_from), "until": pl.lit(hour_until)}  # fmt: skip
    return flagged("odd_hour", rows, figures)


def shared_device(sightings: pl.DataFrame, minutes: int) -> pl.DataFrame:
    """`FLAGS` of both of two sightings by one account on two devices, at most `minutes` apart."""
    return _neighbours(sightings, "user_id", "device_id", minutes, "devices")


def shared_phone(sightings: pl.DataFrame) -> pl.DataFrame:
    """`FLAGS` of both of two sightings that follow each other on one phone, by two accounts."""
    return _neighbours(sightings.filter(pl.col("phone") != ""), "phone", "user_id", None, "accounts")


def _neighbours(
    sightings: pl.DataFrame, same: str, differs: str, minutes: int | None, case: str
) -> pl.DataFrame:
    """Flags of sightings next to each other in time with the same value of one column and another of the other."""
    rows = SIGHTINGS.check(sightings).filter(pl.col("observed_at").is_not_null())
    rows = rows.sort(same, "observed_at", "submission_id")
    before = pl.struct("submission_id", "observed_at", differs)
    pairs = rows.with_columns(before=before.shift(1).over(same)).filter(pl.col("before").is_not_null())
    seconds = (pl.col("observed_at") - pl.col("before").struct.field("observed_at")).dt.total_seconds()
    pairs = pairs.with_columns(other=pl.col("before").struct.field("submission_id"), seconds=seconds)
    pairs = pairs.filter(pl.col("before").struct.field(differs) != pl.col(differs))
    if minutes is not None:
        pairs = pairs.filter(pl.col("seconds") <= 60 * minutes)
    ends = pairs.select("submission_id", "other", "seconds")
    both = pl.concat(
        [ends, ends.select("seconds", submission_id="other", other="submission_id")], how="diagonal"
    )
    found = both.sort("submission_id", "other").group_by("submission_id", maintain_order=True)
    return flagged(
        "shared_device",
        found.agg(other_ids="other", seconds=pl.col("seconds").min()),
        {"case": pl.lit(case), "seconds": pl.col("seconds")},
    )


def _accuracy(metres: pl.Series) -> pl.Series:
    return metres.fill_null(0).clip(0)
