"""What PostgreSQL wrote about a start, and what that means."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ceiba.postgres.home import Home

LINES_SHOWN: Final = 8
BYTES_READ: Final = 1 << 16
FULL: Final = re.compile(r"No space left on device|Disk quota exceeded")


def log_sizes(home: Home) -> dict[Path, int]:
    """Every log and its size, the one written last at the end."""
    files = [path for path in (home.start_log, *home.log_folder.glob("*.log")) if path.exists()]
    return {path: path.stat().st_size for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)}


def written_since(home: Home, before: Mapping[Path, int]) -> str:
    """The end of what was logged since the sizes were `before`; a log that shrank was begun again."""
    texts = []
    for path, size in log_sizes(home).items():
        old = before.get(path, 0)
        with path.open("rb") as file:
            file.seek(max(old if old <= size else 0, size - BYTES_READ))
            texts.append(file.read().decode(errors="replace"))
    return "".join(texts)


def last_lines(text: str) -> str:
    """The end of a text, or a dash for an empty one."""
    return "\n".join(text.strip().splitlines()[-LINES_SHOWN:]) or "-"


def tells_of_full_disk(text: str) -> bool:
    """Whether PostgreSQL met a full disk."""
    return FULL.search(text) is not None
