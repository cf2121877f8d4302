"""The pages that a browser keeps: nobody's data in them, and no more than they need allowed."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

import ceiba.web
from ceiba.accounts.models import Role
from ceiba.filler import shell
from ceiba.filler.vendored import WEB_FORMS
from tests.factories import World

SignIn = Callable[[str], Client]
INDEX, FORM = reverse("filler:index"), reverse("filler:form", args=["ca-visit"])
STATIC = Path(ceiba.web.__file__).parent / "static"


@pytest.mark.parametrize("address", [INDEX, FORM])
def test_the_page_is_the_same_for_everybody(made: World, as_role: SignIn, address: str) -> None:
    pages = {as_role(role).get(address).content for role in ("", Role.TECHNICIAN, Role.OFFICE)}
    assert len(pages) == 1


def test_one_page_serves_every_form(made: World, as_role: SignIn) -> None:
    other = reverse("filler:form", args=["_"])
    assert as_role("").get(FORM).content == as_role("").get(other).content


def test_more_is_allowed_only_where_a_form_is_filled_in(made: World, as_role: SignIn) -> None:
    policies = {
        address: as_role("").get(address)["Content-Security-Policy"] for address in (INDEX, FORM, "/rules/")
    }
    assert policies[INDEX] == policies["/rules/"]
    more = dict(re.findall(r"([\w-]+) ([^;]+)", policies[FORM]))
    less = dict(re.findall(r"([\w-]+) ([^;]+)", policies[INDEX]))
    changed = {
        name: set(more[name].split()) - set(less.get(name, "").split())
        for name in more
        if more[name] != less.get(name)
    }
    assert changed == {"script-src": {"'wasm-unsafe-eval'"}, "img-src": {"blob:"}, "media-src": {"blob:"}}


def test_the_worker_names_what_it_keeps_by_its_content(made: World, as_role: SignIn) -> None:
    answer = as_role("").get(reverse("filler:worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    told = re.match(rb"const KEPT = (.*);\n", answer.content)
    assert told
    kept = json.loads(told.group(1))
    assert kept["home"] == INDEX
    assert kept["version"] == shell.version()
    for address in kept["files"]:
        assert finders.find(address.removeprefix("/static/")), address


def test_every_file_that_the_pages_ask_for_is_kept(made: World, as_role: SignIn) -> None:
    kept = set(shell.addresses())
    for address in (INDEX, FORM):
        page = as_role("").get(address).content.decode()
        assert set(re.findall(r'"(/static/[^"]+\.(?:js|css|png|svg|mjs))"', page)) <= kept
    for script in (Path(shell.__file__).parent / "static" / "filler").glob("*.js"):
        for name in re.findall(r'from "\./([\w-]+\.js)"', script.read_text()):
            assert f"/static/filler/{name}" in kept


def test_a_changed_file_is_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = shell.version.__wrapped__()
    changed = tmp_path / "worker.js"
    changed.write_bytes(shell.WORKER.read_bytes() + b" ")
    monkeypatch.setattr(shell, "WORKER", changed)
    assert shell.version.__wrapped__() != before


def test_the_manifest_makes_it_installable(made: World, as_role: SignIn) -> None:
    answer = as_role("").get(reverse("filler:manifest"))
    told = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == (INDEX, INDEX, "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_the_vendored_component_asks_nobody_else() -> None:
    for path in (STATIC / WEB_FORMS).glob("*.mjs"):
        text = path.read_text()
        assert not re.search(r"new [\w$.]*\bOSM\b|layers:\[new", text)
        assert not re.search(r"(?<![\w$.])eval\(|new Function\(", text), "the policy would refuse it"
    css = (STATIC / WEB_FORMS / "web-forms.css").read_text()
    assert "url(http" not in css
    assert "@font-face" not in css


def test_vendored_files_are_as_written_down() -> None:
    written = dict(
        reversed(line.split("  "))
        for line in (STATIC / "vendor" / "VENDOR.md").read_text().splitlines()
        if "  " in line
    )
    found = [path for path in (STATIC / "vendor").rglob("*") if path.is_file() and path.suffix not in {".gz"}]
    for path in found:
        if path.name != "VENDOR.md":
            name = str(path.relative_to(STATIC / "vendor"))
            assert written[name] == hashlib.sha256(path.read_bytes()).hexdigest(), name
