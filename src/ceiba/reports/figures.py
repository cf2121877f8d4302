"""Every kind of figures that is kept of an agreement; the worker counts them together."""

from typing import Final

from ceiba.funding.selectors.money import FIGURES as MONEY_FIGURES
from ceiba.reports.results.selectors import FIGURES as RESULT_FIGURES

FIGURES: Final = (*MONEY_FIGURES, *RESULT_FIGURES)
