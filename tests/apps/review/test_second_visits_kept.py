"""Second visits as months go by: who has no rulebook is passed by, nothing is drawn early, then it goes by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.review.models import Draw, Drawing, SecondVisit
from ceiba.rulebook.folder import folder_files
from ceiba.rulebook.models import Programme
from ceiba.runs.intake import Intake
from ceiba.runs.publication import programme_publish
from ceiba.runs.second_visits import month_second_visits_draw, second_visits_keep
from tests.apps.review.field import submitted
from tests.factories import FOLDER, World

OCTOBER = datetime(2026, 10, 20, tzinfo=UTC)
CUTOFF = datetime(2026, 12, 5, 6, tzinfo=UTC)


def test_a_programme_without_a_rulebook_is_passed_by(made: World) -> None:
    Programme.objects.create(code="zz", name={"es": "z", "en": "z"})
    second_visits_keep(now=OCTOBER)
    assert list(Draw.objects.values_list("programme_id", "month")) == [("ca", date(2026, 11, 1))]


def test_a_programme_is_taken_up_once_its_rulebook_is_published(made: World) -> None:
    Programme.objects.create(code="mx", currency="MXN", name={"es": "m", "en": "m"})
    second_visits_keep(now=OCTOBER)
    assert not Draw.objects.filter(programme="mx").exists()
    programme_publish(files=folder_files(FOLDER.with_name("mx")), actor=None, at=OCTOBER)
    second_visits_keep(now=OCTOBER)
    assert Draw.objects.get(programme="mx").month == date(2026, 11, 1)


def test_the_coming_months_seed_is_published_once_and_its_digest_stays(made: World) -> None:
    second_visits_keep(now=OCTOBER)
    first = Draw.objects.get()
    assert first.published_at == OCTOBER
    second_visits_keep(now=OCTOBER + timedelta(days=1))
    assert Draw.objects.get().published_at == OCTOBER


def test_a_month_is_drawn_after_its_cut_off_and_not_before(made: World) -> None:
    second_visits_keep(now=OCTOBER)
    for n, person in enumerate(made.people_in("GT-13")):
        submitted(made.users["technician"], person, f"uuid:{n}", visit={"plan_due": 10, "plan_done": 8})
    second_visits_keep(now=CUTOFF - timedelta(seconds=1))
    assert not Drawing.objects.exists()
    with pytest.raises(CeibaError):
        month_second_visits_draw(
            programme="ca", month=Month(2026, 11), by=None, now=CUTOFF - timedelta(seconds=1)
        )
    second_visits_keep(now=CUTOFF + timedelta(hours=3))
    drawing = Drawing.objects.get()
    assert (drawing.received_until, drawing.percent) == (CUTOFF, 5)
    assert SecondVisit.objects.filter(draw=drawing.draw).count() == 1, "5 % of a few, rounded up"
    second_visits_keep(now=CUTOFF + timedelta(hours=4))
    assert Drawing.objects.count() == 1


def test_the_intake_sees_to_it(made: World) -> None:
    intake = Intake(clock=lambda: 0.0)
    intake.recover()
    intake.step(OCTOBER)
    assert Draw.objects.filter(month=date(2026, 11, 1)).exists()
