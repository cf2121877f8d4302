"""What a commitment of the log is to: canonical JSON drawn from a row, by one function a kind.

The log is verified against the database by drawing the data again. So whatever a decision could be changed by is in
it, and nothing that rightly changes afterwards (whether a payment has arrived, a person's telephone). Keys are texts
that sort as the rows came: numbers with leading zeros.

    determination  {"amount_minor":0,"amounts":{},"area":"GT-1304","causes":[],"decided_in":"2026-10",
                    "failed":["visits"],"month":"2026-10","outcome":"hold","participant":"GT0000123",
                    "programme":"ca","revision":0,"unknown":[]}
    evidence       {"evidence":41,"received_at":"2026-10-03T12:00:00.000000Z","sha256":"5f0c…"}
    sealed_month   {"digests":{"result":"5e5e…"},"month":"2026-10","programme":"ca"}
    payment_run    {"amount_minor":…,"currency":"GTQ","execute_on":…,"kind":"support","month":…,"payments":…,
                    "programme":…,"root":"9a1b…","run":3,"saved_minor":…,"steps":{"prepare":4,"release":12,…}}
    credential     {"at":…,"by":7,"credential":"5d1c…","event":9,"happening":"issued","months_accepted":36,…}
    role_change    {"action":"user.scope_set","actor":3,"at":…,"detail":{"areas":["GT"]},"event":71,
                    "subject":"user:9"}
"""

from typing import Final

import polars as pl

from ceiba.core.kernel.canonical import canonical_texts, json_object, json_value
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.merkle.tree import Frontier, appended, leaf_hashes

KEY_DIGITS: Final = 12
_MONTHS: Final = ("month", "decided_in", "first_month", "last_month")
_TIME: Final = pl.Datetime("us", "UTC")

LOGGED: Final = FrameSchema(
    "rows for the log",
    (
        Column("key", pl.String, meaning="of the row among its kind; sorts as rows came"),
        Column("data", pl.String, meaning="canonical JSON"),
        Column("participant_id", pl.Int64, True, "whose row it is; null: of nobody in the register"),
    ),
    key=("key",),
)
EVIDENCE: Final = FrameSchema(
    "evidence for the log",
    (
        Column("id", pl.Int64),
        Column("participant_id", pl.Int64, True),
        Column("received_at", _TIME),
        Column("sha256", pl.Binary),
    ),
    key=("id",),
)
DETERMINATIONS: Final = FrameSchema(
    "determinations for the log",
    (
        Column("participant_id", pl.Int64),
        Column("participant", pl.String, meaning="code in the register"),
        Column("programme", pl.String),
        Column("month", pl.Date),
        Column("revision", pl.Int64),
        Column("decided_in", pl.Date),
        Column("area", pl.String),
        Column("outcome", pl.String),
        Column("amount_minor", pl.Int64),
        Column("amounts", pl.String, meaning="JSON"),
        Column("failed", pl.String, meaning="JSON"),
        Column("unknown", pl.String, meaning="JSON"),
        Column("causes", pl.String, meaning="JSON"),
    ),
    key=("month", "participant_id", "revision", "programme"),
)
SEALS: Final = FrameSchema(
    "sealed months for the log",
    (
        Column("id", pl.Int64),
        Column("programme", pl.String),
        Column("month", pl.Date),
        Column("digests", pl.String, meaning="JSON"),
    ),
    key=("id",),
)
RUNS: Final = FrameSchema(
    "payment runs for the log",
    (
        Column("run", pl.Int64),
        Column("kind", pl.String),
        Column("programme", pl.String),
        Column("month", pl.Date),
        Column("currency", pl.String),
        Column("execute_on", pl.Date),
        Column("payments", pl.Int64),
        Column("amount_minor", pl.Int64),
        Column("saved_minor", pl.Int64),
        Column("steps", pl.String, meaning="JSON: step -> number of the user who took it"),
        Column("root", pl.String, meaning="`payments_root`, hexadecimal"),
    ),
    key=("run",),
)
PAID: Final = FrameSchema(
    "what a payment run pays",
    (
        Column("participant", pl.String, meaning="code in the register"),
        Column("payment", pl.String, True, "number of the order; null: saved, without one"),
        Column("account", pl.Int64, True, "the payee account it goes to"),
        Column("payment_minor", pl.Int64, True),
        Column("component", pl.String, True, "of the line; null: a withdrawal, which pays no line"),
        Column("for_month", pl.Date, True),
        Column("line_minor", pl.Int64, True),
    ),
)
EVENTS: Final = FrameSchema(
    "role changes for the log",
    (
        Column("event", pl.Int64),
        Column("at", _TIME),
        Column("actor", pl.Int64, True),
        Column("action", pl.String),
        Column("subject", pl.String),
        Column("detail", pl.String, meaning="JSON"),
    ),
    key=("event",),
)

