"""How people stand to a constancia: who is to have one, who has one, who not and why.

Whether the months suffice is `service_record`'s to say, by the rules of the pathway; here is only what was issued.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.rules.rulebook import PathwayStage, Rulebook
from ceiba.frames.postgres import read_frame
from ceiba.registry.selectors.erased import erased_people
from ceiba.service_record.selectors import stages_reached


class Standing(StrEnum):
    """How a person stands to a constancia of a programme."""

    READY = "ready"  # may be issued one, and has none that holds
    HAS = "has"
    NOT_YET = "not_yet"  # the rules of the stage are not met, and may be
    EXCLUDED = "excluded"  # a rule says that they cannot be met
    SUSPENDED = "suspended"
    ASKED = "asked"
    REVOKED_BEFORE = "revoked_before"  # one by one only: somebody looks at why


ONE_BY_ONE: Final = (Standing.READY, Standing.HAS, Standing.REVOKED_BEFORE)
"""Who may be issued one when somebody looks at this very person, provided that the stage is reached."""

STANDINGS: Final = FrameSchema(
    "standings",
    (
        Column("participant_id", pl.Int64),
        Column("reached", pl.Boolean, meaning="whether the stage of the pathway is"),
        Column("standing", pl.String),
        Column("failed", pl.List(pl.String), meaning="rules that are not met"),
        Column("unknown", pl.List(pl.String), meaning="rules of which nothing is known"),
    ),
    key=("participant_id",),
)
_ISSUED: Final = FrameSchema(
    "what people were issued",
    (
        Column("participant_id", pl.Int64),
        Column("state", pl.String, True, meaning="of the one that is not revoked"),
        Column("holds", pl.Boolean, meaning="valid, in time, its key not withdrawn"),
        Column("revoked", pl.Boolean, meaning="one was, and not because of a newer one"),
    ),
    key=("participant_id",),
)
_QUERY: Final[LiteralString] = """
    SELECT c.participant_id, max(c.state) FILTER (WHERE c.state <> 'revoked') AS state,
        bool_or(c.state = 'valid' AND c.expires_at > %(at)s AND k.withdrawn_at IS NULL) AS holds,
        bool_or(c.state = 'revoked' AND c.superseded_by_id IS NULL) AS revoked
    FROM credentials_credential c JOIN credentials_issuerkey k ON k.thumbprint = c.key_id
    WHERE c.programme_id = %(programme)s
        AND (%(people)s::bigint[] IS NULL OR c.participant_id = ANY(%(people)s::bigint[]))
    GROUP BY c.participant_id
"""


def constancia_stage(book: Rulebook) -> PathwayStage | None:
    """The stage that a constancia attests: the first one that is no proposal. None: the programme issues none."""
    return next((stage for stage in book.pathway if not stage.proposal), None)


def standings(programme: str, stage: str, at: datetime, people: Iterable[int] | None = None) -> pl.DataFrame:
    """How everyone of a programme stands to its constancia (`STANDINGS`, sorted), or some `people`."""
    chosen = None if people is None else sorted(set(people))
    reached = stages_reached(programme, chosen, stages=[stage])
    return _standings(reached, _issued(programme, at, chosen))


def _issued(programme: str, at: datetime, people: Sequence[int] | None) -> pl.DataFrame:
    return read_frame(_QUERY, {"programme": programme, "at": at, "people": people}, _ISSUED)


def _standings(reached: pl.DataFrame, issued: pl.DataFrame) -> pl.DataFrame:
    known = reached.filter(~pl.col("participant_id").is_in(erased_people())).join(
        issued, on="participant_id", how="left"
    )
    stage = pl.col("state").cast(pl.String)
    live = pl.col("state_right")
    standing = (
        pl.when(live.is_in([Standing.SUSPENDED, Standing.ASKED]))
        .then(live)
        .when(pl.col("holds").fill_null(False))
        .then(pl.lit(Standing.HAS.value))
        .when(stage != "reached")
        .then(stage)
        .when(pl.col("revoked").fill_null(False))
        .then(pl.lit(Standing.REVOKED_BEFORE.value))
        .otherwise(pl.lit(Standing.READY.value))
    )
    told = known.select(
        "participant_id", reached=stage == "reached", standing=standing, failed="failed", unknown="unknown"
    )
    return STANDINGS.check(told.sort("participant_id"))
