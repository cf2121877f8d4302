"""The office decides the next month on a telephone, watches the worker at it, and finds it in the table."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from ceiba.accounts.models import Role
from ceiba.accounts.services import scope_set
from ceiba.core.kernel.month import Month
from ceiba.determinations.models import Determination
from ceiba.runs import tasks, views
from ceiba.runs.models import Run, RunState
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check, check_focus
from tests.journeys.test_refused_participant import sign_in
from tests.queue import emptied, worked_beside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
NEXT = Month(2026, 11)
Visit = Callable[..., Any]


@pytest.fixture
def decidable(made: World, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The evidence of the month after the last has closed, and the office covers every country."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    for module in (views, tasks):
        clock = SimpleNamespace(now=lambda: datetime(2026, 12, 6, tzinfo=UTC))
        monkeypatch.setattr(module, "timezone", clock)
    Run.objects.update(state=RunState.COUNTED)
    scope_set(user=made.users[Role.OFFICE], areas=["GT", "HN", "SV"])
    with emptied():
        yield made


def test_in_spanish_on_a_telephone(
    decidable: World, visit: Callable[..., Any], chromium: Any, live_server: Any
) -> None:
    page = visit(360, 740)
    sign_in(page, "office")
    page.click("[data-menu]")
    page.click(".places >> text=Meses >> nth=0")
    page.wait_for_selector("h2:has-text('Sigue: noviembre de 2026')")
    check(page)
    check_focus(page)
    page.click("button:has-text('Decidir noviembre de 2026')")
    page.wait_for_selector("#job:has-text('En espera')")
    check(page)
    assert page.locator("button:has-text('Decidir')").count() == 0
    without_scripts_it_is_looked_at_again(chromium, live_server.url)

    page.focus("#list-2026-10")
    worked_beside()
    page.wait_for_selector("#job:has-text('Noviembre de 2026 quedó decidido y sellado')")
    assert page.evaluate("() => document.activeElement.id") == "list-2026-10", "whoever reads on stays there"
    check(page)
    assert "Terminado" in page.inner_text("#decided tr:has(#month-2026-11)")
    assert "Sigue: diciembre de 2026" in page.inner_text("#next")
    assert page.locator("#next button").count() == 0, "its evidence has not closed"
    assert Determination.objects.filter(month=NEXT.first_day).count() == len(decidable.people)

    page.click("#list-2026-11")
    page.wait_for_selector("h1:has-text('noviembre de 2026')")
    assert "Cuadra" in page.inner_text("#agree >> xpath=ancestor::section")


def without_scripts_it_is_looked_at_again(chromium: Any, url: str) -> None:
    context = chromium.new_context(base_url=url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/months/ca/")
    page.fill("#id_username", "office")
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button")
    page.click("#job noscript a")
    page.wait_for_selector("#job:has-text('En espera')")
    context.close()
