"""Signed notes (https://c2sp.org/signed-note): a text and the signatures under it, written and read strictly.

    example.org/ceiba
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.org/ceiba Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

Nothing of a note may be believed before `note_signing.verified` has said whose it is.
"""

from dataclasses import dataclass
from typing import Final

from ceiba.proofs.base64_text import decoded, encoded
from ceiba.proofs.log_problems import refuse
from ceiba.proofs.note_keys import ID_BYTES, is_key_name

SIGNATURES_MAX: Final = 100
BYTES_MAX: Final = 1_000_000
_DASH: Final = "— "


@dataclass(frozen=True, slots=True)
class Signature:
    """One line under a note: who says to have signed, with which key, and the signature's bytes."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """As it stands under the note, with its newline."""
        return f"{_DASH}{self.name} {encoded(self.key_id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and what was signed under it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def written(self) -> str:
        """The note as it is published."""
        return f"{self.text}\n{''.join(signature.line() for signature in self.signatures)}"


def read_note(data: bytes) -> Note:
    """The note that was published as these bytes.

    Raises CeibaError `note.form` for all that the specification refuses: no UTF-8, control characters, no newline at
    the end, a signature line that is none, a name with a space or a plus; also for more than 100 signatures.
    """
    if len(data) > BYTES_MAX:
        refuse("note.form", why=f"> {BYTES_MAX} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        refuse("note.form", why=error)
    check_text(whole)
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines:
        refuse("note.form", why="text, blank line, signatures")
    signatures = lines.removesuffix("\n").split("\n")
    if len(signatures) > SIGNATURES_MAX:
        refuse("note.form", why=f"> {SIGNATURES_MAX} signatures")
    return Note(text + "\n", tuple(map(_read_signature, signatures)))


def check_text(text: str) -> None:
    """Raises CeibaError `note.form` for what cannot be a note's text: control characters, no newline at the end."""
    if any(letter < " " and letter != "\n" for letter in text):
        refuse("note.form", why="control characters")
    if not text.endswith("\n"):
        refuse("note.form", why="newline")


def _read_signature(line: str) -> Signature:
    name, _, value = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not is_key_name(name):
        refuse("note.form", why=repr(line[:80]))
    try:
        data = decoded(value)
    except ValueError as error:
        refuse("note.form", why=error)
    if len(data) <= ID_BYTES:
        refuse("note.form", why=repr(line[:80]))
    return Signature(name, data[:ID_BYTES], data[ID_BYTES:])
