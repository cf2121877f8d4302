"""`ceiba bank take` and `ceiba bank match`."""

import json

import pytest
from typer.testing import CliRunner

from ceiba.cli import bank as commands
from ceiba.core.kernel.errors import CeibaError
from ceiba.ledger.models import BankAccount
from ceiba.reconciliation.models import BankFile
from tests.apps.reconciliation.conftest import Sent


@pytest.fixture(autouse=True)
def database_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)


def said(*words: str) -> dict:
    done = CliRunner().invoke(commands.app, [*words, "--json"])
    if done.exception is not None:
        raise done.exception
    return json.loads(done.stdout)


def test_files_are_taken_in_once_and_matched(sent: Sent):
    first, second = sent.payments[:2]
    one = sent.bank().books(first, reference="1").notice("1.xml")
    two = sent.bank().books(second, reference="2").notice("2.xml")
    taken = said("take", str(one), str(two), "--rail", "iso20022")["files"]
    assert [(each["file"], each["new"], each["again"]) for each in taken] == [
        ("1.xml", 1, False),
        ("2.xml", 1, False),
    ]
    assert said("take", str(one))["files"][0] == {"file": "1.xml", "entries": 1, "new": 0, "again": True}
    matched = said("match", "--today", "2026-11-11")
    assert (matched["settled"], sent.state(first), sent.state(second)) == (2, "paid", "paid")
    plain = CliRunner().invoke(commands.app, ["match"], env={"CEIBA_LANG": "en"})
    assert (plain.exit_code, "0 payments came to another state" in plain.stdout) == (0, True)


def test_of_which_account_is_said_when_there_are_several(sent: Sent):
    BankAccount.objects.create(
        code="OTRO",
        programme=sent.account.programme,
        holder="x",
        scheme="local",
        number="9",
        currency="USD",
        rail="cash",
    )
    path = str(sent.bank().books(None, 5, reference="1").notice())
    for words, problem in (
        ((), "bank.account_unknown"),
        (("--account", "NO"), "bank.account_unknown"),
        (("--account", "OTRO", "--rail", "iso20022"), "bank.other_rail"),
    ):
        with pytest.raises(CeibaError) as refusal:
            said("take", path, *words)
        assert [each.code for each in refusal.value.problems] == [problem]
    assert not BankFile.objects.exists()
    said("take", path, "--account", sent.account.code)
    assert BankFile.objects.count() == 1
