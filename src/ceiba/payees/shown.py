"""Accounts as pages show them: the last digits of a number, the place of cash, what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl

from ceiba.core.banking import Scheme
from ceiba.payees.ciphers import opened
from ceiba.payees.models import PayeeAccount


@dataclass(frozen=True, slots=True)
class Shown:
    """An account, its standing on the day, where cash is handed over, and how many others have the same number."""

    account: PayeeAccount
    standing: str
    place: str
    others: int

    @property
    def is_live(self) -> bool:
        """Whether somebody is paid to it, or may come to be."""
        return self.standing in ("proposed", "resting", "in_use")

    @property
    def may_close(self) -> bool:
        """Whether the treasury can end it."""
        return self.standing in ("resting", "in_use", "frozen")


def shown(
    accounts: Iterable[PayeeAccount], on: date, shared: Mapping[int, int] = MappingProxyType({})
) -> list[Shown]:
    """Accounts of one person as a page shows them on a day."""
    return [Shown(each, each.standing(on), _place(each), shared.get(each.pk, 0)) for each in accounts]


def account_in_use(accounts: Iterable[PayeeAccount], on: date) -> list[Shown]:
    """What a person's own page says: the accounts that are in use, rest, or wait to be confirmed."""
    return [each for each in shown(accounts, on) if each.is_live]


def _place(account: PayeeAccount) -> str:
    """A place is no secret as a number is, but it is sealed as one."""
    if account.scheme != Scheme.CASH:
        return ""
    place = opened([account.participant_id], pl.Series([account.scheme]), [bytes(account.number_cipher)])
    return place[0] or ""
