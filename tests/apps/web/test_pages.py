"""Every page: safe to serve, complete in both languages, and without a query a row."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ceiba.accounts.models import Role
from ceiba.web.catalogue import messages
from tests.factories import CODE, World

SignIn = Callable[[str], Client]
PAGES = {
    "month": ("/", Role.OFFICE, 13),
    "area": ("/?area=GT-13", Role.OFFICE, 17),
    "month of a funder": ("/", Role.FUNDER, 13),
    "month of a technician": ("/", Role.TECHNICIAN, 17),
    "month people": (f"/months/{CODE}/2026-10/people/?outcome=hold", Role.OFFICE, 10),
    "people": ("/people/?q=a", Role.OFFICE, 10),
    "person": ("/people/CA-000001/", Role.OFFICE, 24),
    "own page": ("/people/CA-000000/", Role.PARTICIPANT, 23),
    "explained": ("/people/CA-000001/2026-10/", Role.OFFICE, 13),
    "evidence": ("/people/CA-000001/2026-10/evidence/plan_done/", Role.OFFICE, 11),
    "map": ("/map/", Role.OFFICE, 11),
    "payments": (f"/payments/{CODE}/2026-10/", Role.PAYMENTS, 11),
    "record": ("/record/", Role.OFFICE, 10),
    "register": ("/register/", Role.OFFICE, 8),
    "sign in": ("/accounts/sign-in/", "", 1),
    "not there": ("/nowhere/", Role.OFFICE, 5),
}
PARTS = {
    "people": "/people/?q=a",
    "explained": "/people/CA-000001/2026-10/",
}


class Tags(HTMLParser):
    """Collects the tags of a page and whether they are closed in order."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    assert tags.open == []
    return tags


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, as_role: SignIn) -> tuple[str, Client]:
    address, role, _ = PAGES[request.param]
    return address, as_role(role)


def test_the_content_policy_is_strict_and_the_page_needs_no_exception(page: tuple[str, Client]) -> None:
    response = page[1].get(page[0])
    policy = response["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    for tag, attributes in read(response.content.decode()).tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert str(attributes.get("src", "")).startswith("/static/"), "no script in the page itself"
        for name in ("src", "href", "action"):
            assert not str(attributes.get(name) or "").startswith(("http:", "https:", "//", "javascript:"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_is_in_one_language(page: tuple[str, Client], made: World, language: str) -> None:
    address, client = page
    client.post("/accounts/language/", {"language": language})
    html = client.get(address).content.decode()
    assert f'<html lang="{language}">' in html
    other = {"es": "Sign out|Skip to the content|Paid<", "en": "Salir|Saltar al contenido|Pagado<"}[language]
    assert not re.search(other, html)


def test_each_page_says_what_it_is_and_fields_have_names(page: tuple[str, Client]) -> None:
    html = page[1].get(page[0]).content.decode()
    tags = read(html).tags
    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<]*\w[^<]* · Ceiba</title>", html)
    labelled = {attributes.get("for") for tag, attributes in tags if tag == "label"}
    for tag, attributes in tags:
        if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden":
            assert attributes.get("id") in labelled or attributes.get("aria-label")
        if tag == "svg":
            assert attributes.get("aria-hidden") or attributes.get("role")
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {str(a["href"])[1:] for tag, a in tags if tag == "a" and str(a.get("href", "")).startswith("#")}
    assert targets <= set(ids)


def test_no_page_says_or_implies_a_right(page: tuple[str, Client]) -> None:
    html = page[1].get(page[0]).content.decode()
    assert "no otorga derecho alguno" in html
    assert not re.search(r"tiene derecho a|derecho a la visa|garantiza|elegible|entitled", html)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_the_database_a_bounded_number_of_times(as_role: SignIn, name: str) -> None:
    address, role, most = PAGES[name]
    client = as_role(role)
    client.get(address)  # what is kept for a while is computed once
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address)
    assert len(queries) <= most, "\n".join(query["sql"][:160] for query in queries)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_comes_without_the_page_around_it(as_role: SignIn, name: str) -> None:
    client = as_role(Role.OFFICE)
    part = client.get(PARTS[name], headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]
    read(part.content.decode())
    back = client.get(PARTS[name], headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_every_message_is_short_of_markup() -> None:
    for message in messages():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            assert not re.search(r"<(?!span class=\"code\">|/span>)", text), message
