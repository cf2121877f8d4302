"""The intake: takes what phones sent, a batch after the other, and keeps what follows from it up to date.

Taking is durable and exact by itself. What follows, entities drawn from the register and the facts of open months, is
computed from what is there: after a crash it is computed again from where it was.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import polars as pl
from django.utils import timezone

from ceiba.entities.services import entities_refresh
from ceiba.evidence.selectors import people_taken_since
from ceiba.evidence.taking import submissions_take
from ceiba.facts.sofar import facts_so_far, so_far_at

PAUSE_SECONDS: Final = 0.1
FACTS_SECONDS: Final = 2.0
REFRESH_SECONDS: Final = 5.0


class Intake:
    """The loop's state: whose facts are to be drawn again, and when things were last done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._touched: list[pl.DataFrame] = []
        self._facts_at = self._entities_at = float("-inf")

    def recover(self) -> None:
        """Take up what an intake that died had not got to."""
        self._touched.append(people_taken_since(so_far_at()))

    def step(self, now: datetime) -> bool:
        """One round; whether anything was taken. Facts follow at once while there is time, else every two seconds."""
        took = submissions_take(now=now)
        if took is not None:
            self._touched.append(took.people)
        if self._touched and (took is None or self._due(self._facts_at, FACTS_SECONDS)):
            touched, self._touched = pl.concat(self._touched).unique(), []
            facts_so_far(touched=touched, now=now)
            self._facts_at = self._clock()
        if self._due(self._entities_at, REFRESH_SECONDS):
            entities_refresh(today=now.date())
            self._entities_at = self._clock()
        return took is not None

    def _due(self, last: float, seconds: float) -> bool:
        return self._clock() - last >= seconds


def intake_work(*, once: bool, stopped: Callable[[], bool] = lambda: False) -> int:
    """Take until told to stop or, `once`, until nothing waits; returns how many batches were taken."""
    intake = Intake()
    intake.recover()
    batches = 0
    while not stopped():
        if intake.step(timezone.now()):
            batches += 1
        elif once:
            intake.step(timezone.now())  # the facts of the last batch
            break
        else:
            time.sleep(PAUSE_SECONDS)
    return batches
