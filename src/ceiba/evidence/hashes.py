"""The hashes of all evidence, in the order of its numbers: as they were kept, and computed again from the rows."""

from typing import Final

import polars as pl

from ceiba.core.evidence import HEAD, KINDS, EvidenceKind
from ceiba.core.intake import canonical_record
from ceiba.core.kernel.canonical import text_digests
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.log_data import EVIDENCE
from ceiba.evidence.selectors import COLUMN_TYPES
from ceiba.frames.postgres import read_frame

_KINDS: Final = FrameSchema("kinds of evidence", (Column("kind", pl.String),))
_DIFFERS: Final = bytes(32)  # what no record hashes to: the row is not what was hashed when it came


def hashes_after(number: int, most: int) -> pl.DataFrame:
    """The next `most` records after the one with this number (`EVIDENCE`).

    Records come one transaction at a time (`services.LOCK`): none with a lower number is added later.
    """
    query = (
        "SELECT id, participant_id, received_at, sha256 FROM evidence_evidence WHERE id > %(number)s"
        " ORDER BY id LIMIT %(most)s"
    )
    return read_frame(query, {"number": number, "most": most}, EVIDENCE)


def hashes_again(after: int, last: int) -> pl.DataFrame:
    """The records after one number up to another (`EVIDENCE`), hashed again from what is in their rows.

    Where this is not the hash in the row, either was changed: the hash told is then none at all.
    """
    params = {"after": after, "last": last}
    there = read_frame(
        "SELECT DISTINCT kind FROM evidence_evidence WHERE id > %(after)s AND id <= %(last)s", params, _KINDS
    )
    found = [_again(KINDS[kind], params) for kind in there["kind"] if kind in KINDS]
    return pl.concat([EVIDENCE.empty(), *found]).sort("id")


def _again(kind: EvidenceKind, params: dict[str, int]) -> pl.DataFrame:
    body = "".join(f", (e.body ->> '{c.name}')::{COLUMN_TYPES[c.dtype]} AS {c.name}" for c in kind.body)
    query = (  # every part is of the declaration of the kind
        "SELECT e.id, e.participant_id, e.sha256, e.key, p.code AS participant, e.month, e.observed_at,"  # noqa: S608
        " e.received_at, nullif(e.reporter, '') AS reporter, nullif(e.area_code, '') AS area,"
        f" nullif(e.corrects, '') AS corrects{body}"
        " FROM evidence_evidence e LEFT JOIN registry_participant p ON p.id = e.participant_id"
        " WHERE e.kind = %(kind)s AND e.id > %(after)s AND e.id <= %(last)s"
    )
    head = tuple(Column(c.name, c.dtype, nullable=True) for c in HEAD if c.name not in EVIDENCE.names)
    body_columns = tuple(Column(c.name, c.dtype, nullable=True) for c in kind.body)
    schema = EVIDENCE.extended("evidence again", (*head, *body_columns))
    rows = read_frame(query, params | {"kind": kind.code}, schema)
    again = text_digests(rows.select(canonical_record(kind).alias("again")).to_series())
    same = pl.when(pl.col("sha256") == again).then("sha256").otherwise(pl.lit(_DIFFERS))
    return EVIDENCE.check(rows.with_columns(same.alias("sha256")))
