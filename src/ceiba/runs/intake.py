"""The intake: takes what phones sent, a batch after the other, and keeps what follows from it up to date.

Taking is durable and exact by itself. What follows, the reviewers' tray with its flags, the facts of open months, the
entities drawn from the register, is computed from what is there: after a crash it is made up for.
"""

import gc
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import polars as pl
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from ceiba.devices.services import devices_seen
from ceiba.entities.services import entities_refresh, entity_updates_force
from ceiba.evidence.selectors import people_taken_since
from ceiba.evidence.taking import BATCH_MAX, Took, first_quarantine, submissions_take
from ceiba.facts.sofar import facts_so_far, so_far_at
from ceiba.review.selectors.tray import submissions_untrayed
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.photos import photos_look
from ceiba.runs.second_visits import second_visits_keep

logger = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 0.1
ROUND_SECONDS: Final = 0.25  # a larger batch costs little more than a small one, and a second is soon enough
FACTS_SECONDS: Final = 2.0
FACTS_TRAIL_MAX: Final = timedelta(days=1)
FLAGS_SECONDS: Final = 1.0
BETWEEN: Final = 300  # people, or submissions, seen to between two batches, so that the next never waits long
BUSY_FROM: Final = 200  # submissions in a batch
REFRESH_SECONDS: Final = 5.0
HOURLY_SECONDS: Final = 3600.0
PHOTOS_SECONDS: Final = 1.0
PHOTOS_AT_ONCE: Final = 4  # so that what comes meanwhile waits for half a second at most


class Intake:
    """The loop's state: what has been taken and not followed up, and when things were last done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._people: list[pl.DataFrame] = []
        self._numbers: list[int] = []
        self._last: dict[str, float] = {}
        self._most = BATCH_MAX

    def recover(self) -> None:
        """Take up what an intake that died had not got to: facts may trail what was taken by hours, not by a day."""
        drawn = so_far_at()
        self._people.append(people_taken_since(None if drawn is None else drawn - FACTS_TRAIL_MAX))
        self._numbers += submissions_untrayed()

    def step(self, now: datetime) -> bool:
        """One round; whether there was anything to do.

        Taking comes first: while batches keep coming, flags and facts follow a few at a time, and flags wait for
        large ones to end. Photos are looked at when nothing else is left.
        """
        took = self._take(now)
        if took is not None:
            self._people.append(took.people)
            self._numbers += took.numbers
            devices_seen(ids=took.devices, now=now)
        most = BATCH_MAX if took is None else BETWEEN
        is_busy = took is not None and (
            took.submissions >= BUSY_FROM or not self._is_due("flags", FLAGS_SECONDS)
        )
        flagged = not is_busy and self._flag(most, now)
        if took is None or self._is_due("facts", FACTS_SECONDS):
            self._draw_facts(most, now)
        if self._is_due("refresh", REFRESH_SECONDS):
            entities_refresh(today=now.date())
        if self._is_due("hourly", HOURLY_SECONDS):
            entity_updates_force(now=now)
            second_visits_keep(now=now)
        return took is not None or flagged or bool(self._people) or self._looked(now)

    def _take(self, now: datetime) -> Took | None:
        """Take what waits. A form that breaks the taking is found by ever smaller batches, and put into quarantine.

        It is told by its number alone: what went wrong may speak of people. A lost database is nobody's form.
        """
        while True:
            try:
                took = submissions_take(now=now, most=self._most)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever one form does, the others go on
                logger.error("%s submissions could not be taken: %s", self._most, type(error).__name__)  # noqa: TRY400
                if self._most == 1:
                    first_quarantine(now=now)
                self._most = max(1, self._most // 10)
            else:
                self._most = min(BATCH_MAX, 2 * self._most)
                return took

    def _flag(self, most: int, now: datetime) -> bool:
        """Put the oldest of what was taken into the reviewers' tray, with its flags; whether there was any."""
        numbers, self._numbers = self._numbers[:most], self._numbers[most:]
        flags_compute(submissions=numbers, now=now)
        return bool(numbers)

    def _draw_facts(self, most: int, now: datetime) -> None:
        """Draw the facts of at most so many people and months again, the first touched first."""
        if self._people:
            people = pl.concat(self._people).unique(maintain_order=True)
            self._people = [people.slice(most)] if people.height > most else []
            facts_so_far(touched=people.head(most), now=now)

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
    intake.step(now())  # loads what is loaded at first use
    gc.collect()
    gc.freeze()  # what is loaded stays: the collector need not look through it at every batch
    rounds = 0
    while not stopped():
        began = time.monotonic()
        if intake.step(now()):
            rounds += 1
        elif once:
            break
        else:
            time.sleep(PAUSE_SECONDS)
        if not once:
            time.sleep(max(0.0, began + ROUND_SECONDS - time.monotonic()))
    return rounds
