"""`ceiba synth`: a made-up country to try Ceiba with."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from ceiba.cli.session import answer, console, said
from ceiba.core.kernel.month import Month
from ceiba.synth.country import SynthOptions, generate


def synth(
    out: Annotated[Path, typer.Option(help="Folder to write: register/, evidence/<month>/, truth/.")],
    participants: Annotated[int, typer.Option(help="How many people apply.")] = 2_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    programme: Annotated[str, typer.Option(help="ca, mx or pes.")] = "ca",
    months: Annotated[int, typer.Option(help="Months of evidence, at most 60.")] = 36,
    last_month: Annotated[str, typer.Option(help="The last of them, as 2026-10.")] = "2026-10",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
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
    with Progress(console=console, transient=True, disable=as_json) as bars:
        task = bars.add_task(said("Inventando el país", "Making the country"), total=None)
        summary = generate(
            options,
            out,
            lambda what, done, total: bars.update(task, description=what, completed=done, total=total),
        )
    if as_json:
        answer({"out": str(out), "summary": summary})
    else:
        console.print(f"{out}: {summary}", highlight=False)
