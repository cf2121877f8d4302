"""`ceiba pathway`: draw a published list again, without a database; do what is due of referral batches."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.referral_list import ReferralList, list_problems, read_list

app = typer.Typer(no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.callback()
def pathway() -> None:
    """Referral batches: whether a published list is fair, and what is due of them."""


@app.command("draw-verify")
def draw_verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The public list of a batch, as downloaded.")],
    closed: Annotated[
        Path | None,
        typer.Option(
            help="The same list as it was downloaded before it was drawn, to see that nothing was changed."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw FILE again: seed, who is on it, order, nobody passed over, places. Exit status 1 when it is not fair."""
    listed = read_list(file.read_bytes())
    problems = [problem.text(language()) for problem in list_problems(listed)]
    if closed is not None and not _same(listed, read_list(closed.read_bytes())):
        problems.append(
            said(
                "no es la lista publicada antes del sorteo: cambió el lote, sus lugares, la semilla o quién está.",
                "this is not the list published before: the batch, its places, the seed or who is on it changed.",
            )
        )
    if as_json:
        answer(
            {
                "fair": not problems,
                "problems": problems,
                "entries": len(listed.entries),
                "places": listed.places,
            }
        )
    else:
        for problem in problems:
            console.print(problem, highlight=False)
        if not problems:
            console.print(
                said(
                    f"Igual: {len(listed.entries)} personas, {listed.places} lugares, el mismo orden.",
                    f"Identical: {len(listed.entries)} people, {listed.places} places, the same order.",
                )
            )
    if problems:
        raise typer.Exit(1)


@app.command()
def keep(as_json: AsJson = False) -> None:
    """Close the lists, draw the orders and end the offers that are due; the worker does so by itself."""
    open_database()
    from ceiba.pathway.services import batches_keep

    steps = batches_keep(now=datetime.now(UTC))
    if as_json:
        answer({"steps": steps})
    else:
        console.print(said(f"Pasos: {steps}.", f"Steps: {steps}."), highlight=False)


def _same(drawn: ReferralList, before: ReferralList) -> bool:
    """Whether what was promised and who was on the list is as it was published before the draw."""
    return (drawn.batch, drawn.places, drawn.commitment, drawn.digest) == (
        before.batch, before.places, before.commitment, before.digest,
    )  # fmt: skip
