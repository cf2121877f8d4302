"""Whom submissions speak of although their senders do not look after them, by the register of this moment."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from ceiba.accounts.selectors import scopes_of
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.registry.selectors import reaches, whereabouts_of

SPOKEN: Final = FrameSchema(
    "whom submissions speak of",
    (Column("submission_id", pl.Int64), Column("participant_id", pl.Int64)),
    ("submission_id", "participant_id"),
)


def strangers(spoken: pl.DataFrame, senders: Mapping[int, int]) -> dict[int, list[int]]:
    """By submission, the people of `spoken` (`SPOKEN`) whom its sender does not reach; who has none is left out.

    `senders` are users by submission. A group may have changed hands while the phone was away: no reproach in itself.
    """
    rows = SPOKEN.check(spoken).sort(SPOKEN.names)
    where = whereabouts_of("participants", rows["participant_id"].unique().to_list())
    scopes = scopes_of(set(senders.values()))
    found: dict[int, list[int]] = {}
    for submission, person in rows.rows():
        scope = scopes.get(senders[submission])
        if scope is None or not reaches(scope, where[person]):
            found.setdefault(submission, []).append(person)
    return found
