"""`ceiba month`: decide a month, explain a decision, verify a sealed month, rehearse other rules."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.status import Status
from rich.table import Table

from ceiba.cli.session import answer, console, language, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.kernel.money import Money
from ceiba.core.kernel.month import Month, month_range
from ceiba.core.rules.rulebook import Rulebook

register_messages(
    {
        "month.not_sealed": {
            "es": "{month} de «{programme}» no está sellado.",
            "en": '{month} of "{programme}" is not sealed.',
        },
        "month.no_determination": {
            "es": "no hay determinación de «{participant}» en {month}.",
            "en": 'there is no determination of "{participant}" in {month}.',
        },
    }
)

app = typer.Typer(no_args_is_help=True)
Programme = Annotated[str, typer.Option("--programme", "-p", help="Code of the programme: ca, mx, pes.")]
MonthText = Annotated[str, typer.Argument(metavar="MONTH", help="As 2026-03.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.command()
def run(
    month: MonthText,
    programme: Programme = "ca",
    until: Annotated[str | None, typer.Option(help="Run every month up to this one.")] = None,
    as_json: AsJson = False,
) -> None:
    """Decide MONTH: facts, determinations, payment list, seal. Goes on where an interruption left it."""
    open_database()
    from ceiba.runs.selectors import run_summary
    from ceiba.runs.services import month_run

    first = Month.parse(month)
    summaries = []
    for each in month_range(first, Month.parse(until) if until else first):
        with console.status(f"{programme} {each}") as status:
            done = month_run(
                programme=programme,
                month=each,
                now=datetime.now(UTC),
                progress=partial(_show, status, f"{programme} {each}"),
            )
        summaries.append(run_summary(done))
    if as_json:
        answer({"months": [summary.as_dict() for summary in summaries]})
    else:
        console.print(summary_table(summaries))


def summary_table(summaries: list[Any]) -> Table:
    """The months run, a line each: people by outcome, what is paid, what late evidence changed."""
    currency = summaries[0].currency if summaries else ""
    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(said("mes", "month"), no_wrap=True)
    for name in (
        said("personas", "people"),
        said("pagadas", "paid"),
        said("retenidas", "held"),
        said("rechazadas", "refused"),
        said("diferencias", "changes"),
        currency,
    ):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column(said("motivo principal", "main reason"), overflow="ellipsis")  # the one that may be cut
    for s in summaries:
        counts = (s.people, s.paid, s.held, s.refused, s.differences)
        amount = str(Money(s.total_minor, currency)).removeprefix(f"{currency} ")
        table.add_row(str(s.month), *(f"{count:,}" for count in counts), amount, s.main_reason or "—")
    return table


def _show(status: Status, what: str, stage: str) -> None:
    from ceiba.runs.models import AT_WORK

    status.update(f"{what}: {AT_WORK[stage][language()]}")


@app.command()
def explain(
    month: MonthText,
    participant: Annotated[str, typer.Argument(help="Participant code.")],
    programme: Programme = "ca",
    as_json: AsJson = False,
) -> None:
    """Say how a person's month was decided: every rule, what it asks, what was known, and its legal basis."""
    open_database()
    from ceiba.determinations.selectors import explanation

    found = explanation(programme, participant, Month.parse(month).first_day)
    if found is None:
        values = {"participant": participant, "month": month}
        raise CeibaError(Problem("month.no_determination", values=values))
    if as_json:
        answer(found.as_dict(language()))
        return
    console.print(found.headline(language()), style="bold", highlight=False)
    marks = {"pass": "[green]✓[/]", "fail": "[red]✗[/]", "unknown": "[yellow]?[/]"}
    table = Table(box=None, pad_edge=False, show_header=False)
    for line in found.rules:
        words = line.text[language()]
        known = ", ".join(
            f"{name} = {'—' if value is None else value}" for name, value in line.values.items()
        )
        table.add_row(marks[line.verdict], line.id, f"{words}\n[dim]{known} · {line.basis}[/]")
    console.print(table)


