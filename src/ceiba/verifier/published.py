"""What the page verifies with: root keys, and the lists as they are signed.

A folder of them is what `ceiba publish proofs FOLDER` writes, and what any mirror of it holds:

    trust-roots.json        a JWK set of the root keys, each with the time it signs in
    trust.jwt               the trust list
    status/1/revocation     status lists, two for each number
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.proofs.base64url import read_object
from ceiba.proofs.keys import PublicKey, read

register_messages(
    {
        "verifier.roots": {
            "es": "no es un conjunto de claves raíz (JWK). Use el que publica quien lleva la lista de emisores.",
            "en": "it is no set of root keys (JWK). Use what whoever keeps the list of issuers publishes.",
        }
    }
)


ROOTS: Final = "trust-roots.json"
TRUST: Final = "trust.jwt"
STATUS: Final = "status/"


@dataclass(frozen=True, slots=True)
class Published:
    """Root keys as a JWK set; the trust list, empty where there is none; status lists."""

    roots: dict[str, Any]
    trust: str = ""
    statuses: tuple[str, ...] = ()

    def lists(self) -> bytes:
        """`lists.json`, which the page fetches when it is asked to."""
        return json.dumps({"trust": self.trust, "statuses": list(self.statuses)}).encode()


def published_of(files: Mapping[str, bytes]) -> Published:
    """What is published, by path; nothing where there are no roots. Raises CeibaError (verifier.roots)."""
    if ROOTS not in files:
        return Published({"keys": []})
    root_keys(files[ROOTS], ROOTS)
    statuses = (data for path, data in sorted(files.items()) if path.startswith(STATUS))
    return Published(
        json.loads(files[ROOTS]),
        files.get(TRUST, b"").decode().strip(),
        tuple(data.decode().strip() for data in statuses),
    )


def published_in(folder: Path) -> Published:
    """What a folder holds. Raises CeibaError (verifier.roots), also where it holds no root keys."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path for path in paths}
    wanted = {ROOTS, TRUST, *(name for name in files if name.startswith(STATUS))}
    return published_of({ROOTS: b""} | {name: files[name].read_bytes() for name in wanted & files.keys()})


def root_keys(data: bytes, name: str) -> tuple[PublicKey, ...]:
    """The keys of a JWK set; a single JWK is a set of one. Raises CeibaError (verifier.roots)."""
    try:
        found = read_object(data)
        return tuple(read(jwk) for jwk in found.get("keys", [found]))
    except (CeibaError, AttributeError, TypeError) as error:
        raise CeibaError(Problem("verifier.roots", Where(file=name))) from error
