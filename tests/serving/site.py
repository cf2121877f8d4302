"""The site as it is served, on a data folder of its own, and phones that post to it without mercy."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from tests.apps.submissions.phone import BOUNDARY, parcel
from tests.fieldforms import filled
from tests.migrated import server_at

ROOT = Path(__file__).parents[2]
PREPARE = """
import json, os
from ceiba.cli.session import open_database
open_database()
from tests.apps.evidence.helpers import register
from tests.apps.submissions.phone import phone
from tests.fieldforms import published
register(3, area="GT-0101")
published()
print(json.dumps({"key": phone().key, "url": os.environ["CEIBA_DATABASE_URL"]}))
"""


@dataclass
class Site:
    """A site of its own: `key` is a phone's, `url` its database's."""

    folder: Path
    port: int = 0
    key: str = ""
    url: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "CEIBA_DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "ceiba.config.settings",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "CEIBA_DATABASE_URL": "",
        }  # fmt: skip

    def prepare(self) -> None:
        server_at(self.folder / "postgres")
        said = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", PREPARE],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert said.returncode == 0, said.stderr
        made = json.loads(said.stdout.splitlines()[-1])
        self.key, self.url = made["key"], made["url"]

    def start(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "ceiba.cli.app", "serve", "--port", str(self.port), "--workers", "2"]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError, http.client.HTTPException), self.connection(5) as connection:
                connection.request("HEAD", f"/field/key/{self.key}/submission")
                if connection.getresponse().status == 204:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text()[-3000:])

    def connection(self, timeout: int = 30) -> "closing[http.client.HTTPConnection]":
        """A connection to the site, closed at the end of a `with`."""
        return closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout))

    def kill(self, *, database: bool) -> None:
        """As by a power cut: nothing is told that it ends. With the database, all of its processes too."""
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        if database:
            for pid in self._of_database():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def processes_of(self, command: str) -> list[int]:
        """The processes that the site runs beside itself for `ceiba COMMAND`."""
        assert self.process is not None
        return [
            pid
            for pid, words in processes()
            if words[-1:] == [command] and os.getpgid(pid) == self.process.pid
        ]

    def _of_database(self) -> list[int]:
        folder = str(self.folder / "postgres")
        return [pid for pid, words in processes() if any(folder in word for word in words)]


def processes() -> Iterator[tuple[int, list[str]]]:
    """Every process and the words of its command."""
    for told in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield int(told.parent.name), told.read_text().rstrip("\0").split("\0")


@dataclass
class Phones:
    """Threads that post new forms, and now and then a photo with them, until told to stop; what was answered 201."""

    site: Site
    accepted: dict[str, bytes] = field(default_factory=dict)
    photos: dict[str, bytes] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self, number: int = 8) -> None:
        self._stop.clear()
        self._threads = [threading.Thread(target=self._post_all) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _post_all(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError, http.client.HTTPException), self.site.connection(10) as connection:
                while not self._stop.is_set():
                    self._post(connection)

    def _post(self, connection: http.client.HTTPConnection) -> None:
        name = f"uuid:{uuid4()}"
        photo = random.randbytes(3000) if random.random() < 0.3 else b""  # noqa: S311 - any bytes
        form = filled(name, person="P-1", due=10, done=8, photo="a.jpg" if photo else "")
        status = post_once(connection, self.site.key, form, {"a.jpg": photo} if photo else {})
        if status != 201:
            self.others.append(status)
            return
        self.accepted[name] = form
        if photo:
            self.photos[name] = photo


def post_once(connection: http.client.HTTPConnection, key: str, form: bytes, files: dict[str, bytes]) -> int:
    """Post a form; the status of the answer."""
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", f"/field/key/{key}/submission", parcel(form, files), headers)
    answer = connection.getresponse()
    answer.read()
    return int(answer.status)
