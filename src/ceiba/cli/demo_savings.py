"""The savings of `ceiba demo`: three months saved, their interest, a withdrawal that was asked for and paid.

The example's rules (`programmes/<code>/example`) are appended to the programme's own; nobody agreed to them. Every
part looks first at what is there, so that a demo that was broken off goes on.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ceiba.cli.demo_money import ALL_STEPS, Staged, answered, limits_set, moved_on, paying_accounts, stepped
from ceiba.core.kernel.month import Month, month_range
from ceiba.core.savings import RATE, Cause

if TYPE_CHECKING:
    from ceiba.accounts.models import User
    from ceiba.ledger.models import BankAccount
    from ceiba.registry.models import Participant

HOLDS: Final = "EJEMPLO-AHORROS"
EXAMPLE: Final = "example"
_DAYS_AGO: Final = (105, 75, 45)
"""When the runs began that saved: a month apart, and long enough ago for their interest to be given."""
_ASKED_DAYS_AGO: Final = 25
_ASKED_MINOR: Final = 2_000


def demo_rulebook(folder: Path) -> dict[str, bytes]:
    """The files of a programme, each with what the demonstration's example adds to it."""
    from ceiba.rulebook.folder import folder_files

    files, example = folder_files(folder), folder / EXAMPLE
    added = folder_files(example) if example.is_dir() else {}
    return files | {name: b"\n".join([files.get(name, b""), text]) for name, text in added.items()}


def demo_savings(programme: str, months: list[Month]) -> None:
    """Have the municipality of the participant who signs in save in three months, the last but two of `months`."""
    from ceiba.ledger.services import bank_account_open
    from ceiba.savings.selectors.rules import rule_parameters

    last, person = months[:-2][-len(_DAYS_AGO) :], _saver(programme)
    accounts = paying_accounts(programme)
    if person is None or not last or not accounts or RATE not in rule_parameters(programme, last[-1]):
        return
    paying, now = accounts[0], datetime.now(UTC)
    limits_set(programme, months, paying.currency)
    values = {
        "code": HOLDS, "holder": "Ahorros de las personas (ejemplo)", "scheme": "local", "number": "0000000004",
        "bank": "EJEMPLO", "rail": paying.rail, "currency": paying.currency, "holds_savings": True,
    }  # fmt: skip
    holds = bank_account_open(programme=programme, values=values, by=_user("oficina"))
    _saved(programme, last, person.area_id, paying, now)
    _interest_given(programme, paying.currency, now)
    _withdrawn(programme, person.pk, holds, now)


def _saver(programme: str) -> "Participant | None":
    from ceiba.registry.models import Participant

    found = Participant.objects.filter(code=_user("sembradora").code, enrolments__programme=programme)
    return found.first()


def _saved(programme: str, months: list[Month], area: str, paying: "BankAccount", now: datetime) -> None:
    """A run of each month pays the people of an area and saves for them; two of the treasury have the cash moved."""
    for month, days_ago in zip(months, _DAYS_AGO[-len(months) :], strict=True):
        run = moved_on(programme, paying, Staged(month, (area,), ALL_STEPS, days_ago), now)
        if run is None:
            continue
        told = now - timedelta(days=days_ago - 2)
        answered(run, told, all_goes_well=True)
        _cash_moved(programme, f"run:{run.pk}", told)


def _interest_given(programme: str, currency: str, now: datetime) -> None:
    """The interest of each month that is over since the first deposit, on the third day of the next."""
    from ceiba.core.kernel.errors import CeibaError
    from ceiba.savings.selectors.rules import accruals
    from ceiba.savings.services import interest_post

    given = accruals(programme)
    first = Month.of(given[0].month) + 1 if given else Month.of((now - timedelta(days=_DAYS_AGO[0])).date())
    for month in month_range(first, Month.of(now.date()) + -1):
        day = (month + 1).first_day
        at = min(now, datetime(day.year, day.month, 3, 15, tzinfo=UTC))
        try:
            interest_post(programme=programme, currency=currency, month=month, actor=_user("pagos"), at=at)
        except CeibaError as error:
            if [problem.code for problem in error.problems] != ["interest.no_savings"]:
                raise
            continue
        _cash_moved(programme, f"interest:{month}", at)


def _cash_moved(programme: str, cause: str, at: datetime) -> None:
    """What was saved comes to where savings are held: ordered, confirmed and booked by three people."""
    from ceiba.savings.selectors.proof import sources_of
    from ceiba.savings.services import move_book, move_confirm, move_order

    if not any(each.cause == cause and each.move is None for each in sources_of(programme)):
        return
    move = move_order(programme=programme, cause=cause, actor=_user("tesorera"), at=at)
    move_confirm(move_id=move.pk, actor=_user("tesorero"), at=at + timedelta(hours=1))
    reference = f"EJ-AHORRO-{move.pk:04d}"
    move_book(move_id=move.pk, reference=reference, actor=_user("pagos"), at=at + timedelta(hours=2))


def _withdrawn(programme: str, person: int, holds: "BankAccount", now: datetime) -> None:
    """Somebody asks for a part of theirs and is paid it: the participant who signs in, if they have as much."""
    from ceiba.ledger.models import Account
    from ceiba.savings.models import Withdrawal
    from ceiba.savings.services import withdrawal_ask, withdrawals_decide, withdrawals_pay

    savings = Account.objects.filter(programme=programme, kind="savings").order_by("code")
    savers = [each for each in savings if each.available_minor > _ASKED_MINOR]
    if not savers or Withdrawal.objects.filter(programme=programme).exists():
        return
    saver = max(savers, key=lambda each: (each.participant_id == person, each.available_minor))
    at = now - timedelta(days=_ASKED_DAYS_AGO)
    asked = withdrawal_ask(
        account_id=saver.pk, amount_minor=_ASKED_MINOR, cause=Cause.REQUEST,
        note="Datos de muestra: para la escuela.", actor=_user("pagos"), at=at,
    )  # fmt: skip
    decided = at + timedelta(days=1)
    withdrawals_decide(withdrawals=[asked.pk], approve=True, why="", actor=_user("tesorera"), at=decided)
    month, paid = Month.of(at.date()), decided + timedelta(hours=1)
    run = withdrawals_pay(
        programme=programme, month=month, bank_account=holds,
        execute_on=(paid + timedelta(days=1)).date(), actor=_user("pagos"), at=paid,
    )  # fmt: skip
    stepped(run, Staged(month, tuple(run.areas), ALL_STEPS, 0), paid)
    answered(run, paid + timedelta(days=2), all_goes_well=True)


def _user(username: str) -> "User":
    from ceiba.accounts.models import User

    return User.objects.get(username=username)
