"""Forms in a browser: a visit filled in without a network arrives when there is one, byte for byte, as its user's."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from ceiba.accounts.models import Role
from ceiba.devices.models import Device
from ceiba.devices.services import device_revoke
from ceiba.entities.selectors import entity_list
from ceiba.entities.services import entities_refresh
from ceiba.filler import shell
from ceiba.forms.models import Form, FormVersion
from ceiba.registry.models import Participant
from ceiba.submissions.models import Attachment, Submission
from tests.factories import World, user_make
from tests.journeys.conftest import CHROMIUM, FLAGS, PASSWORD
from tests.journeys.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FORM = Path(__file__).parent / "visit_form.md"


@pytest.fixture
def visit_form(made: World) -> FormVersion:
    """A small form like the visit's, published."""
    entities_refresh(today=date(2026, 11, 20))
    compiled = convert(xlsform=FORM.read_text(), file_type=".md", pretty_print=False).xform.encode()
    return FormVersion.objects.create(
        form=Form.objects.create(programme=made.programme, code="test-visit"),
        version="1",
        title="Visita de prueba",
        source_name=FORM.name,
        source=FORM.read_bytes(),
        xform=compiled,
        xform_md5=hashlib.md5(compiled, usedforsecurity=False).hexdigest(),
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


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
        self.page.on(
            "console",
            lambda said: self._error(f"{said.text} {said.location}") if said.type == "error" else None,
        )
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


def kept(page: Any) -> None:
    """Wait until the service worker holds everything it keeps."""
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function(
        "() => caches.keys().then(names => names.some(name => name.startsWith('ceiba-fill-')))"
    )


def chosen(page: Any, text: str) -> None:
    page.click(f"label:has-text('{text}')")


def fill_in_half(page: Any, photo: Path) -> None:
    page.wait_for_selector(".odk-form")
    question(page, "¿A quién visita?").locator("label:has(input)").first.click()
    page.fill(".p-datepicker-input", "24/11/2026")
    page.keyboard.press("Escape")
    question(page, "Tareas hechas").locator("input").press_sequentially("7")
    chosen(page, "Sí")
    question(page, "Foto de la parcela").locator("input[type=file]").last.set_input_files(photo)
    page.wait_for_selector(".preview-captured-image img")


def fill_in_the_rest(page: Any) -> None:
    question(page, "Especie").last.locator("input").fill("Ceiba pentandra")
    question(page, "Plantas").locator("input").press_sequentially("40")
    question(page, "Lugar").locator("button").click()
    page.click("text=Guardar la ubicación")
    page.wait_for_selector("text=Latitud: 15.4")
    shape = question(page, "Contorno de la parcela").locator(".map-block")
    shape.scroll_into_view_if_needed()
    page.click(".full-screen-overlay", force=True)
    page.wait_for_selector(".map-full-screen")
    box = page.locator(".map-block").bounding_box()
    for across, down in ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6)):
        page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
        page.wait_for_timeout(300)  # two clicks close together would be a double click
    page.wait_for_selector("text=Puntos guardados: 3")
    page.keyboard.press("Escape")


def question(page: Any, label: str) -> Any:
    return page.locator(".question-container", has=page.locator(f"label:has-text('{label}')"))


HELD = """async (store) => {
  const { id } = JSON.parse(localStorage.getItem('ceiba.fill.owner'));
  const open = indexedDB.open(`ceiba-fill-work-${id}`);
  await new Promise(go => open.onsuccess = go);
  const all = open.result.transaction(store).objectStore(store).getAll();
  await new Promise(go => all.onsuccess = go);
  open.result.close();
  const bytesOf = held => typeof held === 'string' ? new TextEncoder().encode(held) : new Uint8Array(held);
  const text = held => Array.from(bytesOf(held));
  return all.result.map(e => ({id: e.id, xml: text(e.xml), files: e.files.map(f => [f.name, text(f.bytes)])}));
}"""


