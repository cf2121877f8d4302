"""A programme's folder on disk, as the bytes that are read, checked and published."""

from pathlib import Path

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.rules.reading import FILE_BYTES_MAX

register_messages(
    {
        "folder.missing": {"es": "no es una carpeta.", "en": "is not a folder."},
        "folder.empty": {
            "es": "no tiene ningún archivo .toml; un programa tiene programme.toml, parameters.toml y rules.toml.",
            "en": "has no .toml file; a programme has programme.toml, parameters.toml and rules.toml.",
        },
        "folder.unreadable": {
            "es": "no se puede abrir ({reason}).",
            "en": "cannot be opened ({reason}).",
        },
    }
)


def folder_files(path: Path) -> dict[str, bytes]:
    """The TOML files of a programme's folder, by name; of a file larger than any may be, only so much as shows it.

    Raises CeibaError (folder.*).
    """
    if not path.is_dir():
        raise CeibaError(Problem("folder.missing", Where(file=str(path))))
    files: dict[str, bytes] = {}
    for file in sorted(path.glob("*.toml")):
        try:
            with file.open("rb") as opened:
                files[file.name] = opened.read(FILE_BYTES_MAX + 1)
        except OSError as error:
            values = {"reason": type(error).__name__}
            raise CeibaError(Problem("folder.unreadable", Where(file=file.name), values)) from error
    if not files:
        raise CeibaError(Problem("folder.empty", Where(file=str(path))))
    return files
