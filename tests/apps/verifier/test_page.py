"""The verifier's page: open to anybody, the same bytes for everybody, and nothing of anybody in them."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from ceiba.accounts.models import Role
from ceiba.core.kernel.errors import MESSAGES, CeibaError
from ceiba.credentials.models import Published
from ceiba.verifier import shell
from ceiba.verifier.export import export
from ceiba.verifier.published import published_in, published_of
from tests.apps.web.conftest import as_role, db, made
from tests.factories import World
from tests.proofs import made as m
from tests.proofs import vectors

__all__ = ["as_role", "db", "made"]
SignIn = Callable[[str], Client]
ADDRESSES = [reverse(f"verifier:{name}") for name in ("index", "english", "manifest", "worker", "lists")]


def publish(files: dict[str, bytes]) -> None:
    """As `credentials` publishes: a row a path."""
    Published.objects.all().delete()
    for path, content in files.items():
        Published.objects.create(path=path, content=content, made_at=datetime.now(UTC))


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_the_same_for_everybody_and_leaves_no_cookie(
    made: World, as_role: SignIn, address: str
) -> None:
    answers = [as_role(role).get(address) for role in ("", *Role)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert not answers[0].cookies
    for person in made.people:
        assert person.code.encode() not in answers[0].content


def test_its_policy_is_the_sites_and_its_own_is_stricter(made: World, as_role: SignIn) -> None:
    answer = as_role("").get(ADDRESSES[0])
    assert answer["Content-Security-Policy"] == as_role("").get("/rules/")["Content-Security-Policy"]
    (own,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]+)"', answer.content.decode())
    said = dict(part.split(" ", 1) for part in own.replace("&#x27;", "'").split("; "))
    assert said.pop("default-src") == said.pop("form-action") == said.pop("base-uri") == "'none'"
    assert set(said.values()) == {"'self'"}
    assert not re.search(r"<[^>]+\s(style|on\w+)=", answer.content.decode())


def test_it_says_everything_in_both_languages(as_role: SignIn) -> None:
    texts = {}
    for language, address in (("es", ADDRESSES[0]), ("en", ADDRESSES[1])):
        page = as_role("").get(address).content.decode()
        assert f'<html lang="{language}">' in page
        (words,) = re.findall(r'<script id="words" type="application/json">(.*?)</script>', page, re.DOTALL)
        texts[language] = json.loads(words)
    assert texts["es"]["texts"]["Do not accept it"] == "No la acepte"
    assert not [key for key, text in texts["es"]["texts"].items() if text == texts["en"]["texts"][key]]
    reasons = set(texts["es"]["reasons"])
    assert reasons == set(texts["en"]["reasons"])
    assert {
        code for code in MESSAGES if code.split(".")[0] in {"proof", "sd", "status", "unchecked"}
    } <= reasons


def test_what_its_scripts_say_and_refuse_has_its_text(as_role: SignIn) -> None:
    """A text that a script asks for and the page lacks would be seen first by an officer."""
    page = as_role("").get(ADDRESSES[0]).content.decode()
    (words,) = re.findall(r'<script id="words" type="application/json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(words)
    own = [path for path in Path(shell.WORKER).parent.rglob("*.js") if path != shell.WORKER]
    source = "\n".join(path.read_text() for path in own)
    said = set(re.findall(r'\bsay\("([^"]+)"', source))
    codes = set(
        re.findall(
            r'"((?:proof|sd|status|trust|unchecked|page|key|receipt|note|checkpoint|merkle|log)\.[a-z_]+)"',
            source,
        )
    )
    assert len(said) > 10 < len(codes)
    assert said <= set(told["texts"])
    assert codes <= set(told["reasons"])


def test_the_worker_keeps_everything_the_page_is_made_of(made: World, as_role: SignIn) -> None:
    worker = as_role("").get(reverse("verifier:worker"))
    kept = json.loads(re.match(rb"const KEPT = (.*);\n", worker.content)[1])  # type: ignore[index]
    for address in kept["files"]:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
        else:
            assert as_role("").get(reverse("verifier:index") + address.removeprefix("./")).status_code == 200
    imported = set()
    for name in shell.static_files():
        if name.endswith(".js"):
            folder = Path(name).parent
            found = re.findall(
                r'^(?:import|export)[^;]*?from\s+[\'"](\.[^\'"]+)', shell.static_bytes(name).decode(), re.M
            )
            imported |= {str((Path("/") / folder / path).resolve().relative_to("/")) for path in found}
    assert imported <= set(shell.static_files())
    assert "vendor/qr-0.7.0/index.js" in imported


def test_the_lists_are_what_is_published_and_are_fetched_once(made: World, as_role: SignIn) -> None:
    client, address = as_role(""), reverse("verifier:lists")
    assert json.loads(client.get(address).content) == {"trust": "", "statuses": []}
    publish(vectors.mirror() | {"jwks.json": b"{}"})
    answer = client.get(address)
    told = json.loads(answer.content)
    assert told["trust"] == vectors.mirror()["trust.jwt"].decode() and len(told["statuses"]) == 2
    assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    before = client.get(reverse("verifier:worker")).content
    assert m.ROOT.public.thumbprint in client.get(reverse("verifier:index")).content.decode()
    publish(vectors.mirror(vectors.STATUSES["revoked"]))
    assert client.get(address).content != answer.content
    assert client.get(reverse("verifier:worker")).content == before, "lists alone install no page anew"


def test_the_folder_holds_what_the_site_serves(made: World, as_role: SignIn, tmp_path: Path) -> None:
    lists = vectors.mirror_write(tmp_path / "lists")
    publish(
        {path.relative_to(lists).as_posix(): path.read_bytes() for path in lists.rglob("*") if path.is_file()}
    )
    count = export(tmp_path / "page", published_in(lists))
    files = {
        path.relative_to(tmp_path / "page").as_posix()
        for path in (tmp_path / "page").rglob("*")
        if path.is_file()
    }
    assert count == len(files)
    assert {"index.html", "en/index.html", "worker.js", "lists.json", "static/verifier/page.js"} <= files
    for name, address in (("index.html", "index"), ("en/index.html", "english"), ("lists.json", "lists")):
        written = (tmp_path / "page" / name).read_text()
        served = as_role("").get(reverse(f"verifier:{address}")).content.decode()
        assert re.sub(r'"(?:\.\./)?static/', '"/static/', written) == served
        assert '"/static/' not in written, "it must work under any address"
    kept = json.loads(re.match(r"const KEPT = (.*);\n", (tmp_path / "page/worker.js").read_text())[1])  # type: ignore[index]
    for name in kept["files"]:
        assert (tmp_path / "page" / name).exists(), name


def test_a_folder_without_root_keys_is_no_mirror(tmp_path: Path) -> None:
    for roots in (None, b"", b"[]", b'{"keys":[{"kty":"oct"}]}', b'{"keys":1}'):
        if roots is not None:
            (tmp_path / "trust-roots.json").write_bytes(roots)
        with pytest.raises(CeibaError) as refusal:
            published_in(tmp_path)
        assert refusal.value.problems[0].code == "verifier.roots"
    assert published_of({}).roots == {"keys": []}
