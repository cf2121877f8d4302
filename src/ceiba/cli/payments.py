"""`ceiba payments`: drafts runs, sends their files, and sets the limits of those who approve and release."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.money import MINOR_DIGITS, Money
from ceiba.core.payment_run import LIMITED, Step

register_messages(
    {
        "limit.no_user": {
            "es": "No hay un usuario «{username}».",
            "en": 'There is no user "{username}".',
        },
        "limit.amount": {
            "es": "«{amount}» no es un monto de {currency}: escriba un número de hasta {digits} decimales, "
            "como 25000.00.",
            "en": '"{amount}" is no amount of {currency}: write a number of up to {digits} decimals, as 25000.00.',
        },
        "limit.currency": {
            "es": "No se conoce la moneda «{currency}»; se conocen {known}.",
            "en": 'The currency "{currency}" is not known; known are {known}.',
        },
        "limit.step": {
            "es": "«{step}» no tiene límite; lo tienen {limited}.",
            "en": '"{step}" has no limit; these have one: {limited}.',
        },
        "payments.no_run": {
            "es": "No hay una corrida {run}.",
            "en": "There is no run {run}.",
        },
        "payments.day": {
            "es": "«{day}» no es una fecha: escríbala como 2026-11-30.",
            "en": '"{day}" is no date: write it as 2026-11-30.',
        },
    }
)
app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.callback()
def payments() -> None:
    """Payment runs."""


@app.command()
def draft(
    month: Annotated[str, typer.Option(help="The sealed month that is paid, as 2026-10.")],
    account: Annotated[str, typer.Option(help="Code of the bank account that pays.")],
    execute_on: Annotated[
        str, typer.Option(help="The day on which the bank is asked to pay, as 2026-11-30.")
    ],
    by: Annotated[str, typer.Option(help="The payment officer in whose name it is drafted.")],
    areas: Annotated[str, typer.Option(help="Codes of areas with all below them, as GT,HN-LE.")],
    programme: Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")] = "ca",
    as_json: AsJson = False,
) -> None:
    """Draft a run of what is left to pay of a month. Four people then move it on, on the site."""
    day = _day(execute_on)
    open_database()
    from django.utils import timezone

    from ceiba.cli.device import user_named
    from ceiba.core.kernel.month import Month
    from ceiba.payments.services.drafting import Wanted, draft_now

    chosen = tuple(sorted({code.strip() for code in areas.split(",") if code.strip()}))
    now = datetime.now(UTC)
    wanted = Wanted(programme, Month.parse(month), chosen, account, day)
    run = draft_now(wanted=wanted, actor=user_named(by), at=now, today=timezone.localdate(now))
    numbers = {"run": run.pk, "payments": run.payments, "amount_minor": run.amount_minor}
    if as_json:
        answer(numbers)
        return
    amount = Money(run.amount_minor, run.currency)
    _print(
        f"Corrida {run.pk}: {run.payments:,} pagos, {amount}; {run.left_out:,} personas fuera.",
        f"Run {run.pk}: {run.payments:,} payments, {amount}; {run.left_out:,} people left out.",
    )


@app.command()
def send(
    run: Annotated[int, typer.Argument(help="Number of a released run.")], as_json: AsJson = False
) -> None:
    """Write what is not written and send what is not sent of a released run. Again, it goes on where it stopped."""
    open_database()
    from ceiba.payments.models import PaymentRun
    from ceiba.payments.services import run_send

    if not PaymentRun.objects.filter(pk=run).exists():
        raise CeibaError(Problem("payments.no_run", values={"run": run}))
    sent = run_send(run_id=run, at=datetime.now(UTC))
    files = list(sent.files.order_by("part"))
    if as_json:
        keys = ("name", "message", "sha256", "orders", "amount_minor")
        answer({"run": run, "files": [{key: getattr(file, key) for key in keys} for file in files]})
        return
    for file in files:
        console.print(f"{file.name}  {file.orders:,}  {file.sha256}", markup=False, highlight=False)
    _print(f"Corrida {run}: {len(files)} archivos enviados.", f"Run {run}: {len(files)} files sent.")


@app.command()
def limit(
    username: Annotated[str, typer.Argument(metavar="USER", help="The user name.")],
    step: Annotated[str, typer.Argument(help="approve or release.")],
    amount: Annotated[str, typer.Argument(help="The most in one run, as 25000.00; 0 takes the right away.")],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
) -> None:
    """Set the most that a user may approve or release in one run. Who has no limit approves and releases nothing."""
    if step not in LIMITED:
        raise CeibaError(Problem("limit.step", values={"step": step, "limited": ", ".join(LIMITED)}))
    minor = _minor(amount, currency)
    open_database()
    from ceiba.accounts.models import User
    from ceiba.payments.services import limit_set

    user = User.objects.filter(username=username).first()
    if user is None:
        raise CeibaError(Problem("limit.no_user", values={"username": username}))
    limit_set(user=user, step=Step(step), currency=currency, amount_minor=minor)
    most = Money(minor, currency)
    _print(f"{username} · {step}: hasta {most} por corrida.", f"{username} · {step}: up to {most} a run.")


def _print(es: str, en: str) -> None:
    console.print(said(es, en), markup=False, highlight=False)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CeibaError(Problem("payments.day", values={"day": text})) from None


def _minor(amount: str, currency: str) -> int:
    if currency not in MINOR_DIGITS:
        known = ", ".join(MINOR_DIGITS)
        raise CeibaError(Problem("limit.currency", values={"currency": currency, "known": known}))
    digits = MINOR_DIGITS[currency]
    try:
        minor = Decimal(amount.replace(",", "")).scaleb(digits)
        whole = int(minor)
    except (InvalidOperation, ValueError, OverflowError):
        minor, whole = Decimal(1), 0
    if minor != whole or not 0 <= whole < 2**62:
        values = {"amount": amount, "currency": currency, "digits": digits}
        raise CeibaError(Problem("limit.amount", values=values))
    return whole
