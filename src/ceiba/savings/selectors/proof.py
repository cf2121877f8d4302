"""The proof that what is owed to savers is held: sums of the ledger on a day, and what explains a difference."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.conf import settings
from django.utils.encoding import force_bytes

from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.ledger import AccountKind, TransferKind
from ceiba.core.savings import MoveState
from ceiba.frames.postgres import read_frame, read_queryset
from ceiba.ledger.models import Account
from ceiba.payments.selectors.saved import runs_saved
from ceiba.savings.models import Accrual, Move
from ceiba.savings.selectors.balances import balances_on

_HELD_SQL: Final = (Path(__file__).parents[1] / "sql" / "held.sql").read_text()
_HELD: Final = FrameSchema(
    "what moved where savings are held",
    (Column("kind", pl.String), Column("account", pl.String), Column("moved_minor", pl.Int64)),
)
_CODES: Final = FrameSchema(
    "codes of savings accounts",
    (Column("participant_id", pl.Int64), Column("code", pl.String)),
    key=("participant_id",),
)
# What belongs where savings are held; anything else there explains a difference.
_BELONGS: Final = (
    TransferKind.SAVING_MOVED,
    TransferKind.WITHDRAWAL,
    TransferKind.RETURNED,
    TransferKind.BOOKING,
    TransferKind.RETURN_BOOKING,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was saved, whose cash is to be where savings are held; `move` is its order (not cancelled)."""

    cause: str
    month: date
    currency: str
    amount_minor: int
    at: datetime
    bank_account_id: int | None
    move: Move | None

    @property
    def run(self) -> int | None:
        """The run that saved it; None for interest."""
        kind, _, number = self.cause.partition(":")
        return int(number) if kind == "run" else None


@dataclass(frozen=True, slots=True)
class Proof:
    """Sums in minor units at the end of a day. `held` is booked at the bank, `leaving` paid and not booked yet."""

    on: date
    currency: str
    savers: int
    owed_minor: int
    held_minor: int
    leaving_minor: int
    ordered_minor: int
    unordered_minor: int
    others: tuple[tuple[str, int], ...]
    digest: str

    @property
    def difference_minor(self) -> int:
        """What is owed and neither held nor on its way: 0, or something is wrong."""
        transit = self.ordered_minor + self.unordered_minor
        return self.owed_minor - (self.held_minor - self.leaving_minor) - transit

    @property
    def unexplained_minor(self) -> int:
        """What of the difference `others` (kinds of transfer that do not belong there) do not explain."""
        return self.difference_minor + sum(minor for _, minor in self.others)


def sources_of(programme: str) -> list[Source]:
    """Everything that was saved: each released run, each month's interest; oldest first."""
    moves = {
        (move.currency, move.cause): move
        for move in Move.objects.filter(programme=programme)
        .exclude(state=MoveState.CANCELLED)
        .select_related("source", "target", "ordered_by", "confirmed_by", "file")
    }
    found = [
        Source(f"run:{run.run_id}", run.month, run.currency, run.saved_minor, run.released_at, run.bank_account_id,
               moves.get((run.currency, f"run:{run.run_id}")))
        for run in runs_saved(programme)
    ]  # fmt: skip
    for given in Accrual.objects.filter(programme=programme, amount_minor__gt=0):
        cause = f"interest:{given.month:%Y-%m}"
        move = moves.get((given.currency, cause))
        found.append(
            Source(cause, given.month, given.currency, given.amount_minor, given.posted_at, None, move)
        )
    return sorted(found, key=lambda each: (each.at, each.cause))


def balance_list(programme: str, currency: str, on: date) -> pl.DataFrame:
    """Each account's anonymous code and balance at the end of a day (`account`, `balance_minor`), sorted by code."""
    balances = balances_on(programme, currency, on).filter(pl.col("balance_minor") != 0)
    accounts = Account.objects.filter(programme=programme, currency=currency, kind=AccountKind.SAVINGS)
    codes = read_queryset(accounts.values_list("participant_id", "code"), _CODES)
    rows = balances.join(codes, on="participant_id", how="inner")
    name = _namer()
    anonymous = pl.Series("account", [name(code) for code in rows["code"]], pl.String)
    return rows.with_columns(anonymous).select("account", "balance_minor").sort("account")


def anonymous_code(account_code: str) -> str:
    """What a savings account is called where nobody is to be known by it; the person's statement tells theirs."""
    return _namer()(account_code)


def _namer() -> Callable[[str], str]:
    """What names accounts, with its key drawn once: Django's `salted_hmac` draws it for each."""
    key = hashlib.sha256(b"ceiba.savings" + force_bytes(settings.SECRET_KEY)).digest()
    return lambda code: hmac.digest(key, code.encode(), "sha256").hex()[:20]


def list_bytes(rows: pl.DataFrame) -> bytes:
    """A list of balances as CSV: the bytes that its digest is of."""
    return rows.write_csv().encode()


def proof(programme: str, currency: str, on: date) -> Proof:
    """The proof of a programme's savings in a currency, at the end of a day (UTC)."""
    rows = balance_list(programme, currency, on)
    held = read_frame(_HELD_SQL, {"programme": programme, "currency": currency, "until": on}, _HELD)
    ordered, unordered = _transit(programme, currency, on)
    strange = held.filter(~pl.col("kind").is_in([str(kind) for kind in _BELONGS]))
    others = strange.group_by("kind").agg(pl.sum("moved_minor")).sort("kind")
    return Proof(
        on=on,
        currency=currency,
        savers=rows.height,
        owed_minor=int(rows["balance_minor"].sum()),
        held_minor=int(held.filter(pl.col("account") == "bank")["moved_minor"].sum()),
        leaving_minor=-int(held.filter(pl.col("account") == "clearing")["moved_minor"].sum()),
        ordered_minor=ordered,
        unordered_minor=unordered,
        others=tuple(others.iter_rows()),
        digest=hashlib.sha256(list_bytes(rows)).hexdigest(),
    )


def _transit(programme: str, currency: str, on: date) -> tuple[int, int]:
    """What was saved by the end of a day and was not there yet: what two people had ordered, and the rest."""
    ordered = unordered = 0
    for each in sources_of(programme):
        if each.currency != currency or each.at.date() > on:
            continue
        move = each.move
        if move is None or move.confirmed_at is None or move.confirmed_at.date() > on:
            unordered += each.amount_minor
        elif move.state != MoveState.BOOKED or move.ended_at is None or move.ended_at.date() > on:
            ordered += each.amount_minor
    return ordered, unordered
