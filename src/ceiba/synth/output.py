"""Files of the made-up country, each with its number of rows and its digest."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

ROW_GROUP: Final = 250_000  # fixed, so that the same rows give the same bytes on any number of cores

register_messages(
    {
        "synth.out_not_empty": {
            "es": "La carpeta {folder} no está vacía; indique una nueva.",
            "en": "The folder {folder} is not empty; name a new one.",
        }
    }
)


@dataclass(slots=True)
class Output:
    """Writes below `root` and remembers what it wrote, by relative path."""

    root: Path
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def frame(self, path: str, frame: pl.DataFrame) -> None:
        """Write a Parquet file."""
        target = self._target(path)
        frame.write_parquet(target, compression="zstd", compression_level=3, row_group_size=ROW_GROUP)
        self._remember(path, frame.height)

    def text(self, path: str, text: str) -> None:
        """Write a text file."""
        self._target(path).write_text(text, encoding="utf-8", newline="\n")
        self._remember(path, None)

    def manifest(self, **values: Any) -> None:
        """Write manifest.json: `values` and the digest of every file before it."""
        document = values | {"files": dict(sorted(self.files.items()))}
        self.text("manifest.json", json.dumps(document, indent=2, ensure_ascii=False) + "\n")

    def _target(self, path: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _remember(self, path: str, rows: int | None) -> None:
        with (self.root / path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.files[path] = {"sha256": digest} | ({} if rows is None else {"rows": rows})


def new_output(folder: Path) -> Output:
    """An output into a folder that is new or empty. Raises CeibaError (synth.out_not_empty)."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CeibaError(Problem("synth.out_not_empty", values={"folder": folder}))
    folder.mkdir(parents=True, exist_ok=True)
    return Output(folder)
