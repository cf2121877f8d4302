"""The page as a folder of files, for any web server with https: nothing of Ceiba runs there."""

from pathlib import Path

from ceiba.verifier.published import Published
from ceiba.verifier.shell import documents, static_bytes, static_files


def export(folder: Path, published: Published) -> int:
    """Write the page into a folder, over what an earlier one left there; the number of files."""
    files = dict(documents("static/", published))
    files |= {f"static/{name}": static_bytes(name) for name in static_files()}
    for name, data in files.items():
        path = folder / (name if name and not name.endswith("/") else f"{name}index.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(files)
