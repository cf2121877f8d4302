"""Files for a bank: written whole or not at all, never over another, hashed as they pass."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ceiba.rails.base import Written
from ceiba.rails.problems import Fail


class Outbox:
    """Collects the files of one call to `write`; what it wrote is removed when the call fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written: list[Written] = []

    def add(self, name: str, message: str, count: int, sum_minor: int, parts: Iterable[bytes]) -> None:
        """Write `parts` as the file `name`. Raises CeibaError (rail.exists)."""
        path, unfinished = self._folder / name, self._folder / f".{name}.part"
        if path.exists():
            raise Fail(name).error("rail.exists")
        digest = hashlib.sha256()
        try:
            with unfinished.open("wb") as file:
                for part in parts:
                    digest.update(part)
                    file.write(part)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
        self.written.append(Written(name, message, count, sum_minor, digest.hexdigest()))

    def discard(self) -> None:
        """Remove what was written."""
        for file in self.written:
            (self._folder / file.name).unlink()


@contextmanager
def outbox(folder: Path) -> Iterator[Outbox]:
    """An `Outbox` of `folder`, emptied again when what is done within fails."""
    box = Outbox(folder)
    try:
        yield box
    except BaseException:
        box.discard()
        raise
    if not box.written:
        raise Fail("").error("rail.no_orders")
