"""The office sends a form with a fault in it, reads where, sends it mended, looks at what changes, and publishes."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.utils import timezone

from ceiba.forms.models import FormVersion
from ceiba.forms.services import form_publish
from tests.factories import World
from tests.journeys.looks import check, check_focus
from tests.journeys.test_refused_participant import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
VISIT = Path(site.PROGRAMMES_DIR) / "ca" / "forms" / "ca-visit.md"
SHOTS = os.environ.get("CEIBA_SHOTS", "")


@pytest.fixture
def published(made: World, settings: Any, tmp_path: Path) -> World:
    """Phones have the visit's form as it is shipped."""
    settings.DATA_DIR = tmp_path / "data"
    form_publish(
        programme="ca", name=VISIT.name, data=VISIT.read_bytes(), actor=None, at=timezone.now(), apart=False
    )
    return made


def shoot(page: Any, name: str) -> None:
    """A picture for whoever asks for one by CEIBA_SHOTS=folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "height"), [(360, 740), (1280, 900)])
def test_a_form_is_published_after_it_was_looked_at(
    published: World, visit: Callable[..., Any], tmp_path: Path, width: int, height: int
) -> None:
    text = VISIT.read_text()
    version = FormVersion.objects.get().version
    broken, mended = tmp_path / "broken.md", tmp_path / "ca-visit.md"
    later = text.replace(f"| {version} |", f"| {version}1 |")
    assert later != text and "| integer |" in text
    broken.write_text(later.replace("| integer |", "| intejer |", 1))
    mended.write_text(re.sub(r"\bvisit\.\w+", "", later))

    page = visit(width, height)
    sign_in(page, "office")
    page.goto("/forms/")
    page.wait_for_selector("h1:has-text('Formularios')")
    check(page)
    shoot(page, f"index-{width}")
    page.click("text=Publicar un formulario")
    page.wait_for_selector("#file")
    check(page)
    check_focus(page)
    shoot(page, f"upload-{width}")
    page.select_option("#programme", "ca")
    page.set_input_files("#file", str(broken))
    page.click("main button.button")

    page.wait_for_selector(".message.error")
    assert "No existe el tipo de pregunta «intejer»" in page.inner_text("main")
    page.click("summary:has-text('En palabras del compilador')")
    assert "Unknown question type" in page.inner_text("main")
    assert page.locator("button:has-text('Publicar esta versión')").count() == 0
    check(page)
    shoot(page, f"broken-{width}")

    page.click("text=Enviar otro archivo")
    page.wait_for_selector("#file")
    assert page.input_value("#programme") == "ca"
    page.set_input_files("#file", str(mended))
    page.click("main button.button")
    page.wait_for_selector("h2:has-text('Qué cambia para los hechos')")
    told = page.inner_text("#facts >> xpath=ancestor::section")
    assert "ya no la contesta ninguna pregunta" in told and "work.plan" in told
    check(page)
    shoot(page, f"preview-{width}")
    assert FormVersion.objects.count() == 1

    page.click("button:has-text('Publicar esta versión')")
    page.wait_for_selector(".message.success")
    assert f"{version}1" in page.inner_text(".head")
    assert FormVersion.objects.count() == 2
    check(page)
    shoot(page, f"form-{width}")