CREDENTIALS: Final = FrameSchema(
    "what happened to constancias, for the log",
    (
        Column("event", pl.Int64),
        Column("participant_id", pl.Int64),
        Column("participant", pl.String, meaning="code in the register"),
        Column("credential", pl.String),
        Column("programme", pl.String),
        Column("months_accepted", pl.Int64),
        Column("first_month", pl.Date),
        Column("last_month", pl.Date),
        Column("key", pl.String, meaning="thumbprint of the key that signed it"),
        Column("status", pl.String, meaning="its place: list/index"),
        Column("issued_at", _TIME),
        Column("expires_at", _TIME),
        Column("happening", pl.String),
        Column("reason", pl.String),
        Column("at", _TIME),
        Column("by", pl.Int64, True),
    ),
    key=("event",),
)


def evidence_rows(records: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `EVIDENCE`."""
    members = {
        "evidence": json_value(Column("id", pl.Int64)),
        "received_at": json_value(Column("received_at", _TIME)),
        "sha256": _text(pl.col("sha256").bin.encode("hex")),
    }
    return _rows(EVIDENCE.check(records), number_key("id"), members, pl.col("participant_id"))


def determination_rows(decided: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `DETERMINATIONS`."""
    rows = DETERMINATIONS.check(decided)
    nested = ("amounts", "failed", "unknown", "causes")
    rows = rows.with_columns(canonical_texts(rows[name]) for name in nested)
    plain = [c for c in DETERMINATIONS if c.name not in (*nested, "participant_id")]
    members = {column.name: _value(column) for column in plain} | {name: pl.col(name) for name in nested}
    key = pl.concat_str(
        [_month("month"), number_key("participant_id"), number_key("revision"), pl.col("programme")],
        separator="/",
    )
    return _rows(rows, key, members, pl.col("participant_id"))


def seal_rows(seals: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `SEALS`."""
    rows = SEALS.check(seals).with_columns(canonical_texts(seals["digests"]))
    members = {c.name: _value(c) for c in SEALS if c.name in ("programme", "month")}
    return _rows(rows, number_key("id"), members | {"digests": pl.col("digests")})


def run_rows(runs: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `RUNS`."""
    rows = RUNS.check(runs).with_columns(canonical_texts(runs["steps"]))
    members = {c.name: _value(c) for c in RUNS if c.name != "steps"} | {"steps": pl.col("steps")}
    return _rows(rows, number_key("run"), members)


def credential_rows(happened: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `CREDENTIALS`: what was issued is in each, and neither name nor birth date is."""
    members = {c.name: _value(c) for c in CREDENTIALS if c.name != "participant_id"}
    return _rows(CREDENTIALS.check(happened), number_key("event"), members, pl.col("participant_id"))


def event_rows(events: pl.DataFrame) -> pl.DataFrame:
    """`LOGGED` of `EVENTS`."""
    rows = EVENTS.check(events).with_columns(canonical_texts(events["detail"]))
    members = {c.name: json_value(c) for c in EVENTS if c.name != "detail"} | {"detail": pl.col("detail")}
    return _rows(rows, number_key("event"), members)


def payments_root(paid: pl.DataFrame) -> bytes:
    """The root of what a run pays (`PAID`): a tree of RFC 9162 whose leaves are its rows as canonical JSON, sorted.

    So that a part of a run can be shown, with a path, to whoever holds the root.
    """
    members = {column.name: json_value(column) for column in PAID}
    texts = PAID.check(paid).select(json_object(members)).to_series().sort()
    return appended(Frontier(), leaf_hashes(text.encode() for text in texts.to_list())).frontier.root()


def number_key(column: str) -> pl.Expr:
    """A number as a key, or as a part of one."""
    return pl.col(column).cast(pl.String).str.zfill(KEY_DIGITS)


def row_key(*parts: object) -> str:
    """The key of a row, from its parts: numbers (with leading zeros) and texts.

    >>> row_key("2026-10", 41)
    '2026-10/000000000041'
    """
    return "/".join(f"{part:0{KEY_DIGITS}}" if isinstance(part, int) else str(part) for part in parts)


def _rows(
    rows: pl.DataFrame, key: pl.Expr, members: dict[str, pl.Expr], person: pl.Expr | None = None
) -> pl.DataFrame:
    participant = pl.lit(None, pl.Int64) if person is None else person
    data = json_object(members, whole=not any(column.null_count() for column in rows))
    made = rows.select(key.alias("key"), data.alias("data"), participant.alias("participant_id"))
    return LOGGED.check(made).sort("key")


def _value(column: Column) -> pl.Expr:
    """A column's JSON; months are written without a day."""
    return _text(_month(column.name)) if column.name in _MONTHS else json_value(column)


def _month(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m")


def _text(plain: pl.Expr) -> pl.Expr:
    return pl.lit('"') + plain + pl.lit('"')
