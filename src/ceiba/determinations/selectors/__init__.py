"""Reads determinations: how many ended how, a person's months, and why a month ended as it did."""

from ceiba.determinations.selectors.counts import (
    AreaTotals,
    OutcomeTotals,
    ReasonCount,
    area_totals,
    reason_counts,
    rule_statistics,
    run_totals,
)
from ceiba.determinations.selectors.explanation import Explanation, RuleLine, explanation, rule_lines
from ceiba.determinations.selectors.months import (
    DecidedPage,
    PersonMonth,
    decided_people,
    last_decided,
    last_outcomes,
    last_seal,
    person_months,
    revisions_of,
    sealed_months,
)

__all__ = [
    "AreaTotals",
    "DecidedPage",
    "Explanation",
    "OutcomeTotals",
    "PersonMonth",
    "ReasonCount",
    "RuleLine",
    "area_totals",
    "decided_people",
    "explanation",
    "last_decided",
    "last_outcomes",
    "last_seal",
    "person_months",
    "reason_counts",
    "revisions_of",
    "rule_lines",
    "rule_statistics",
    "run_totals",
    "sealed_months",
]
