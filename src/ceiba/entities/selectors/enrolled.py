"""Under which codes people whom phones enrolled are in the register."""

from collections.abc import Iterable
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame

_ELSEWHERE: Final[LiteralString] = """
    SELECT c.said, ceiba_enrolled_as(c.said) AS code FROM unnest(%(codes)s::text[]) AS c (said)
    WHERE NOT EXISTS (SELECT FROM registry_participant p WHERE p.code = c.said)
"""
_CODES: Final = FrameSchema(
    "codes of the enrolled", (Column("said", pl.String), Column("code", pl.String, True)), key=("said",)
)


def enrolled_as(codes: Iterable[str]) -> dict[str, str]:
    """Code that a form says -> code in the register, of those who were entered there under another one."""
    found = read_frame(_ELSEWHERE, {"codes": sorted(set(codes))}, _CODES).drop_nulls()
    return dict(found.iter_rows())
