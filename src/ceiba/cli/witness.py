"""`ceiba witness`: sees from outside that the log only grows, and signs that it did. No database, no Django.

What it keeps is one file: the last checkpoint that it signed. Whoever loses it must begin anew, and says so.
"""

import json
import os
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.panel import Panel

from ceiba.cli.session import console, errors, language, said
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.merkle.paths import Proof
from ceiba.proofs.checkpoints import Checkpoint, LogTrust
from ceiba.proofs.key_files import key_file_make, key_file_read
from ceiba.proofs.note_keys import KeyKind, NoteSigner, ed25519_signer, read_note_key
from ceiba.proofs.witnessing import Witnessed, believed, kept_checkpoint, read_proof, witnessed

app = typer.Typer(no_args_is_help=True)
SECONDS: Final = 30
ANSWER_BYTES_MAX: Final = 1_000_000
REWRITTEN: Final = ("merkle.rewritten", "merkle.sizes")
KeyFile = Annotated[Path, typer.Option("--key", help="File of the witness's private key.")]
Name = Annotated[str, typer.Option(help="The witness's name, as example.org/witness: no spaces, no plus.")]

register_messages(
    {
        "witness.unreachable": {
            "es": "no se pudo preguntar al registro ({why}). Nada se firmó; inténtelo más tarde.",
            "en": "the log could not be asked ({why}). Nothing was signed; try again later.",
        },
        "witness.passphrase": {
            "es": "falta la contraseña de la clave: póngala en CEIBA_WITNESS_PASSPHRASE.",
            "en": "the key's passphrase is missing: put it in CEIBA_WITNESS_PASSPHRASE.",
        },
    }
)


@app.callback()
def witness() -> None:
    """Watch a log from outside and cosign what it says it is."""


@app.command()
def key(key: KeyFile, name: Name) -> None:
    """Make the witness's key, and print what the programme registers."""
    if not key.exists():
        key_file_make(key, _passphrase())
    console.print(_signer(key, name).key.text(), highlight=False, soft_wrap=True)


@app.command()
def sign(
    log: Annotated[str, typer.Argument(help="Address of the log, as https://ceiba.example/log/.")],
    log_key: Annotated[str, typer.Option(help="The log's key, had from elsewhere than the log itself.")],
    key: KeyFile,
    name: Name,
    kept: Annotated[Path, typer.Option(help="File in which the last checkpoint is kept.")],
) -> None:
    """Fetch the checkpoint, see that it continues the last one, cosign it, keep it and send it.

    Exit status 2 when the log was rewritten: then nothing is signed, and what it showed is kept beside as evidence.
    """
    public = read_note_key(log_key)
    trust, address = LogTrust(public.name, (public,)), log.rstrip("/")
    older = kept_checkpoint(kept.read_bytes() if kept.exists() else None)
    published = _asked(f"{address}/checkpoint")
    try:
        proof = _proof(address, older, believed(published, trust))
        seen = witnessed(published, older, proof, trust, _signer(key, name), int(time.time()))
    except CeibaError as error:
        if any(problem.code in REWRITTEN for problem in error.problems):
            _alarm(kept, published, error)
        raise
    _write(kept, seen.note.written().encode())  # before it is sent: what was signed is never forgotten
    _asked(f"{address}/cosign", seen.note.written().encode())
    console.print(_told(seen), highlight=False)


def _told(seen: Witnessed) -> str:
    size, before = seen.checkpoint.size, "" if seen.older is None else f"{seen.older.size:,}"
    if seen.older is None:
        return said(
            f"Firmado: {size:,} asientos, lo primero que ve.", f"Signed: {size:,} entries, the first seen."
        )
    return said(
        f"Firmado: {size:,} asientos continúan los {before} de antes.",
        f"Signed: {size:,} entries continue the {before} from before.",
    )


def _proof(address: str, older: Checkpoint | None, newer: Checkpoint) -> Proof:
    if older is None or not 0 < older.size < newer.size:
        return ()
    return read_proof(_asked(f"{address}/consistency?first={older.size}&second={newer.size}"))


def _alarm(kept: Path, published: bytes, error: CeibaError) -> None:
    """Loudly: this is what a witness is for."""
    evidence = kept.with_name(f"{kept.name}.rewritten-{int(time.time())}")
    _write(evidence, published)
    words = said(
        f"EL REGISTRO FUE REESCRITO, o muestra a este testigo otro que a los demás. No se firmó nada.\n"
        f"Guarde los dos archivos, firmados por el registro: {kept} y {evidence}. Avise a los demás testigos.",
        f"THE LOG WAS REWRITTEN, or shows this witness another one than it shows others. Nothing was signed.\n"
        f"Keep both files, which the log signed: {kept} and {evidence}. Tell the other witnesses.",
    )
    errors.print(Panel(f"{words}\n\n{error.text(language())}", style="bold red"), markup=False)
    raise typer.Exit(2)


def _asked(address: str, body: bytes | None = None) -> bytes:
    """What the log answers. Raises CeibaError `witness.unreachable`, with its own words when it refused."""
    if not address.startswith(("https://", "http://")):
        raise _unreachable(address, "http")
    request = urllib.request.Request(address, body, {"Content-Type": "text/plain; charset=utf-8"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the scheme was looked at
            return bytes(answer.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        raise _unreachable(address, _words(error.read(10_000)) or str(error.code)) from None
    except OSError as error:
        raise _unreachable(address, str(error)) from None


def _words(answer: bytes) -> str:
    try:
        return str(json.loads(answer)[language()])
    except (ValueError, KeyError, TypeError):
        return ""


def _unreachable(address: str, why: str) -> CeibaError:
    return CeibaError(Problem("witness.unreachable", Where(item=address), {"why": why}))


def _signer(key: Path, name: str) -> NoteSigner:
    return ed25519_signer(name, KeyKind.WITNESS, key_file_read(key, _passphrase()))


def _passphrase() -> str:
    given = os.environ.get("CEIBA_WITNESS_PASSPHRASE", "")
    if not given:
        raise CeibaError(Problem("witness.passphrase"))
    return given


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, and on the disk before anything is said of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
