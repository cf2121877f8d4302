"""Enters who pays, and decides what others entered."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

import polars as pl
from django.db import IntegrityError, transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.identity import row_ids
from ceiba.core.ledger import ACCOUNTS, TRANSFERS, AccountKind, TransferKind, account_code
from ceiba.core.shares import WHOLE
from ceiba.funding.models import (
    Agreement,
    Commitment,
    Disbursement,
    Division,
    Entry,
    Funder,
    FundingShare,
    Instalment,
)
from ceiba.funding.selectors import agreement_of, live, standing
from ceiba.jobs.queue import Deferred, job_defer
from ceiba.ledger.selectors import account, account_ids
from ceiba.ledger.services import accounts_open, transfers_book

register_messages(
    {
        "funding.own_entry": {
            "es": "lo anotó usted: lo confirma o rechaza otra persona.",
            "en": "you entered it: somebody else confirms or refuses it.",
        },
        "funding.decided": {
            "es": "ya está decidido. Si está mal, anote una corrección que lo reemplace.",
            "en": "it is decided already. If it is wrong, enter a correction that replaces it.",
        },
        "funding.not_standing": {
            "es": "no está vigente: fue rechazado, reemplazado o nadie lo ha confirmado todavía. Corrija el vigente.",
            "en": "does not stand: it was refused or replaced, or nobody has confirmed it yet. Correct the one that "
            "stands.",
        },
        "funding.replaced": {
            "es": "ya hay una corrección por confirmar; confírmela o rechácela primero.",
            "en": "a correction of it waits to be confirmed; confirm or refuse that first.",
        },
        "funding.taken": {
            "es": "«{value}» ya está registrado. Si está mal, corríjalo en vez de anotarlo otra vez.",
            "en": '"{value}" is entered already. If it is wrong, correct it instead of entering it again.',
        },
        "funding.currency": {
            "es": "el programa paga en {programme}; el convenio se lleva en esa moneda. La frase del compromiso "
            "conserva la suya.",
            "en": "the programme pays in {programme}; the agreement is kept in that currency. The sentence of a "
            "commitment keeps its own.",
        },
        "funding.nothing": {
            "es": "el monto debe ser mayor que cero; cero solo en una corrección, cuando no hubo nada.",
            "en": "the amount must be more than zero; zero only in a correction, when there was nothing.",
        },
        "funding.agreement": {
            "es": "el convenio «{name}» no está vigente en este programa; regístrelo o confírmelo antes.",
            "en": 'agreement "{name}" does not stand in this programme; enter or confirm it first.',
        },
        "funding.shares": {
            "es": "las partes suman {sum} milésimas y deben sumar 1000.",
            "en": "the shares add up to {sum} thousandths, which must be 1000.",
        },
        "funding.share_twice": {
            "es": "«{name}» está dos veces; sume sus partes en una.",
            "en": '"{name}" is there twice; add its shares up in one.',
        },
        "funding.share_months": {
            "es": "el convenio «{name}» vale de {begin} a {end}; el reparto debe caber en ese plazo.",
            "en": 'agreement "{name}" holds from {begin} to {end}; the division must lie within that time.',
        },
        "funding.overlap": {
            "es": "otro reparto vigente cubre meses de este, para el mismo lugar, modalidad y componente. "
            "Corríjalo en vez de anotar otro.",
            "en": "another division that stands covers months of this one, for the same place, variant and "
            "component. Correct that one instead of entering another.",
        },
        "funding.backward": {
            "es": "termina antes de empezar; ponga el último día después del primero.",
            "en": "it ends before it begins; put the last day after the first.",
        },
        "funding.explained": {
            "es": "alguien ya explicó en la conciliación el abono que lleva esta referencia: está en los libros. "
            "Rechace este registro, o pregunte a quien concilia.",
            "en": "somebody has explained the credit of this reference in the reconciliation already: it is in the "
            "books. Refuse this entry, or ask whoever reconciles.",
        },
        "funding.spent": {
            "es": "parte de este dinero ya se pagó o está por pagarse: no puede bajarse a {amount} centavos.",
            "en": "part of this money has been paid or is about to be: it cannot come down to {amount} cents.",
        },
    }
)

MATCH_TASK: Final = "reconciliation.match"
EXPLAINED_ALREADY: Final = "deposit_explained_already"
"""What the database says (reconciliation/sql/guard.sql)."""
_BACK: Final = (
    (TransferKind.EXPLAINED, AccountKind.FUND, AccountKind.SUSPENSE),
    (TransferKind.EXPLAINED, AccountKind.SUSPENSE, AccountKind.BANK),
)
E = TypeVar("E", bound=Entry)


@transaction.atomic
def funder_enter(
    *, values: Mapping[str, Any], by: User, now: datetime, replaces: Funder | None = None
) -> Funder:
    """Enter a funder (its columns by name), or a correction of one. Raises CeibaError (funding.*)."""
    return _enter(Funder, values, by, now, replaces, _taken(Funder, values, replaces, "code"))


@transaction.atomic
def agreement_enter(
    *, values: Mapping[str, Any], by: User, now: datetime, replaces: Agreement | None = None
) -> Agreement:
    """Enter an agreement, or a correction of one. Raises CeibaError (funding.*)."""
    programme = values["programme"]
    problems = _taken(Agreement, values, replaces, "code")
    if values["currency"] != programme.currency:
        problems.append(
            Problem("funding.currency", Where(column="currency"), {"programme": programme.currency})
        )
    return _enter(Agreement, values, by, now, replaces, problems)


@transaction.atomic
def commitment_enter(
    *, values: Mapping[str, Any], by: User, now: datetime, replaces: Commitment | None = None
) -> Commitment:
    """Enter a commitment, or a correction of one. Raises CeibaError (funding.*)."""
    return _enter(Commitment, values, by, now, replaces, _amount_problems(values, replaces))


@transaction.atomic
def instalment_enter(
    *, values: Mapping[str, Any], by: User, now: datetime, replaces: Instalment | None = None
) -> Instalment:
    """Enter a disbursement that a funder plans, or a correction of one. Raises CeibaError (funding.*)."""
    problems = _amount_problems(values, replaces)
    agreement = values["agreement"]
    if replaces is None and live(Instalment, agreement__code=agreement.code, due_from=values["due_from"]):
        problems.append(Problem("funding.taken", Where(column="due_from"), {"value": values["due_from"]}))
    if values["due_until"] < values["due_from"]:
        problems.append(Problem("funding.backward", Where(column="due_until")))
    return _enter(Instalment, values, by, now, replaces, problems)


@transaction.atomic
def disbursement_enter(
    *, values: Mapping[str, Any], by: User, now: datetime, replaces: Disbursement | None = None
) -> Disbursement:
    """Enter a disbursement, or a correction of one; nothing is booked before it is accepted.

    Raises CeibaError (funding.*).
    """
    problems = _amount_problems(values, replaces)
    problems += _taken(Disbursement, values, replaces, "reference", "bank_account")
    return _enter(Disbursement, values, by, now, replaces, problems)


@transaction.atomic
def division_enter(
    *,
    values: Mapping[str, Any],
    shares: Sequence[tuple[str, int]],
    by: User,
    now: datetime,
    replaces: Division | None = None,
) -> Division:
    """Enter how lines are divided: `shares` are (code of an agreement, thousandths).

    Raises CeibaError (funding.*) with everything that is wrong.
    """
    agreements = {code: agreement_of(code) for code, _ in shares}
    problems = list(_share_problems(values, shares, agreements))
    division = _enter(Division, values, by, now, replaces, problems)
    FundingShare.objects.bulk_create(
        FundingShare(division=division, agreement=agreement, permille=permille)
        for code, permille in shares
        if (agreement := agreements[code]) is not None
    )
    return division


@transaction.atomic
def entry_decide(*, entry: E, accepted: bool, by: User, now: datetime) -> E:
    """Accept or refuse what somebody else entered. Accepting a disbursement books it, an agreement opens its fund.

    Raises CeibaError (funding.*).
    """
    found = type(entry)._default_manager.select_for_update(of=("self",)).get(pk=entry.pk)
    if found.decided_by_id is not None:
        raise CeibaError(Problem("funding.decided"))
    if found.entered_by_id == by.pk:
        raise CeibaError(Problem("funding.own_entry"))
    if accepted:
        _accept(found, now)
    found.decided_by, found.decided_at, found.accepted = by, now, accepted
    _decided(found)
    _record(found, by, "accepted" if accepted else "refused")
    return found


def deposit_match_ask(*, disbursement: Disbursement) -> Deferred:
    """Have what the bank said of the account matched again: the deposit may be on a statement already."""
    key = f"bank match {disbursement.bank_account}"
    return job_defer(task=MATCH_TASK, key=key, lock=key, arguments={"account": disbursement.bank_account})


def _decided(entry: Entry) -> None:
    """Write the decision down. Raises CeibaError (funding.explained) for money that is in the books already."""
    try:
        with transaction.atomic():
            entry.save(update_fields=["decided_by", "decided_at", "accepted"])
    except IntegrityError as error:
        if EXPLAINED_ALREADY not in str(error):
            raise
        raise CeibaError(Problem("funding.explained", Where(column="reference"))) from error


def _enter(
    kind: type[E],
    values: Mapping[str, Any],
    by: User,
    now: datetime,
    replaces: E | None,
    problems: Sequence[Problem],
) -> E:
    problems = [*problems, *(_replaced_problems(replaces) if replaces is not None else ())]
    if problems:
        raise CeibaError(problems)
    made = kind(**values, entered_by=by, entered_at=now, replaces=replaces)
    made.save(force_insert=True)
    _record(made, by, "entered")
    return made


def _record(entry: Entry, by: User, act: str) -> None:
    name = entry._meta.model_name
    event_record(actor=by, action=f"{name}.{act}", subject=f"{name}:{entry.pk}")


def _replaced_problems(replaces: Entry) -> Iterator[Problem]:
    if not standing(type(replaces)).filter(pk=replaces.pk).exists():
        yield Problem("funding.not_standing")
    elif live(type(replaces), replaces=replaces):
        yield Problem("funding.replaced")


def _taken(
    kind: type[Entry], values: Mapping[str, Any], replaces: Entry | None, column: str, *beside: str
) -> list[Problem]:
    """Whether somebody entered the same already; a correction may say the same as what it corrects."""
    same = {name: values[name] for name in (column, *beside)}
    if replaces is not None or not live(kind, **same):
        return []
    return [Problem("funding.taken", Where(column=column), {"value": values[column]})]


def _amount_problems(values: Mapping[str, Any], replaces: Entry | None) -> list[Problem]:
    least = 1 if replaces is None else 0
    ok = values["amount_minor"] >= least
    return [] if ok else [Problem("funding.nothing", Where(column="amount_minor"))]


def _share_problems(
    values: Mapping[str, Any], shares: Sequence[tuple[str, int]], agreements: Mapping[str, Agreement | None]
) -> Iterator[Problem]:
    total = sum(permille for _, permille in shares)
    codes = [code for code, _ in shares]
    if total != WHOLE:
        yield Problem("funding.shares", Where(column="shares"), {"sum": total})
    for code, agreement in agreements.items():
        if codes.count(code) > 1:
            yield Problem("funding.share_twice", Where(column="shares"), {"name": code})
        if agreement is None or agreement.programme_id != values["programme"].pk:
            yield Problem("funding.agreement", Where(column="shares"), {"name": code})
        elif not _within(values["from_month"], values["until_month"], agreement):
            end = agreement.valid_until.isoformat() if agreement.valid_until else "…"
            told = {"name": code, "begin": agreement.valid_from.isoformat(), "end": end}
            yield Problem("funding.share_months", Where(column="shares"), told)


def _within(begin: date, end: date | None, agreement: Agreement) -> bool:
    """Whether the months lie within the agreement's time; its first and last month count whole."""
    if begin < agreement.valid_from.replace(day=1):
        return False
    return agreement.valid_until is None or (end is not None and end <= agreement.valid_until)


