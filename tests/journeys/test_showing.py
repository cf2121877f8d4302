"""A participant shows a part of their certificate and answers whether it is theirs; an officer reads it offline."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from ceiba.accounts.models import Role
from ceiba.credentials.published.making import documents_publish
from ceiba.credentials.services import credential_issue, key_publish
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs import keys
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Kind
from ceiba.verifier.pictures import scanned
from tests.apps.credentials.conftest import PASSPHRASE, months_of
from tests.apps.credentials.helpers import DID, START
from tests.factories import World
from tests.journeys.conftest import PASSWORD
from tests.journeys.looks import check

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def certificate(made: World, settings: Any, tmp_path: Path) -> str:
    """The participant who signs in has one; where it is shown."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    settings.ISSUER, settings.ISSUER_NAME = DID, "Programa de prueba"
    settings.KEYS_DIR, settings.KEYS_PASSPHRASE_FILE = tmp_path / "keys", tmp_path / "passphrase"
    folder = KeyFolder(settings.KEYS_DIR, PASSPHRASE)
    for purpose in (KeyPurpose.CONSTANCIA, KeyPurpose.TRUST):
        key = keys.made(Kind.ED25519, START)
        folder.keep(key)
        key_publish(public=key.public, at=START, purpose=purpose)
    months_of(made.people[0], "A" * 36)
    row = credential_issue(
        programme="ca", participant_id=made.people[0].pk, actor=made.users[Role.OFFICE], at=timezone.now()
    )
    documents_publish(at=timezone.now())
    return f"/credentials/one/{row.pk}/show/"


def sign_in(page: Any, address: str) -> None:
    page.goto(f"/accounts/sign-in/?next={address}")
    page.fill("#id_username", Role.PARTICIPANT)
    page.fill("#id_password", PASSWORD)
    page.click("form.sheet button")


def picture(page: Any, file: Path) -> Path:
    """The code as it stands on a screen."""
    page.locator(".qr").screenshot(path=file)
    return file


def test_a_part_is_shown_and_an_answer_holds_for_its_question_alone(
    certificate: str, made: World, visit: Callable[..., Any], tmp_path: Path
) -> None:
    name = made.people[0].given_names
    holder, officer = visit(360, 740), visit(1280, 900)
    officer.goto("/verify/")
    officer.wait_for_selector("body[data-ready=yes]")
    officer.context.set_offline(True)
    sign_in(holder, certificate)
    holder.wait_for_selector("#showing[data-ready=yes]")
    check(holder)
    holder.context.set_offline(True)
    verdict = officer.locator("#verdict")

    officer.set_input_files("#file", picture(holder, tmp_path / "months.png"))
    verdict.locator(".judgement h2", has_text="Verificada").wait_for()
    assert "36" in verdict.inner_text() and name not in verdict.inner_text()
    assert "documento con foto" in verdict.locator(".unchecked").inner_text()
    with holder.expect_download() as download:
        holder.click("#file")
    download.value.save_as(tmp_path / "part.sd-jwt")

    officer.locator("#ask").locator("xpath=ancestor::details/summary").click()
    officer.click("#ask")
    question = scanned(picture(officer, tmp_path / "question.png").read_bytes())
    officer.set_input_files("#file", tmp_path / "part.sd-jwt")  # shown, and not answered
    verdict.locator(".judgement.refuse", has_text="desde su billetera").wait_for()

    answer(holder, question)
    holder.check("input[value=name]")
    holder.locator("#told", has_text=re.compile(r"^Se muestra: [^.]*Nombre")).wait_for()
    answered = picture(holder, tmp_path / "answer.png")
    check(holder)
    officer.set_input_files("#file", answered)
    verdict.locator(".answered").wait_for()
    assert name in verdict.inner_text() and not verdict.locator(".unchecked").count()
    check(officer)

    officer.click("#ask")  # somebody else brings the same answer to another question
    officer.set_input_files("#file", answered)
    verdict.locator(".judgement.refuse", has_text="quién la presenta").wait_for()
    assert name not in verdict.inner_text()
    answer(holder, "XYZ")
    assert "pregunta" in holder.locator("#answers").inner_text()


def answer(holder: Any, question: str) -> None:
    """The question read, as the camera gives it."""
    if not holder.locator("#asked[open]").count():
        holder.click("#asked summary")
    holder.evaluate(
        """text => {
          const box = document.getElementById("letters");
          box.value = text;
          box.dispatchEvent(new Event("change"));
        }""",
        question,
    )
    holder.wait_for_function("() => document.getElementById('answers').textContent !== ''")
