"""Asks for a run to be drafted by the worker, in the name of a payment officer; and drafts it, once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.month import Month
from ceiba.determinations.selectors import sealed_months
from ceiba.jobs.queue import Deferred, job_defer
from ceiba.ledger.models import BankAccount
from ceiba.ledger.selectors import bank_accounts
from ceiba.payments.drafts import DRAFT_TASK, DRAFTED, draft_areas, draft_key, draft_subject, run_drafted_by
from ceiba.payments.models import PaymentRun
from ceiba.payments.services.runs import run_draft
from ceiba.rulebook.models import Programme

register_messages(
    {
        "payment_run.no_areas": {
            "es": "Elija al menos un área: un país, o sus departamentos o estados.",
            "en": "Choose at least one area: a country, or its departments or states.",
        },
        "payment_run.area": {
            "es": "{area} no está entre las áreas del programa que su cuenta abarca; elija otra.",
            "en": "{area} is not among the programme's areas that your account covers; choose another.",
        },
        "payment_run.bank_account": {
            "es": "Elija una cuenta bancaria del programa, en su moneda, que no guarde ahorros.",
            "en": "Choose a bank account of the programme, in its currency, that does not hold savings.",
        },
        "payment_run.day": {
            "es": "El día de pago {day} ya pasó; elija hoy o un día posterior.",
            "en": "The day of payment {day} is over; choose today or a later day.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A run that somebody asks for."""

    programme: str
    month: Month
    areas: tuple[str, ...]
    bank_account: str
    execute_on: date

    @property
    def arguments(self) -> dict[str, Any]:
        """As a job carries it."""
        return {
            "programme": self.programme,
            "month": str(self.month),
            "areas": list(self.areas),
            "bank_account": self.bank_account,
            "execute_on": self.execute_on.isoformat(),
        }


def accounts_paying(programme: str) -> list[BankAccount]:
    """The bank accounts that a run of a programme can pay from: in its currency, and not those of savings."""
    currency = Programme.objects.get(pk=programme).currency
    return [each for each in bank_accounts(programme) if each.currency == currency and not each.holds_savings]


def draft_ask(*, wanted: Wanted, actor: User, today: date) -> Deferred:
    """Have the worker draft a run in the name of `actor`; asked twice, drafted once.

    Raises CeibaError (payment_run.*) with everything that stands against it and can be known at once.
    """
    draft_check(wanted=wanted, actor=actor, today=today)
    with transaction.atomic():
        asked = job_defer(
            task=DRAFT_TASK,
            key=draft_key(wanted.programme, wanted.month, wanted.areas),
            lock=f"payment run {wanted.programme}",
            arguments=wanted.arguments | {"user": actor.pk},
        )
        if asked.is_new:
            event_record(
                actor=actor,
                action="payment_run.asked",
                subject=draft_subject(wanted.programme, wanted.month),
                detail={"job": asked.job},
            )
    return asked


@transaction.atomic
def draft_do(*, job: int, wanted: Wanted, actor: User, at: datetime, today: date) -> int:
    """Draft what a job was asked for, with the rights that `actor` has now; done again, it is the run there is.

    Raises CeibaError as `draft_check` and `run_draft` do.
    """
    made = run_drafted_by(wanted.programme, wanted.month, job)
    if made is not None:
        return made
    run = draft_now(wanted=wanted, actor=actor, at=at, today=today)
    event_record(
        actor=actor,
        action=DRAFTED,
        subject=draft_subject(wanted.programme, wanted.month),
        detail={"job": job, "run": run.pk},
    )
    return run.pk


def draft_now(*, wanted: Wanted, actor: User, at: datetime, today: date) -> PaymentRun:
    """Draft a run at once, in the name of `actor`. Raises CeibaError as `draft_check` and `run_draft` do."""
    draft_check(wanted=wanted, actor=actor, today=today)
    bank = next(each for each in accounts_paying(wanted.programme) if each.code == wanted.bank_account)
    return run_draft(
        programme=wanted.programme,
        month=wanted.month,
        areas=wanted.areas,
        bank_account=bank,
        execute_on=wanted.execute_on,
        at=at,
        actor=actor,
    )


def draft_check(*, wanted: Wanted, actor: User, today: date) -> None:
    """Raise CeibaError (payment_run.*) with everything that stands against a draft before its lines are read."""
    if not may(actor, Action.PREPARE_RUN):
        raise CeibaError(Problem("payment_run.not_allowed"))
    problems = [
        *_month_problems(wanted),
        *_area_problems(wanted.areas, _areas_allowed(wanted.programme, actor)),
        *_bank_problems(wanted),
        *_day_problems(wanted.execute_on, today),
    ]
    if problems:
        raise CeibaError(problems)


def _month_problems(wanted: Wanted) -> list[Problem]:
    if (wanted.programme, wanted.month.first_day) in sealed_months():
        return []
    return [Problem("payment_run.not_sealed", values={"month": wanted.month})]


def _areas_allowed(programme: str, actor: User) -> set[str]:
    offered = draft_areas(programme, scope_of(actor))
    countries = {country.code for country, _ in offered if country is not None}
    return countries | {part.code for _, parts in offered for part in parts}


def _area_problems(areas: Collection[str], allowed: set[str]) -> list[Problem]:
    if not areas:
        return [Problem("payment_run.no_areas")]
    return [Problem("payment_run.area", values={"area": area}) for area in areas if area not in allowed]


def _bank_problems(wanted: Wanted) -> list[Problem]:
    if wanted.bank_account in {each.code for each in accounts_paying(wanted.programme)}:
        return []
    return [Problem("payment_run.bank_account")]


def _day_problems(execute_on: date, today: date) -> list[Problem]:
    return [Problem("payment_run.day", values={"day": execute_on})] if execute_on < today else []
