"""Months in addresses: 2026-03."""

from datetime import date

from ceiba.core.kernel.month import Month


class MonthConverter:
    """`<month:month>` matches 2026-03 and gives the month's first day."""

    regex = r"(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day."""
        return Month.parse(value).first_day

    def to_url(self, value: date | Month) -> str:
        """2026-03."""
        return str(value if isinstance(value, Month) else Month.of(value))
