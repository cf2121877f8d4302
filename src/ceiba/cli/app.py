"""The command's entry: groups of commands, and what happens to errors."""

import sys

import typer
from rich.panel import Panel

from ceiba import __version__
from ceiba.cli import (
    bank,
    bank_sim,
    commitments,
    db,
    demo,
    device,
    form,
    funding,
    iati,
    key,
    log,
    month,
    pack,
    pathway,
    payments,
    programme,
    publish,
    register,
    savings,
    second_visits,
    site,
    synth,
    verifier,
    verify,
    witness,
)
from ceiba.cli.session import console, errors, language, said
from ceiba.core.kernel.errors import CeibaError

app = typer.Typer(
    name="ceiba",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
    help="Tree-planting employment programmes: every month of every person ends in a decision that anyone with the "
    "right can recompute from the evidence. Messages in Spanish, or in English with CEIBA_LANG=en.",
)
app.add_typer(db.app, name="db", help="The database: start, stop, status, url, migrate.")
app.add_typer(programme.app, name="programme", help="Rulebooks: check a folder, publish it.")
app.add_typer(form.app, name="form", help="Forms of the field: check an XLSForm, publish it, take one away.")
app.add_typer(
    funding.app, name="funding", help="Who pays: load agreements and shares from a file, see what is left."
)
app.add_typer(month.app, name="month", help="A month: run, explain, verify, rehearse.")
app.add_typer(pack.app, name="pack", help="Audit packs: make one of a month and area, verify one.")
app.add_typer(payments.app, name="payments", help="Payment runs: who may approve and release how much.")
app.add_typer(savings.app, name="savings", help="Savings of participants: give the interest of a month.")
app.add_typer(second_visits.app, name="second-visits", help="Second visits: publish the seed, draw, verify.")
app.add_typer(iati.app, name="iati", help="IATI 2.03 files: write a programme's, check anybody's.")
app.add_typer(key.app, name="key", help="Keys that sign: make, list, rotate, withdraw.")
app.add_typer(publish.app, name="publish", help="What verifiers fetch, as files for a mirror.")
app.add_typer(device.app, name="device", help="Phones of technicians: make, list, revoke.")
app.add_typer(bank.app, name="bank", help="Banks: take in what they said, match it with what was ordered.")
app.add_typer(commitments.app, name="commitments", help="What governments promised each other: load a file.")
app.add_typer(
    pathway.app, name="pathway", help="Referral batches: draw a published list again; do what is due."
)
app.add_typer(verifier.app, name="verifier", help="The page on which constancias are verified: export it.")
app.command("verify")(verify.verify)
app.add_typer(log.app, name="log", help="The transparency log: append, verify, receipts, witnesses.")
app.add_typer(witness.app, name="witness", help="From outside: watch that a log only grows, and cosign it.")
app.command("import")(register.import_files)
app.command("export")(register.export)
app.command("synth")(synth.synth)
app.command("bank-sim")(bank_sim.bank_sim)
app.command("serve")(site.serve)
app.command("worker")(site.worker)
app.command("intake")(site.intake)
app.command("demo")(demo.demo)


@app.command()
def version() -> None:
    """Print the version."""
    console.print(__version__, highlight=False)


def main() -> None:
    """Run the command; problems end it with their text and exit status 1."""
    try:
        app()
    except CeibaError as error:
        errors.print(
            Panel(
                "\n".join(p.text(language()) for p in error.problems),
                title=said("No se pudo", "Could not do it"),
            ),
            markup=False,
        )
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print(
            said("Interrumpido; lo terminado queda guardado.", "Interrupted; what was finished is kept.")
        )
        sys.exit(130)


if __name__ == "__main__":
    main()
