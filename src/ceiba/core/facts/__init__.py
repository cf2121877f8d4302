"""Facts: the catalogue of columns that rules may name, and how evidence becomes them.

`catalogue` says what each fact is, `standing` which records of evidence count for a month, and `building` what
the counting records add up to. Building a month and tracing one fact use the same `standing`.
"""

from ceiba.core.facts.catalogue import (
    EVIDENCE_FACTS,
    FACTS,
    MONTH_FACTS,
    SNAPSHOT_KEY,
    STAGES,
    Fact,
    stage_schema,
)

__all__ = ["EVIDENCE_FACTS", "FACTS", "MONTH_FACTS", "SNAPSHOT_KEY", "STAGES", "Fact", "stage_schema"]
