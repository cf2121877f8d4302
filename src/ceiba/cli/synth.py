"""`ceiba synth`: a made-up country to try Ceiba with."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from ceiba.cli.session import answer, console, said
from ceiba.core.kernel.month import Month
from ceiba.synth.country import Summary, SynthOptions, generate


def synth(
    out: Annotated[
        Path, typer.Option(help="New folder to write: register/, payees/, evidence/<month>/, truth/.")
    ],
    participants: Annotated[int, typer.Option(help="How many people apply.")] = 2_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    programme: Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")] = "ca",
    months: Annotated[int, typer.Option(help="Months of evidence, at most 60.")] = 36,
    last_month: Annotated[str, typer.Option(help="The last of them, as 2026-10.")] = "2026-10",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Make a plausible register and evidence on real municipal boundaries, with planted, labelled faults.

    The truth about the faults is in truth/, which no part of Ceiba reads.
    """
    options = SynthOptions(
        participants=participants,
        seed=seed,
        programme=programme,
        months=months,
        last_month=Month.parse(last_month),
    )
    summary = made(options, out, quiet=as_json)
    if as_json:
        answer({"out": str(out), **asdict(summary)})
        return
    parts = {
        said("padrón", "register"): summary.register,
        said("evidencia", "evidence"): summary.evidence,
        said("fallas sembradas", "planted faults"): summary.faults,
    }
    for title, counts in parts.items():
        table = Table(title=title, title_justify="left", box=None, show_header=False, pad_edge=False)
        for name, count in counts.items():
            table.add_row(name, f"{count:,}")
        console.print(table)


def made(options: SynthOptions, out: Path, *, quiet: bool = False) -> Summary:
    """Make the country of `options` in `out`, with a progress bar unless `quiet`."""
    with Progress(console=console, transient=True, disable=quiet) as bars:
        task = bars.add_task(said("Inventando el país", "Making the country"), total=None)
        return generate(
            options,
            out,
            lambda what, done, total: bars.update(task, description=what, completed=done, total=total),
        )
