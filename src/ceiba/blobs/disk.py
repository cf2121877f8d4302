"""Received files, byte for byte, under their own hash: DATA_DIR/blobs/<first two>/<sha256>.

A file is drafted first (copied, hashed and written through to the disk), checked and read from its draft, and kept
under its hash just before the transaction that names it commits. So no row names a file that is not there; a file
that no row names can only be left by a crash in between, and is harmless.
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

_CHUNK: Final = 1 << 20
_DRAFT: Final = ".draft-"
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
        blob_path(self.sha256).unlink(missing_ok=True)

    def keep(self) -> bool:
        """Keep the file under its hash, durably; False when it was kept before."""
        target = blob_path(self.sha256)
        if target.exists():
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        for folder in (target.parent, target.parent.parent):
            _write_through(folder)
        return True


def blob_path(sha256: str) -> Path:
    """Where the bytes of that hash are kept."""
    return _root() / sha256[:2] / sha256


@contextmanager
def drafted(source: Path | IO[bytes], name: str) -> Iterator[Draft]:
    """The bytes of `source` as a draft called `name`, which is gone afterwards unless it was kept."""
    _root().mkdir(parents=True, exist_ok=True)
    _sweep()
    with tempfile.NamedTemporaryFile(dir=_root(), prefix=_DRAFT, delete=False) as file:
        path = Path(file.name)
        try:
            if isinstance(source, Path):
                with source.open("rb") as opened:
                    digest, size = _copied(opened, file)
            else:
                digest, size = _copied(source, file)
            file.flush()
            os.fsync(file.fileno())
            yield Draft(path, name, digest, size)
        finally:
            path.unlink(missing_ok=True)


def _root() -> Path:
    return Path(settings.DATA_DIR) / "blobs"


def _sweep() -> None:
    """Remove the drafts that a process left which was killed."""
    for path in _root().glob(f"{_DRAFT}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _DRAFT_SECONDS_MAX:
                path.unlink()


def _copied(source: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    """SHA-256 in hexadecimal and length of what was copied."""
    digest, size = hashlib.sha256(), 0
    while data := source.read(_CHUNK):
        digest.update(data)
        size += target.write(data)
    return digest.hexdigest(), size


def _write_through(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
