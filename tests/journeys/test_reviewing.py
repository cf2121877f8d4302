"""A supervisor sees two flagged submissions, returns one with a reason, and the technician reads it on a phone."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from ceiba.review.services.flags import flags_compute
from ceiba.review.services.photos import photos_look
from ceiba.submissions.models import Submission
from tests.apps.review.field import NOON, attach, photo, submitted
from tests.factories import World
from tests.fieldforms import filled, published
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]
REASON = "La foto es la misma que la de Juan. Tome otra en la parcela de ella."


@pytest.fixture
def arrived(made: World, tmp_path: Path, settings: Any) -> list[Submission]:
    """Two visits with one photo between them; the second one is of another person, and far from her plot."""
    settings.DATA_DIR = tmp_path
    with transaction.atomic():
        published()
        technician, (first, second) = made.users["technician"], [made.people[i] for i in (1, 5)]
        visits = [
            submitted(
                technician,
                first,
                "uuid:1",
                accuracy_m=0.0,
                files={"a.jpg": photo()},
                visit={"plan_due": 8, "plan_done": 8},
                xml=filled("uuid:1", person=first.code, due=8, done=8, photo="a.jpg"),
            ),
            submitted(
                technician,
                second,
                "uuid:2",
                at=NOON + timedelta(hours=1),
                lon=-91.6,
                lat=15.5,
                files={"b.jpg": photo()},
                visit={"plan_due": 8, "plan_done": 8},
                xml=filled("uuid:2", person=second.code, due=8, done=8, photo="b.jpg"),
            ),
        ]
        start = int(NOON.timestamp() * 1000)
        rows = [
            f"question,/data/due,{start + i * 9000},{start + i * 9000 + 8000},{15.5 + i / 5000},{-91.6 + i / 4000},6"
            for i in range(6)
        ]
        attach(
            visits[1],
            "audit.csv",
            ("event,node,start,end,latitude,longitude,accuracy\n" + "\n".join(rows)).encode(),
        )
    ids, now = [each.pk for each in visits], NOON + timedelta(days=1)
    flags_compute(submissions=ids, now=now)
    photos_look(now=now)
    return visits


def sign_in(page: Any, name: str) -> None:
    page.goto("/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".places", state="attached")


@pytest.mark.parametrize("size", [(1280, 800), (360, 740)])
def test_a_flagged_submission_is_returned_and_whoever_sent_it_reads_why(
    arrived: list[Submission], visit: Visit, size: tuple[int, int]
) -> None:
    page = visit(*size)
    sign_in(page, "supervisor")
    page.goto("/review/?flag=any")
    assert page.locator(".tray li").count() == 2
    assert "Precisión" in page.inner_text("#tray")
    check(page)

    page.locator(".tray a.person").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#flags")
    told = page.inner_text("main")
    for text in ("La misma foto ya se había enviado", "Fuera de la parcela", "La anterior", "Llenarlo tomó"):
        assert text in told, text
    shown = "i => i.complete && i.naturalWidth > 0"
    page.evaluate("() => document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function(f"() => [...document.querySelectorAll('.photos img, .beside img')].every({shown})")
    check(page)
    page.fill("#reason", REASON)
    page.click("button[value=returned]")
    page.wait_for_selector("#reviews")
    assert "Devuelto" in page.inner_text(".head")
    check(page)

    phone = visit(360, 740)
    sign_in(phone, "technician")
    phone.goto("/review/")
    assert "Precisión" not in phone.inner_text("main"), "flags are not told to whoever sent it"
    phone.click("text=1 devuelto a usted")
    phone.wait_for_selector(".reason")
    assert phone.inner_text(".reason") == REASON
    check(phone)
    phone.click("text=Ver lo que se envió")
    phone.wait_for_selector("#answers")
    assert REASON in phone.inner_text("main")
    check(phone)


def test_submissions_are_on_the_map_and_in_its_table(arrived: list[Submission], visit: Visit) -> None:
    page = visit(1280, 900)
    sign_in(page, "supervisor")
    page.goto("/review/map/?flag=any")
    page.wait_for_selector("#map[data-ready=true]")
    assert "Cuilco" in page.inner_text("table")
    check(page)


def test_second_visits_and_how_they_agree(arrived: list[Submission], visit: Visit) -> None:
    page = visit(360, 740)
    sign_in(page, "supervisor")
    for address in ("/review/second-visits/", "/review/second-visits/agreement/"):
        page.goto(address)
        check(page)
