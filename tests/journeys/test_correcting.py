"""A visit is returned: its technician opens it in the browser as it was sent, mends it, and it leaves their list."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ceiba.evidence.taking import submissions_take
from ceiba.forms.models import FormVersion
from ceiba.review.selectors.returned import latest_returned, returned_to
from ceiba.review.services.flags import flags_compute
from ceiba.review.services.reviews import review_add
from ceiba.submissions.models import Attachment, Submission
from tests.factories import World
from tests.journeys.looks import check
from tests.journeys.test_filler import (
    fill_in,
    held,
    kept,
    photo,
    question,
    ready,
    sign_in,
    telephone,
    until_the_draft_says,
    visit_form,
)

__all__ = ["photo", "telephone", "visit_form"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def intake() -> None:
    now = datetime.now(UTC)
    took = submissions_take(now=now)
    assert took is not None
    flags_compute(submissions=took.numbers, now=now)
    latest_returned.cache_clear()


def sent_and_returned(made: World, page: Any, photo: Path) -> Submission:
    sign_in(page, "technician")
    kept(page)
    fill_in(page, photo)
    page.wait_for_selector("#nothing-waits:visible")
    intake()
    sent = Submission.objects.get()
    review_add(
        submission=sent.pk, decision="returned", reason="Son nueve tareas, no siete", by=made.users["supervisor"],
        now=datetime.now(UTC),
    )  # fmt: skip
    return sent


def test_what_was_returned_is_corrected_in_the_browser(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    phone = telephone()
    page = phone.page
    phone.expected += ["net::ERR_INTERNET_DISCONNECTED", "Failed to load resource"]
    first = sent_and_returned(made, page, photo)

    page.goto("/review/returned/")
    assert "Son nueve tareas, no siete" in page.inner_text("main")
    check(page)
    page.click("text=Corregirlo aquí")
    page.wait_for_selector(".odk-form")
    assert question(page, "Tareas hechas").locator("input").input_value() == "7"
    page.wait_for_selector(".preview-captured-image img")
    check(page)
    done = question(page, "Tareas hechas").locator("input")
    done.press("Control+a")
    done.press_sequentially("9")
    page.keyboard.press("Tab")
    until_the_draft_says(page, "<done>9</done>", ".jpg</photo>")

    phone.offline()
    page.goto("/fill/")
    ready(page)
    page.click("#begun >> text=Seguir")
    page.wait_for_selector(".odk-form")
    assert question(page, "Tareas hechas").locator("input").input_value() == "9", (
        "begun once, it goes on offline"
    )
    page.wait_for_selector(".preview-captured-image img")
    page.click("text=Terminar y enviar")
    page.wait_for_url("**/fill/")
    page.wait_for_selector("#waiting .entry")
    page.goto("/fill/test-visit/?edit=" + first.instance_id)
    page.wait_for_selector("text=Su corrección está terminada aquí, y espera para enviarse.")
    [waiting] = held(page, "queue")

    page.goto("/fill/")
    ready(page)
    phone.offline(False)
    page.wait_for_selector("#nothing-waits:visible")
    page.wait_for_selector("text=Le devolvieron 1")
    second = Submission.objects.get(deprecated_id=first.instance_id)
    assert second.instance_id == waiting["id"] != first.instance_id
    told = bytes(second.xml).decode()
    assert told == bytes(waiting["xml"]).decode()
    assert "<done>9</done>" in told
    assert len(re.findall("deprecatedID>", told)) == 2
    assert list(Attachment.objects.values_list("sha256", flat=True).distinct()) == [
        Attachment.objects.get(submission=first).sha256
    ], "the photo as it was"
    assert Attachment.objects.get(submission=second).is_named

    intake()
    assert not returned_to(made.users["technician"].pk).exists()
    page.goto("/review/returned/")
    assert "No le han devuelto nada." in page.inner_text("main")


def test_it_is_not_opened_without_a_network_nor_by_another_nor_twice(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    phone = telephone()
    page = phone.page
    phone.expected += ["net::ERR_INTERNET_DISCONNECTED", "Failed to load resource"]
    first = sent_and_returned(made, page, photo)
    address = "/fill/test-visit/?edit=" + first.instance_id
    phone.offline()
    page.goto(address)
    page.wait_for_selector("text=Lo devuelto se abre solo con conexión")
    assert page.locator(".odk-form").count() == 0
    check(page)
    phone.offline(False)

    page.route("**/files/*.jpg", lambda route: route.abort("timedout"))
    page.goto(address)
    page.wait_for_selector("text=Lo devuelto se abre solo con conexión")
    assert page.locator(".odk-form").count() == 0, (
        "without its photo it is not opened: it would be sent without"
    )
    page.unroute("**/files/*.jpg")

    page.goto("/fill/test-visit/?edit=uuid:of-somebody-else")
    page.wait_for_selector("text=Esto no se le devolvió, o su corrección ya llegó.")
    assert page.locator(".odk-form").count() == 0
