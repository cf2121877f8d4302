"""Forms in a browser: a technician fills in a visit with no network, and it arrives byte for byte when there is one."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from ceiba.accounts.models import Role
from ceiba.forms.models import Form, FormVersion
from ceiba.submissions.models import Attachment, Submission
from tests.factories import World
from tests.journeys.conftest import CHROMIUM, FLAGS, PASSWORD
from tests.journeys.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = Path(__file__).parent / "visit_form.md"


@pytest.fixture
def visit_form(made: World) -> FormVersion:
    """A small form like the visit's, published."""
    compiled = convert(xlsform=FORM.read_text(), file_type=".md", pretty_print=False).xform.encode()
    form = Form.objects.create(programme=made.programme, code="test-visit")
    return FormVersion.objects.create(
        form=form, version="1", title="Visita de prueba", source_name=FORM.name, source=FORM.read_bytes(),
        xform=compiled, xform_md5=hashlib.md5(compiled).hexdigest(), published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    from PIL import Image

    path = tmp_path / "parcela.jpg"
    Image.effect_noise((900, 600), 60).convert("RGB").save(path, quality=80)
    return path


class Telephone:
    """A browser with a profile on the disk: it can be closed and opened again. It reports what went wrong in it."""

    def __init__(self, chromium: Any, folder: Path, url: str, width: int, height: int) -> None:
        self._type, self._folder, self._url = chromium.browser_type, folder, url
        self._size = {"width": width, "height": height}
        self.errors: list[str] = []
        self.expected: list[str] = []
        self.context: Any = None
        self.open()

    def open(self) -> Any:
        self.context = self._type.launch_persistent_context(
            self._folder, executable_path=CHROMIUM, args=list(FLAGS), viewport=self._size, base_url=self._url,
            geolocation={"latitude": 15.4, "longitude": -91.5, "accuracy": 4}, permissions=["geolocation"],
        )  # fmt: skip
        self.context.on("request", self._same_origin)
        self.page = self.context.pages[0]
        self.page.set_default_timeout(15_000)
        self.page.on("console", lambda said: self._error(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._error(str(error)))
        return self.page

    def close(self) -> None:
        self.context.close()

    def offline(self, is_so: bool = True) -> None:
        self.context.set_offline(is_so)

    def _same_origin(self, request: Any) -> None:
        if not request.url.startswith((self._url, "data:", "blob:")):
            self.errors.append(f"asked another origin: {request.url}")

    def _error(self, text: str) -> None:
        if not any(re.search(each, text) for each in self.expected):
            self.errors.append(text)


@pytest.fixture
def telephone(chromium: Any, live_server: Any, tmp_path: Path) -> Iterator[Callable[..., Telephone]]:
    made: list[Telephone] = []

    def open_one(width: int = 360, height: int = 740) -> Telephone:
        made.append(Telephone(chromium, tmp_path / f"profile-{len(made)}", live_server.url, width, height))
        return made[-1]

    yield open_one
    for each in made:
        each.close()
    assert [error for each in made for error in each.errors] == []


def ready(page: Any) -> None:
    page.wait_for_selector("body[data-ready=yes]")


def sign_in(page: Any, name: str) -> None:
    page.goto("/accounts/sign-in/?next=/fill/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button")
    page.wait_for_url("**/fill/")
    ready(page)


def test_look(made: World, visit_form: FormVersion, telephone: Any, photo: Path) -> None:
    phone = telephone()
    page = phone.page
    sign_in(page, "technician")
    page.screenshot(path="/tmp/wf/list.png", full_page=True)
    page.click("text=Visita de prueba")
    page.wait_for_selector(".odk-form")
    page.wait_for_timeout(1500)
    page.screenshot(path="/tmp/wf/form.png", full_page=True)
    print(phone.errors)
    print(page.inner_text("main"))
    css = page.evaluate("() => document.adoptedStyleSheets.map(s => [...s.cssRules].filter(r => r.selectorText && r.selectorText.includes(':root')).map(r => r.cssText).join('\\n')).join('\\n')")
    Path("/tmp/wf/vars.css").write_text(css)
