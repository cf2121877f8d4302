"""Reads seasons away, of which determinations know nothing: the app that keeps referrals stands above this one.

So it says here, when the site starts, how they are read (`seasons_told_by`). Everyone who asks for a stage, whether
below that app or above it, is then told the same; asking for stages with a frame of seasons would give those who
cannot have one another answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from ceiba.core.seasons import SEASONS, seasons_completed, seasons_stood

Read = Callable[[str, Sequence[int] | None], pl.DataFrame]
"""Programme, and people by their numbers in the register (None: everybody) -> `core.seasons.SEASONS`."""
_READ: Final[set[Read]] = set()


@dataclass(frozen=True, slots=True)
class Season:
    """A season that somebody was accepted for: its days, what is known of theirs, and how it stands.

    `standing` is one of `core.seasons.STANDINGS`.
    """

    season_from: date
    season_until: date
    departed_on: date | None
    returned_on: date | None
    standing: str


def seasons_told_by(read: Read) -> None:
    """Have seasons read by `read` from now on, beside whoever else tells of some."""
    _READ.add(read)


def seasons_of_person(programme: str, participant_id: int) -> tuple[Season, ...]:
    """The seasons of one person in a programme, the first first."""
    rows = seasons_stood(_seasons(programme, [participant_id]))
    return tuple(Season(*row) for row in rows.select(Season.__slots__).rows())


def completed_of(programme: str, people: Sequence[int] | None) -> pl.DataFrame:
    """How many seasons people completed (`core.seasons.COMPLETED`)."""
    return seasons_completed(_seasons(programme, people))


def _seasons(programme: str, people: Sequence[int] | None) -> pl.DataFrame:
    return pl.concat([SEASONS.empty(), *(read(programme, people) for read in _READ)])