@app.command()
def verify(
    folder: Annotated[
        Path, typer.Argument(help="Folder of a sealed month, for example var/sealed/ca/2026-03.")
    ],
    as_json: AsJson = False,
) -> None:
    """Decide a sealed month again from its files alone, and say whether everything is identical.

    Needs no database. Exit status 1 when something differs.
    """
    from ceiba.determinations.verification import verify_month

    with console.status(str(folder)) as status:
        found = verify_month(folder, lambda part: status.update(f"{folder}: {part}"))
    difference = found.difference
    if as_json:
        answer(
            {
                "identical": found.identical,
                "altered": list(found.altered),
                "difference": None
                if difference is None
                else {
                    "part": difference.part,
                    "key": dict(difference.key),
                    "column": difference.column,
                    "sealed": difference.sealed,
                    "recomputed": difference.recomputed,
                },
            }
        )
    elif found.identical:
        rows = found.seal["rows"]["result"]
        console.print(
            said(
                f"Idéntico: {rows:,} determinaciones de {found.seal['month']} salen otra vez de lo sellado.",
                f"Identical: {rows:,} determinations of {found.seal['month']} come out again from what was sealed.",
            )
        )
    else:
        for name in found.altered:
            console.print(said(f"Alterado: {name}", f"Altered: {name}"), style="red")
        if difference is not None:
            place = ", ".join(f"{name} {value}" for name, value in difference.key.items())
            console.print(
                said(
                    f"Primera diferencia en {difference.part}, {place}, {difference.column}: "
                    f"sellado {difference.sealed!r}, recalculado {difference.recomputed!r}",
                    f"First difference in {difference.part}, {place}, {difference.column}: "
                    f"sealed {difference.sealed!r}, recomputed {difference.recomputed!r}",
                ),
                style="red",
                markup=False,
            )
    raise typer.Exit(0 if found.identical else 1)


@app.command()
def rehearse(
    rulebook: Annotated[Path, typer.Option(help="Folder of the rulebook to rehearse.")],
    first: Annotated[
        str | None, typer.Option("--from", help="First month; default: the last sealed one.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    programme: Programme = "ca",
    as_json: AsJson = False,
) -> None:
    """Try another rulebook over real, sealed months: who gains, who loses, what it costs, by area and group."""
    from ceiba.cli.programme import read_folder

    book = read_folder(rulebook)
    open_database()
    from ceiba.determinations.rehearsals import rehearse as rehearse_months

    folders = _sealed_folders(programme, first, last)
    with console.status(said("Ensayando", "Rehearsing")) as status:
        result = rehearse_months(
            folders, book, lambda m: status.update(f"{said('Ensayando', 'Rehearsing')} {m}")
        )
    if as_json:
        frames = {
            "total": result.total,
            "by_month": result.by_month,
            "by_area": result.by_area,
            "by_group": result.by_group,
        }
        answer(
            {name: frame.to_dicts() for name, frame in frames.items()}
            | {"people_gain": result.people_gain, "people_lose": result.people_lose}
        )
        return
    console.print(_impact_table(said("todo", "all"), result.total, book))
    console.print(_impact_table(said("mes", "month"), result.by_month, book))
    console.print(_impact_table(said("área", "area"), result.by_area, book))
    console.print(
        said(
            f"{result.people_gain:,} personas ganan y {result.people_lose:,} pierden.",
            f"{result.people_gain:,} people gain and {result.people_lose:,} lose.",
        )
    )


def _sealed_folders(programme: str, first: str | None, last: str | None) -> list[Path]:
    from django.conf import settings

    from ceiba.determinations.models import Seal

    seals = Seal.objects.filter(run__programme=programme).order_by("run__month")
    if first is None and last is None:
        newest = seals.last()
        chosen = [newest] if newest is not None else []
    else:
        low = Month.parse(first or "1900-01").first_day
        high = Month.parse(last or "2200-12").first_day
        chosen = list(seals.filter(run__month__range=(low, high)))
    if not chosen:
        values = {"programme": programme, "month": f"{first or ''}…{last or ''}"}
        raise CeibaError(Problem("month.not_sealed", values=values))
    return [settings.DATA_DIR / seal.folder for seal in chosen]


def _impact_table(by: str, frame: pl.DataFrame, book: Rulebook) -> Table:
    table = Table(header_style="bold", box=None, pad_edge=False)
    names = (
        by,
        said("meses", "months"),
        said("ganan", "gain"),
        said("pierden", "lose"),
        said("pagados hoy", "paid now"),
        said("pagados entonces", "paid then"),
        said("cambio", "change"),
    )
    for i, name in enumerate(names):
        table.add_column(name, justify="left" if i == 0 else "right")
    for row in frame.iter_rows(named=True):
        label = str(row.get("month") or row.get("area") or row.get("group") or "")
        table.add_row(
            label, *(f"{row[n]:,}" for n in ("months", "gain", "lose", "paid_now", "paid_then")),
            str(Money(row["change_minor"], book.currency)),
        )  # fmt: skip
    return table
