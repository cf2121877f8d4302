"""`ceiba bank`: take in what banks said, and match it with what was ordered."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from ceiba.cli.session import answer, console, open_database, said
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

if TYPE_CHECKING:
    from ceiba.ledger.models import BankAccount

register_messages(
    {
        "bank.account_unknown": {
            "es": "no hay una cuenta de banco «{code}». Las que hay: {known}.",
            "en": 'there is no bank account "{code}". There are: {known}.',
        },
        "bank.other_rail": {
            "es": "la cuenta {code} responde por «{rail}», no por «{asked}».",
            "en": 'account {code} answers by "{rail}", not by "{asked}".',
        },
    }
)

app = typer.Typer(no_args_is_help=True)
Code = Annotated[
    str | None,
    typer.Option("--account", "-a", help="Code of the bank account; not needed when there is one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")]


@app.command()
def take(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="As the bank sent them.")],
    account: Code = None,
    rail: Annotated[
        str | None, typer.Option(help="The rail they should be of: refused when the account's is another.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in files of a bank: each whole or not at all, and the same bytes once. Then `ceiba bank match`."""
    open_database()
    from ceiba.reconciliation.services.files import bank_file_take

    found = _account(account, rail)
    answers: list[dict[str, Any]] = []
    for path in files:
        taken = bank_file_take(
            path=path, name=path.name, bank_account=found, actor=None, at=datetime.now(UTC)
        )
        added = 0 if taken.again else taken.file.added
        answers.append({"file": path.name, "entries": taken.file.entries, "new": added, "again": taken.again})
    if as_json:
        answer({"files": answers})
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(said("archivo", "file"))
    for name in (said("asientos", "entries"), said("nuevos", "new")):
        table.add_column(name, justify="right")
    for each in answers:
        table.add_row(each["file"], f"{each['entries']:,}", f"{each['new']:,}")
    console.print(table)


@app.command()
def match(
    account: Code = None,
    today: Annotated[
        str | None,
        typer.Option(help="The day, as 2026-11-30, by which silence is judged; today if not said."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Match what was taken in with what was ordered: payments are settled, and what nobody explains is listed."""
    open_database()
    from ceiba.reconciliation.services.matching import entries_match

    now = datetime.now(UTC)
    day = date.fromisoformat(today) if today else now.date()
    done = entries_match(bank_account=_account(account), today=day, at=now, actor=None)
    numbers = {
        "payments": done.payments, "settled": done.settled, "items_found": done.items_found,
        "items_gone": done.items_gone,
    }  # fmt: skip
    if as_json:
        answer(numbers)
        return
    console.print(
        said(
            f"{done.settled:,} pagos cambiaron de estado; {done.items_found:,} partidas abiertas nuevas, "
            f"{done.items_gone:,} explicadas.",
            f"{done.settled:,} payments came to another state; {done.items_found:,} new open items, "
            f"{done.items_gone:,} explained.",
        ),
        highlight=False,
    )


def _account(code: str | None, rail: str | None = None) -> "BankAccount":
    """The account of that code, or the only one there is. Raises CeibaError (bank.*)."""
    from ceiba.ledger.models import BankAccount

    accounts = {each.code: each for each in BankAccount.objects.order_by("code")}
    chosen = code or (next(iter(accounts)) if len(accounts) == 1 else "")
    if chosen not in accounts:
        values = {"code": chosen, "known": ", ".join(accounts) or "—"}
        raise CeibaError(Problem("bank.account_unknown", values=values))
    found = accounts[chosen]
    if rail is not None and rail != found.rail:
        values = {"code": chosen, "rail": found.rail, "asked": rail}
        raise CeibaError(Problem("bank.other_rail", values=values))
    return found
