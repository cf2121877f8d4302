"""What the database itself refuses, whoever writes flags, reviews and second visits."""

from datetime import date

import pytest

from ceiba.accounts.models import User
from ceiba.core.kernel.month import Month
from ceiba.review.models import Draw, Drawing, Flag, InTray, Review, SecondVisit
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.reviews import review_add
from ceiba.review.services.second_visits import second_visits_draw, seed_publish
from tests.apps.review.field import NOON, submitted
from tests.apps.review.test_second_visits import AFTER, BEFORE, CUTOFF
from tests.factories import World
from tests.refusals import append_only, refused, same_again


@pytest.fixture
def supervisor(made: World) -> User:
    """A visit with a flag was approved by a supervisor, and is seen again."""
    sent = submitted(
        made.users["technician"],
        made.people[1],
        "uuid:1",
        accuracy_m=0.0,
        visit={"plan_due": 9, "plan_done": 9},
    )
    by = made.users["supervisor"]
    flags_compute(submissions=[sent.pk], now=AFTER)
    review_add(submission=sent.pk, decision="approved", reason="", by=by, now=AFTER)
    month = {"programme": "ca", "month": Month.of(NOON.date()), "by": None}
    seed_publish(digest="ab" * 32, now=BEFORE, **month)
    second_visits_draw(until=CUTOFF, now=AFTER, percent=100, **month)
    return by


@pytest.mark.parametrize("model", [Review, Draw, Drawing, SecondVisit])
def test_what_was_decided_and_drawn_stays(supervisor: User, model: type[Review]) -> None:
    append_only(model)


@pytest.mark.parametrize(
    ("name", "model"),
    [("flag_once", Flag), ("draw_once", Draw), ("draw_id", Drawing), ("second_visit_once", SecondVisit)],
)
def test_there_is_one_of_each(supervisor: User, name: str, model: type[Flag]) -> None:
    with refused(name):
        same_again(model.objects.get())


def test_what_is_not_known_or_not_said(supervisor: User) -> None:
    review = Review.objects.get()
    for name, says in (
        ("review_decision_known", {"decision": "forgiven", "reason": "x"}),
        ("review_says_why", {"decision": "returned"}),
    ):
        with refused(name):
            same_again(review, **says)
    with refused("tray_decision_known"):
        InTray.objects.update(decision="forgiven")
    with refused("flag_known"):
        same_again(Flag.objects.get(), flag="rumour")
    for values in ({"dismissed_at": NOON}, {"dismissed_by": supervisor}):
        with refused("flag_dismissed_by_somebody"):
            Flag.objects.update(**values)
    with refused("draw_month_first_day"):
        same_again(Draw.objects.get(), month=date(2026, 12, 2))
