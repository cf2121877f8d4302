"""`ceiba payments draft` and `send`: as strict as the site, and as patient."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from typer.testing import CliRunner

from ceiba.cli import payments as commands
from ceiba.core.kernel.errors import CeibaError
from ceiba.payments.models import PaymentFile, PaymentRun
from tests.apps.payments.paying.helpers import CODE, Paying
from tests.factories import LAST

ASKED = {
    "--programme": CODE,
    "--month": str(LAST),
    "--areas": "GT, HN",
    "--account": "BANCO-1",
    "--execute-on": "",
    "--by": "pagos",
}


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(commands, "open_database", lambda: None)


def drafted(**changes: str) -> Any:
    given = ASKED | {"--execute-on": f"{timezone.localdate()}"} | {f"--{k}": v for k, v in changes.items()}
    return CliRunner().invoke(
        commands.app, ["draft", "--json", *(word for pair in given.items() for word in pair)]
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"execute-on": "mañana"}, "payments.day"),
        ({"execute-on": "2020-01-01"}, "payment_run.day"),
        ({"areas": ","}, "payment_run.no_areas"),
        ({"areas": "MX"}, "payment_run.area"),
        ({"account": "OTRA"}, "payment_run.bank_account"),
        ({"by": "tesorera"}, "payment_run.not_allowed"),
        ({"by": "nadie"}, "device.no_user"),
    ],
)
def test_what_stands_against_a_draft(pays: Paying, changes: dict[str, str], code: str) -> None:
    raised = drafted(**changes).exception
    assert isinstance(raised, CeibaError) and raised.problems[0].code == code
    assert not PaymentRun.objects.exists()


def test_a_run_is_drafted_and_sent_and_sent_again(pays: Paying) -> None:
    told = json.loads(drafted().output)
    run = PaymentRun.objects.get(pk=told["run"])
    assert (run.areas, run.drafted_by, run.payments) == (["GT", "HN"], pays.users["pagos"], told["payments"])
    refused = CliRunner().invoke(commands.app, ["send", str(run.pk)]).exception
    assert isinstance(refused, CeibaError) and refused.problems[0].code == "payment_files.not_released"
    pays.released(run)
    answers = [CliRunner().invoke(commands.app, ["send", "--json", str(run.pk)]).output for _ in range(2)]
    file = PaymentFile.objects.get(run=run)
    assert answers[0] == answers[1] and json.loads(answers[0])["files"][0]["sha256"] == file.sha256


def test_a_run_that_is_not_there(pays: Paying) -> None:
    raised = CliRunner().invoke(commands.app, ["send", "999999"]).exception
    assert isinstance(raised, CeibaError) and raised.problems[0].code == "payments.no_run"
