"""`ceiba second-visits`: publish a month's seed, draw, and make a draw again to see that it was fair."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ceiba.cli.session import answer, console, open_database, said
from ceiba.core.kernel.month import Month

app = typer.Typer(no_args_is_help=True)
Programme = Annotated[str, typer.Option("--programme", "-p", help="Code of the programme: ca, mx, pes.")]
MonthText = Annotated[str, typer.Argument(metavar="MONTH", help="As 2026-03.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.command()
def publish(
    month: MonthText,
    programme: Programme = "ca",
    late: Annotated[
        bool, typer.Option(help="Publish although the month has begun; the page tells when.")
    ] = False,
) -> None:
    """Publish the seed of MONTH before it begins: of the last sealed month, else of the rulebook.

    The intake does so by itself a month ahead; this is for the first month, and for programmes that run without it.
    """
    open_database()
    from ceiba.runs.second_visits import month_seed_publish

    made = month_seed_publish(
        programme=programme, month=Month.parse(month), by=None, now=datetime.now(UTC), late=late
    )
    console.print(made.seed, highlight=False, soft_wrap=True)


@app.command()
def draw(month: MonthText, programme: Programme = "ca", as_json: AsJson = False) -> None:
    """Draw the second visits of MONTH, once, after its cut-off, and say who goes. The intake does so by itself."""
    open_database()
    from ceiba.runs.second_visits import month_second_visits_draw

    drawing = month_second_visits_draw(
        programme=programme, month=Month.parse(month), by=None, now=datetime.now(UTC)
    )
    drawn = drawing.draw.visits.count()
    if as_json:
        answer({"visits": drawing.visits, "percent": drawing.percent, "drawn": drawn})
        return
    console.print(
        said(
            f"{drawn} de {drawing.visits} visitas sorteadas ({drawing.percent} %).",
            f"{drawn} of {drawing.visits} visits drawn ({drawing.percent} %).",
        )
    )


@app.command()
def verify(
    month: MonthText,
    programme: Programme = "ca",
    keys: Annotated[
        Path | None, typer.Option(help="Also write the keys of all visits that were drawn from, one a line.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the draw of MONTH again from the evidence; exit status 1 when it is another."""
    open_database()
    from ceiba.review.selectors.second_visits import drawing_of, verified, visits_of

    wanted = Month.parse(month)
    drawing = drawing_of(programme, wanted)
    found = verified(drawing)
    if keys is not None:
        names = visits_of(programme, wanted, drawing.received_until)["key"]
        keys.write_text("".join(f"{key}\n" for key in names))
    if as_json:
        only = sorted(set(found.drawn) ^ set(found.again))
        answer(
            {
                "identical": found.is_identical,
                "visits": found.visits,
                "seed": drawing.draw.seed,
                "differ": only,
            }
        )
    else:
        text = said("idéntico", "identical") if found.is_identical else said("DISTINTO", "DIFFERENT")
        console.print(f"{wanted}: {len(found.drawn)} / {found.visits} · {text}")
    if not found.is_identical:
        raise typer.Exit(1)
