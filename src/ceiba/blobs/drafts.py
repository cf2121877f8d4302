"""Received files on their way in: written through to this machine's disk first, kept under their hash afterwards.

A file is drafted (copied and hashed), checked and read from its draft, and kept just before the transaction that
names it commits. So no row names a file that is not there; a file that no row names can only be left by a crash
in between, and is harmless.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings

from ceiba.blobs.store import blob_store

_CHUNK: Final = 1 << 20
_DRAFT: Final = "draft-"
_DRAFT_SECONDS_MAX: Final = 24 * 3600


@dataclass(frozen=True, slots=True)
class Draft:
    """A received file that is not kept yet: where its bytes are, and what they are."""

    path: Path
    name: str
    sha256: str
    size_bytes: int

    def forget(self) -> None:
        """Take back what `keep` has just kept: the transaction that would have named it failed."""
        blob_store().remove(self.sha256)

    def keep(self) -> bool:
        """Keep the file under its hash, durably; False when it was kept before."""
        store = blob_store()
        if store.holds(self.sha256):
            return False
        store.put(self.sha256, self.path)
        return True


class DraftWriter:
    """A draft while its bytes come in."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._file = tempfile.NamedTemporaryFile(dir=_folder(), prefix=_DRAFT, delete=False)  # noqa: SIM115 - closed by `done` or `drop`
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._digest.update(data)
        self._size += self._file.write(data)

    def done(self) -> Draft:
        """The draft, written through to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Draft(Path(self._file.name), self._name, self._digest.hexdigest(), self._size)

    def drop(self) -> None:
        """Remove the draft unless it was kept; may be called at any time, and again."""
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


@contextmanager
def drafted(source: Path | IO[bytes], name: str) -> Iterator[Draft]:
    """The bytes of `source` as a draft called `name`, which is gone afterwards unless it was kept."""
    sweep()
    writer = DraftWriter(name)
    try:
        if isinstance(source, Path):
            with source.open("rb") as opened:
                _copy(opened, writer)
        else:
            _copy(source, writer)
        yield writer.done()
    finally:
        writer.drop()


def sweep() -> None:
    """Remove the drafts that a process left which was killed."""
    for path in _folder().glob(f"{_DRAFT}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _DRAFT_SECONDS_MAX:
                path.unlink()


def _folder() -> Path:
    """The folder of drafts, beside the kept files so that keeping one is a rename."""
    folder = Path(settings.DATA_DIR) / "blobs" / "drafts"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copy(source: IO[bytes], target: DraftWriter) -> None:
    while data := source.read(_CHUNK):
        target.write(data)