LISTS = """
  const { id } = JSON.parse(localStorage.getItem('ceiba.fill.owner'));
  const open = indexedDB.open(`ceiba-fill-lists-${id}`);
  await new Promise(go => open.onsuccess = go);
  const store = (name, mode) => open.result.transaction(name, mode).objectStore(name);
  const done = request => new Promise(go => request.onsuccess = () => go(request.result));
  const forms = await done(store('forms').getAll());
  const { hash } = forms.flatMap(form => form.files).find(file => file.name === name);
  const file = await done(store('files').get(hash));
"""
LIST = f"async (name) => {{{LISTS} open.result.close(); return new TextDecoder().decode(file.bytes); }}"
# As if a row had been lost on the disk.
SPOIL = f"""async (name) => {{{LISTS}
  await done(store('files', 'readwrite').put({{...file, rows: file.rows.slice(1)}}));
  open.result.close();
}}"""


def held(page: Any, store: str) -> list[dict[str, Any]]:
    return page.evaluate(HELD, store)


def until_the_draft_says(page: Any, *texts: str) -> None:
    for _ in range(20):
        if any(all(text.encode() in bytes(each["xml"]) for text in texts) for each in held(page, "drafts")):
            return
        page.wait_for_timeout(250)
    raise AssertionError([bytes(each["xml"]).decode() for each in held(page, "drafts")])


