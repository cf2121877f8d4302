"""`ceiba verify FILE`: what a constancia or a receipt proves, decided from files alone, without a database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ceiba.cli.session import answer, console, language, said
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.proofs.claims import NO_RIGHT, Value, write_moment
from ceiba.proofs.logged import NO_RIGHT as NO_RIGHT_OF_RECEIPT
from ceiba.proofs.logged import Logged, is_receipt, verify_logged
from ceiba.proofs.sd_jwt import Asked
from ceiba.proofs.squeezed import unsqueezed
from ceiba.proofs.verifying import Verdict
from ceiba.proofs.verifying import verify as verify_proof

MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]


def verify(  # noqa: PLR0913, PLR0917 - an option for everything that a verifier may hold
    file: Annotated[
        Path,
        typer.Argument(
            help="A constancia or a receipt of the log: its file, its text, or a picture of its code.",
            exists=True,
            dir_okay=False,
        ),
    ],
    trust: Annotated[
        Path | None,
        typer.Option(
            help="The list of who is trusted, or the folder that `ceiba publish proofs` writes.", exists=True
        ),
    ] = None,
    roots: Annotated[
        Path | None, typer.Option(help="The root keys (JWK set) that sign the list of issuers.", exists=True)
    ] = None,
    status: Annotated[
        list[Path] | None,
        typer.Option(help="A status list, or a folder of them; again for more.", exists=True),
    ] = None,
    at: Annotated[
        datetime | None, typer.Option(help="Decide as of this moment (UTC), not now.", formats=MOMENTS)
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            help="For a receipt: keys of the log and its witnesses, one a line, instead of --trust.",
            exists=True,
        ),
    ] = None,
    witnesses: Annotated[
        int | None, typer.Option(help="With --log: how many witnesses must have signed; all, if not said.")
    ] = None,
    nonce: Annotated[
        str | None, typer.Option(help="For an SD-JWT: what was asked of its holder, who must have answered.")
    ] = None,
    audience: Annotated[str, typer.Option(help="With --nonce: who asked, as the answer names it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Say what FILE proves, by whom, as of when, and what was not checked. Nothing is looked up.

    Exit status 1 when it is refused.
    """
    from ceiba.verifier.held import held, logs_trusted
    from ceiba.verifier.pictures import is_picture, scanned

    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    try:
        data = file.read_bytes()
        proof = unsqueezed(scanned(data) if is_picture(data) else data)
        if is_receipt(proof):
            logged = verify_logged(proof, logs_trusted(log, witnesses, trust, roots, now), now)
            told, lines = _told_of_receipt(logged), logged.lines(language())
        else:
            found = held(trust, roots, status or (), now)
            asked = None if nonce is None else Asked(nonce, audience)
            verdict = verify_proof(proof, found.trust, now, found.statuses, asked)
            told, lines = _told(verdict), verdict.lines(language())
    except CeibaError as error:
        told, lines = _refused(error), [error.text(language())]
    _print(told, lines, as_json)
    raise typer.Exit(0 if told["verified"] else 1)


def _print(told: dict[str, Any], lines: list[str], as_json: bool) -> None:
    if as_json:
        answer(told)
        return
    if told["verified"]:
        console.print(said("Verificado", "Verified"), style="bold green")
    else:
        console.print(said("No verificado", "Not verified"), style="bold red")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _refused(error: CeibaError) -> dict[str, Any]:
    return {"verified": False, "problems": _problems(error.problems)}


def _told(verdict: Verdict) -> dict[str, Any]:
    return {
        "verified": True,
        "form": verdict.form.value,
        "proven": {field: _plain(value) for field, value in verdict.proven.items()},
        "withheld": list(verdict.withheld),
        "issuer": verdict.issuer,
        "issuer_name": verdict.issuer_name,
        "issued": write_moment(verdict.issued),
        "expires": write_moment(verdict.expires),
        "as_of": write_moment(verdict.as_of),
        "not_checked": _problems(verdict.not_checked),
        "no_right": NO_RIGHT[language()],
    }


def _plain(value: Value) -> str | int:
    return value if isinstance(value, int) else str(value)


def _problems(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"code": problem.code, "text": problem.text(language())} for problem in problems]


def _told_of_receipt(logged: Logged) -> dict[str, Any]:
    return {
        "verified": True,
        "form": "receipt",
        "kind": logged.kind.value,
        "data": logged.data,
        "log": {
            "origin": logged.origin,
            "index": logged.index,
            "size": logged.size,
            "root": logged.root.hex(),
        },
        "witnesses": [{"name": one.key.name, "at": one.time} for one in logged.witnesses],
        "as_of": write_moment(logged.as_of) if logged.as_of else None,
        "not_checked": _problems(logged.not_checked),
        "no_right": NO_RIGHT_OF_RECEIPT[language()],
    }
