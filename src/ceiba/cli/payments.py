"""`ceiba payments`: the limits of those who approve and release."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from ceiba.cli.session import console, open_database, said
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
    }
)
app = typer.Typer(no_args_is_help=True)


@app.callback()
def payments() -> None:
    """Payment runs."""


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
    console.print(
        said(f"{username} · {step}: hasta {most} por corrida.", f"{username} · {step}: up to {most} a run."),
        markup=False,
        highlight=False,
    )


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
