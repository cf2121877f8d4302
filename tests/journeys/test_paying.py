"""A month's list becomes a run: drafted, explained, and moved on by four people; one tries a second step in vain."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.payments.models import Alert, Payment, PaymentRun
from tests.apps.payments.paying.helpers import FOUR, Paying, paying
from tests.apps.payments.paying.test_outcomes import say
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus
from tests.journeys.test_payees import picture
from tests.queue import emptied, worked

pytestmark = pytest.mark.browser
SIZES = [(360, 740), (1280, 900)]


@pytest.fixture
def pays(transactional_db: None, settings: Any) -> Iterator[Paying]:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # fast; nothing is secret here
    with transaction.atomic():
        made = paying(people=30)
    for user in (*made.users.values(), made.office.ana):
        user.set_password(PASSWORD)
        user.save()
    with emptied():
        yield made


def enter(page: Any, username: str, address: str) -> None:
    page.context.clear_cookies()
    page.goto(address)
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"**{address}")
    check(page)


def look(page: Any, name: str) -> None:
    check(page)
    picture(page, f"paying-{name}")


def drafted(page: Any) -> PaymentRun:
    """Ask for a run of Guatemala and Honduras, wait for the worker, go to it."""
    enter(page, "pagos", "/payments/runs/")
    look(page, "board-empty")
    page.click("text=Hacer un borrador")
    page.check("[name=area][value=GT]")
    page.check("[name=area][value=HN]")
    page.fill("#execute_on", f"{timezone.localdate() + timedelta(days=3)}")
    look(page, "draft")
    page.click("main form button")
    page.wait_for_url("**/payments/drafts/*/")
    look(page, "drafting")
    assert worked() == ["succeeded"]
    page.click("text=Mirar la corrida")
    look(page, "run-draft")
    return PaymentRun.objects.get()


def explain(page: Any, run: PaymentRun) -> None:
    for alert in Alert.objects.filter(run=run):
        row = page.locator("tr", has=page.locator(f"#explanation-{alert.pk}"))
        row.locator("summary").click()
        page.fill(f"#explanation-{alert.pk}", "Es el primer mes que se paga con corridas.")
        row.locator("button").click()
        page.wait_for_selector("text=La explicación queda junto a la alerta")
    look(page, "run-explained")


@pytest.mark.parametrize(("width", "height"), SIZES, ids=["phone", "desk"])
def test_a_run_goes_from_a_draft_through_four_hands_to_its_release(
    pays: Paying, visit: Callable[..., Any], width: int, height: int
) -> None:
    page = visit(width, height)
    run = drafted(page)
    explain(page, run)
    way = f"/payments/runs/{run.pk}/"
    for place, (step, name, _) in enumerate(FOUR):
        enter(page, name, way)
        page.click("text=Le toca a usted")
        look(page, f"step-{step}")
        page.click("main form button")
        page.wait_for_selector("text=Hecho, y queda anotado a su nombre.")
        if place == 0:
            assert page.locator("text=Usted ya dio otro paso de esta corrida").count() == 1
            look(page, "run-same-person")
            page.goto(f"{way}review/")
            assert page.locator("main form").count() == 0
            look(page, "step-refused")
    run.refresh_from_db()
    assert run.state == "released"
    check_focus(page)
    look(page, "run-released")
    what_became_of_it(page, pays, run)


def what_became_of_it(page: Any, pays: Paying, run: PaymentRun) -> None:
    """The bank has said of two what became of them; somebody's pay is held."""
    PaymentRun.objects.filter(pk=run.pk).update(state="sent")
    paid, rejected, held = Payment.objects.filter(run=run, participant__area__code__startswith="GT")[:3]
    say("paid", paid)
    say("rejected", rejected, reason="AC04")
    page.goto(f"/payments/runs/{run.pk}/")
    look(page, "run-sent")
    page.goto(f"/payments/payment/{rejected.pk}/")
    look(page, "payment")
    page.goto("/payments/runs/?month=2026-10")
    look(page, "board")
    page.goto("/payments/ca/2026-10/")
    look(page, "list")
    page.goto("/payments/limits/")
    look(page, "limits")
    enter(page, "ana", f"/payments/person/{held.participant.code}/")
    page.click("summary:has-text('Retener el pago')")
    page.select_option("#cause", "complaint")
    page.fill("#note", "Queja 12, carpeta 4.")
    look(page, "hold")
    page.click("main form button")
    page.wait_for_selector("text=Retenido: ninguna corrida")
    look(page, "person-held")
    page.goto("/payments/holds/")
    look(page, "holds")
    page.goto(f"/people/{rejected.participant.code}/")
    assert page.locator("#paid").count() == 1
    look(page, "person-page")
    User.objects.filter(username="pagos").update(language="en")
    enter(page, "pagos", f"/payments/runs/{run.pk}/")
    look(page, "english-run")
    for name, address in (
        ("board", "/payments/runs/"), ("draft", "/payments/drafts/ca/new/"),
        ("payment", f"/payments/payment/{rejected.pk}/"),
        ("person", f"/payments/person/{held.participant.code}/"), ("step", f"/payments/runs/{run.pk}/cancel/"),
    ):  # fmt: skip
        page.goto(address)
        look(page, f"english-{name}")
