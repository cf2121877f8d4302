"""A bank in a thread: takes order files whenever it likes, and answers late, shuffled, and now and then twice."""

import os
import random
import threading
import time
from pathlib import Path
from typing import Final

from ceiba.rails.simulator.bank import work
from ceiba.rails.simulator.booked import Behaviour, answer
from ceiba.rails.simulator.outcomes import Shares, outcome
from ceiba.rails.simulator.received import received

BEHAVIOUR: Final = Behaviour(
    seed=3,
    shares=Shares(rejected=0.3, returned=0.1, wrong_amount=0, duplicate=0, silent=0, unstated=0),
    fees=1,
    unknown_credits=1,
)


class Bank:
    """Takes from `outbox`, puts into `answers`; `taken` are the copies it was given, in their order."""

    def __init__(self, outbox: Path, folder: Path, seed: int) -> None:
        self.outbox, self.folder, self.answers = outbox, folder, folder / "answers"
        self.answers.mkdir(parents=True, exist_ok=True)
        self.taken: list[Path] = []
        self.moved_minor = 0  # on the account, by its own books
        self.said: list[Path] = []  # all of its answers, each once
        self._held: list[Path] = []
        self._draw = random.Random(seed)  # noqa: S311 - play, not secrecy
        self._stop = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End; whatever went wrong in the thread is raised here."""
        self._stop.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    @property
    def is_quiet(self) -> bool:
        """Whether it has nothing to take, to say, or to be heard."""
        waiting = [path for path in self.outbox.glob("*.xml") if path.is_file()]
        return not waiting and not self._held and not any(self.answers.iterdir())

    def paid(self) -> dict[str, int]:
        """How often it paid each order."""
        counts: dict[str, int] = {}
        known: set[str] = set()
        for path in self.taken:
            file = received(path, None, BEHAVIOUR.day)
            if file.message in known:
                continue
            known.add(file.message)
            for order in file.orders:
                if outcome(BEHAVIOUR.seed, order.end_to_end_id, BEHAVIOUR.shares) != "rejected":
                    counts[order.end_to_end_id] = counts.get(order.end_to_end_id, 0) + 1
        return counts

    def _work(self) -> None:
        try:
            while not self._stop.is_set():
                self._take()
                self._say()
                time.sleep(0.02)
        except BaseException as error:
            self._failed = error
            raise

    def _take(self) -> None:
        for path in sorted(self.outbox.glob("*.xml")):
            if self._draw.random() < 0.2:  # not yet
                continue
            room = self.folder / "in" / f"{len(self.taken):04}"
            room.mkdir(parents=True)
            os.rename(path, room / path.name)
            file, again = received(room / path.name, None, BEHAVIOUR.day), self._has(path.name)
            self.taken.append(room / path.name)
            self.moved_minor += sum(
                each.amount_minor if each.credit else -each.amount_minor
                for each in answer(file, BEHAVIOUR, again).bookings
            )
            made = work(room, self.folder / "said", BEHAVIOUR)
            self._held += [self.folder / "said" / name for name in made.answers]

    def _has(self, name: str) -> bool:
        return any(path.name == name for path in self.taken)

    def _say(self) -> None:
        """One answer at a time, in no order, whole; one in five is said again later."""
        if not self._held or self._draw.random() < 0.5:
            return
        said = self._held.pop(self._draw.randrange(len(self._held)))
        again = said in self.said
        half = self.folder / "half"
        half.write_bytes(said.read_bytes())
        os.rename(half, self.answers / f"{'again-' if again else ''}{said.name}")
        if not again:
            self.said.append(said)
            if self._draw.random() < 0.2:
                self._held.append(said)