def test_filled_in_without_a_network_and_sent_when_there_is_one(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    phone = telephone()
    page = phone.page
    sign_in(page, "technician")
    check(page)
    kept(page)
    phone.expected.append("net::ERR_INTERNET_DISCONNECTED")
    phone.offline()

    page.goto("/fill/")
    ready(page)
    assert "Sin conexión" in page.inner_text("#state")
    page.click("text=Visita de prueba")
    fill_in_half(page, photo)
    check(page)
    page.wait_for_selector("#kept:has-text('Lo respondido hasta ahora está guardado')")
    until_the_draft_says(page, "<done>7</done>", "<present>yes</present>", ".jpg</photo>")
    phone.close()

    page = phone.open()
    phone.offline()
    page.goto("/fill/")
    ready(page)
    check(page)
    page.click("#begun >> text=Seguir")
    page.wait_for_selector(".preview-captured-image img")
    assert question(page, "Tareas hechas").locator("input").input_value() == "7"
    hint = question(page, "Tareas hechas").locator(".hint").inner_text()
    assert hint == "Cuente las del plan. Si no hay plan, escriba 0."
    fill_in_the_rest(page)
    page.click("text=Terminar y enviar")
    page.wait_for_url("**/fill/")
    page.wait_for_selector("#waiting .entry:has-text('Visita de prueba')")
    assert page.locator("#begun .entry").count() == 0
    check(page)
    phone.close()

    page = phone.open()
    phone.offline()
    page.goto("/fill/")
    page.wait_for_selector("#waiting .entry:has-text('Visita de prueba')")
    [waiting] = held(page, "queue")
    assert not Submission.objects.exists()
    phone.offline(False)
    page.wait_for_selector("#nothing-waits:visible")
    it_arrived(waiting)


def it_arrived(waiting: dict[str, Any]) -> None:
    """What was in the queue is in the database, to the last byte."""
    [submission] = Submission.objects.all()
    assert submission.instance_id == waiting["id"]
    assert bytes(submission.xml) == bytes(waiting["xml"])
    [(name, bytes_)] = waiting["files"]
    attachment = Attachment.objects.get(submission=submission)
    assert (attachment.name, attachment.sha256) == (name, hashlib.sha256(bytes(bytes_)).hexdigest())
    assert attachment.is_named
    told = bytes(submission.xml).decode()
    assert re.search(r"<participant>[0-9a-f-]{36}</participant>", told)
    assert "<name>Ceiba pentandra</name>" in told
    assert "deprecatedID" not in told
    assert re.search(r"<plot>15\.\d+ -91\.9", told), "the map opens where one's own plots lie"
    assert "<place>15.4 -91.5 0.0 4.0</place>" in told
    assert submission.user.username == "technician"
    assert submission.device.kind == "browser"


def fill_in(page: Any, *photos: Path) -> None:
    """A whole visit, up to the button."""
    page.goto("/fill/test-visit/")
    page.wait_for_selector(".odk-form")
    question(page, "¿A quién visita?").locator("label:has(input)").first.click()
    page.fill(".p-datepicker-input", "24/11/2026")
    page.keyboard.press("Escape")
    question(page, "Tareas hechas").locator("input").press_sequentially("7")
    chosen(page, "Sí")
    question(page, "Especie").last.locator("input").fill("Ceiba pentandra")
    question(page, "Plantas").locator("input").press_sequentially("40")
    for label, photo in zip(("Foto de la parcela", "Otra foto"), photos, strict=False):
        question(page, label).locator("input[type=file]").last.set_input_files(photo)
        question(page, label).locator(".preview-captured-image img").wait_for()
    page.click("text=Terminar y enviar")
    page.wait_for_url("**/fill/")


def answered(status: int, words: str = "") -> Callable[[Any], None]:
    """What a server would answer, in OpenRosa's XML."""
    body = f'<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message>{words}</message></OpenRosaResponse>'
    return lambda route: route.fulfill(status=status, body=body, content_type="text/xml")


def test_what_the_server_does_not_take_stays_with_its_words(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    phone = telephone()
    page = phone.page
    phone.expected.append("Failed to load resource")
    sign_in(page, "technician")
    kept(page)
    address = "**/fill/api/submission"
    entry = page.locator("#waiting .entry")

    page.route(address, answered(500))
    fill_in(page, photo)
    page.wait_for_selector(
        "#waiting >> text=El servidor no pudo recibirlo ahora (500). Se intenta de nuevo a las"
    )
    check(page)
    page.unroute(address)
    page.route(address, lambda route: route.abort("timedout"))
    page.click("text=Enviar ahora")
    page.wait_for_selector("#waiting >> text=El servidor no respondió.")
    page.unroute(address)
    page.route(address, answered(409, "Ya se recibió un formulario con este identificador y dice otra cosa."))
    page.click("text=Enviar ahora")
    page.wait_for_selector("#waiting >> text=El servidor no lo aceptó (409). Se queda aquí.")
    assert "El servidor dice: Ya se recibió un formulario" in entry.inner_text()
    check(page)
    page.unroute(address)
    page.route(address, answered(413, "El envío es demasiado grande."))
    page.click("text=Intentar otra vez")
    page.wait_for_selector("#waiting >> text=El servidor no lo aceptó (413)")
    assert "demasiado grande" in entry.inner_text()
    page.reload()
    ready(page)
    assert "(413)" in entry.inner_text(), "what a person must see to is not tried again by itself"
    [waiting] = held(page, "queue")
    page.unroute(address)
    page.click("text=Intentar otra vez")
    page.wait_for_selector("#nothing-waits:visible")
    submission = Submission.objects.get()
    assert (submission.instance_id, bytes(submission.xml)) == (waiting["id"], bytes(waiting["xml"]))
    page.click("text=Enviados desde aquí")
    assert "Visita de prueba" in page.inner_text("#sent")


def test_a_photo_is_sent_until_it_is_acknowledged_and_no_further(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    other = photo.with_name("otra.jpg")
    other.write_bytes(photo.read_bytes() + b"\0")
    phone = telephone()
    page = phone.page
    phone.expected.append("Failed to load resource")
    sign_in(page, "technician")
    posts: list[int] = []

    def second_lost(route: Any) -> None:
        posts.append(len(route.request.post_data_buffer or b""))
        route.continue_() if len(posts) == 1 else route.fulfill(status=503)

    page.route("**/fill/api/submission", second_lost)
    fill_in(page, photo, other)
    page.wait_for_selector("#waiting >> text=(503)")
    assert "Fotos enviadas: 1 de 2." in page.inner_text("#waiting")
    [first] = Attachment.objects.all()
    page.unroute("**/fill/api/submission")
    later: list[str] = []
    page.on("request", lambda sent: later.append(sent.url) if sent.url.endswith("/submission") else None)
    page.click("text=Enviar ahora")
    page.wait_for_selector("#nothing-waits:visible")
    assert len(later) == 1
    assert Submission.objects.count() == 1
    assert Attachment.objects.count() == 2
    assert Attachment.objects.exclude(pk=first.pk).get().name != first.name


def test_two_users_of_one_browser(made: World, visit_form: FormVersion, telephone: Any, photo: Path) -> None:
    second = user_make("second", Role.TECHNICIAN, areas=(), code=made.users[Role.TECHNICIAN].code)
    second.set_password(PASSWORD)
    second.save()
    phone = telephone()
    page = phone.page
    phone.expected += ["net::ERR_", "Failed to load resource"]
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "technician")
    kept(page)
    page.route("**/fill/api/submission", answered(500))
    fill_in(page, photo)
    page.wait_for_selector("#waiting .entry")
    page.click("text=Salir")
    page.wait_for_selector("#id_username")
    names = page.evaluate("async () => (await indexedDB.databases()).map(each => each.name)")
    assert not [name for name in names if "lists" in name], (
        "people and plots are gone with whoever signed out"
    )
    phone.offline()
    page.goto("/fill/")
    ready(page)
    assert page.is_hidden("#sheets")
    assert "Entre una vez con conexión" in page.inner_text("#notices")
    phone.offline(False)

    page.unroute("**/fill/api/submission")
    sign_in(page, "second")
    page.wait_for_selector("#nothing-waits:visible")
    assert "Visita de prueba" in page.inner_text("#forms")
    assert not Submission.objects.exists(), "nobody sends another's forms"
    page.click("text=Salir")
    page.wait_for_selector("#id_username")
    sign_in(page, "office")
    page.wait_for_selector("text=Su función no llena formularios.")
    assert page.is_hidden("#sheets")
    page.context.clear_cookies()
    sign_in(page, "technician")
    page.wait_for_selector("#nothing-waits:visible")
    assert Submission.objects.get().user.username == "technician"


LEAVES = """() => {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, ...more) {
    if (stores === "forms") {
      localStorage.removeItem("ceiba.fill.owner");
      indexedDB.deleteDatabase(this.name);
      this.close();
    }
    return transaction.call(this, stores, ...more);
  };
  window.dispatchEvent(new Event("online"));
}"""


def test_signing_out_while_the_list_is_drawn(made: World, visit_form: FormVersion, telephone: Any) -> None:
    phone = telephone()
    page = phone.page
    phone.expected.append("Failed to load resource")
    sign_in(page, "technician")
    page.route("**/fill/api/forms", answered(503))
    page.evaluate(LEAVES)
    page.wait_for_selector("#sheets", state="hidden")
    names = page.evaluate("async () => (await indexedDB.databases()).map(each => each.name)")
    assert not [name for name in names if "lists" in name]


def test_signing_in_again_and_being_revoked(
    made: World, visit_form: FormVersion, telephone: Any, photo: Path
) -> None:
    phone = telephone()
    page = phone.page
    phone.expected.append("Failed to load resource")
    sign_in(page, "technician")
    kept(page)
    page.context.clear_cookies(name="sessionid")
    fill_in(page, photo)
    page.wait_for_selector("text=Entre de nuevo para enviar.")
    assert page.locator("#waiting .entry").count() == 1
    check(page)
    device_revoke(device=Device.objects.get(), by=None, now=datetime.now(UTC))
    sign_in(page, "technician")
    page.wait_for_selector("text=Este navegador ya no puede tener formularios")
    assert page.is_hidden("#sheets")
    assert not Submission.objects.exists()
    page.click("#notices >> text=Entrar")
    page.fill("#id_username", "technician")
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button")
    page.wait_for_selector("#nothing-waits:visible")
    assert Submission.objects.get().device.revoked_at is None


def test_a_new_version_of_the_pages_arrives(
    made: World, visit_form: FormVersion, telephone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = telephone().page
    sign_in(page, "technician")
    kept(page)
    monkeypatch.setattr(shell, "version", lambda: "newer")
    page.goto("/fill/")
    page.wait_for_function("() => caches.keys().then(names => names.join() === 'ceiba-fill-newer')")


def test_lists_are_read_and_waits_grow(made: World, visit_form: FormVersion, telephone: Any) -> None:
    page = telephone().page
    sign_in(page, "technician")
    rows = page.evaluate(
        "async (text) => (await import('/static/filler/places.js')).rowsOf(text)",
        'name,lon\n"a, ""b""",1\r\n,2\nshort\n',
    )
    assert rows == [{"name": 'a, "b"', "lon": "1"}, {"name": "", "lon": "2"}]
    waits = page.evaluate(
        """async () => { const { nextTry } = await import('/static/filler/sending.js');
                         return [1, 2, 3, 30].flatMap(tries => [nextTry(tries, 0, 0), nextTry(tries, 0, 1)]); }"""
    )
    assert waits == [11_250, 18_750, 22_500, 37_500, 45_000, 75_000, 1_350_000, 2_250_000]


def test_of_a_list_only_what_changed_is_fetched(made: World, visit_form: FormVersion, telephone: Any) -> None:
    own = made.people_in("GT-1304")
    page = telephone().page
    answers: list[Any] = []
    page.on("response", lambda answer: answers.append(answer) if "/participants.csv" in answer.url else None)

    def fetched() -> list[int]:
        """How many rows each answer brought; what came of them is the list as phones get it."""
        expected = entity_list(made.users[Role.TECHNICIAN], "participants").csv.decode()
        assert page.evaluate(LIST, "participants.csv") == expected
        rows = [answer.json()["rows"] for answer in answers]
        answers.clear()
        return [len(each) for each in rows]

    def changed_and_opened_again(**values: str) -> None:
        if values:
            Participant.objects.filter(pk=own[0].pk).update(**values)
            entities_refresh(today=date(2026, 11, 20))
        page.reload()
        ready(page)

    sign_in(page, "technician")
    assert fetched() == [len(own)]
    changed_and_opened_again(given_names="Zenaida", phone="5555-9876")
    assert fetched() == [1]
    changed_and_opened_again()
    assert fetched() == []
    page.evaluate(SPOIL, "participants.csv")
    changed_and_opened_again(phone="5555-9877")
    assert fetched() == [1, len(own)], "the change does not give the list, so all of it is fetched"


def test_a_draft_has_its_lists_although_they_changed_since(
    made: World, visit_form: FormVersion, telephone: Any
) -> None:
    page = telephone().page
    sign_in(page, "technician")
    page.goto("/fill/test-visit/")
    page.wait_for_selector(".odk-form")
    question(page, "¿A quién visita?").locator("label:has(input)").first.click()
    question(page, "Tareas hechas").locator("input").press_sequentially("7")
    until_the_draft_says(page, "<done>7</done>")
    own = made.people_in("GT-1304")
    Participant.objects.filter(pk=own[0].pk).update(given_names="Zenaida")
    entities_refresh(today=date(2026, 11, 20))
    page.goto("/fill/")
    ready(page)
    page.click("#begun >> text=Seguir")
    page.wait_for_selector(".odk-form")
    choices = question(page, "¿A quién visita?").locator("label:has(input)")
    choices.first.wait_for()
    assert choices.count() == len(own)
    assert "Zenaida" in "".join(choices.all_inner_texts())
    assert choices.locator("input:checked").count() == 1


def test_what_is_held_is_shown_at_once_and_nothing_jumps(
    made: World, visit_form: FormVersion, chromium: Any, live_server: Any
) -> None:
    """Without a service worker, whose files would come before a test could hold them up."""
    size = {"width": 360, "height": 740}
    context = chromium.new_context(viewport=size, base_url=live_server.url, service_workers="block")
    page = context.new_page()
    waiting: list[Any] = []

    def hold_up(route: Any) -> None:
        waiting.append(route)

    def let_go() -> None:
        while not waiting:
            page.wait_for_timeout(50)
        waiting.pop().continue_()

    def looks() -> tuple[str, list[float]]:
        """What the sheets say, and where each part of them begins."""
        parts = [
            page.locator(f"#{name}").bounding_box() for name in ("waiting-title", "forms-title", "forms")
        ]
        shown = page.locator("#sheets section:visible").all_inner_texts()
        return "\n".join(shown), [part["y"] for part in parts]

    page.goto("/accounts/sign-in/?next=/fill/")
    page.route("**/filler/list.js", hold_up)
    page.route("**/fill/api/forms", hold_up)
    page.fill("#id_username", "technician")
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button", no_wait_after=True)
    page.wait_for_selector("#forms-title")
    first, tops = looks()
    assert first.count("Un momento…") == 2
    check(page)
    let_go()
    page.wait_for_selector("#state:has-text('Con conexión')")
    assert looks() == (first, tops), "nothing is said of forms that are on their way"
    let_go()
    page.wait_for_selector("#forms .entry:has-text('Visita de prueba')")
    then, later = looks()
    assert "Un momento…" not in then
    assert later == tops

    page.goto("/fill/", wait_until="commit")
    let_go()
    page.wait_for_selector("#forms .entry:has-text('Visita de prueba')")
    assert looks() == (then, tops), "as it was known, before the server has answered"
    let_go()
    context.close()
