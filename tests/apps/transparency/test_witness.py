"""`ceiba witness` against the log: it signs what grows, and says loudly when the log was rewritten."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from ceiba.accounts.models import Role
from ceiba.accounts.services import scope_set
from ceiba.cli import log as log_commands
from ceiba.cli import witness
from ceiba.core.kernel.errors import CeibaError
from ceiba.determinations.models import Determination
from ceiba.proofs.note_keys import KeyKind, read_note_key
from ceiba.transparency.keys import log_signer
from ceiba.transparency.models import Cosignature
from ceiba.transparency.receipts import month_receipts
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.services.appending import entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.transparency.services.witnesses import witness_add
from tests.factories import World

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def command(made: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The witness, registered; what it asks goes to the site without a network."""

    def asked(address: str, body: bytes | None = None) -> bytes:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}"
        client = Client()
        answer = client.get(path) if body is None else client.post(path, body, content_type="text/plain")
        assert answer.status_code == 200, answer.content
        return answer.content

    monkeypatch.setattr(witness, "_asked", asked)
    monkeypatch.setenv("CEIBA_WITNESS_PASSPHRASE", "una frase larga")
    who = ["--key", str(tmp_path / "witness.pem"), "--name", "ngo.example"]
    printed = CliRunner().invoke(witness.app, ["key", *who]).stdout.replace("\n", "")
    assert read_note_key(printed).kind == KeyKind.WITNESS
    witness_add(name="Una ONG", key=printed, by=None, now=NOW)
    checkpoint_sign(now=NOW)
    kept = str(tmp_path / "kept.txt")
    return ["sign", "https://ceiba.example/log/", "--log-key", log_signer().key.text(), "--kept", kept, *who]


def test_it_signs_what_grows_and_never_what_was_rewritten(
    made: World, command: list[str], tmp_path: Path
) -> None:
    run = CliRunner()
    assert run.invoke(witness.app, command).exit_code == 0
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])
    entries_append()
    checkpoint_sign(now=NOW)
    assert run.invoke(witness.app, command).exit_code == 0
    assert list(Cosignature.objects.order_by("pk").values_list("checkpoint_id", flat=True)) == [
        log_size() - 1,
        log_size(),
    ]
    kept = (tmp_path / "kept.txt").read_bytes()
    with (
        connection.cursor() as cursor
    ):  # whoever owns the tables writes the log anew, with new salts, and signs it
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in ("cosignature", "checkpoint", "entry", "nodes"):
            cursor.execute(f"DELETE FROM transparency_{table}")  # noqa: S608
        cursor.execute("SET LOCAL session_replication_role = origin")
    scope_set(user=made.users[Role.OFFICE], areas=["GT"])
    entries_append()
    checkpoint_sign(now=NOW)
    found = run.invoke(witness.app, command)
    assert found.exit_code == 2
    assert "REESCRITO" in found.stderr or "REWRITTEN" in found.stderr
    assert (tmp_path / "kept.txt").read_bytes() == kept, "what it signed last stays"
    (evidence,) = tmp_path.glob("kept.txt.rewritten-*")
    assert evidence.read_bytes() == Client().get("/log/checkpoint").content
    assert not Cosignature.objects.exists()


def test_a_wrong_passphrase_or_another_log_s_key_signs_nothing(
    made: World, command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    theirs = "example.org/ceiba+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    other = [theirs if part == log_signer().key.text() else part for part in command]
    assert isinstance(CliRunner().invoke(witness.app, other).exception, CeibaError)
    monkeypatch.setenv("CEIBA_WITNESS_PASSPHRASE", "otra")
    assert isinstance(CliRunner().invoke(witness.app, command).exception, CeibaError)
    assert not Cosignature.objects.exists()
    assert not (tmp_path / "kept.txt").exists()


def test_a_receipt_is_checked_by_a_command_that_asks_nobody(made: World, tmp_path: Path) -> None:
    checkpoint_sign(now=NOW)
    row = Determination.objects.exclude(outcome="pay").order_by("month", "participant_id")[0]
    receipt = month_receipts(row.participant_id, row.month, "ca")[-1].receipt
    assert receipt is not None
    file = tmp_path / "receipt.json"
    key = ["--log-key", log_signer().key.text()]
    file.write_text(receipt.written())
    told = CliRunner().invoke(log_commands.app, ["check", str(file), *key])
    assert (told.exit_code, row.participant.code in told.stdout) == (0, True)
    file.write_text(receipt.written().replace(f'\\"outcome\\":\\"{row.outcome}', '\\"outcome\\":\\"pay'))
    assert isinstance(CliRunner().invoke(log_commands.app, ["check", str(file), *key]).exception, CeibaError)
