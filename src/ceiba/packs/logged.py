"""Proofs from the transparency log: that the month's seal, and what was decided of each person, are in it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ceiba.core.kernel.errors import register_messages
from ceiba.packs.layout import Manifest
from ceiba.packs.plain import Row
from ceiba.packs.verdict import Verdict

register_messages(
    {
        "pack.not_logged": {
            "es": "este mes no estaba en el registro de transparencia cuando se hizo el paquete. Compare el SHA-256 "
            "del sello con el de otra fuente.",
            "en": "this month was not in the transparency log when the pack was made. Compare the seal's SHA-256 with "
            "that of another source.",
        },
    }
)


def check_log(
    folder: Path,
    manifest: Manifest,
    seal: Mapping[str, Any],
    rows: Mapping[str, list[Row]],
    log_keys: tuple[str, ...],
    verdict: Verdict,
) -> None:
    """Each proof of the pack; says so where there is none."""
    verdict.leave("pack.not_logged")
