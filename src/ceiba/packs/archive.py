"""`verify.pyz`: the modules that verifying needs, in one file that Python runs; the same modules, the same bytes."""

import ast
import zipfile
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[2]
_START: Final = "ceiba.packs.command"
_LATER: Final = (
    "ceiba.packs.deciding",
    "ceiba.packs.signatures",
)  # imported by name, where libraries are there
_MAIN: Final = "import sys\n\nfrom ceiba.packs.command import main\n\nsys.exit(main())\n"
_TIME: Final = (2020, 1, 1, 0, 0, 0)


def write_verifier(path: Path) -> None:
    """Write the archive. Raises OSError."""
    with path.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            _add(archive, "__main__.py", _MAIN.encode())
            for name, source in sorted(_modules().items()):
                _add(archive, name, source)


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data)


def _modules() -> dict[str, bytes]:
    """Path -> source of every module of Ceiba that the command needs, and of the packages they lie in."""
    found: dict[str, bytes] = {}
    waiting = [_START, *_LATER]
    while waiting:
        name = waiting.pop()
        file = _file(name)
        key = file.relative_to(_ROOT).as_posix() if file else ""
        if file is None or key in found:
            continue
        found[key] = file.read_bytes()
        waiting += _imported(found[key])
        if "." in name:
            waiting.append(name.rpartition(".")[0])
    return found


def _file(module: str) -> Path | None:
    """Where a module's source is; None for a name that is a member of one."""
    place = _ROOT.joinpath(*module.split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _imported(source: bytes) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name.split(".")[0] == "ceiba"]
