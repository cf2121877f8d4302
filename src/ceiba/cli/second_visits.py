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
    """Publish the seed of MONTH before it begins: of the last sealed month, else of the rulebook."""
    open_database()
    from ceiba.determinations.selectors import last_seal
    from ceiba.review.services.second_visits import seed_publish
    from ceiba.rulebook.selectors import latest_version

    wanted = Month.parse(month)
    seal = last_seal(programme, wanted.first_day)
    digest = str(seal.digests["result"]) if seal else latest_version(programme).digest
    made = seed_publish(
        programme=programme, month=wanted, digest=digest, by=None, now=datetime.now(UTC), late=late
    )
    console.print(made.seed, highlight=False, soft_wrap=True)


@app.command()
def draw(month: MonthText, programme: Programme = "ca", as_json: AsJson = False) -> None:
    """Draw the second visits of MONTH, once, after it has ended, and say who goes."""
    open_database()
    from ceiba.core.second_visits import PERCENT_DEFAULT
    from ceiba.review.services.second_visits import second_visits_draw
    from ceiba.rulebook.selectors import latest_version, rulebook_of

    staffing = rulebook_of(latest_version(programme)).staffing
    drawing = second_visits_draw(
        programme=programme,
        month=Month.parse(month),
        by=None,
        now=datetime.now(UTC),
        percent=staffing.get("second_visit_percent", PERCENT_DEFAULT),
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
