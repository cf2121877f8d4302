"""`ceiba funding`: load who pays from a file, see what is left."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from ceiba.cli.device import user_named
from ceiba.cli.session import console, open_database, said

app = typer.Typer(no_args_is_help=True)
Code = Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")]


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="A TOML file, as programmes/ca/funding/example.toml.")],
    entered_by: Annotated[str, typer.Option(help="User who answers for what the file says.")],
    confirmed_by: Annotated[str, typer.Option(help="Another user, who compared it with the documents.")],
    programme: Code = "ca",
) -> None:
    """Enter funders, agreements, commitments, disbursements and divisions; what is there already stays."""
    open_database()
    counts = funding_loaded(file, programme, entered_by, confirmed_by)
    if not counts:
        console.print(said("Ya estaba todo.", "All of it was there."))
    for kind, count in counts.items():
        console.print(f"{kind}: {count}", highlight=False)


@app.command()
def show(programme: Code = "ca") -> None:
    """What each agreement promised, what arrived, was paid and is left."""
    open_database()
    from ceiba.accounts.models import Role
    from ceiba.accounts.selectors import Scope
    from ceiba.core.kernel.money import Money
    from ceiba.funding.models import Agreement
    from ceiba.funding.selectors import money_of, standing

    agreements = list(standing(Agreement).filter(programme=programme).order_by("code"))
    found = money_of(agreements, Scope(Role.OFFICE, ("",)))
    table = Table(box=None, pad_edge=False)
    names = (("convenio", "agreement"), ("prometido", "promised"), ("llegó", "arrived"), ("pagado", "paid"))
    for es, en in (*names, ("queda", "left")):
        table.add_column(said(es, en), justify="left" if en == "agreement" else "right")
    for agreement in agreements:
        money = found[agreement.code]
        amounts = (money.committed_minor, money.received_minor, money.paid_minor or 0, money.left_minor or 0)
        table.add_row(agreement.code, *(str(Money(minor, agreement.currency)) for minor in amounts))
    console.print(table)


@app.command()
def count() -> None:
    """Count the figures of every agreement whose money has moved, as the worker does every ten minutes."""
    open_database()
    from ceiba.funding.services import figures_count, figures_due, need_count
    from ceiba.reports.figures import FIGURES
    from ceiba.rulebook.selectors import programmes

    for programme in programmes():
        need_count(programme=programme.code, at=datetime.now(UTC))
    for agreement in figures_due(FIGURES):
        if figures_count(agreement=agreement, figures=FIGURES, at=datetime.now(UTC)):
            console.print(agreement.code, highlight=False)


@app.command()
def check() -> None:
    """Count agreements' figures and runs' tallies anew, and compare them with what is kept.

    Exit status 1 when they differ.
    """
    open_database()
    from ceiba.funding.models import Agreement
    from ceiba.funding.selectors import standing
    from ceiba.funding.selectors.figures import strayed
    from ceiba.payments.selectors.board import tallies_strayed
    from ceiba.reports.figures import FIGURES

    runs = tallies_strayed()
    for run in runs:
        console.print(said(f"corrida {run}", f"run {run}"), style="red", highlight=False)
    wrong = {each.code: strayed(each, FIGURES) for each in standing(Agreement).order_by("code")}
    for code, names in wrong.items():
        if names:
            console.print(f"{code}: {', '.join(names)}", style="red", highlight=False)
    if runs or any(wrong.values()):
        raise typer.Exit(1)
    console.print(said("Todas las cifras son las del libro.", "All figures are those of the books."))


def funding_loaded(file: Path, programme: str, entered_by: str, confirmed_by: str) -> dict[str, int]:
    """Load `file` in the names of two users. Raises CeibaError when there are no such users, or with its problems."""
    from ceiba.funding.loading import funding_load
    from ceiba.rulebook.selectors import latest_version

    return funding_load(
        path=file,
        programme=latest_version(programme).programme,
        entered_by=user_named(entered_by),
        confirmed_by=user_named(confirmed_by),
        now=datetime.now(UTC),
    )
