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
from ceiba.determinations.selectors.explanation import (
    Explanation,
    Reason,
    RuleLine,
    explanation,
    reasons_of,
    rule_lines,
)
from ceiba.determinations.selectors.months import (
    DecidedPage,
    PersonMonth,
    decided_people,
    decisions_of,
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
    "Reason",
    "ReasonCount",
    "RuleLine",
    "area_totals",
    "decided_people",
    "decisions_of",
    "explanation",
    "last_decided",
    "last_outcomes",
    "last_seal",
    "person_months",
    "reason_counts",
    "reasons_of",
    "revisions_of",
    "rule_lines",
    "rule_statistics",
    "run_totals",
    "sealed_months",
]
