"""`ceiba savings`: gives the interest of a month."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, open_database, said
from ceiba.core.kernel.money import Money

app = typer.Typer(no_args_is_help=True)
Programme = Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.callback()
def savings() -> None:
    """Savings of participants."""


@app.command()
def interest(
    month: Annotated[str, typer.Option(help="The month that is over, as 2026-10.")],
    by: Annotated[str, typer.Option(help="The payment officer in whose name it is given.")],
    programme: Programme = "ca",
    as_json: AsJson = False,
) -> None:
    """Give everybody the interest of a month, by the rulebook's rule; months go in order, each once."""
    open_database()
    from ceiba.cli.device import user_named
    from ceiba.core.kernel.month import Month
    from ceiba.rulebook.selectors import latest_version, rulebook_of
    from ceiba.savings.services import interest_post

    given = interest_post(
        programme=programme,
        currency=rulebook_of(latest_version(programme)).currency,
        month=Month.parse(month),
        actor=user_named(by),
        at=datetime.now(UTC),
    )
    if as_json:
        numbers = {"month": month, "people": given.people, "amount_minor": given.amount_minor}
        answer(numbers | {"rate_basis_points": given.rate_basis_points, "assumed": given.assumed})
        return
    amount, percent = Money(given.amount_minor, given.currency), f"{given.rate_basis_points / 100:g} %"
    console.print(
        said(
            f"Intereses de {month}: {amount} a {given.people:,} personas, a {percent} anual.",
            f"Interest of {month}: {amount} to {given.people:,} people, at {percent} a year.",
        ),
        highlight=False,
    )
