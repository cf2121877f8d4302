"""Reads who pays: what stands, who sees it, shares, and how much of the money is left."""

from ceiba.funding.selectors.agreements import (
    agreement_of,
    agreements_in,
    areas_paid,
    covers_place,
    divisions_of,
    live,
    manages,
    standing,
    waiting,
)
from ceiba.funding.selectors.deposits import deposits_expected, disbursement_naming, disbursement_of
from ceiba.funding.selectors.figures import Figure, areas_pattern, counted_at, figures_of
from ceiba.funding.selectors.forecast import Forecast, ForecastMonth, forecast, runs_short
from ceiba.funding.selectors.money import (
    BurnMonth,
    Money,
    PaidCell,
    burn_of,
    money_of,
    paid_cells,
)
from ceiba.funding.selectors.shares import shares_of, shares_standing

__all__ = [
    "BurnMonth",
    "Figure",
    "Forecast",
    "ForecastMonth",
    "Money",
    "PaidCell",
    "agreement_of",
    "agreements_in",
    "areas_paid",
    "areas_pattern",
    "burn_of",
    "counted_at",
    "covers_place",
    "deposits_expected",
    "disbursement_naming",
    "disbursement_of",
    "divisions_of",
    "figures_of",
    "forecast",
    "live",
    "manages",
    "money_of",
    "paid_cells",
    "runs_short",
    "shares_of",
    "shares_standing",
    "standing",
    "waiting",
]
