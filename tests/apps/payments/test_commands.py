"""`ceiba payments limit`, as whoever runs the server types it."""

from typing import Any

import pytest
from typer.testing import CliRunner

from ceiba.accounts.models import Role
from ceiba.audit.models import Event
from ceiba.cli import payments as commands
from ceiba.core.kernel.errors import CeibaError
from ceiba.payments.models import StepLimit
from tests.factories import user_make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "open_database", lambda: None)
    user_make("tesorera", Role.TREASURY)


def ran(*words: str) -> Any:
    return CliRunner().invoke(commands.app, ["limit", *words])


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nadie", "approve", "10"), "limit.no_user"),
        (("tesorera", "prepare", "10"), "limit.step"),
        (("tesorera", "cancel", "10"), "limit.step"),
        (("tesorera", "approve", "mucho"), "limit.amount"),
        (("tesorera", "approve", "nan"), "limit.amount"),
        (("tesorera", "approve", "Infinity"), "limit.amount"),
        (("tesorera", "approve", "10.001"), "limit.amount"),
        (("tesorera", "approve", "1e30"), "limit.amount"),
        (("tesorera", "approve", "10", "--currency", "XTS"), "limit.currency"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], code: str) -> None:
    raised = ran(*words).exception
    assert isinstance(raised, CeibaError)
    assert raised.problems[0].code == code and raised.text("es")
    assert not StepLimit.objects.exists()


def test_a_limit_is_set_changed_and_taken_away() -> None:
    for amount, minor in (("25000.00", 2_500_000), ("1,000,000.5", 100_000_050), ("0", 0)):
        told = ran("tesorera", "release", amount, "--currency", "MXN")
        assert told.exit_code == 0 and "tesorera" in told.output
        limit = StepLimit.objects.get()
        assert (limit.step, limit.currency, limit.amount_minor) == ("release", "MXN", minor)
    assert Event.objects.filter(action="payment_run.limit").count() == 3
