"""`ceiba key` and `ceiba publish`: keys made, listed, rotated and withdrawn, in files and in a token."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from ceiba.cli import key as commands
from ceiba.cli import publish
from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.keyring import key_folder
from ceiba.credentials.models import IssuerKey
from ceiba.credentials.signing import signer
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs.keys import Kind
from tests.proofs.softhsm import LIBRARY, PIN, needs_softhsm, softhsm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    for module in (commands, publish):
        monkeypatch.setattr(module, "open_database", lambda: None)
    monkeypatch.setenv("CEIBA_LANG", "en")
    settings.ISSUER, settings.ISSUER_NAME = "did:web:constancias.ejemplo.gob", "Programa"
    settings.KEYS_DIR = tmp_path / "keys"
    settings.KEYS_PASSPHRASE_FILE = tmp_path / "elsewhere" / "passphrase"


@pytest.fixture
def token(settings: Any, tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "token"
    folder.mkdir()
    settings.TOKEN_MODULE, settings.TOKEN_PIN_FILE = str(LIBRARY), folder / "pin"
    settings.TOKEN_PIN_FILE.write_text(PIN)
    with softhsm(folder):
        yield


def ran(*words: str, app: Any = commands.app) -> Any:
    return CliRunner().invoke(app, words)


def refusal(*words: str, app: Any = commands.app) -> str:
    raised = ran(*words, app=app).exception
    assert isinstance(raised, CeibaError)
    return raised.problems[0].code


def test_what_cannot_be_done_is_said(settings: Any) -> None:
    assert refusal("rotate", "nobodys") == "key.unknown"
    assert refusal("withdraw", "nobodys") == "key.unknown"
    assert refusal("make", "--token") == "token.absent"
    with pytest.raises(CeibaError) as refused:
        signer(timezone.now())
    assert refused.value.problems[0].code == "credentials.no_key"
    assert ran("make", "--kind", "P-384").exit_code == 2
    assert not IssuerKey.objects.exists()


def test_a_key_is_made_signs_is_rotated_and_ends(tmp_path: Path) -> None:
    assert ran("make", "--kind", "Ed25519").exit_code == 0
    old = IssuerKey.objects.get()
    assert "signs from" in ran("make", "--for", "trust").output
    now = timezone.now()
    assert signer(now).public.thumbprint == old.pk
    assert signer(now, KeyPurpose.TRUST).public.kind is Kind.P256
    assert ran("rotate", old.pk, "--in-days", "7").exit_code == 0
    old.refresh_from_db()
    new = IssuerKey.objects.get(valid_from=old.valid_until)
    assert (new.kind, new.purpose) == (old.kind, old.purpose)
    assert signer(now).public.thumbprint == old.pk
    assert signer(now + timedelta(days=8)).public.thumbprint == new.pk
    assert refusal("rotate", old.pk) == "key.ended"

    # each private half is in a file of its own, under a passphrase that was made with the first
    assert {file.stem for file in key_folder().folder.iterdir()} == set(
        IssuerKey.objects.values_list("pk", flat=True)
    )
    assert (tmp_path / "elsewhere" / "passphrase").stat().st_mode & 0o777 == 0o600
    listed = ran("list").output.replace("\n", "")
    assert all(row.pk[:12] in listed for row in IssuerKey.objects.all())

    made = ran("proofs", str(tmp_path / "mirror"), app=publish.app)
    assert "made: trust.jwt" in made.output
    assert (tmp_path / "mirror" / ".well-known" / "did.json").is_file()
    assert ran("withdraw", new.pk).exit_code == 0
    assert ran("proofs", str(tmp_path / "mirror"), app=publish.app).exit_code == 0
    assert new.pk not in (tmp_path / "mirror" / "jwks.json").read_text()


@needs_softhsm
def test_a_key_in_a_token_signs_and_no_file_holds_it(token: None, tmp_path: Path) -> None:
    assert ran("make", "--token").exit_code == 0
    row = IssuerKey.objects.get()
    assert not (tmp_path / "keys").exists()
    signing = signer(timezone.now())
    assert signing.public.verifies(signing.sign(b"x"), b"x")
    assert signing.public.thumbprint == row.pk
    assert "PKCS#11" in ran("list").output
    assert ran("make", "--kind", "Ed25519").exit_code == 0  # one in a file beside it: both are found
    assert signer(timezone.now(), kinds=(Kind.ED25519,)).public.kind is Kind.ED25519
    assert signer(timezone.now(), kinds=(Kind.P256,)).public.thumbprint == row.pk
