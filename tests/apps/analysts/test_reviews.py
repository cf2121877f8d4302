"""What a review decided, in Central's words, and who is not told."""

from collections.abc import Callable

import pytest

from ceiba.accounts.models import Role
from ceiba.review.models import Review
from ceiba.submissions.models import Submission
from tests.apps.analysts.field import CUILCO, EDIT, NEIGHBOUR, Field, row_of
from tests.apps.analysts.tool import Tool

pytestmark = pytest.mark.usefixtures("db")
Tools = Callable[[str], Tool]


@pytest.fixture
def decide(field: Field) -> Callable[..., None]:
    def decided(instance: str, *decisions: str) -> None:
        submission = Submission.objects.get(instance_id=instance)
        for decision in decisions:
            reason = "" if decision == "approved" else f"because of {decision}"
            Review.objects.create(
                submission=submission, decision=decision, reason=reason, by=field.users[Role.SUPERVISOR]
            )

    return decided


def state(some: Tool, instance: str) -> str | None:
    in_table = row_of(some.table(), instance)["__system"]["reviewState"]
    assert some.read(f"/submissions/{instance}")["reviewState"] == in_table
    return in_table


def test_a_second_visit_is_not_announced_to_the_technician(tool: Tools, decide: Callable[..., None]) -> None:
    decide(EDIT, "second_visit")
    some = tool(Role.TECHNICIAN)
    assert state(some, CUILCO) == "edited"
    assert some.ids(filter="__system/reviewState eq 'hasIssues'") == []
    assert some.read(f"/submissions/{CUILCO}/comments") == []
    assert state(tool(Role.OFFICE), CUILCO) == "hasIssues"
    assert len(tool(Role.OFFICE).read(f"/submissions/{CUILCO}/comments")) == 1


@pytest.mark.parametrize(
    ("decisions", "found"),
    [
        ((), "edited"),
        (("approved",), "approved"),
        (("returned",), "hasIssues"),
        (("second_visit", "approved"), "approved"),
    ],
)
def test_the_last_decision_holds(
    tool: Tools, decide: Callable[..., None], decisions: tuple[str, ...], found: str
) -> None:
    decide(EDIT, *decisions)
    some = tool(Role.OFFICE)
    assert state(some, CUILCO) == found
    assert some.ids(filter=f"__system/reviewState eq '{found}'") == [CUILCO]
    assert state(some, NEIGHBOUR) is None


def test_an_edit_is_looked_at_anew(tool: Tools, decide: Callable[..., None]) -> None:
    decide(CUILCO, "returned")
    some = tool(Role.OFFICE)
    assert state(some, CUILCO) == "edited"
    said = some.read(f"/submissions/{CUILCO}/comments")
    assert [each["body"] for each in said] == ["because of returned"]
