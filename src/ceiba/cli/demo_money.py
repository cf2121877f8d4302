"""The money of `ceiba demo`: runs of the last two sealed months, a bank that answers, what waits for people.

Every part looks first at what is there, so that a demo that was broken off goes on, and one that is whole stays.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ceiba.cli.session import console, said
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.core.payment_run import LIMITED, HoldCause, RunState, Step

if TYPE_CHECKING:
    from ceiba.accounts.models import User
    from ceiba.ledger.models import BankAccount
    from ceiba.payments.models import PaymentRun
    from ceiba.rails.simulator.booked import Deposit

ACCOUNTS_SINCE: Final = timedelta(days=120)
"""For how long people have had their accounts: no run of the demonstration is older."""
_STEPS: Final = (
    (Step.PREPARE, "pagos"), (Step.REVIEW, "revisora"), (Step.APPROVE, "tesorera"), (Step.RELEASE, "tesorero"),
)  # fmt: skip
ALL_STEPS: Final = len(_STEPS)
_DIALLED: Final = {"GT": "+502", "HN": "+504", "SV": "+503", "MX": "+5255"}


@dataclass(frozen=True, slots=True)
class Staged:
    """A run of the demonstration: how many of the four steps it takes, and how many days ago it began."""

    month: Month
    areas: tuple[str, ...]
    steps: int
    days_ago: int

    @property
    def is_explained(self) -> bool:
        """A run that nobody moved on yet is left with its alerts, so that there is something to explain."""
        return self.steps > 0


def demo_money(programme: str, months: list[Month], countries: tuple[str, ...]) -> None:
    """Bring the money of a programme to where the demonstration shows it; a programme without an account has none."""
    now = datetime.now(UTC)
    _people_waiting(programme, now)
    accounts = paying_accounts(programme)
    if not accounts:
        return
    limits_set(programme, months, accounts[0].currency)
    try:
        for staged in _staged(months[-2:], countries):
            for account in accounts if staged.steps == ALL_STEPS else accounts[:1]:
                run = moved_on(programme, account, staged, now)
                if run is not None and staged.steps == ALL_STEPS:
                    answered(run, now)
    except CeibaError as error:  # a country so large that the example's funders have not the money for it
        console.print(error.text("es" if said("es", "en") == "es" else "en"), markup=False)


def _staged(months: list[Month], countries: tuple[str, ...]) -> Iterator[Staged]:
    """All of the month before is paid; of the newest one country is, one waits for approval, the rest is a draft."""
    *before, newest = months
    for month in before:
        yield Staged(month, tuple(sorted(countries)), ALL_STEPS, days_ago=12)
    paid, *others = sorted(countries, reverse=True)
    yield Staged(newest, (paid,), ALL_STEPS, days_ago=4)
    for country, steps in zip(others, (0, 2), strict=False):
        yield Staged(newest, (country,), steps, days_ago=1)


def paying_accounts(programme: str) -> "list[BankAccount]":
    """The accounts that a programme pays from, that of a bank first."""
    from ceiba.payments.services.drafting import accounts_paying

    return sorted(accounts_paying(programme), key=lambda account: account.rail != "iso20022")


def limits_set(programme: str, months: list[Month], currency: str) -> None:
    """Limits above what the demonstration's runs come to, however many people it has."""
    from ceiba.payments.models import PaymentLine, StepLimit
    from ceiba.payments.services import limit_set

    amounts = PaymentLine.objects.filter(programme=programme, month=months[-1].first_day)
    listed = sum(amounts.values_list("amount_minor", flat=True))
    most = -(-2 * listed // 1_000_000) * 1_000_000
    for username in ("tesorera", "tesorero"):
        user = _user(username)
        for step in LIMITED:
            if not StepLimit.objects.filter(user=user, step=step, currency=currency).exists():
                limit_set(user=user, step=step, currency=currency, amount_minor=most)


def moved_on(programme: str, account: "BankAccount", staged: Staged, now: datetime) -> "PaymentRun | None":
    """The run, drafted unless it is there, moved on as far as it shall be, and sent when it is released.

    None where nobody is paid by the rail of the account.
    """
    at = now - timedelta(days=staged.days_ago)
    run = _drafted(programme, account, staged, at)
    return None if run is None else stepped(run, staged, at)


def stepped(run: "PaymentRun", staged: Staged, at: datetime) -> "PaymentRun":
    """A run drafted at a moment, taken the steps it is to take, and sent after the last of them."""
    from ceiba.payments.services import alert_explain, run_send, run_step

    if staged.is_explained and run.state == RunState.DRAFT:
        why = "Datos de muestra: comparado con el padrón y las altas del mes."
        for alert in run.alerts.filter(explanation=""):
            alert_explain(alert_id=alert.pk, explanation=why, actor=_user("pagos"), at=at)
    taken = run.steps.count()
    for place, (step, username) in enumerate(_STEPS[: staged.steps]):
        if place >= taken:
            hours = timedelta(hours=place + 1)
            run = run_step(run_id=run.pk, step=step, actor=_user(username), at=at + hours)
    if run.state in (RunState.RELEASED, RunState.SENT):
        run = run_send(run_id=run.pk, at=at + timedelta(hours=ALL_STEPS + 1))
    return run


def _drafted(programme: str, account: "BankAccount", staged: Staged, at: datetime) -> "PaymentRun | None":
    from ceiba.payments.models import PaymentRun
    from ceiba.payments.services import run_draft

    found = PaymentRun.objects.filter(
        programme=programme, month=staged.month.first_day, areas=list(staged.areas), bank_account=account
    )
    if (run := found.order_by("pk").first()) is not None:
        return run
    try:
        return run_draft(
            programme=programme, month=staged.month, areas=staged.areas, bank_account=account,
            execute_on=(at + timedelta(days=1)).date(), at=at, actor=_user("pagos"),
        )  # fmt: skip
    except CeibaError as error:
        if [problem.code for problem in error.problems] != ["payment_run.nothing"]:
            raise
        return None


def answered(run: "PaymentRun", now: datetime, all_goes_well: bool = False) -> None:
    """What the simulated bank makes of a run's files, taken in and matched, and one of its fees explained."""
    from ceiba.reconciliation.services.files import bank_file_take
    from ceiba.reconciliation.services.matching import entries_match

    answers = _answers(run, all_goes_well)
    officer, account = _user("pagos"), run.bank_account
    taken = [
        bank_file_take(path=path, name=path.name, bank_account=account, actor=officer, at=now)
        for path in answers
    ]
    if not all(file.again for file in taken):
        entries_match(bank_account=account, today=now.date(), at=now, actor=officer)
        _explained(account, now)


def _answers(run: "PaymentRun", all_goes_well: bool) -> list[Path]:
    """The bank's answers to the run's files, written once."""
    from django.conf import settings

    from ceiba.rails.simulator.bank import TAKEN

    bank = Path(settings.DATA_DIR) / "bank"
    orders, answers = (bank / "simulated" / str(run.pk) / name for name in ("orders", "answers"))
    if not (answers / TAKEN).exists():
        orders.mkdir(parents=True, exist_ok=True)
        for file in run.files.all():
            target = orders / file.name
            if not target.exists():
                os.link(bank / "outbox" / run.bank_account.code / file.name, target)
        _simulated(run, orders, answers, all_goes_well)
        (answers / TAKEN).touch()
    return sorted(path for path in answers.iterdir() if path.name != TAKEN)


def _simulated(run: "PaymentRun", orders: Path, answers: Path, all_goes_well: bool) -> None:
    """Have a bank, a provider of mobile money or whoever hands cash over answer, each in its own way."""
    from ceiba.rails.mobile_money.rail import MobileMoney
    from ceiba.rails.registry import rail
    from ceiba.rails.simulator.bank import work
    from ceiba.rails.simulator.booked import Behaviour
    from ceiba.rails.simulator.hands import handed_over
    from ceiba.rails.simulator.outcomes import NOTHING_WRONG, Shares
    from ceiba.reconciliation.selectors.matching import ledger_balance

    by, seed, day = rail(run.bank_account.rail, run.bank_account.asks), run.pk, run.execute_on
    if run.bank_account.rail == "cash":
        handed_over(orders, answers, day=day, seed=seed, shares=Shares(rejected=0.1, silent=0.05))
        return
    shares = Shares(rejected=0.02, returned=0.01, wrong_amount=0.004, duplicate=0.004, silent=0.006)
    opening = ledger_balance(run.bank_account) or 0
    if all_goes_well:
        behaviour = Behaviour(seed, NOTHING_WRONG, fees=0, unknown_credits=0, day=day, opening_minor=opening)
        work(orders, answers, behaviour)
        return
    template = by.template if isinstance(by, MobileMoney) else None
    behaviour = Behaviour(
        seed=seed, shares=shares, returned_after_days=2, day=day, opening_minor=opening,
        deposits=() if template else _deposits(run),
    )  # fmt: skip
    work(orders, answers, behaviour, template=template)


def _deposits(run: "PaymentRun") -> "tuple[Deposit, ...]":
    """What arrives with a run's answers: a deposit that the office has recorded, and one that nobody has yet."""
    from ceiba.funding.models import Agreement, Disbursement
    from ceiba.funding.selectors import standing
    from ceiba.funding.services import disbursement_enter, entry_decide
    from ceiba.rails.simulator.booked import Deposit

    recorded, new = Deposit(f"EJ-{run.pk:04d}-A", 5_000_000), Deposit(f"EJ-{run.pk:04d}-B", 1_250_000)
    agreement = (
        standing(Agreement).filter(programme=run.programme_id, currency=run.currency).order_by("code").first()
    )
    if agreement is not None and not Disbursement.objects.filter(reference=recorded.reference).exists():
        values = {
            "agreement": agreement, "amount_minor": recorded.amount_minor, "value_date": run.execute_on,
            "bank_account": run.bank_account.code, "reference": recorded.reference,
        }  # fmt: skip
        at = run.steps.latest("at").at
        made = disbursement_enter(values=values, by=_user("oficina"), now=at)
        entry_decide(entry=made, accepted=True, by=_user("coordinadora"), now=at)
    return recorded, new


def _explained(account: "BankAccount", now: datetime) -> None:
    """One fee is somebody's and explained; what else is open waits on the page."""
    from ceiba.core.ledger import AccountKind
    from ceiba.core.matching import Direction, Kind
    from ceiba.reconciliation.models import ItemState, OpenItem
    from ceiba.reconciliation.services.items import explaining_accounts, open_item_explain, open_item_own

    fees = OpenItem.objects.filter(
        bank_account=account, kind=Kind.OTHER, direction=Direction.OUT, state=ItemState.OPEN
    )
    item = fees.order_by("pk").first()
    charges = explaining_accounts(item).filter(kind=AccountKind.CHARGES).first() if item else None
    if item is not None and charges is not None:
        officer = _user("revisora")
        open_item_own(item_id=item.pk, actor=officer, at=now)
        why = "Comisión por dispersión, según el contrato de muestra con el banco."
        open_item_explain(item_id=item.pk, account_id=charges.pk, why=why, actor=officer, at=now)


def _people_waiting(programme: str, now: datetime) -> None:
    """One person's pay is held, and another's account is to change: proposed, and not confirmed yet."""
    from ceiba.payees.models import PayeeAccount
    from ceiba.payees.services import account_propose
    from ceiba.payments.models import Hold
    from ceiba.payments.services import hold_place

    used = PayeeAccount.objects.filter(state="confirmed", participant__enrolments__programme=programme)
    accounts = list(used.order_by("participant__code").select_related("participant")[1:3])
    if len(accounts) < 2:  # the first is the participant who signs in
        return
    held, changing = (account.participant for account in accounts)
    if not Hold.objects.filter(programme=programme).exists():
        note = "Datos de muestra: dice que la cuenta no es suya; se revisa con el banco."
        hold_place(
            programme=programme, participant_id=held.pk, cause=HoldCause.ACCOUNT_OBJECTED, note=note,
            actor=_user("oficina"), at=now - timedelta(days=15),
        )  # fmt: skip
    if not PayeeAccount.objects.filter(participant=changing, proposed_by__username="oficina").exists():
        number = f"{_DIALLED[changing.code[:2]]}55550199"
        phone = {"scheme": "phone", "number": number, "cause": "asked", "document": "Carta de muestra"}
        cells = phone | {"participant": changing.code}
        account_propose(cells=cells, actor=_user("oficina"), now=now - timedelta(days=1))


def _user(username: str) -> "User":
    from ceiba.accounts.models import User

    return User.objects.get(username=username)
