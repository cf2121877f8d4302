"""A lock on a file, which the processes that inherit its descriptor keep held."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

POLL_S: Final = 0.05


class FileLock:
    """A `flock`: gone when its last holder is, however that holder ends; the file itself is never removed.

    Opening the file may raise OSError, also for a link, which could lead root to another one's file. Close it,
    or use it as a context manager.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_RDWR | os.O_NOFOLLOW
        try:
            self.descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            self.descriptor = os.open(path, flags)
        else:
            if os.geteuid() == 0:  # the folder's owner must be able to open what root made
                folder = path.parent.stat()
                os.fchown(self.descriptor, folder.st_uid, folder.st_gid)

    def try_acquire(self) -> bool:
        """Take the lock unless another process has it."""
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def acquire(self, wait_s: float) -> bool:
        """Take the lock within `wait_s` seconds, or say that it could not be had."""
        deadline = time.monotonic() + wait_s
        while not self.try_acquire():
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_S)
        return True

    def sign(self, holder: str) -> None:
        """Leave word of who holds the lock. A courtesy to those who wait: on a full disk it is left out."""
        with suppress(OSError):
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, holder.encode(errors="replace"), 0)

    def holder(self) -> str:
        """What the holder signed, or the last one did."""
        return os.pread(self.descriptor, 1000, 0).decode(errors="replace")

    def close(self) -> None:
        """Let go, as far as this process is concerned."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def is_held(path: Path) -> bool:
    """Whether some process holds the lock at `path`. Makes no file, and does not disturb other askers."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
