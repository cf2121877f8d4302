"""What flags are drawn from, and what a flag is, as frames."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema

_SUBMISSION: Final = Column(
    "submission_id", pl.Int64, meaning="numbers grow with receipt: of two, the greater came later"
)
_FAMILY: Final = Column(
    "family", pl.String, meaning="the first submission of those that replace each other: edits share it"
)
_TIME: Final = pl.Datetime("us", "UTC")

SIGHTINGS: Final = FrameSchema(
    "submissions as flags see them",
    (
        _SUBMISSION,
        _FAMILY,
        Column("user_id", pl.Int64),
        Column("device_id", pl.Int64),
        Column("phone", pl.String, True, "the phone's own identifier, where the form tells it"),
        Column("observed_at", _TIME, True),
        Column("lon", pl.Float64, True),
        Column("lat", pl.Float64, True),
        Column("accuracy_m", pl.Float64, True),
    ),
    ("submission_id",),
)
PHOTOS: Final = FrameSchema(
    "photos of submissions",
    (
        _SUBMISSION,
        _FAMILY,
        Column("sha256", pl.String),
        Column(
            "phash", pl.Int64, True, "the 64 bits of the perceptual hash; null: too plain to tell from others"
        ),
    ),
    ("submission_id", "sha256"),
)
COUNTS: Final = FrameSchema(
    "the counts of submissions",
    (
        _SUBMISSION,
        Column("user_id", pl.Int64),
        Column("participant_id", pl.Int64),
        Column("day", pl.Date),
        Column("counts", pl.String, meaning="every count of the submission, in one text"),
        Column("numbers", pl.Int32, meaning="how many counts"),
    ),
    ("submission_id",),
)
WORK: Final = FrameSchema(
    "the month's counts of technicians",
    (
        Column("technician", pl.String),
        Column("count", pl.Int32, meaning="any count that was made"),
        Column("due", pl.Int32, True, "tasks due, where the count is of tasks done"),
    ),
)
STRANGERS: Final = FrameSchema(
    "people whom the sender of a submission had no cause to visit",
    (_SUBMISSION, Column("person", pl.String, meaning="participant code")),
    ("submission_id", "person"),
)
FLAGS: Final = FrameSchema(
    "flags",
    (
        _SUBMISSION,
        Column("flag", pl.String, meaning="a code of `FLAG_KINDS`"),
        Column("other_ids", pl.List(pl.Int64), meaning="other submissions that show it, OTHERS_MAX at most"),
        Column("detail", pl.String, meaning="the figures that show it, as JSON"),
    ),
    ("submission_id", "flag"),
)


OTHERS_MAX: Final = 20


def flagged(flag: str, rows: pl.DataFrame, figures: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """`rows` (submission_id, other_ids) as `FLAGS`, in the order of submissions, with `figures` as the detail."""
    if rows.is_empty():
        return FLAGS.empty()
    detail = pl.struct([expr.alias(name) for name, expr in figures.items()]).struct.json_encode()
    others = pl.col("other_ids").list.head(OTHERS_MAX)
    return FLAGS.check(
        rows.select("submission_id", others, flag=pl.lit(flag), detail=detail).sort("submission_id")
    )


NO_OTHERS: Final = pl.lit([], dtype=pl.List(pl.Int64)).alias("other_ids")
