"""The verifier's page in Chromium: the vectors that Python is held to, and an officer without a network."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ceiba.credentials.models import Published
from ceiba.proofs import card
from ceiba.verifier.export import export
from ceiba.verifier.published import published_in
from tests.journeys.looks import check
from tests.proofs import made as m
from tests.proofs import vectors
from tests.proofs.test_card_forgeries import GOOD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
RUN = (Path(vectors.__file__).parent / "vectors.js").read_text()
REVOKED = (replace(vectors.lists.REVOKED, issued=m.LISTED + timedelta(hours=1)), m.CLEAR[1])


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page as a folder on a web server that knows nothing of Ceiba, under an address of its choice."""
    folder = tmp_path_factory.mktemp("web")
    export(folder / "verificar", published_in(vectors.mirror_write(tmp_path_factory.mktemp("mirror"))))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/verificar/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("noble", [False, True], ids=["WebCrypto", "without Ed25519"])
def test_every_vector_is_told_as_python_tells_it(chromium: Any, elsewhere: str, noble: bool) -> None:
    page = chromium.new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(elsewhere)
    file = json.loads(vectors.written(vectors.vectors()))
    given = {"file": file, "base": f"{elsewhere}static/verifier", "noble": noble}
    told = page.evaluate(f"given => ({RUN})(given)", given)
    names = [f"{vector['act']}: {vector['name']}" for vector in file["vectors"]]
    expected = dict(zip(names, (vector["expected"] for vector in file["vectors"]), strict=True))
    assert dict(zip(names, told, strict=True)) == expected
    assert sum(isinstance(each, str) for each in told) >= 480
    assert errors == []
    page.close()


def publish(statuses: Any) -> None:
    Published.objects.all().delete()
    for path, content in vectors.mirror(statuses).items():
        Published.objects.create(path=path, content=content, made_at=datetime.now(UTC))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The printed card as a telephone takes it: askew, on a table, compressed."""
    card.drawn(GOOD).save(tmp_path / "code.png", scale=7, border=4)
    table = Image.new("RGB", (1700, 1300), "#8a7a66")
    with Image.open(tmp_path / "code.png") as code:
        table.paste(code.convert("RGB"), (400, 250))
    table.rotate(5, expand=False, fillcolor="#8a7a66").save(tmp_path / "photo.jpg", quality=75)
    return tmp_path / "photo.jpg"


def test_an_officer_verifies_without_a_network_and_sees_a_revocation_after_refreshing(
    transactional_db: None, visit: Callable[..., Any], photo: Path
) -> None:
    publish(m.CLEAR)
    page = visit(360, 740)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.clock.set_fixed_time(m.NOW)
    page.goto("/verify/")
    page.wait_for_selector("body[data-ready=yes]")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector("body[data-ready=yes]")
    asked.clear()
    page.set_input_files("#file", photo)
    verdict = page.locator("#verdict")
    verdict.locator(".judgement.pay h2", has_text="Verificada").wait_for()
    assert page.evaluate("document.activeElement.id") == "verdict"
    words = verdict.inner_text()
    for part in (
        m.constancia().name,
        "36",
        "noviembre de 2022",
        "Programa de ejemplo",
        "No da derecho a una visa",
    ):
        assert part in words
    assert "Compárela con un documento con foto" in verdict.locator(".unchecked").inner_text()
    check(page)

    page.fill("#text", vectors.PRESENTED)
    page.click("#paste button")
    assert "nombre, fecha de nacimiento" in verdict.locator(".withheld").inner_text()
    assert m.constancia().name not in verdict.inner_text()
    page.fill("#text", vectors.cards.flipped(len(vectors.cards.DATA) - 1))
    page.click("#paste button")
    verdict.locator(".judgement.refuse", has_text="La firma no corresponde").wait_for()
    page.fill("#text", GOOD)
    page.click("#paste button")
    verdict.locator(".judgement.pay").wait_for()
    assert [address for address in asked if not address.startswith("blob:")] == [], (
        "no look-up leaves the device"
    )

    publish(REVOKED)
    page.context.set_offline(False)
    page.click("#refresh")
    verdict.locator(".judgement.refuse", has_text="la revocó").wait_for()
    assert m.constancia().name not in verdict.inner_text()
    assert [address.rpartition("/")[2] for address in asked] == ["lists.json"]
    check(page)

    publish(m.CLEAR)  # somebody puts the older list back
    page.click("#refresh")
    page.locator("#renewed", has_text="actualizadas").wait_for()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/verify/en/")
    page.wait_for_selector("body[data-ready=yes]")
    page.fill("#text", GOOD)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    verdict.locator(".judgement.refuse", has_text="Its issuer revoked it").wait_for()
    check(page)
