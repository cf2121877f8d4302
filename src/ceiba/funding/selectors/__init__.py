"""Reads who pays: what stands, who sees it, shares, and how much of the money is left."""

from ceiba.funding.selectors.agreements import (
    agreement_of,
    agreements_in,
    covers_place,
    divisions_of,
    live,
    manages,
    standing,
    waiting,
)
from ceiba.funding.selectors.shares import shares_of, shares_standing

__all__ = [
    "agreement_of",
    "agreements_in",
    "covers_place",
    "divisions_of",
    "live",
    "manages",
    "shares_of",
    "shares_standing",
    "standing",
    "waiting",
]
