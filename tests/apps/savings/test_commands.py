"""`ceiba savings interest`, in the name of a payment officer and of nobody else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from ceiba.accounts.models import Role
from ceiba.cli import savings as commands
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.savings import InterestRule, Method
from ceiba.savings.models import Accrual
from tests.apps.savings.helpers import Saving
from tests.factories import user_make


@pytest.fixture(autouse=True)
def ready(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2026, 12, 3, 15, tzinfo=UTC)

    rule = InterestRule(400, Method.DAILY, 365, assumed=True)
    monkeypatch.setattr(commands, "open_database", lambda: None)
    monkeypatch.setattr(commands, "datetime", Later)
    monkeypatch.setattr("ceiba.savings.services.interest.interest_rule", lambda *_: rule)


def ran(*words: str) -> Any:
    return CliRunner().invoke(commands.app, ["interest", *words])


@pytest.mark.parametrize(
    ("by", "month", "code"),
    [
        ("nadie", "2026-11", "device.no_user"),
        ("oficina", "2026-11", "interest.not_allowed"),
        ("pagos", "2026-12", "interest.not_over"),
        ("pagos", "2026-10", "interest.no_savings"),
    ],
)
def test_what_is_refused_gives_nothing(saves: Saving, by: str, month: str, code: str) -> None:
    user_make("oficina", Role.OFFICE, areas=("GT", "HN", "SV"))
    error = ran("--month", month, "--by", by).exception
    assert isinstance(error, CeibaError)
    assert [problem.code for problem in error.problems] == [code]
    assert not Accrual.objects.exists()


def test_interest_is_given_once(saves: Saving) -> None:
    told = json.loads(ran("--month", "2026-11", "--by", "pagos", "--json").stdout)
    savers = len(saves.people)
    assert told == {
        "month": "2026-11", "people": savers, "amount_minor": 63 * savers, "rate_basis_points": 400, "assumed": True,
    }  # fmt: skip
    again = ran("--month", "2026-11", "--by", "pagos").exception
    assert isinstance(again, CeibaError) and again.problems[0].code == "interest.turn"
    assert Accrual.objects.count() == 1
