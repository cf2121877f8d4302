"""A payment office on a data folder of its own: its database, its worker that can be killed, its bank."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final

from ceiba.postgres.server import Server
from tests.migrated import server_at
from tests.paying.bank import Bank
from tests.serving.site import ROOT, processes

# What ends a worker, just before or just after it; and the most calls it may have survived until then.
PLACES: Final = (("commit", 40), ("write", 2), ("close", 2), ("link", 2), ("sent", 2), ("keep", 4))
SECONDS_MAX: Final = 120
SEED: Final = int(os.environ.get("CEIBA_TEST_SEED", "7"))


class Office:
    """Made by `prepare`; `kills` counts those that were in the middle of something."""

    def __init__(self, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cp", dir="/tmp"))
        self.folder.chmod(0o755)
        self.draw = random.Random(seed)  # noqa: S311 - any moment
        self.told: list[str] = []  # how each ended
        server_at(self.folder / "postgres")
        self._run("prepare")
        self._seed = seed

    @cached_property
    def bank(self) -> Bank:
        """Which begins to take files when it is first asked for."""
        return Bank(self.outbox, self.folder / "simulated", self._seed)

    @property
    def url(self) -> str:
        """Of its database, which is started when it is not."""
        return Server(self.folder / "postgres").start()

    @property
    def _said(self) -> Path:
        return self.folder / "said"

    @property
    def outbox(self) -> Path:
        """Where the bank takes its files from."""
        return self.folder / "bank" / "outbox" / "BANCO-1"

    def close(self) -> None:
        """End the bank and the database; nothing is kept."""
        try:
            if "bank" in self.__dict__:
                self.bank.close()
        finally:
            Server(self.folder / "postgres").stop()
            shutil.rmtree(self.folder, ignore_errors=True)

    def killed(self, number: int) -> bool:
        """Let the worker work and kill it; every fourth time the database, too. False: it was done before."""
        assert self.bank.answers.is_dir()
        if number % 4 == 3:
            return self._killed_anywhen(database=True)
        return self._killed_anywhen(database=False) if number % 2 else self._killed_at_a_place()

    def said(self, command: str) -> str:
        """What the worker printed, having done what it was told."""
        self._run(command)
        return self._said.read_text()

    def finished(self) -> None:
        """Let it work until nothing is left and the bank has no more to say."""
        until = time.monotonic() + SECONDS_MAX
        while True:
            self._run("go")
            if self.bank.is_quiet:
                return
            assert time.monotonic() < until, "the bank is never quiet"

    def _killed_anywhen(self, *, database: bool) -> bool:
        worker = self._started("")
        while worker.poll() is None and not self._said.read_text():
            time.sleep(0.02)
        time.sleep(self.draw.uniform(0, 1.5))
        if worker.poll() is not None:
            assert worker.returncode == 0, self._log()
            return False
        worker.kill()
        if database:
            for pid, words in list(processes()):
                if any(str(self.folder / "postgres") in word for word in words):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        worker.wait()
        self.told.append("with the database" if database else "at any moment")
        return True

    def _killed_at_a_place(self) -> bool:
        name, most = self.draw.choice(PLACES)
        place = f"{name} {self.draw.randint(1, most)} {self.draw.choice(['before', 'after'])}"
        done = self._started(place).wait(SECONDS_MAX)
        assert done in (0, -signal.SIGKILL), self._log()
        if done:
            self.told.append(f"{name} {place.split()[2]}")
        return done != 0

    def _run(self, command: str) -> None:
        worker = self._started("", command)
        assert worker.wait(SECONDS_MAX) == 0, self._log()

    def _started(self, place: str, command: str = "go") -> "subprocess.Popen[bytes]":
        told = os.environ | {
            "CEIBA_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "ceiba.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "CEIBA_DATABASE_URL": "", "CEIBA_TEST_DIE": place,
        }  # fmt: skip
        words = [sys.executable, "-W", "ignore", "-m", "tests.paying.work", command]
        with (self.folder / "work.log").open("ab") as log, self._said.open("wb") as said:
            return subprocess.Popen(
                [*words, str(self.folder / "simulated" / "answers")],
                env=told,
                cwd=ROOT,
                stdout=said,
                stderr=log,
            )

    def _log(self) -> str:
        return (self.folder / "work.log").read_text()[-3000:]
