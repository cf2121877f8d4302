"""Accounts of many people as frames: what a payment run plans with, what its files are written from."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final, LiteralString

import polars as pl

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import read_frame
from ceiba.payees.ciphers import opened

OPENED_ROWS: Final = 50_000

ACCOUNTS: Final = FrameSchema(
    "payee accounts in use",
    (
        Column("participant_id", pl.Int64),
        Column("account_id", pl.Int64),
        Column("scheme", pl.String, meaning="`core.banking.Scheme`"),
        Column("since", pl.Date, meaning="the first day on which it could be paid to"),
        Column(
            "number",
            pl.String,
            nullable=True,
            meaning="keyed hash in hexadecimal, of scheme and number: the same, the same; null of cash",
        ),
    ),
    key=("participant_id",),
)
OPENED: Final = FrameSchema(
    "opened payee accounts",
    (
        Column("account_id", pl.Int64),
        Column("participant_id", pl.Int64),
        Column("scheme", pl.String),
        Column("bank", pl.String, nullable=True),
        Column(
            "account", pl.String, nullable=True, meaning="the number; null: it does not open with this key"
        ),
        Column("holder", pl.String),
    ),
    key=("account_id",),
)
_SEALED: Final = FrameSchema(
    "sealed payee accounts",
    tuple(Column("number_cipher", pl.Binary) if c.name == "account" else c for c in OPENED),
    key=("account_id",),
)
_IN_USE: Final[LiteralString] = """
    FROM payees_payeeaccount a
    WHERE a.usable_from <= %(on)s AND (a.usable_until IS NULL OR a.usable_until > %(on)s)
        AND (%(people)s::bigint[] IS NULL OR a.participant_id = ANY (%(people)s::bigint[]))
        AND (%(programme)s::text IS NULL OR EXISTS (SELECT FROM registry_enrolment e
            WHERE e.participant_id = a.participant_id AND e.programme_id = %(programme)s))
"""
_ACCOUNTS: Final[LiteralString] = (
    "SELECT a.participant_id, a.id AS account_id, a.scheme, a.usable_from AS since,"
    " encode(a.number_hash, 'hex') AS number" + _IN_USE
)
_NUMBERS: Final[LiteralString] = """
    SELECT id AS account_id, participant_id, scheme, nullif(bank, '') AS bank, number_cipher, holder
    FROM payees_payeeaccount WHERE id = ANY (%(accounts)s::bigint[])
"""


def accounts_of(
    *, on: date, people: Collection[int] | None = None, programme: str | None = None
) -> pl.DataFrame:
    """Where people are paid on a day (`ACCOUNTS`, by person): at most one row a person, none for who has no account.

    Of `people`, of everybody ever enrolled in `programme`, or of everybody. What rests, or is frozen, is not there.
    People with the same `number` share an account or telephone; a place where cash is given is no account.
    """
    return read_frame(_ACCOUNTS, _asked(on, people, programme), ACCOUNTS).sort("participant_id")


def accounts_opened(accounts: Collection[int], *, rows: int = OPENED_ROWS) -> Iterator[pl.DataFrame]:
    """The accounts of these ids with their numbers opened (`OPENED`, by id), `rows` at a time.

    Whatever their state: what was planned to an account is written to it. Only what is being written is open.
    """
    sealed = read_frame(_NUMBERS, {"accounts": list(accounts)}, _SEALED).sort("account_id")
    for part in sealed.iter_slices(rows):
        numbers = opened(part["participant_id"], part["scheme"], part["number_cipher"])
        yield OPENED.check(part.with_columns(pl.Series("account", numbers, pl.String)).select(OPENED.names))


def _asked(on: date, people: Collection[int] | None, programme: str | None) -> dict[str, object]:
    return {"on": on, "people": None if people is None else list(people), "programme": programme}
