"""Rows of the sheet of accounts: checked by themselves, then against what is known of the people, then proposed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, LiteralString

import polars as pl
from django.conf import settings

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.core.banking import Scheme
from ceiba.core.cells import PROBLEMS, ROW
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.payees import (
    IBAN_COUNTRIES,
    Cause,
    bank_of,
    bank_problem,
    compacted,
    number_problem,
    tail_of,
)
from ceiba.core.register import PAYEE_ACCOUNTS
from ceiba.core.sheets import typed
from ceiba.frames.postgres import copy_frame, read_frame, temp_frame
from ceiba.payees.ciphers import hashed, sealed
from ceiba.payees.models import PROPOSED, PayeeAccount

register_messages(
    {
        "payee.not_allowed": {
            "es": "Su cuenta no puede proponer dónde se paga a las personas.",
            "en": "Your account cannot propose where people are paid.",
        },
        "payee.unknown": {
            "es": "No existe «{text}» en el registro, o está fuera de su ámbito. Corrija la clave.",
            "en": 'There is no "{text}" in the register, or it is outside your areas. Correct the code.',
        },
        "payee.waits": {
            "es": "«{text}» ya tiene otra cuenta por confirmar. Que antes se confirme, se rechace o se retire.",
            "en": '"{text}" already has another account to be confirmed. Have it confirmed, refused or withdrawn.',
        },
    }
)

_STAGED: Final = FrameSchema(
    "accounts of a file",
    (Column(ROW, pl.Int64), Column("code", pl.String, True), Column("number_hash", pl.Binary, True)),
    key=(ROW,),
)
_PEOPLE: Final = FrameSchema(
    "people of a file",
    (
        Column(ROW, pl.Int64),
        Column("participant_id", pl.Int64),
        Column("name", pl.String),
        Column("is_known", pl.Boolean, meaning="the account is theirs, or proposed, already"),
        Column("waits", pl.Boolean, meaning="another account of theirs waits to be confirmed"),
    ),
    key=(ROW,),
)
_FOUND: Final[LiteralString] = """
    SELECT s.row, p.id AS participant_id, p.given_names || ' ' || p.family_names AS name,
        coalesce(bool_or(a.number_hash = s.number_hash), false) AS is_known,
        coalesce(bool_or(a.state = 'proposed' AND a.number_hash IS DISTINCT FROM s.number_hash), false) AS waits
    FROM payees_staged s
    JOIN registry_participant p ON p.code = s.code
    LEFT JOIN payees_payeeaccount a ON a.participant_id = p.id AND (a.state = 'proposed' OR (a.state = 'confirmed'
        AND (a.usable_until IS NULL OR a.usable_until > greatest(a.usable_from, %(today)s))))
    WHERE EXISTS (SELECT FROM unnest(%(areas)s::text[]) area WHERE starts_with(p.area_id, area))
    GROUP BY s.row, p.id
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the sheet: as typed and made compact, what stands against them, and the people they are of."""

    typed: pl.DataFrame
    problems: pl.DataFrame
    people: pl.DataFrame

    @property
    def new(self) -> pl.DataFrame:
        """Those that propose something, with whom they are of."""
        return self.typed.join(self.people.filter(~pl.col("is_known")), on=ROW, maintain_order="left")


def rows_checked(cells: pl.DataFrame, *, actor: User, today: date) -> Rows:
    """Cells (ROW and the sheet's columns) read and checked, alone and against the database; in a transaction.

    Raises CeibaError (payee.not_allowed) when the actor may not propose.
    """
    if not may(actor, Action.PROPOSE_PAYEE):
        raise CeibaError(Problem("payee.not_allowed"))
    rows, problems = typed(cells, PAYEE_ACCOUNTS.columns, key=PAYEE_ACCOUNTS.key, today=today)
    scheme, bank, number = pl.col("scheme"), pl.col("bank"), pl.col("number")
    rows = rows.with_columns(number=compacted(scheme, number), bank=bank.str.to_uppercase())
    found = [problems, *_incoherent(rows, today)]
    rows = rows.with_columns(
        bank=bank_of(scheme, bank, number),
        tail=tail_of(scheme, number),
        number_hash=pl.Series(hashed(rows["scheme"], rows["number"]), dtype=pl.Binary),
    )
    people = _people(rows, actor, today)
    found += [_unknown(rows, people), _waiting(rows, people)]
    return Rows(rows, PROBLEMS.check(pl.concat(found).sort(ROW, maintain_order=True)), people)


def rows_propose(rows: Rows, *, actor: User, now: datetime, source: int | None) -> int:
    """Write the new rows as proposals of the actor, in the caller's transaction; returns how many."""
    new = rows.new
    same = {
        "source_id": pl.lit(source, pl.Int64), "proposed_by_id": pl.lit(actor.pk), "proposed_at": pl.lit(now),
        "changed_by_id": pl.lit(actor.pk), "changed_at": pl.lit(now), "state": pl.lit(PROPOSED),
    }  # fmt: skip
    cipher = pl.Series(sealed(new["participant_id"], new["scheme"], new["number"]), dtype=pl.Binary)
    written = new.select(
        "participant_id", "scheme", "cause", "document", "tail", "number_hash",
        bank=pl.col("bank").fill_null(""),
        holder=pl.coalesce("holder", "name").str.slice(0, 140),
        expires_on=pl.when(pl.col("scheme") == Scheme.CASH).then("expires_on"),
        number_cipher=cipher,
        why=pl.lit(""),
        **same,
    )  # fmt: skip
    return copy_frame(written, PayeeAccount._meta.db_table)


def _incoherent(rows: pl.DataFrame, today: date) -> list[pl.DataFrame]:
    """What a row's cells cannot say together. No number is repeated to anybody."""
    scheme, bank, number = pl.col("scheme"), pl.col("bank"), pl.col("number")
    cash, expires = scheme == Scheme.CASH, pl.col("expires_on")
    local = settings.LOCAL_ACCOUNT_PATTERN
    cause = cash & (pl.col("cause") != Cause.NO_BANK)
    over = cash & (expires <= today)
    countries = ", ".join(IBAN_COUNTRIES)
    return [
        _problems(rows, "number", number_problem(scheme, number, local=local), countries),
        _problems(rows, "bank", bank_problem(scheme, bank, number), "A–Z, 0–9"),
        _problems(rows, "cause", pl.when(cause).then(pl.lit("payee.cash_cause"))),
        _problems(
            rows, "expires_on", pl.when(cash & expires.is_null()).then(pl.lit("payee.expires_missing"))
        ),
        _problems(rows, "expires_on", pl.when(over).then(pl.lit("payee.expires_over"))),
    ]


def _problems(rows: pl.DataFrame, column: str, code: pl.Expr, detail: str = "") -> pl.DataFrame:
    found = rows.select(
        ROW, column=pl.lit(column), code=code, text=pl.lit("", pl.String), detail=pl.lit(detail)
    )
    return found.drop_nulls("code")


def _people(rows: pl.DataFrame, actor: User, today: date) -> pl.DataFrame:
    temp_frame("payees_staged", _STAGED, rows.select(ROW, "number_hash", code="participant"))
    return read_frame(_FOUND, {"areas": list(scope_of(actor).areas), "today": today}, _PEOPLE)


def _unknown(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    named = rows.filter(pl.col("participant").is_not_null()).join(people, on=ROW, how="anti")
    return _named(named, "payee.unknown")


def _waiting(rows: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    return _named(rows.join(people.filter(pl.col("waits")), on=ROW), "payee.waits")


def _named(rows: pl.DataFrame, code: str) -> pl.DataFrame:
    return rows.select(
        ROW, column=pl.lit("participant"), code=pl.lit(code), text="participant", detail=pl.lit("")
    )