def _accept(entry: Entry, now: datetime) -> None:
    if entry.replaces is not None and not standing(type(entry)).filter(pk=entry.replaces.pk).exists():
        raise CeibaError(Problem("funding.not_standing"))
    act: Callable[[Any, datetime], None] | None = _ACCEPTING.get(type(entry))
    if act is not None:
        act(entry, now)


def _agreement_opened(agreement: Agreement, now: datetime) -> None:
    _open(agreement, AccountKind.FUND, agreement.code, floor=0)


def _division_fits(division: Division, now: datetime) -> None:
    """What the database refuses too, said so that a person knows what to do."""
    others = standing(Division).filter(
        programme=division.programme, area=division.area, variant=division.variant,
        component=division.component,
    )  # fmt: skip
    for other in others.exclude(pk=division.replaces_id or 0):
        if not (
            (division.until_month is not None and division.until_month < other.from_month)
            or (other.until_month is not None and other.until_month < division.from_month)
        ):
            raise CeibaError(Problem("funding.overlap"))


def _disbursement_booked(disbursement: Disbursement, now: datetime) -> None:
    """Book what arrived, then what it replaces back: a fund that would fall below nothing refuses (funding.spent).

    What was booked wrongly goes back the way of every mistake, through what is unexplained: a disbursement itself
    never leaves a fund.
    """
    cause, before = f"disbursement:{disbursement.pk}", disbursement.replaces
    if disbursement.amount_minor:
        _book(disbursement, ((TransferKind.DISBURSEMENT, AccountKind.BANK, AccountKind.FUND),), cause, now)
    if isinstance(before, Disbursement) and before.amount_minor:
        if _available(before.agreement) < before.amount_minor:
            raise CeibaError(Problem("funding.spent", values={"amount": disbursement.amount_minor}))
        _book(before, _BACK, cause, now)


