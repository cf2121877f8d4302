"""The intake: takes what phones sent, a batch after the other, and keeps what follows from it up to date.

Taking is durable and exact by itself. What follows, the reviewers' tray with its flags, the facts of open months, the
entities drawn from the register, is computed from what is there: after a crash it is made up for.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import polars as pl
from django.utils import timezone

from ceiba.devices.services import devices_seen
from ceiba.entities.services import entities_refresh, entity_updates_force
from ceiba.evidence.selectors import people_taken_since
from ceiba.evidence.taking import BATCH_MAX, Took, submissions_take
from ceiba.facts.sofar import facts_so_far, so_far_at
from ceiba.review.selectors.tray import submissions_untrayed
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.photos import photos_look

PAUSE_SECONDS: Final = 0.1
FOLLOW_SECONDS: Final = 2.0
REFRESH_SECONDS: Final = 5.0
FORCE_SECONDS: Final = 3600.0
PHOTOS_SECONDS: Final = 1.0
PHOTOS_AT_ONCE: Final = 4  # so that what comes meanwhile waits for half a second at most


class Intake:
    """The loop's state: what has been taken and not followed up, and when things were last done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._people: list[pl.DataFrame] = []
        self._numbers: list[int] = []
        self._last: dict[str, float] = {}

    def recover(self) -> None:
        """Take up what an intake that died had not got to."""
        self._people.append(people_taken_since(so_far_at()))
        self._numbers += submissions_untrayed()

    def step(self, now: datetime) -> bool:
        """One round; whether there was anything to do.

        Under load, only taking is done at once: flags and facts follow every two seconds, photos when nothing waits.
        """
        took = submissions_take(now=now)
        if took is not None:
            self._note(took, now)
        if took is None or self._is_due("follow", FOLLOW_SECONDS):
            self._follow(now)
        if self._is_due("refresh", REFRESH_SECONDS):
            entities_refresh(today=now.date())
        if self._is_due("force", FORCE_SECONDS):
            entity_updates_force(now=now)
        return took is not None or self._looked(now)

    def _note(self, took: Took, now: datetime) -> None:
        self._people.append(took.people)
        self._numbers += took.numbers
        devices_seen(ids=took.devices, now=now)

    def _follow(self, now: datetime) -> None:
        """Flags before facts, which may be of flags."""
        numbers, self._numbers = self._numbers, []
        for first in range(0, len(numbers), BATCH_MAX):
            flags_compute(submissions=numbers[first : first + BATCH_MAX], now=now)
        if self._people:
            people, self._people = pl.concat(self._people).unique(), []
            facts_so_far(touched=people, now=now)

    def _looked(self, now: datetime) -> bool:
        """Look at a few photos; at more at once, as long as there are any."""
        if not self._is_due("photos", PHOTOS_SECONDS):
            return False
        looked = photos_look(now=now, limit=PHOTOS_AT_ONCE)
        if looked:
            del self._last["photos"]
        return looked > 0

    def _is_due(self, what: str, seconds: float) -> bool:
        """Whether it is so long ago, or was never; then it is done now."""
        is_due = self._clock() - self._last.get(what, float("-inf")) >= seconds
        if is_due:
            self._last[what] = self._clock()
        return is_due


def intake_work(
    *,
    once: bool,
    stopped: Callable[[], bool] = lambda: False,
    now: Callable[[], datetime] = timezone.now,
) -> int:
    """Take until told to stop or, `once`, until nothing is left to do; returns how many rounds did something.

    `now` is another clock for a demonstration, whose month may be yet to come.
    """
    intake = Intake()
    intake.recover()
    rounds = 0
    while not stopped():
        if intake.step(now()):
            rounds += 1
        elif once:
            break
        else:
            time.sleep(PAUSE_SECONDS)
    return rounds
