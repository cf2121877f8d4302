"""What a browser keeps so that the page verifies without a network: the files, and the version of them all."""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders

from ceiba.verifier.page import PLACES, manifest, page
from ceiba.verifier.published import Published

WORKER: Final = Path(__file__).parent / "worker.js"
_OWN: Final = Path(__file__).parent / "static"
_OTHERS: Final = (
    "filler/icon-192.png",
    "filler/icon-512.png",
    "vendor/ed25519-3.2.0/index.js",
    "vendor/idb-8.0.4/index.js",
    "vendor/qr-0.7.0/decode.js",
    "vendor/qr-0.7.0/index.js",
    "web/aloud.js",
    "web/band.svg",
    "web/favicon.svg",
    "web/layout.css",
    "web/parts.css",
    "web/tokens.css",
)


def static_files() -> tuple[str, ...]:
    """Names of the static files that the page is made of."""
    own = (path.relative_to(_OWN).as_posix() for path in _OWN.rglob("*") if path.suffix in {".js", ".css"})
    return tuple(sorted((*own, *_OTHERS)))


def static_bytes(name: str) -> bytes:
    """One of them. Raises FileNotFoundError."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(name)
    return Path(str(found)).read_bytes()


def documents(static: str, published: Published) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of everything that is not a static file; a page is named as a folder: "", "en/".

    The lists are last; the version does not depend on them: a page that is installed is not installed anew for lists.
    """
    for language, place in PLACES.items():
        yield place, page(language, static, published.roots).encode()
        yield f"{place}app.webmanifest", json.dumps(manifest(language, static)).encode()
    yield "worker.js", worker(static, published.roots)
    yield "lists.json", published.lists()


def worker(static: str, roots: dict[str, Any]) -> bytes:
    """The service worker, with the version and the list of what it keeps in front."""
    pages = [f"./{place}" for place in PLACES.values()]
    manifests = [f"{place}app.webmanifest" for place in PLACES.values()]
    kept = {
        "version": _version(static, roots),
        "files": [*pages, *manifests, "lists.json", *(static + name for name in static_files())],
    }
    return f"const KEPT = {json.dumps(kept)};\n{WORKER.read_text()}".encode()


def _version(static: str, roots: dict[str, Any]) -> str:
    digest = hashlib.sha256(WORKER.read_bytes())
    for language in PLACES:
        digest.update(page(language, static, roots).encode())
    return hashlib.sha256(digest.digest() + _static_digest()).hexdigest()[:16]


@lru_cache(maxsize=1)
def _static_digest() -> bytes:
    digest = hashlib.sha256()
    for name in static_files():
        digest.update(name.encode() + static_bytes(name))
    return digest.digest()
