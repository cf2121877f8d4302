"""Agreements, divisions and what waits, as the pages show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.errors import Problem
from ceiba.core.rules.rulebook import Rulebook
from ceiba.determinations.selectors import sealed_months
from ceiba.funding.charts import SpendingMonth, spending_months
from ceiba.funding.entering import KINDS, programme_of
from ceiba.funding.models import Agreement, Division, Entry
from ceiba.funding.selectors import (
    Forecast,
    Money,
    burn_of,
    forecast,
    money_of,
    runs_short,
    shares_standing,
    waiting,
)
from ceiba.registry.places import areas_named
from ceiba.web.kept import kept

KEPT_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement and its money as a bar."""

    agreement: Agreement
    money: Money

    @property
    def whole(self) -> int:
        """The full width of the bar."""
        return max(self.money.committed_minor, self.money.received_minor)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Paid, ordered, left, promised and not arrived: (class, minor units)."""
        return [
            ("fill-pay", self.money.paid_minor or 0),
            ("fill-hold", self.money.pending_minor or 0),
            ("fill-well-2", max(self.money.left_minor or 0, 0)),
            ("fill-none", self.money.to_come_minor),
        ]


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """A division in words; `shares` are (code of an agreement, percent)."""

    entry: Division
    area: str
    variant: object
    component: object
    from_month: date
    until_month: date | None
    shares: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that somebody else is to decide."""

    kind: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Spending:
    """An agreement's months, paid and ahead, and the first one that its money does not pay whole.

    `short` counts what has arrived, `short_promised` what was promised too; None: the forecast does not get there.
    """

    months: list[SpendingMonth]
    ahead: list[SpendingMonth]
    short: date | None
    short_promised: date | None
    is_known: bool


def agreement_rows(agreements: Sequence[Agreement], scope: Scope) -> list[AgreementRow]:
    """The agreements with their money."""
    money = kept_money(agreements, scope)
    return [AgreementRow(each, money[each.code]) for each in agreements]


def division_rows(divisions: Sequence[Division], book: Rulebook) -> list[DivisionRow]:
    """Divisions with the names of what they are of."""
    areas = areas_named({division.area for division in divisions})
    components = {component.id: component.name for component in book.components}
    return [
        DivisionRow(
            each,
            areas.get(each.area, each.area),
            book.variants.get(each.variant, each.variant),
            components.get(each.component, each.component),
            each.from_month,
            each.until_month,
            tuple((share.agreement.code, f"{share.permille / 10:g}") for share in each.shares.all()),
        )
        for each in divisions
    ]


def spending(agreement: Agreement, money: Money, scope: Scope) -> Spending:
    """What an agreement paid, what it will, and when its money runs short."""
    found = kept_forecast(agreement.programme_id)
    ahead = found.of(agreement.code, scope) if found else []
    burn = kept(lambda: burn_of(agreement, scope), KEPT_SECONDS, "burn", agreement.pk, scope)
    months = spending_months(burn, ahead)
    coming = [each for each in ahead if not burn or each.month > burn[-1].month]
    left = money.left_minor
    return Spending(
        months,
        [month for month in months if month.is_ahead],
        None if left is None else runs_short(left, coming),
        None if left is None else runs_short(left + money.to_come_minor, coming),
        is_known=left is not None and bool(coming),
    )


def kept_money(agreements: Sequence[Agreement], scope: Scope) -> Mapping[str, Money]:
    """The money of agreements as it is now; where it must be counted first, to be rounded, as it was lately."""
    if not scope.cell_min:
        return money_of(agreements, scope)
    codes = [agreement.code for agreement in agreements]
    return kept(lambda: money_of(agreements, scope), KEPT_SECONDS, "funding money", codes, scope)


def kept_forecast(programme: str) -> Forecast | None:
    """The programme's forecast, drawn again when shares change or another month is sealed."""
    shares = shares_standing(programme).rows()
    decided = [month for code, month in sealed_months() if code == programme][:1]
    return kept(lambda: forecast(programme), KEPT_SECONDS, "forecast", programme, shares, decided)


def unpaid(programme: str) -> tuple[Problem, ...]:
    """Where and from when nobody has agreed to pay."""
    found = kept_forecast(programme)
    return found.problems if found else ()


def waiting_entries(programme: str, agreement: str = "") -> list[Waiting]:
    """What is to be decided in a programme, of one agreement or of all; funders are every programme's."""
    found = []
    for kind, model in KINDS.items():
        for entry in waiting(model):
            of = getattr(getattr(entry, "agreement", None), "code", "")
            if programme_of(entry) in (programme, None) and agreement in ("", of):
                found.append(Waiting(kind, entry))
    return found
