"""What pyxform says of a workbook, in plain words: where, what, and what to do. Its own words are kept beside them.

pyxform tells errors apart by its English sentences only; those not known here are shown as they are.
"""

import re
from collections.abc import Mapping
from typing import Final

from ceiba.core.kernel.errors import Problem, Where, register_messages

_SAID: Final[tuple[tuple[str, str, str, str], ...]] = (
    (
        "no_type",
        r"Question with no type",
        "La fila no dice de qué tipo es la pregunta. Escríbalo en la columna type (integer, text, select_one…).",
        "The row does not say of which type the question is. Write it in the column type (integer, text, "
        "select_one…).",
    ),
    (
        "no_name",
        r"Question or group with no name",
        "La pregunta o el grupo no tiene nombre. Escríbalo en la columna name, sin espacios ni acentos.",
        "The question or group has no name. Write it in the column name, without spaces or accents.",
    ),
    (
        "no_calculation",
        r"Missing calculation",
        "Es un cálculo y no dice qué calcular. Escríbalo en la columna calculation.",
        "It is a calculation and does not say what to calculate. Write it in the column calculation.",
    ),
    (
        "unknown_type",
        r"Unknown question type '(?P<text>[^']*)'",
        "No existe el tipo de pregunta «{text}». Use uno de los de XLSForm: integer, text, date, select_one LISTA, "
        "geopoint, image…",
        'There is no type of question "{text}". Use one of XLSForm: integer, text, date, select_one LIST, geopoint, '
        "image…",
    ),
    (
        "no_list",
        r"List name not in (?:external )?choices sheet: *(?P<text>.+)",
        "La lista de opciones «{text}» no está en la hoja choices. Agréguela ahí o corrija su nombre.",
        'The list of choices "{text}" is not on the sheet choices. Add it there or correct its name.',
    ),
    (
        "no_choices",
        r"There should be an? (?:external_)?choices sheet",
        "Hay preguntas de opción y falta la hoja choices, con las columnas list_name, name y label.",
        "There are questions with choices and the sheet choices is missing, with the columns list_name, name "
        "and label.",
    ),
    (
        "choice_space",
        r"Choice names with spaces.*See \[(?P<text>.*?)\] in \[(?P<detail>.*?)\]",
        "La opción «{text}» de la lista «{detail}» tiene espacios. Escriba su name sin ellos.",
        'The choice "{text}" of the list "{detail}" has spaces. Write its name without them.',
    ),
    (
        "choice_no_name",
        r"Choices must have a name",
        "La opción no tiene nombre. Escriba su valor en la columna name.",
        "The choice has no name. Write its value in the column name.",
    ),
    (
        "choice_no_label",
        r"Choices should have a label",
        "La opción no tiene texto. Escríbalo en la columna label de cada idioma.",
        "The choice has no text. Write it in the column label of each language.",
    ),
    (
        "choice_twice",
        r"Choice names must be unique",
        "La lista tiene dos opciones con el mismo name. Cambie una de las dos.",
        "The list has two choices with the same name. Change one of the two.",
    ),
    (
        "reserved",
        r"'meta' is reserved",
        "El nombre «meta» está reservado. Use otro.",
        'The name "meta" is reserved. Use another.',
    ),
    (
        "name_twice",
        r"'name' value '(?P<text>[^']*)' is invalid\. (?:Questions, groups, and repeats|Repeat names) must",
        "Ya hay otra pregunta, grupo o repetición que se llama «{text}», o es el nombre de todo el formulario. "
        "Cambie uno de los dos.",
        'There is another question, group or repeat called "{text}", or it is the name of the whole form. Change one '
        "of the two.",
    ),
    (
        "bad_name",
        r"Names must begin with a letter|Names used here must not",
        "El nombre no sirve. Empiécelo con una letra y use solo letras sin acento, cifras, guion y guion bajo.",
        "The name will not do. Begin it with a letter and use plain letters, digits, hyphens and underscores only.",
    ),
    (
        "reference_unknown",
        r"Could not find the name '(?P<text>[^']*)'|There is no survey element named '(?P<text2>[^']*)'",
        "Se usa ${{{text}}} y ninguna pregunta se llama así. Corrija el nombre.",
        "${{{text}}} is used and no question is called that. Correct the name.",
    ),
    (
        "reference_twice",
        r"The name '(?P<text>[^']*)' appears more than once|multiple survey elements named '(?P<text2>[^']*)'",
        "Se usa ${{{text}}} y hay varias preguntas con ese nombre. Dé a cada una el suyo.",
        "${{{text}}} is used and several questions have that name. Give each its own.",
    ),
    (
        "reference_written",
        r"Reference variables must start|Reference variable lists must",
        "Una pregunta se nombra así: ${{nombre}}. Revise las llaves.",
        "A question is named like this: ${{name}}. Check the braces.",
    ),
    (
        "end_alone",
        r"Unmatched 'end_(?P<text>\w+)'",
        "Hay un end_{text} sin su begin_{text}. Agregue el comienzo o quite el final.",
        "There is an end_{text} without its begin_{text}. Add the beginning or take out the end.",
    ),
    (
        "begin_open",
        r"Unmatched 'begin_(?P<text>\w+)'.*name '(?P<detail>[^']*)'",
        "El begin_{text} «{detail}» no se cierra. Agregue su end_{text}.",
        'The begin_{text} "{detail}" is not closed. Add its end_{text}.',
    ),
    (
        "header_twice",
        r"same column were found: (?P<text>.*?)\. Rename|Duplicate column header: (?P<text2>.*)",
        "La misma columna está dos veces ({text}). Deje una sola.",
        "The same column is there twice ({text}). Keep one.",
    ),
    (
        "header_missing",
        r"required column headers were not found: (?P<text>[^.]*)",
        "Faltan columnas obligatorias: {text}. Agréguelas en la primera fila de la hoja.",
        "Required columns are missing: {text}. Add them in the first row of the sheet.",
    ),
    (
        "header_none",
        r"missing header row|Column headers must not be empty",
        "La primera fila de la hoja debe tener los nombres de las columnas, sin espacios ni vacíos.",
        "The first row of the sheet must have the names of the columns, without spaces and none empty.",
    ),
    (
        "parameter_unknown",
        r"accepted parameter keys for this question type are '(?P<detail>[^']*)'.*key\(s\): '(?P<text>[^']*)'",
        "La columna parameters tiene «{text}», que este tipo de pregunta no acepta. Acepta: {detail}.",
        'The column parameters has "{text}", which this type of question does not accept. It accepts: {detail}.',
    ),
    (
        "parameter_bad",
        r"'parameters' value is invalid|[Pp]arameters? ",
        "Lo escrito en la columna parameters no sirve para esta pregunta.",
        "What the column parameters says will not do for this question.",
    ),
    (
        "save_to",
        r"save_to",
        "Lo escrito en la columna save_to no corresponde a las entidades de la hoja entities.",
        "What the column save_to says does not go with the entities on the sheet entities.",
    ),
    (
        "entities",
        r"On the 'entities' sheet",
        "La hoja entities no está bien escrita.",
        "The sheet entities is not well written.",
    ),
    (
        "audit",
        r"Audits must always be named",
        "La pregunta audit no lleva otro nombre: deje vacía su columna name, o escriba audit.",
        "The question audit has no other name: leave its column name empty, or write audit.",
    ),
    (
        "sheet_missing",
        r"You must have a sheet named '?(?P<text>\w+)'?",
        "Falta la hoja «{text}». Un XLSForm tiene al menos la hoja survey.",
        'The sheet "{text}" is missing. An XLSForm has at least the sheet survey.',
    ),
    (
        "too_much",
        r"^too much$",
        "El libro es demasiado grande o complicado para compilarse. Quite las filas, columnas y hojas vacías de más.",
        "The workbook is too large or complicated to be compiled. Take out surplus empty rows, columns and sheets.",
    ),
    (
        "not_xlsform",
        r"valid XLSForm|was not recognized|Error reading",
        "No se puede leer como XLSForm. Guárdelo de nuevo como .xlsx, o escríbalo como tabla Markdown (.md).",
        "It cannot be read as an XLSForm. Save it again as .xlsx, or write it as a Markdown table (.md).",
    ),
    (
        "translation",
        r"Language '(?P<text>[^']*)' is missing the (?P<detail>.*?) columns?\.",
        "En el idioma «{text}» falta: {detail}.",
        'The language "{text}" lacks: {detail}.',
    ),
    (
        "other",
        r"",
        "No se pudo compilar. El compilador dice: {original}",
        "It could not be compiled. The compiler says: {original}",
    ),
)
_PATTERNS: Final = tuple((code, re.compile(pattern, re.DOTALL)) for code, pattern, _, _ in _SAID)
_ROW: Final = re.compile(r"\[row : (\d+)\]\s*")
_SHEET: Final = re.compile(r"[Oo]n the '(\w+)' sheet|for sheet: '(\w+)'")
_COLUMN: Final = re.compile(r"the '([^']+)' value")
_COLUMNS: Final = {"no_type": "type", "unknown_type": "type", "no_name": "name", "no_calculation": "calculation",
                   "no_list": "type"}  # fmt: skip
