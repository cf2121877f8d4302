"""Where the vendored ODK Web Forms lies (scripts/vendor puts it there)."""

from pathlib import Path
from typing import Final

import ceiba.web

_STATIC: Final = Path(ceiba.web.__file__).parent / "static"
WEB_FORMS: Final = "vendor/web-forms-0.22.0.1"


def web_forms_files() -> tuple[str, ...]:
    """The names of its files that a browser loads."""
    return tuple(sorted(p.name for p in (_STATIC / WEB_FORMS).iterdir() if p.suffix in {".mjs", ".css"}))
