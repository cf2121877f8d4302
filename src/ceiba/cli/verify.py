"""`ceiba verify FILE`: what a constancia or a receipt proves, decided from files alone, without a database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ceiba.cli.session import answer, console, language, said
from ceiba.core.kernel.errors import CeibaError, Problem
from ceiba.proofs.claims import NO_RIGHT, Value, write_moment
from ceiba.proofs.receipt import Proven, read_receipt, verify_receipt
from ceiba.proofs.verifying import Verdict
from ceiba.proofs.verifying import verify as verify_proof

MOMENTS: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]
KINDS: Final = {
    "evidence": ("una evidencia", "a piece of evidence"),
    "determination": ("lo decidido de una persona en un mes", "what was decided of a person for a month"),
    "sealed_month": ("un mes sellado", "a sealed month"),
    "payment_run": ("una corrida de pagos", "a payment run"),
    "credential": ("una constancia", "a constancia"),
    "role_change": ("un cambio de rol", "a change of a role"),
}

NO_RIGHT_OF_RECEIPT: Final = {
    "es": "Este comprobante prueba qué se registró. No da derecho a una visa ni a ninguna otra cosa, y es gratuito.",
    "en": "This receipt proves what was logged. It confers no right to a visa or to anything else, and it is free.",
}


def verify(
    file: Annotated[
        Path,
        typer.Argument(
            help="A card (its text, or a picture of its code), a credential, or a receipt of the log.",
            exists=True,
            dir_okay=False,
        ),
    ],
    trust: Annotated[
        Path | None,
        typer.Option(
            help="The list of issuers, or the folder that `ceiba publish proofs` writes.", exists=True
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
        typer.Option(help="For a receipt: keys of the log and its witnesses, one a line.", exists=True),
    ] = None,
    witnesses: Annotated[
        int | None, typer.Option(help="For a receipt: how many must have signed; all, if not said.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON, for a script.")] = False,
) -> None:
    """Say what FILE proves, by whom, as of when, and what was not checked. Nothing is looked up.

    Exit status 1 when it is refused.
    """
    from ceiba.verifier.held import held, log_trust
    from ceiba.verifier.pictures import is_picture, scanned

    now = at.replace(tzinfo=UTC) if at else datetime.now(UTC)
    try:
        data = file.read_bytes()
        if _is_receipt(data):
            proven = verify_receipt(read_receipt(data), log_trust(log, witnesses), int(now.timestamp()))
            told, lines = _told_of_receipt(proven), _receipt_lines(proven)
        else:
            proof = scanned(data) if is_picture(data) else data
            found = held(trust, roots, status or (), now)
            verdict = verify_proof(proof, found.trust, now, found.statuses)
            told, lines = _told(verdict), verdict.lines(language())
    except CeibaError as error:
        told, lines = _refused(error), [error.text(language())]
    _print(told, lines, as_json)
    raise typer.Exit(0 if told["verified"] else 1)


def _is_receipt(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{"


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


def _receipt_lines(proven: Proven) -> list[str]:
    """What a receipt proves, in the order in which people ask."""
    log, witnesses = proven.vouched.checkpoint, proven.vouched.witnesses
    kind = said(*KINDS[proven.entry.kind])
    lines = [
        said("Se registró: {kind}", "Logged: {kind}").format(kind=kind),
        proven.data or said("No se mostró qué dice el asiento.", "What the entry says was not shown."),
        said("Registro: {log}, de {size} hojas", "Log: {log}, of {size} leaves").format(
            log=log.origin, size=log.size
        ),
    ]
    lines += [
        said("Testigo: {name}, {day}", "Witness: {name}, {day}").format(name=one.key.name, day=_day(one.time))
        for one in witnesses
    ]
    if not witnesses:
        lines.append(
            said(
                "No se revisó que otros vean el mismo registro: no se pidió ningún testigo.",
                "That others see the same log was not checked: no witness was asked for.",
            )
        )
    return [*lines, NO_RIGHT_OF_RECEIPT[language()]]


def _told_of_receipt(proven: Proven) -> dict[str, Any]:
    log = proven.vouched.checkpoint
    return {
        "verified": True,
        "form": "receipt",
        "kind": proven.entry.kind.value,
        "data": proven.data,
        "log": {"origin": log.origin, "size": log.size, "root": log.root.hex()},
        "witnesses": [{"name": one.key.name, "at": one.time} for one in proven.vouched.witnesses],
        "no_right": NO_RIGHT_OF_RECEIPT[language()],
    }


def _day(time: int | None) -> str:
    return f"{datetime.fromtimestamp(time or 0, UTC):%Y-%m-%d}"
