"""What each saver is told by text message at the end of a quarter."""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month
from ceiba.core.savings import TOLD, message_texts
from ceiba.frames.postgres import read_frame

_TOLD_SQL: Final = (Path(__file__).parents[1] / "sql" / "told.sql").read_text()
_TOLD: Final = FrameSchema("savers with a telephone", (Column("phone", pl.String), *TOLD))


def quarter_of(last_month: Month) -> tuple[date, date]:
    """The first and last day of the three months that end with one."""
    return (last_month + -2).first_day, last_month.last_day


def messages(programme: str, currency: str, last_month: Month, scope: Scope) -> pl.DataFrame:
    """Telephone and text (`phone`, `text`) of every saver within a scope, for the three months that end with one.

    Only of those who have savings, or had any moved in the quarter; a name is not needed to send a message.
    """
    since, until = quarter_of(last_month)
    prefixes = "^(" + "|".join(scope.areas) + ")" if scope.areas else "^$"
    params = {"programme": programme, "currency": currency, "since": since, "until": until, "areas": prefixes}
    rows = read_frame(_TOLD_SQL, params, _TOLD)
    texts = message_texts(rows.select(TOLD.names), programme, until, currency, MINOR_DIGITS[currency])
    return rows.select("phone").with_columns(texts)
