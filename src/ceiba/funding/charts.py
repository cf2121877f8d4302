"""What an agreement paid and will pay, month by month, as a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from ceiba.core.kernel.disclosure import Count
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.funding.selectors import BurnMonth, ForecastMonth
from ceiba.web import words
from ceiba.web.charts import Charts, Column, column_charts, nice_steps

PAST_SHOWN: Final = 24


@dataclass(frozen=True, slots=True)
class SpendingMonth:
    """A month: paid, or (ahead) as forecast."""

    month: date
    people: Count
    amount_minor: int | None
    is_ahead: bool


def spending_months(burn: Sequence[BurnMonth], ahead: Sequence[ForecastMonth]) -> list[SpendingMonth]:
    """What was paid, then what is forecast for the months after it."""
    paid = [SpendingMonth(each.month, each.people, each.amount_minor, is_ahead=False) for each in burn]
    last = paid[-1].month if paid else date.min
    coming = (
        SpendingMonth(e.month, e.people, e.amount_minor, is_ahead=True) for e in ahead if e.month > last
    )
    return [*paid[-PAST_SHOWN:], *coming]


def spending_chart(months: Sequence[SpendingMonth], currency: str) -> Charts:
    """Columns of whole units of the currency; those ahead in another colour, the last one paid marked."""
    units = 10 ** MINOR_DIGITS[currency]
    last = max((month.month for month in months if not month.is_ahead), default=None)
    columns = [
        Column(
            (("fill-well-2" if month.is_ahead else "fill-pay", max(month.amount_minor or 0, 0) // units),),
            words.month_name(month.month, short=True),
            _hint(month, currency),
            here=month.month == last,
        )
        for month in months
    ]
    steps = nice_steps(max((column.total for column in columns), default=0))
    return column_charts(columns, [(step, _short(step)) for step in steps], label_width=72)


def _hint(month: SpendingMonth, currency: str) -> str:
    said = _("%(month)s, forecast: %(amount)s") if month.is_ahead else _("%(month)s: %(amount)s paid")
    amount = words.amount(month.amount_minor, currency, whole=True)
    return said % {"month": words.month_name(month.month), "amount": amount}


def _short(units: int) -> str:
    """`2.5 M`, `250 k`: what has room beside the scale."""
    for size, sign in ((1_000_000, "M"), (1_000, "k")):
        if units >= size:
            return f"{units / size:g}{words.SPACE}{sign}"
    return str(units)
