"""What a browser keeps to open the pages without a network: which files, and the version of them all together."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.templatetags.static import static

from ceiba.filler.vendored import WEB_FORMS, web_forms_files

OWN: Final = (
    "filler/account.js",
    "filler/corrections.js",
    "filler/element.js",
    "filler/files.js",
    "filler/filler.css",
    "filler/form.css",
    "filler/form.js",
    "filler/icon-192.png",
    "filler/list.js",
    "filler/locale.js",
    "filler/places.js",
    "filler/sending.js",
    "filler/server.js",
    "filler/store.js",
    "filler/sync.js",
    "filler/words.js",
    "vendor/idb-8.0.4/index.js",
    "web/band.svg",
    "web/favicon.svg",
    "web/layout.css",
    "web/parts.css",
    "web/tokens.css",
)
WORKER: Final = Path(__file__).parent / "worker.js"
_TEMPLATES: Final = Path(__file__).parent / "templates" / "filler"


def files() -> tuple[str, ...]:
    """Names of the static files that the pages are made of."""
    return (*OWN, *(f"{WEB_FORMS}/{name}" for name in web_forms_files()))


def addresses() -> list[str]:
    """The addresses of these files."""
    return [static(name) for name in files()]


@lru_cache(maxsize=1)
def version() -> str:
    """A digest of everything the pages are made of: another one, and browsers fetch it all anew."""
    digest = hashlib.sha256(WORKER.read_bytes())
    for path in sorted(_TEMPLATES.glob("*.html")):
        digest.update(path.read_bytes())
    for name in files():
        found = finders.find(name)
        if found is None:
            raise FileNotFoundError(name)
        digest.update(name.encode() + Path(str(found)).read_bytes())
    return digest.hexdigest()[:16]
