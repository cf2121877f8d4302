"""Submissions that replace an earlier one: what they say corrects its records, kind by kind and entry by entry."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from ceiba.core.cells import ROW
from ceiba.core.evidence import KINDS, BodyColumn, EvidenceKind
from ceiba.core.forms.records import ENTRY, SUBMISSION, Records, Sent, numbered
from ceiba.core.kernel.errors import Problem, Where, register_messages

register_messages(
    {
        "form.not_withdrawn": {
            "es": "El envío que este reemplaza decía «{kind}» ({key}), y este ya no. No se puede retirar solo: una "
            "persona debe decidir.",
            "en": 'The submission that this one replaces said "{kind}" ({key}), and this one no longer does. It '
            "cannot be withdrawn by itself: a person must decide.",
        },
    }
)

_AT: Final = [SUBMISSION, "suffix"]


def corrections(found: Records, batch: Sequence[Sent], old: Mapping[str, pl.DataFrame]) -> Records:
    """What `batch` gives (`found`, of `records`), correcting the records of the submissions that it replaces.

    `old` are those records as they are kept: kind -> `submission` (the place in the batch of the one that replaces
    it), key, participant (code), month, observed_at, and the columns of the kind's body. A record whose entry is
    gone is withdrawn (`_withdrawn`); where its kind cannot be, the replacing submission has a problem and gives
    nothing.
    """
    if not old:
        return found
    names = pl.DataFrame(
        {
            SUBMISSION: pl.Series(range(len(batch)), dtype=pl.Int64),
            "instance": pl.Series([s.answers.head.instance_id for s in batch], dtype=pl.String),
            "replaced": pl.Series([s.answers.head.deprecated_id for s in batch], dtype=pl.String),
            "receipt": pl.Series([s.received_at for s in batch], dtype=pl.Datetime("us", "UTC")),
            "by": pl.Series([s.reporter or None for s in batch], dtype=pl.String),
        }
    )
    frames, problems = dict(found.frames), list(found.problems)
    refused = {n for n, _ in problems}
    for kind, records in old.items():
        before = _suffixed(records, names, "replaced")
        new = _suffixed(found.frames.get(kind, _no_cells(KINDS[kind])), names, "instance")
        gone = before.join(new, on=_AT, how="anti").filter(~pl.col(SUBMISSION).is_in(refused))
        columns = _no_cells(KINDS[kind]).columns
        corrected = new.drop("corrects").join(
            before.select(*_AT, corrects="key"), on=_AT, how="left", maintain_order="left"
        )
        frames[kind] = corrected.select(columns)
        if (withdrawn := _withdrawn(KINDS[kind], gone)) is None:
            problems += [
                (n, Problem("form.not_withdrawn", Where(item=key), {"kind": kind, "key": key}))
                for n, key in zip(gone[SUBMISSION], gone["key"], strict=True)
            ]
        else:
            frames[kind] = pl.concat([frames[kind], withdrawn.select(columns)])
    done = Records({k: numbered(f) for k, f in frames.items()}, tuple(problems), found.moments)
    return done.without({n for n, _ in problems})


def _withdrawn(kind: EvidenceKind, gone: pl.DataFrame) -> pl.DataFrame | None:
    """Corrections that say of the records that are `gone` that there was nothing.

    Counts become zero beside what says of what they are counts; a body that may be empty becomes empty. None where
    the kind allows neither.
    """
    counts = [c for c in kind.body if c.dtype.is_integer() and not c.nullable]
    rest = [c for c in kind.body if not c.nullable and c not in counts]
    possible = all(c.low == 0 for c in counts) and all(c.dtype == pl.String for c in rest)
    if gone.height and not (possible and (counts or (kind.body and not rest))):
        return None
    utc = pl.Datetime("us", "UTC")
    return gone.select(
        pl.lit(0, pl.Int64).alias(ROW),
        SUBMISSION,
        pl.lit(0, pl.Int64).alias(ENTRY),
        pl.concat_str("instance", "suffix").alias("key"),
        "participant",
        "month",
        pl.col("observed_at").cast(utc),
        pl.col("receipt").alias("received_at"),
        pl.col("by").alias("reporter"),
        pl.lit(None, pl.String).alias("area"),
        pl.col("key").alias("corrects"),
        *(_emptied(column) for column in kind.body),
    )


def _emptied(column: BodyColumn) -> pl.Expr:
    if column.nullable:
        return pl.lit(None, pl.String).alias(column.name)
    return pl.lit("0").alias(column.name) if column.dtype.is_integer() else pl.col(column.name)


def _suffixed(frame: pl.DataFrame, names: pl.DataFrame, prefix: str) -> pl.DataFrame:
    """The frame with what each key adds to the submission's own name ("/2"), and what is known of the submission."""
    suffix = pl.col("key").str.slice(pl.col(prefix).str.len_chars()).alias("suffix")
    return frame.join(names, on=SUBMISSION, how="left", maintain_order="left").with_columns(suffix)


def _no_cells(kind: EvidenceKind) -> pl.DataFrame:
    """A frame of cells of the kind without rows, as `records` makes them."""
    typed = {
        "month": pl.Date(),
        "observed_at": pl.Datetime("us", "UTC"),
        "received_at": pl.Datetime("us", "UTC"),
    }
    whole = dict.fromkeys((ROW, SUBMISSION, ENTRY), pl.Int64())
    return pl.DataFrame(schema={**whole, **{c.name: typed.get(c.name, pl.String()) for c in kind.columns}})
