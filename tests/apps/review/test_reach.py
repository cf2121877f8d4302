"""Who sees which submissions and who may judge them, asked of selectors and services, whatever the pages do."""

from datetime import timedelta

import pytest

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import scope_of
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.evidence.models import Evidence
from ceiba.review.models import Flag, InTray, Review
from ceiba.review.selectors.tray import Filters, filtered, tray_in
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.reviews import REASON_MAX, flag_dismiss, review_add
from ceiba.submissions.models import Submission
from tests.apps.review.field import NOON, submitted
from tests.factories import World, user_make

NOW = NOON + timedelta(days=1)
READERS = {Role.OFFICE, Role.SUPERVISOR, Role.AUDITOR, Role.TECHNICIAN}
REVIEWERS = {Role.OFFICE, Role.SUPERVISOR}


@pytest.fixture
def visit(made: World) -> Submission:
    """A visit with a flag."""
    return arrived(made.users["technician"], made, 1, "uuid:1", accuracy_m=0.0)


def arrived(user: User, made: World, person: int, name: str, **more: object) -> Submission:
    sent = submitted(user, made.people[person], name, **more)  # type: ignore[arg-type]
    flags_compute(submissions=[sent.pk], now=NOW)
    return sent


def seen(user: User) -> set[int]:
    return set(tray_in(scope_of(user), user).values_list("pk", flat=True))


def refused(code: str, act: object, **values: object) -> None:
    with pytest.raises(CeibaError) as error:
        act(now=NOW, **values)  # type: ignore[operator]
    assert [problem.code for problem in error.value.problems] == [code]


@pytest.mark.parametrize("role", [role for role in Role.values if role not in READERS])
def test_whoever_may_see_no_submissions_finds_none(made: World, visit: Submission, role: str) -> None:
    user = user_make("x", role, areas=("GT",), code=made.people[1].code)
    assert seen(user) == set()
    submitted(user, made.people[1], "uuid:own")
    assert seen(user) == set()


def test_technicians_see_what_they_sent_and_what_is_of_their_people(made: World, visit: Submission) -> None:
    technician = made.users["technician"]
    others = user_make("others", Role.TECHNICIAN, areas=(), code="T-P-GT-1301")
    of_theirs = arrived(others, made, 1, "uuid:2")
    elsewhere = next(n for n, person in enumerate(made.people) if person.area_id.startswith("HN"))
    far = arrived(technician, made, elsewhere, "uuid:3")
    not_theirs = arrived(others, made, elsewhere, "uuid:4")
    assert seen(technician) == {visit.pk, of_theirs.pk, far.pk}
    assert seen(others) >= {of_theirs.pk, not_theirs.pk} and visit.pk not in seen(others)


@pytest.mark.parametrize("role", [role for role in Role.values if role not in REVIEWERS])
def test_only_reviewers_decide_and_dismiss(made: World, visit: Submission, role: str) -> None:
    by = user_make("x", role, areas=("GT",), code="T-P-GT-1301")
    refused("review.not_allowed", review_add, submission=visit.pk, decision="approved", reason="", by=by)
    refused("review.not_allowed", flag_dismiss, flag=Flag.objects.get(), why="x", by=by)
    assert not Review.objects.exists()


def test_another_account_of_the_same_technician_does_not_judge(made: World, visit: Submission) -> None:
    by = user_make("x", Role.SUPERVISOR, areas=("GT",), code=made.users["technician"].code)
    refused("review.own", review_add, submission=visit.pk, decision="approved", reason="", by=by)
    refused("review.own", flag_dismiss, flag=Flag.objects.get(), why="x", by=by)


def test_neither_have_two_offices_without_a_code_the_same_one(made: World) -> None:
    sent = arrived(made.users["office"], made, 1, "uuid:1", accuracy_m=0.0)
    by = made.users["supervisor"]
    assert review_add(submission=sent.pk, decision="approved", reason="", by=by, now=NOW).pk


def test_what_is_no_decision_is_none_with_a_reason_too(made: World, visit: Submission) -> None:
    by = made.users["supervisor"]
    refused("review.decision", review_add, submission=visit.pk, decision="forgiven", reason="x", by=by)


def test_a_dismissed_flag_holds_nowhere(made: World, visit: Submission) -> None:
    assert InTray.objects.get().flags == ["accuracy_zero"]
    flag_dismiss(flag=Flag.objects.get(), why="GPS externo", by=made.users["supervisor"], now=NOW)
    assert InTray.objects.get().flags == []
    said = Evidence.objects.filter(kind="flag").order_by("pk")
    assert [each.body["holds"] for each in said] == [True, False]
    event = Event.objects.get(action="review.flag_dismissed")
    assert (event.actor, event.detail) == (made.users["supervisor"], {"flag": "accuracy_zero"})


def test_a_flag_is_dismissed_once(made: World, visit: Submission) -> None:
    flag, by = Flag.objects.get(), made.users["supervisor"]
    flag_dismiss(flag=flag, why="x" * 2 * REASON_MAX, by=by, now=NOW)
    refused("review.flag_dismissed", flag_dismiss, flag=flag, why="y", by=made.users["office"])
    flag.refresh_from_db()
    assert (flag.dismissed_by, flag.dismissed_why) == (by, "x" * REASON_MAX)


def test_a_reason_has_an_end(made: World, visit: Submission) -> None:
    by = made.users["supervisor"]
    review_add(submission=visit.pk, decision="returned", reason="x" * 2 * REASON_MAX, by=by, now=NOW)
    assert Review.objects.get().reason == "x" * REASON_MAX


def test_what_is_open_is_neither_replaced_nor_set_aside(made: World, visit: Submission) -> None:
    technician = made.users["technician"]
    edit = arrived(technician, made, 1, "uuid:2", replaces="uuid:1")
    aside = arrived(technician, made, 1, "uuid:3", state="set_aside")
    for filters, found in (
        (Filters.read({}, flags=True), {edit.pk}),
        (Filters.read({"state": "set_aside"}, flags=True), {aside.pk}),
        (Filters.read({"decision": ""}, flags=True), {visit.pk, edit.pk, aside.pk}),
    ):
        assert set(filtered(InTray.objects.all(), filters).values_list("pk", flat=True)) == found
