"""What one version of a submission says otherwise than another: path, old and new value."""

from collections.abc import Iterator
from typing import Any

Path = tuple[str | list[Any], ...]


def differences(old: Any, new: Any) -> list[dict[str, Any]]:
    """Every place that differs. A step of a path is a name, or, within a repeat, its name and the entry's number."""
    return [
        {"path": list(path), "old": before, "new": after} for path, before, after in _differing(old, new, ())
    ]


def _differing(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict) and "coordinates" not in {*old, *new}:
        for name in dict.fromkeys((*old, *new)):
            yield from _differing(old.get(name), new.get(name), (*path, name))
    elif isinstance(old, list) and isinstance(new, list):
        for n in range(max(len(old), len(new))):
            before, after = (each[n] if n < len(each) else None for each in (old, new))
            yield from _differing(before, after, (*path[:-1], [path[-1], n]))
    elif old != new:
        yield path, old, new
