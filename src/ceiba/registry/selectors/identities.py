"""Who people are, for what is issued in their name."""

from collections.abc import Sequence
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame

IDENTITIES: Final = FrameSchema(
    "identities",
    (
        Column("participant_id", pl.Int64),
        Column("name", pl.String, meaning="given names, then family names"),
        Column("birth_date", pl.Date),
    ),
    key=("participant_id",),
)
_IDENTITIES: Final[LiteralString] = """
    SELECT id AS participant_id, btrim(regexp_replace(given_names || ' ' || family_names, '\\s+', ' ', 'g')) AS name,
        birth_date
    FROM registry_participant WHERE id = ANY(%(people)s::bigint[]) AND erased_at IS NULL
"""


def identities_of(people: Sequence[int]) -> pl.DataFrame:
    """Name and birth date of people by their numbers (`IDENTITIES`, sorted), as the register has them now; of the
    erased, nothing.
    """
    return read_frame(_IDENTITIES, {"people": list(people)}, IDENTITIES).sort("participant_id")
