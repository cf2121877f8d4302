"""What a review decided, in ODK Central's words, and to whom it is told."""

from collections.abc import Mapping, Sequence
from typing import Final

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.core.evidence import DECISIONS
from ceiba.review.exporting import LAST_DECISION
from ceiba.submissions.exporting import CURRENT, EDITED

STATES: Final[Mapping[str, str]] = {
    "approved": "approved",
    "returned": "hasIssues",
    "second_visit": "hasIssues",
}


def told_to(scope: Scope) -> Sequence[str]:
    """The decisions that are told: nobody announces a second visit to the technician whose visit it looks into."""
    return [each for each in DECISIONS if scope.role != Role.TECHNICIAN or each != "second_visit"]


def state_sql(scope: Scope) -> str:
    """How a submission stands, in SQL: as was decided of the version that is shown, else whether it was edited."""
    told = " ".join(f"WHEN '{decision}' THEN '{STATES[decision]}'" for decision in told_to(scope))
    decided = LAST_DECISION.format(submission=CURRENT)
    return f"coalesce(CASE {decided} {told} END, CASE WHEN {EDITED} THEN 'edited' END)"
