"""What `verify.pyz` does: verify the folder it lies in, or the one it is given. The standard library alone."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError
from ceiba.packs.told import as_dict, lines_of
from ceiba.packs.verdict import status_of
from ceiba.packs.verifying import verify_pack

_HELP: Final = {
    "es": "Verifica un paquete de auditoría. Estado: 0 nada mal; 1 algo cambió; 2 aquí no hay paquete; "
    "3 (--strict) algo no se comprobó.",
    "en": "Verifies an audit pack. Status: 0 nothing wrong; 1 something was changed; 2 there is no pack here; "
    "3 (--strict) something was not checked.",
}


def main(arguments: list[str] | None = None) -> int:
    """Verify and tell; returns the exit status."""
    language = (
        "en" if (os.environ.get("CEIBA_LANG") or os.environ.get("LANG") or "").startswith("en") else "es"
    )
    parser = argparse.ArgumentParser(prog="verify.pyz", description=_HELP[language])
    here = Path(sys.argv[0]).resolve().parent
    parser.add_argument("folder", nargs="?", type=Path, default=here)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed")
    parser.add_argument("--log-key", action="append", default=[])
    parser.add_argument("--lang", choices=("es", "en"), default=language)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true")
    given = parser.parse_args(arguments)
    if (given.sample is None) != (given.seed is None):
        parser.error("--sample, --seed")
    sample = None if given.sample is None else (given.sample, given.seed)
    try:
        verdict = verify_pack(given.folder, sample=sample, log_keys=tuple(given.log_key))
    except CeibaError as error:
        print(error.text(given.lang), file=sys.stderr)
        return status_of(error)
    status = verdict.status(strict=given.strict)
    if given.json:
        told = as_dict(verdict, given.lang) | {"status": status}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print("\n".join(f"{mark} {text}" for mark, text in lines_of(verdict, given.lang)))
    return status
