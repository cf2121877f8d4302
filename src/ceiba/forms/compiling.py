"""XLSForms compiled: what came in a file becomes what phones read, or problems that say where they are."""

import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from ceiba.core.forms.definition import FormDefinition, read_form
from ceiba.core.forms.expressions import expression_problems
from ceiba.core.forms.gives import gives_problems
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.forms.compiler import SECONDS_MAX, compiled
from ceiba.forms.plain_words import notes_of, problem_of

SUFFIXES: Final = (".xlsx", ".xls", ".csv", ".md")
SOURCE_BYTES_MAX: Final = 5_000_000
UNPACKED_BYTES_MAX: Final = 50_000_000
ENTRIES_MAX: Final = 1_000
VERSION_LENGTH_MAX: Final = 64

register_messages(
    {
        "form.file_kind": {
            "es": "Los formularios se escriben como XLSForm: {suffixes}.",
            "en": "Forms are written as XLSForms: {suffixes}.",
        },
        "form.file_large": {
            "es": "Pesa {size} kB y un formulario puede pesar {limit} kB. Quite imágenes y hojas de más.",
            "en": "It is {size} kB and a form may be {limit} kB. Take out pictures and surplus sheets.",
        },
        "form.file_swells": {
            "es": "El libro se infla a {size} MB al abrirse y se aceptan {limit}. Guárdelo de nuevo, sin "
            "hojas de más.",
            "en": "The workbook swells to {size} MB when opened, and {limit} are accepted. Save it again, without "
            "surplus sheets.",
        },
        "form.file_broken": {
            "es": "El libro está dañado o no es un .xlsx. Guárdelo de nuevo.",
            "en": "The workbook is damaged or no .xlsx. Save it again.",
        },
        "form.code_not_plain": {
            "es": "La clave form_id «{code}» no sirve. Use hasta 64 letras sin acento, cifras y guiones: ca-visita.",
            "en": 'The form_id "{code}" will not do. Use up to 64 plain letters, digits and hyphens: ca-visit.',
        },
        "form.version_missing": {
            "es": "Falta la versión. Escríbala en la hoja settings, columna version, por ejemplo 2026112601.",
            "en": "The version is missing. Write it on the sheet settings, column version, for example 2026112601.",
        },
        "form.version_long": {
            "es": "La versión pasa de {limit} caracteres.",
            "en": "The version is longer than {limit} characters.",
        },
        "form.encrypted": {
            "es": "El formulario cifra sus envíos (public_key) y Ceiba no podría leerlos. Quite esa columna de "
            "settings.",
            "en": "The form encrypts its submissions (public_key) and Ceiba could not read them. Take that column "
            "out of settings.",
        },
        "form.language_missing": {
            "es": "No hay textos en {language}. Agregue las columnas label::{language}.",
            "en": "There are no texts in {language}. Add the columns label::{language}.",
        },
    }
)
_LANGUAGES: Final = {"es": "Español (es)", "en": "English (en)"}
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A form as phones read it, as data, and what does not forbid it but should be looked at (`notes`).

    `itemsets` is the list of choices that the form looks for in a file of its own; empty where it looks for none.
    """

    xform: bytes
    definition: FormDefinition
    itemsets: bytes
    notes: tuple[Problem, ...]


def xlsform_compile(*, name: str, data: bytes, apart: bool = True) -> Compiled:
    """Compile the XLSForm `data`, which its sender calls `name`, and check what it gives.

    `apart`: in a process of its own, as is due to what comes from outside; what lies beside a rulebook does not.
    Raises CeibaError with what is wrong, placed by sheet, row and column, or by question (form.*, xlsform.*).
    """
    suffix = _checked_suffix(name, data)
    answer = _answered(data, suffix) if apart else compiled(data, suffix)
    if "error" in answer:
        raise CeibaError(problem_of(answer["error"], name))
    xform = str(answer["xform"]).encode()
    definition = read_form(xform)
    wrong, doubtful = expression_problems(xform)
    problems = [*_head_problems(definition), *wrong, *gives_problems(definition)]
    if b"base64RsaPublicKey" in xform:
        problems.append(Problem("form.encrypted"))
    if problems:
        raise CeibaError(in_file(problem, name) for problem in problems)
    ours = (in_file(note, name) for note in (*doubtful, *_language_notes(definition)))
    notes = (*notes_of(tuple(answer["warnings"]), name), *ours)
    return Compiled(xform, definition, (answer["itemsets"] or "").encode(), notes)


def in_file(problem: Problem, name: str) -> Problem:
    """The problem with the file it is in."""
    where = problem.where
    return Problem(problem.code, Where(name, where.row, where.column, where.rule, where.item), problem.values)


def _checked_suffix(name: str, data: bytes) -> str:
    """The kind of file, by its name. Raises CeibaError for what must not even be opened."""
    suffix = Path(name).suffix.lower()
    where = Where(file=name)
    if suffix not in SUFFIXES:
        raise CeibaError(Problem("form.file_kind", where, {"suffixes": ", ".join(SUFFIXES)}))
    if len(data) > SOURCE_BYTES_MAX:
        values = {"size": len(data) // 1_000, "limit": SOURCE_BYTES_MAX // 1_000}
        raise CeibaError(Problem("form.file_large", where, values))
    if suffix == ".xlsx":
        _look_through(data, where)
    return suffix


def _look_through(data: bytes, where: Where) -> None:
    """Refuse a workbook by what its zip declares; more than that no reader takes out of it."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            entries = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise CeibaError(Problem("form.file_broken", where)) from error
    size = sum(entry.file_size for entry in entries)
    if size > UNPACKED_BYTES_MAX or len(entries) > ENTRIES_MAX:
        values = {"size": size // 1_000_000, "limit": UNPACKED_BYTES_MAX // 1_000_000}
        raise CeibaError(Problem("form.file_swells", where, values))


def _answered(data: bytes, suffix: str) -> dict[str, str]:
    """What the compiler answers; what it does not survive is too much."""
    command = [sys.executable, "-m", "ceiba.forms.compiler", suffix]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no argument of the sender's
            command, input=data, capture_output=True, timeout=2 * SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        return {"error": "too much"}
    if done.returncode:
        return {"error": "too much"}
    answer: dict[str, str] = json.loads(done.stdout)
    return answer


def _head_problems(definition: FormDefinition) -> list[Problem]:
    found = []
    if not set(definition.code) <= _PLAIN or len(definition.code) > VERSION_LENGTH_MAX:
        found.append(
            Problem(
                "form.code_not_plain", Where(item="settings", column="form_id"), {"code": definition.code}
            )
        )
    if not definition.version:
        found.append(Problem("form.version_missing", Where(item="settings", column="version")))
    if len(definition.version) > VERSION_LENGTH_MAX:
        values = {"limit": VERSION_LENGTH_MAX}
        found.append(Problem("form.version_long", Where(item="settings", column="version"), values))
    return found


def _language_notes(definition: FormDefinition) -> list[Problem]:
    """People read Spanish or English: a form should have both."""
    lacking = [code for code in _LANGUAGES if not any(code in (t, t[-3:-1]) for t in definition.languages)]
    return [Problem("form.language_missing", values={"language": _LANGUAGES[code]}) for code in lacking]
