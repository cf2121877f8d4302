"""`ceiba bank-sim`: a bank that does not exist, for tests, training and demos."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ceiba.cli.session import answer, console, said

if TYPE_CHECKING:
    from ceiba.rails.simulator.booked import Deposit

_SHARE = "Share of the orders, from 0 to 1"
_WORDS = {
    "paid": ("pagadas", "paid"),
    "rejected": ("rechazadas", "rejected"),
    "returned": ("devueltas después", "returned later"),
    "wrong_amount": ("pagadas con otro monto", "paid with another amount"),
    "duplicate": ("cargadas dos veces", "booked twice"),
    "silent": ("sin respuesta", "without an answer"),
    "unstated": ("avisadas y no en el estado de cuenta", "told of, not in the statement"),
}


def bank_sim(  # noqa: PLR0913, PLR0917 - an option for everything that a bank may do
    orders: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of order files.")],
    answers: Annotated[Path, typer.Argument(help="Folder for the answers; also what the bank remembers.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same answers.")] = 1,
    rejected: Annotated[float, typer.Option(help=f"{_SHARE}: rejected, with a reason.")] = 0.02,
    returned: Annotated[float, typer.Option(help=f"{_SHARE}: paid, and returned days later.")] = 0.01,
    wrong_amount: Annotated[float, typer.Option(help=f"{_SHARE}: paid with another amount.")] = 0.002,
    duplicate: Annotated[float, typer.Option(help=f"{_SHARE}: booked twice.")] = 0.002,
    silent: Annotated[float, typer.Option(help=f"{_SHARE}: accepted, never heard of again.")] = 0.005,
    unstated: Annotated[float, typer.Option(help=f"{_SHARE}: told of, missing from the statement.")] = 0.005,
    fees: Annotated[int, typer.Option(min=0, max=100, help="Fees charged with each file.")] = 1,
    unknown_credits: Annotated[int, typer.Option(min=0, max=100, help="Deposits nobody explains.")] = 1,
    deposit: Annotated[
        list[str] | None,
        typer.Option(help="REFERENCE:MINOR, a deposit of that many minor units. May be repeated."),
    ] = None,
    own_account: Annotated[
        list[str] | None,
        typer.Option(help="Number of another account of ours: what is paid to it is on its own statement."),
    ] = None,
    style: Annotated[str, typer.Option(help="Version of camt.053 and camt.054: 02 or 08.")] = "08",
    template: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Orders and answers are CSV, by this template."),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day on which files that name none are paid; today."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Take the order files of a folder as a bank would, and write its answers: late, out of order, not all right.

    Reads pain.001 and writes pain.002, camt.054 and camt.053. A message id sent twice is refused, also days later.
    """
    from ceiba.rails.csv_template.template import template_read
    from ceiba.rails.simulator.bank import work
    from ceiba.rails.simulator.booked import Behaviour
    from ceiba.rails.simulator.outcomes import Shares
    from ceiba.rails.simulator.xml import STYLES

    if style not in STYLES:
        raise typer.BadParameter(", ".join(STYLES))
    shares = Shares(rejected, returned, wrong_amount, duplicate, silent, unstated)
    behaviour = Behaviour(
        seed=seed,
        shares=shares,
        fees=fees,
        unknown_credits=unknown_credits,
        day=(day or datetime.now(UTC)).date(),
        deposits=tuple(map(_deposit, deposit or ())),
        own_accounts=tuple(own_account or ()),
    )
    known = template_read(template) if template else None
    worked = work(orders, answers, behaviour, style=style, template=known)
    if as_json:
        answer(asdict(worked))
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row(said("archivos de órdenes", "order files"), f"{worked.files:,}")
    table.add_row(said("rechazados enteros", "refused as a whole"), f"{worked.refused:,}")
    for outcome, words in _WORDS.items():
        table.add_row(said(*words), f"{worked.outcomes.get(outcome, 0):,}")
    table.add_row(said("archivos de respuesta", "answer files"), f"{len(worked.answers):,}")
    console.print(table)


def _deposit(text: str) -> "Deposit":
    from ceiba.rails.simulator.booked import Deposit

    reference, _, minor = text.rpartition(":")
    if not reference or not minor.isdecimal():
        raise typer.BadParameter("REFERENCE:MINOR")
    return Deposit(reference, int(minor))