_ADVICE: Final = ("Use the max-pixels parameter",)

register_messages({f"xlsform.{code}": {"es": es, "en": en} for code, _, es, en in _SAID})


def problem_of(message: str, file: str | None = None) -> Problem:
    """An error of pyxform's as a problem of ours; `original` among its values are pyxform's own words."""
    row = _ROW.search(message)
    original = _ROW.sub("", message).strip()
    code, found = next((code, match) for code, p in _PATTERNS if (match := p.search(original)) is not None)
    groups: Mapping[str, str | None] = found.groupdict()
    column, sheet = _COLUMN.search(original), _SHEET.search(original)
    where = Where(
        file=file,
        item=(sheet[1] or sheet[2]) if sheet else ("survey" if row else None),
        row=int(row[1]) if row else None,
        column=column[1] if column else _COLUMNS.get(code),
    )
    values = {
        "text": (groups.get("text") or groups.get("text2") or "").strip(),
        "detail": (groups.get("detail") or "").strip(),
        "original": original,
    }
    return Problem(f"xlsform.{code}", where, values)


def notes_of(warnings: tuple[str, ...], file: str | None = None) -> tuple[Problem, ...]:
    """pyxform's warnings, without its advice that has nothing to do with this form."""
    told = [each for each in warnings if not any(advice in each for advice in _ADVICE)]
    return tuple(problem_of(each, file) for each in told)
