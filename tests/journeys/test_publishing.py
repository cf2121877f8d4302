"""The office looks at what would be published and takes it away; a funder, on a telephone, what is its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from lxml import etree

from ceiba.accounts.models import Role
from ceiba.accounts.services import scope_set
from tests.apps.reports.conftest import money_make
from tests.factories import World
from tests.journeys.looks import check
from tests.journeys.test_refused_participant import sign_in
from tests.queue import emptied, worked_beside

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
Visit = Callable[..., Any]


@pytest.fixture
def paid(made: World) -> Iterator[World]:
    with transaction.atomic():
        money_make(made)
        scope_set(user=made.users[Role.OFFICE], areas=["GT", "HN", "SV"])
        funder = made.users[Role.FUNDER]
        funder.code = "MX"
        funder.save()
    with emptied():
        yield made


def test_the_office_takes_the_files_away_and_a_funder_sees_its_own(
    paid: World, visit: Visit, tmp_path: Path
) -> None:
    page = visit(1280, 900)
    sign_in(page, Role.OFFICE)
    page.goto("/reports/iati/")
    check(page)
    made_in(page)
    check(page)
    assert page.get_by_text("sin faltas").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar ca-activities.xml").click()
    download.value.save_as(tmp_path / "activities.xml")
    root = etree.parse(tmp_path / "activities.xml").getroot()
    assert [a.findtext("iati-identifier").rpartition("CA")[2] for a in root] == ["", "-MX-1", "-US-1"]

    page = visit(360, 740)
    sign_in(page, Role.FUNDER)
    page.goto("/reports/iati/")
    made_in(page)
    check(page)
    assert page.get_by_text("Convenio MX-1").is_visible()
    assert page.get_by_text("Convenio US-1").count() == 0


def made_in(page: Any) -> None:
    """The files are asked for; the page opens anew when the worker has made them."""
    page.get_by_role("button", name="Hacer los archivos").click()
    worked_beside()
    page.get_by_text("sin faltas").first.wait_for()
