"""Where kept files are: a folder of this machine, or an S3-compatible store (CEIBA_BLOBS_URL).

A file's name is its SHA-256 in hexadecimal, below a folder of its first two digits; what has the same name is the
same. A file is in the store, durably, when `put` comes back.
"""

import os
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import IO, Any, Protocol, cast

import obstore
from django.conf import settings
from obstore.store import from_url


class Store(Protocol):
    """A place of files under their own hash."""

    def holds(self, sha256: str) -> bool:
        """Whether the file is there."""

    def put(self, sha256: str, path: Path) -> None:
        """Take over the file at `path`, which may be moved, durably."""

    def remove(self, sha256: str) -> None:
        """Remove a file that nothing names; nothing happens when it is not there."""

    def open(self, sha256: str) -> IO[bytes]:
        """The file, to be read. Raises FileNotFoundError."""


class Folder:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file of that hash is."""
        return self.root / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Whether the file is there."""
        return self.path(sha256).exists()

    def put(self, sha256: str, path: Path) -> None:
        """Move the file in, and write its folder through: a name that is not on the disk is no name."""
        target = self.path(sha256)
        is_new = not target.parent.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        write_through(target.parent)
        if is_new:
            write_through(self.root)

    def remove(self, sha256: str) -> None:
        """Remove the file if it is there."""
        self.path(sha256).unlink(missing_ok=True)

    def open(self, sha256: str) -> IO[bytes]:
        """The file, to be read."""
        return self.path(sha256).open("rb")


class Bucket:
    """Files in an S3-compatible store; keys and region come from the usual AWS_* variables."""

    def __init__(self, url: str) -> None:
        is_plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith(
            "http://"
        )  # a store of one's own, close by
        self._store: Any = from_url(url, client_options={"allow_http": is_plain})

    def holds(self, sha256: str) -> bool:
        """Whether the file is there."""
        try:
            obstore.head(self._store, self._key(sha256))
        except FileNotFoundError:
            return False
        return True

    def put(self, sha256: str, path: Path) -> None:
        """Send the file; it is there when the store has said so."""
        obstore.put(self._store, self._key(sha256), path)

    def remove(self, sha256: str) -> None:
        """Remove the file if it is there."""
        obstore.delete(self._store, self._key(sha256))

    def open(self, sha256: str) -> IO[bytes]:
        """The file, to be read as it comes."""
        return cast("IO[bytes]", obstore.open_reader(self._store, self._key(sha256)))

    @staticmethod
    def _key(sha256: str) -> str:
        return f"{sha256[:2]}/{sha256}"


def blob_store() -> Store:
    """The store that the settings name."""
    return _store(settings.BLOBS_URL, Path(settings.DATA_DIR))


def blob_open(sha256: str) -> IO[bytes]:
    """The bytes of that hash, to be read. Raises FileNotFoundError."""
    return blob_store().open(sha256)


def blob_bytes(sha256: str) -> bytes:
    """All bytes of that hash. Raises FileNotFoundError."""
    with closing(blob_open(sha256)) as file:
        return bytes(file.read())


def write_through(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@cache
def _store(url: str, data_dir: Path) -> Store:
    return Bucket(url) if url else Folder(data_dir / "blobs")
