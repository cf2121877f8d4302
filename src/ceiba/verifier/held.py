"""What a verifier holds, read from files: root keys, trust list, status lists, the keys of a log. No look-ups."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.proofs import status_list, trust
from ceiba.proofs.checkpoints import LogTrust
from ceiba.proofs.keys import PublicKey
from ceiba.proofs.note_keys import KeyKind, read_note_key
from ceiba.proofs.status_list import StatusList
from ceiba.proofs.trust import Trust
from ceiba.verifier.published import ROOTS, TRUST, root_keys

register_messages(
    {
        "verifier.no_trust": {
            "es": "falta la lista de emisores de confianza. Dígala con --trust: el archivo y sus raíces "
            "(--roots), o la carpeta que escribe «ceiba publish proofs».",
            "en": "the list of trusted issuers is missing. Name it by --trust: the file and its roots "
            "(--roots), or the folder that `ceiba publish proofs` writes.",
        },
        "verifier.no_log": {
            "es": "es un comprobante del registro: faltan las claves en que se confía. Dígalas con --trust, "
            "o con --log, un archivo con una clave por línea.",
            "en": "it is a receipt of the log: the keys that are trusted are missing. Name them by --trust, or by "
            "--log, a file with a key a line.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Held:
    """A trust list, the root keys it was opened with, and status lists."""

    trust: Trust
    roots: tuple[PublicKey, ...]
    statuses: tuple[StatusList, ...]


def held(trust_: Path | None, roots: Path | None, statuses: Iterable[Path], now: datetime) -> Held:
    """Open the lists; `trust_` is a file, or a folder as `ceiba publish proofs` writes it, with its status lists.

    Raises CeibaError (verifier.*, and those of `trust.opened` and `status_list.opened`, with the file); OSError.
    """
    if trust_ is None or (roots is None and trust_.is_file()):
        raise CeibaError(Problem("verifier.no_trust"))
    folder = trust_ if trust_.is_dir() else None
    list_file = folder / TRUST if folder else trust_
    roots_file = roots or trust_ / ROOTS
    root = root_keys(roots_file.read_bytes(), roots_file.name)
    with_its = [*statuses, folder / "status"] if folder else statuses
    try:
        list_ = trust.opened(list_file.read_text().strip(), root, now)
    except CeibaError as error:
        raise _of(error, list_file) from error
    return Held(list_, root, tuple(_status(file, list_) for path in with_its for file in _files(path)))


def logs_trusted(
    file: Path | None, witnesses_min: int | None, trust_: Path | None, roots: Path | None, now: datetime
) -> Trust:
    """Which logs to believe: that of a file of keys, else those that the list of who is trusted names.

    Raises CeibaError (verifier.no_log, those of `held`, note.key, trust.*); OSError.
    """
    if file is not None:
        return Trust(0, now, now + timedelta(days=1), (), (log_trust(file, witnesses_min),))
    if trust_ is None:
        raise CeibaError(Problem("verifier.no_log"))
    return held(trust_, roots, (), now).trust


def log_trust(file: Path, witnesses_min: int | None) -> LogTrust:
    """Whom to believe of a log: a file of keys (vkey), a line each, of the log and of its witnesses.

    All the witnesses that it names must have signed, or so many. Raises CeibaError (note.key, trust.*); OSError.
    """
    lines = (line.strip() for line in file.read_text().splitlines())
    keys = [read_note_key(line) for line in lines if line and not line.startswith("#")]
    of_log = tuple(key for key in keys if key.kind == KeyKind.LOG)
    witnesses = tuple(key for key in keys if key.kind == KeyKind.WITNESS)
    origin = of_log[0].name if of_log else ""
    return LogTrust(origin, of_log, witnesses, len(witnesses) if witnesses_min is None else witnesses_min)


def _files(path: Path) -> Iterator[Path]:
    return (file for file in sorted(path.rglob("*")) if file.is_file()) if path.is_dir() else iter((path,))


def _status(file: Path, trust_: Trust) -> StatusList:
    try:
        return status_list.opened(file.read_text().strip(), trust_)
    except CeibaError as error:
        raise _of(error, file) from error


def _of(error: CeibaError, file: Path) -> CeibaError:
    return CeibaError(replace(problem, where=Where(file=file.name)) for problem in error.problems)