def _available(agreement: Agreement) -> int:
    fund = account(agreement.programme_id, agreement.currency, AccountKind.FUND, agreement.code)
    return fund.available_minor


def _book(
    disbursement: Disbursement,
    ways: Sequence[tuple[TransferKind, AccountKind, AccountKind]],
    cause: str,
    now: datetime,
) -> None:
    """Book an amount from account to account; `ways` are (kind, debit, credit)."""
    agreement = disbursement.agreement
    accounts = {
        AccountKind.BANK: _open(agreement, AccountKind.BANK, disbursement.bank_account, floor=None),
        AccountKind.FUND: _open(agreement, AccountKind.FUND, agreement.code, floor=0),
        AccountKind.SUSPENSE: _open(agreement, AccountKind.SUSPENSE, disbursement.bank_account, floor=None),
    }
    rows = [
        {
            "id": row_ids(
                "funding disbursement", pl.Series([disbursement.pk]), pl.Series([f"{kind} {debit}"])
            ).item(),
            "kind": kind,
            "debit_id": accounts[debit],
            "credit_id": accounts[credit],
            "amount_minor": disbursement.amount_minor,
            "currency": agreement.currency,
            "pending": False,
        }
        for kind, debit, credit in ways
    ]
    transfers_book(transfers=pl.DataFrame(rows, TRANSFERS.dtypes), cause=cause, at=now)


def _open(agreement: Agreement, kind: AccountKind, subject: str, floor: int | None) -> int:
    """The number of an account of the ledger, opened if it is not there."""
    row = {
        "code": account_code(agreement.programme_id, agreement.currency, kind, subject),
        "kind": kind,
        "programme": agreement.programme_id,
        "currency": agreement.currency,
        "subject": subject,
        "floor_minor": floor,
    }
    accounts_open(accounts=pl.DataFrame([row], ACCOUNTS.dtypes))
    return int(account_ids(agreement.programme_id, kind, [subject])["account_id"].item())


_ACCEPTING: Final[Mapping[type[Entry], Callable[[Any, datetime], None]]] = {
    Agreement: _agreement_opened,
    Division: _division_fits,
    Disbursement: _disbursement_booked,
}
