"""`ceiba log`: appends what is not in the log, verifies it, and writes receipts."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Final

import typer

from ceiba.cli.session import answer, console, errors, language, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.note_keys import read_note_key
from ceiba.proofs.receipt import read_receipt, verify_receipt

app = typer.Typer(no_args_is_help=True)
SHOWN: Final = 20
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]
By = Annotated[str, typer.Option(help="The user in whose name it is done.")]

register_messages(
    {
        "log.no_decision": {
            "es": "nada se decidió de esa persona en ese mes.",
            "en": "nothing was decided about this person in this month.",
        }
    }
)


@app.callback()
def log() -> None:
    """The transparency log."""


@app.command()
def append(as_json: AsJson = False) -> None:
    """Append what is not in the log and sign what it is; the worker does so every minute by itself."""
    open_database()
    from ceiba.transparency.services.appending import entries_append
    from ceiba.transparency.services.checkpoints import checkpoint_sign

    added = entries_append()
    signed = checkpoint_sign(now=datetime.now(UTC))
    size = signed.size if signed else 0
    if as_json:
        answer({"added": added, "size": size})
        return
    console.print(
        said(
            f"{added:,} asientos nuevos; el registro tiene {size:,}.",
            f"{added:,} new entries; the log has {size:,}.",
        ),
        highlight=False,
    )


@app.command()
def verify(
    since: Annotated[
        Path | None, typer.Option(help="A checkpoint that somebody outside kept: does the log continue it?")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify the tree against every checkpoint, and every entry against the row it stands for.

    Exit status 1 when anything differs; the first twenty differences are told.
    """
    open_database()
    from ceiba.transparency.selectors.entries import log_size
    from ceiba.transparency.verification import row_faults, since_fault, tree_faults

    faults: list[Problem] = []
    if since is not None:
        _, fault = since_fault(since.read_bytes())
        faults += [fault] if fault else []
    with console.status(said("Verificando", "Verifying")):
        faults += [*islice(tree_faults(), SHOWN), *islice(row_faults(), SHOWN)]
    if as_json:
        answer({"size": log_size(), "faults": [{"code": f.code, **f.values} for f in faults]})
    elif not faults:
        whole = said(
            f"Íntegro: {log_size():,} asientos, sus nodos y sus firmas, y cada uno dice lo que la base de datos.",
            f"Whole: {log_size():,} entries, their nodes and checkpoints, and each says what the database says.",
        )
        console.print(whole, highlight=False)
    for fault in () if as_json else faults[:SHOWN]:
        errors.print(fault.text(language()), style="red", markup=False, highlight=False)
    raise typer.Exit(1 if faults else 0)


@app.command()
def receipt(
    participant: Annotated[str, typer.Argument(help="Code of the person in the register.")],
    month: Annotated[str, typer.Argument(help="The month, as 2026-10.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    programme: Annotated[str, typer.Option("--programme", "-p", help="ca, mx or pes.")] = "ca",
) -> None:
    """Write the receipt of what was decided last about a person's month: it is theirs, give it to nobody else."""
    wanted = Month.parse(month)
    open_database()
    from ceiba.registry.models import Participant
    from ceiba.transparency.selectors.receipts import month_receipts

    person = Participant.objects.filter(code=participant).first()
    found = month_receipts(person.pk, wanted.first_day, programme) if person else []
    if not found:
        raise CeibaError(Problem("log.no_decision", Where(item=participant, month=month)))
    if found[-1].receipt is None:
        raise CeibaError(Problem("log.no_receipt"))
    out.write_text(found[-1].receipt.written())


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A receipt.")],
    log_key: Annotated[str, typer.Option(help="The log's key, had from elsewhere than the receipt.")],
) -> None:
    """Verify a receipt, without a database and without asking the log."""
    key = read_note_key(log_key)
    proven = verify_receipt(read_receipt(file.read_bytes()), LogTrust(key.name, (key,)))
    size = proven.vouched.checkpoint.size
    console.print(
        said(
            f"Está entre los {size:,} asientos de {key.name}.",
            f"It is among the {size:,} entries of {key.name}.",
        ),
        highlight=False,
    )
    if proven.data is not None:
        console.print(proven.data, markup=False, highlight=False, soft_wrap=True)


@app.command("witness-add")
def witness_add(
    name: Annotated[str, typer.Argument(help="How the witness is called, for people.")],
    key: Annotated[str, typer.Argument(help="What `ceiba witness key` printed.")],
    by: By,
) -> None:
    """Register a witness, whose cosignatures are then taken and shown."""
    open_database()
    from ceiba.cli.device import user_named
    from ceiba.transparency.services.witnesses import witness_add as add

    add(name=name, key=key, by=user_named(by), now=datetime.now(UTC))


@app.command("witness-retire")
def witness_retire(name: Annotated[str, typer.Argument(help="The witness.")], by: By) -> None:
    """Take no more cosignatures of a witness; those it gave stay."""
    open_database()
    from ceiba.cli.device import user_named
    from ceiba.transparency.services.witnesses import witness_retire as retire

    retire(name=name, by=user_named(by), now=datetime.now(UTC))
