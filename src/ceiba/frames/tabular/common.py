"""What every kind of file gives, and what can be wrong with one before any of its cells is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "file.too_big": {
            "es": "El archivo pesa {size} MB y el máximo es {limit} MB. Divídalo en partes o guárdelo como Parquet.",
            "en": "The file weighs {size} MB and the limit is {limit} MB. Split it, or save it as Parquet.",
        },
        "file.empty": {
            "es": "El archivo está vacío. Revise que sea el correcto.",
            "en": "The file is empty. Check that it is the right one.",
        },
        "file.no_rows": {
            "es": "El archivo solo trae encabezados, sin ninguna fila de datos.",
            "en": "The file holds headings only and no row of data.",
        },
        "file.kind_unknown": {
            "es": "No se reconoce la terminación del nombre. Use .csv, .xlsx o .parquet.",
            "en": "The ending of the name is not known. Use .csv, .xlsx or .parquet.",
        },
        "file.kind_differs": {
            "es": "El nombre termina en {suffix}, pero por dentro el archivo es {found}. "
            "Guárdelo de nuevo en el formato que dice su nombre.",
            "en": "The name ends in {suffix}, but inside the file is {found}. "
            "Save it again in the format its name says.",
        },
        "file.old_excel": {
            "es": "El libro es de un Excel antiguo (.xls) o tiene contraseña. Guárdelo como .xlsx y sin contraseña.",
            "en": "The workbook is of an old Excel (.xls) or has a password. Save it as .xlsx, without password.",
        },
        "file.encoding": {
            "es": "El archivo no está en UTF-8, sino en {found}: vea la línea {line}, «{text}». "
            "En Excel: Guardar como, «CSV UTF-8 (delimitado por comas)».",
            "en": 'The file is not in UTF-8 but in {found}: see line {line}, "{text}". '
            'In Excel: Save as, "CSV UTF-8 (comma delimited)".',
        },
        "file.row_width": {
            "es": "La fila tiene {found} celdas y los encabezados son {expected}. Sobra o falta un separador, "
            "o el archivo llegó cortado.",
            "en": "The row has {found} cells and there are {expected} headings. A separator is missing or too many, "
            "or the file was cut short.",
        },
        "file.quotes": {
            "es": "Cerca de la línea {line} hay comillas que no cierran o una celda enorme, o el archivo llegó "
            "cortado. Revise esa línea.",
            "en": "Near line {line} quotes are not closed, a cell is huge, or the file was cut short. "
            "Check that line.",
        },
        "file.too_many_rows": {
            "es": "El archivo trae más de {limit} filas. Divídalo en partes.",
            "en": "The file has more than {limit} rows. Split it.",
        },
        "file.too_many_columns": {
            "es": "El archivo trae más de {limit} columnas. Deje solo las de la hoja.",
            "en": "The file has more than {limit} columns. Keep only those of the sheet.",
        },
        "file.broken": {
            "es": "El archivo está dañado o llegó cortado y no se puede leer. Envíelo de nuevo desde el original.",
            "en": "The file is damaged or was cut short and cannot be read. Send it again from the original.",
        },
        "file.swells": {
            "es": "El archivo, descomprimido, ocuparía {size} MB o más y el máximo es {limit} MB. No se abre.",
            "en": "Unpacked, the file would take {size} MB or more and the limit is {limit} MB. It is not opened.",
        },
        "file.scattered": {
            "es": "La hoja tiene una celda escrita muy lejos de las demás ({cell}). Bórrela y guarde de nuevo.",
            "en": "The sheet has a cell far away from the others ({cell}). Delete it and save again.",
        },
        "file.excel_error": {
            "es": "La celda {cell} tiene un error de Excel (como #N/A o #¡REF!). Escriba el valor.",
            "en": "Cell {cell} holds an Excel error (such as #N/A or #REF!). Write the value.",
        },
        "file.heading_blank": {
            "es": "La columna {column} trae datos y no tiene encabezado. Póngale uno o bórrela.",
            "en": "Column {column} has data and no heading. Give it one or delete it.",
        },
        "file.column_type": {
            "es": "La columna «{column}» es de tipo {found}, que no se acepta. Guárdela como texto.",
            "en": 'The column "{column}" is of type {found}, which is not accepted. Save it as text.',
        },
        "file.excel_rows": {
            "es": "Un libro de Excel no admite más de {limit} filas. Pídalo como CSV o Parquet.",
            "en": "An Excel workbook holds no more than {limit} rows. Ask for CSV or Parquet.",
        },
        "file.excel_cell": {
            "es": "La columna «{column}» tiene textos que no caben en una celda de Excel. Pídala como CSV o Parquet.",
            "en": 'The column "{column}" has texts too long for a cell of Excel. Ask for CSV or Parquet.',
        },
    }
)

MB: Final = 1_000_000
COLUMNS_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Cells:
    """A file's headings, as they are, and its data rows, a column for each heading in the same order."""

    headings: Sequence[str]
    rows: pl.DataFrame


class Fail:
    """Makes the errors of one file, each led by the file's name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def problem(self, code: str, *, row: int | None = None, **values: Any) -> Problem:
        """A problem of the file, or of one of its rows."""
        return Problem(code, Where(file=self.name, row=row), values)

    def error(self, code: str, **values: Any) -> CeibaError:
        """The error of a single problem, to raise."""
        return CeibaError(self.problem(code, **values))
