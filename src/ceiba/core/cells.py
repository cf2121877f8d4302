"""One column of a file: what it declares, how its cells are read, and everything that can be wrong with one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from ceiba.core.kernel.errors import register_messages
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema
from ceiba.core.kernel.letters import INVISIBLE

ROW: Final = "row"
AGE_YEARS_MAX: Final = 130
CELL_LENGTH_MAX: Final = 131_072  # where Python's csv reader stops, too
WHEN: Final = ("any", "past", "birth", "month")

PROBLEMS: Final = FrameSchema(
    "problems of cells",
    (
        Column(ROW, pl.Int64, True, "1 = first data row; null: the whole column"),
        Column("column", pl.String, True, "name of the column, or of the key's columns joined by commas"),
        Column("code", pl.String, False, "a code of the catalogue of messages"),
        Column("text", pl.String, True, "the cell as it came, shortened"),
        Column("detail", pl.String, True, "what was expected, or where it clashes"),
    ),
)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column that a file must bring.

    `choices` and `length` (in characters) bound text, `low` and `high` numbers, `when` (one of `WHEN`) dates:
    "past" is not after today, "birth" besides not more than AGE_YEARS_MAX years ago, "month" the first day of
    this month or of an earlier one. `refers` names what the column holds a key of; `choices_said` explains
    choices that could be taken for others.
    """

    name: str
    dtype: Dtype
    es: str
    en: str
    required: bool = True
    choices: tuple[str, ...] = ()
    refers: str | None = None
    low: int | None = None
    high: int | None = None
    length: int = 64
    when: str = "any"
    choices_said: str = ""


register_messages(
    {
        "cell.wrong_type": {
            "es": "La columna es de tipo {text} y se esperaba {detail}. Guárdela como texto.",
            "en": "The column is of type {text} and {detail} was expected. Save it as text.",
        },
        "cell.required": {
            "es": "La celda está vacía y este dato es obligatorio. Escríbalo.",
            "en": "The cell is empty and this is required. Fill it in.",
        },
        "cell.too_long": {
            "es": "«{text}…» pasa del largo permitido. Escriba {detail} caracteres o menos.",
            "en": '"{text}…" is too long. Write {detail} characters or fewer.',
        },
        "cell.control": {
            "es": "«{text}» tiene caracteres invisibles (saltos de línea, tabuladores u otros). Escríbalo de nuevo.",
            "en": '"{text}" has invisible characters (line breaks, tabs or others). Write it again.',
        },
        "cell.damaged": {
            "es": "«{text}» llegó con letras dañadas: el archivo pasó por otra codificación. "
            "Guárdelo de nuevo como CSV UTF-8 desde el original.",
            "en": '"{text}" came with damaged letters: the file went through another encoding. '
            "Save it again as CSV UTF-8 from the original.",
        },
        "cell.formula": {
            "es": "«{text}» parece una fórmula. Quite el primer signo.",
            "en": '"{text}" looks like a formula. Take out its first sign.',
        },
        "cell.choice": {
            "es": "«{text}» no se acepta. Escriba uno de: {detail}.",
            "en": '"{text}" is not accepted. Write one of: {detail}.',
        },
        "cell.whole_number": {
            "es": "«{text}» no es un número entero. Escríbalo solo con cifras, sin decimales: 25000.",
            "en": '"{text}" is not a whole number. Write digits only, no decimals: 25000.',
        },
        "cell.number": {
            "es": "«{text}» no es un número. Escríbalo así: 14.6349.",
            "en": '"{text}" is not a number. Write it like 14.6349.',
        },
        "cell.thousands": {
            "es": "«{text}» lleva separador de miles, que puede leerse de dos maneras. Escríbalo sin él: 25000.",
            "en": '"{text}" has a thousands separator, which can be read two ways. Write it without: 25000.',
        },
        "cell.bounds": {
            "es": "{text} está fuera de lo posible. Debe ir {detail}.",
            "en": "{text} is out of bounds. It must lie in {detail}.",
        },
        "cell.yes_no": {
            "es": "«{text}» no es sí ni no. Escriba sí o no.",
            "en": '"{text}" is neither yes nor no. Write yes or no.',
        },
        "cell.date": {
            "es": "«{text}» no es una fecha. Escríbala así: 2026-03-31.",
            "en": '"{text}" is not a date. Write it like 2026-03-31.',
        },
        "cell.date_ambiguous": {
            "es": "«{text}» puede leerse como día y mes o como mes y día. Escriba primero el año: 2026-03-31.",
            "en": '"{text}" can be read as day and month or month and day. Write the year first: 2026-03-31.',
        },
        "cell.date_impossible": {
            "es": "«{text}» no existe en el calendario. Corríjala; se lee como día/mes/año o año-mes-día.",
            "en": '"{text}" is not in the calendar. Correct it; it is read as day/month/year or year-month-day.',
        },
        "cell.date_serial": {
            "es": "«{text}» parece una fecha que Excel guardó como número. Dé formato de fecha a la columna.",
            "en": '"{text}" looks like a date that Excel kept as a number. Format the column as a date.',
        },
        "cell.date_range": {
            "es": "«{text}» queda fuera de 1900 a 2200. Revise el año.",
            "en": '"{text}" is outside 1900 to 2200. Check the year.',
        },
        "cell.future": {
            "es": "{text} todavía no llega (hoy es {detail}). Revise la fecha.",
            "en": "{text} has not come yet (today is {detail}). Check the date.",
        },
        "cell.age": {
            "es": "Con nacimiento el {text} la persona tendría más de {detail} años. Revise la fecha.",
            "en": "Born on {text} the person would be over {detail} years old. Check the date.",
        },
        "cell.month": {
            "es": "«{text}» no es un mes. Escríbalo como 2026-03 o con su primer día, 2026-03-01.",
            "en": '"{text}" is not a month. Write it like 2026-03 or as its first day, 2026-03-01.',
        },
        "cell.time_zone": {
            "es": "«{text}» no dice su huso horario. Agréguelo: 2026-03-31T12:00:00-06:00.",
            "en": '"{text}" does not say its time zone. Add it: 2026-03-31T12:00:00-06:00.',
        },
        "cell.time": {
            "es": "«{text}» no es una fecha con hora. Escríbala así: 2026-03-31T12:00:00-06:00.",
            "en": '"{text}" is not a date and time. Write it like 2026-03-31T12:00:00-06:00.',
        },
    }
)


def read_cells(
    rows: pl.DataFrame, columns: Sequence[ColumnSpec], today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells as the columns' dtypes, null where there is a problem; and the problems (`PROBLEMS`), by column.

    `rows` holds ROW and the columns, as text or of any dtype that a Parquet file may hold. All columns are read in
    one pass, by expressions that are made once a column: a frame of a few rows costs little more than its rows.
    """
    texts = {c.name: _as_text(c.name, rows.schema[c.name], c.dtype) for c in columns}
    readings = [_reading(c, today) for c in columns if texts[c.name] is not None]
    work = rows.select(ROW, *(text for text in texts.values() if text is not None))
    work = work.with_columns(each.value for each in readings).with_columns(each.fault for each in readings)
    wrong = [each for each in readings if work[each.column.name + _FAULT].null_count() < work.height]
    found = [_misfit(c, rows.schema[c.name]) for c in columns if texts[c.name] is None]
    found += [_found(work, each) for each in wrong]
    good = {each.column.name: each.good for each in readings}
    nothing = {c.name: pl.lit(None, c.dtype).alias(c.name) for c in columns if c.name not in good}
    values = work.select(ROW, *((good | nothing)[c.name] for c in columns))
    return values, pl.concat([PROBLEMS.empty(), *found])


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a column is read, of its cells as text: its `value`, the number of its first `fault`, what is `good`."""

    column: ColumnSpec
    faults: tuple["_Fault", ...]
    value: pl.Expr
    fault: pl.Expr
    good: pl.Expr


@lru_cache(maxsize=1_024)
def _reading(column: ColumnSpec, today: date) -> _Reading:
    cell, value = pl.col(column.name), pl.col(column.name + _VALUE)
    read, faults = _read(cell, value, column)
    required = [_Fault("cell.required", cell.is_null())] * column.required
    told = (*required, *faults, *_bounds(value, column), *_dates(value, column, today))
    first = pl.lit(None, pl.UInt8)
    for number, fault in reversed(list(enumerate(told))):
        # An empty cell has no fault but to be empty.
        holds = fault.when if fault.code == "cell.required" else fault.when & cell.is_not_null()
        first = pl.when(holds).then(pl.lit(number, pl.UInt8)).otherwise(first)
    is_good = pl.col(column.name + _FAULT).is_null()
    good = pl.when(is_good).then(value).cast(column.dtype, strict=False)
    return _Reading(
        column,
        told,
        read.alias(column.name + _VALUE),
        first.alias(column.name + _FAULT),
        good.alias(column.name),
    )


def _found(work: pl.DataFrame, reading: _Reading) -> pl.DataFrame:
    """The cells of a column that are wrong, as `PROBLEMS`."""
    number = pl.col(reading.column.name + _FAULT)
    codes, details = [each.code for each in reading.faults], [each.detail for each in reading.faults]
    return work.filter(number.is_not_null()).select(
        pl.col(ROW).cast(pl.Int64),
        column=pl.lit(reading.column.name),
        code=pl.lit(pl.Series(codes, dtype=pl.String)).gather(number),
        text=pl.col(reading.column.name).str.slice(0, 60),
        detail=pl.lit(pl.Series(details, dtype=pl.String)).gather(number),
    )


def _misfit(column: ColumnSpec, dtype: pl.DataType) -> pl.DataFrame:
    """A column whose dtype cannot be meant for what it should hold, as `PROBLEMS`."""
    return pl.DataFrame(
        [[None], [column.name], ["cell.wrong_type"], [str(dtype)], [str(column.dtype)]], PROBLEMS.dtypes
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    """A condition under which a cell is wrong; the first that holds names the cell's problem."""

    code: str
    when: pl.Expr
    detail: str = ""


# Beside each column of cells, what was read of them and which fault they have.
_VALUE: Final = ".value"
_FAULT: Final = ".fault"
# U+FFFD, and UTF-8 that was read as Windows-1252 and saved again ("PeÃ±a").
_DAMAGED: Final = r"\x{fffd}|[ÃÂ][\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_FORMULA: Final = r"^[=@＝＠＋－]|^[+\-].*[^0-9 ().\-]"
_TRUE: Final = ("sí", "si", "s", "true", "verdadero", "yes", "y", "1")
_FALSE: Final = ("no", "n", "false", "falso", "0")
_ISO: Final = r"^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$"
_SLASHED: Final = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: 0?0:00(?::00)?)?$"
_YEARS: Final = (1900, 2200)


@lru_cache(maxsize=1_024)
def _as_text(name: str, dtype: pl.DataType, wanted: Dtype) -> pl.Expr | None:
    """The cells as trimmed text, null where empty; None where their dtype cannot be meant for `wanted`."""
    cells = pl.col(name)
    if dtype in (pl.String, pl.Null) or isinstance(dtype, pl.Categorical | pl.Enum):
        return cells.cast(pl.String).str.strip_chars().str.normalize("NFC").replace("", None)
    if isinstance(dtype, pl.Datetime) and wanted in (pl.Date, pl.Datetime):
        zone = "%:z" if dtype.time_zone else ""
        return cells.dt.to_string(f"%Y-%m-%dT%H:%M:%S%.f{zone}")
    plain = dtype.is_integer() or dtype == wanted or (dtype.is_float() and wanted != pl.String)
    return cells.cast(pl.String) if plain else None


def _read(cell: pl.Expr, value: pl.Expr, column: ColumnSpec) -> tuple[pl.Expr, list[_Fault]]:
    """What a `cell` of text says as the column's dtype, and the faults of reading it; `value` is what was read."""
    if column.dtype == pl.String:
        return _text(cell, value, column)
    if column.dtype == pl.Boolean:
        return _yes_no(cell, value)
    if column.dtype == pl.Date:
        return _month(cell, value) if column.when == "month" else _date(cell, value)
    if column.dtype == pl.Datetime:
        return _time(cell, value)
    if column.dtype.is_integer():
        return _whole(cell, value)
    return _decimal(cell, value)


def _text(cell: pl.Expr, value: pl.Expr, column: ColumnSpec) -> tuple[pl.Expr, list[_Fault]]:
    faults = [
        _Fault("cell.too_long", cell.str.len_chars() > column.length, str(column.length)),
        _Fault("cell.damaged", cell.str.contains(_DAMAGED)),
        _Fault("cell.control", cell.str.contains(INVISIBLE)),
        _Fault("cell.formula", cell.str.contains(_FORMULA)),
    ]
    if not column.choices:
        return cell, faults
    known = {choice.lower(): choice for choice in column.choices}
    read = cell.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    return read, [
        *faults,
        _Fault("cell.choice", value.is_null(), column.choices_said or ", ".join(column.choices)),
    ]


def _yes_no(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    words = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    read = cell.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    return read, [_Fault("cell.yes_no", value.is_null())]


def _whole(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    read = cell.str.replace(r"[.,]0$", "").str.to_integer(strict=False, dtype=pl.Int64)
    return read, [
        _Fault("cell.thousands", cell.str.contains(r"^[+-]?\d{1,3}([., '’\u{a0}\u{202f}]\d{3})+$")),
        _Fault("cell.bounds", cell.str.contains(r"^[+-]?\d{19,}$"), _span(-(2**63), 2**63 - 1)),
        _Fault("cell.whole_number", ~cell.str.contains(r"^[+-]?\d+([.,]0)?$") | value.is_null()),
    ]


def _decimal(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    """A single comma or point is the decimal mark; two or more marks would be thousands."""
    read = cell.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return read, [
        _Fault("cell.thousands", cell.str.contains(r"^[+-]?\d+([., '’\u{a0}\u{202f}]\d+){2,}$")),
        _Fault("cell.number", ~cell.str.contains(r"^[+-]?\d+([.,]\d+)?([eE][+-]?\d{1,3})?$")),
        _Fault("cell.number", value.is_null() | ~value.is_finite()),
    ]


def _date(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    """2026-03-31, or 31/03/2026 where the column itself shows that the day comes first.

    03/04/2026 alone can be April or March: it is read as April only if some other cell of the column has a
    first number above 12 and none has a second one above 12.
    """
    first = cell.str.extract(_SLASHED, 1).cast(pl.Int32)
    second = cell.str.extract(_SLASHED, 2).cast(pl.Int32)
    day_first = (first > 12).any() & ~(second > 12).any()
    iso = _day(cell.str.extract(_ISO, 1), cell.str.extract(_ISO, 2), cell.str.extract(_ISO, 3))
    slashed = _day(
        cell.str.extract(_SLASHED, 3), cell.str.extract(_SLASHED, 2), cell.str.extract(_SLASHED, 1)
    )
    is_slashed, is_iso = cell.str.contains(_SLASHED), cell.str.contains(_ISO)
    read = pl.coalesce(iso, slashed)
    return read, [
        _Fault("cell.date_serial", cell.str.contains(r"^\d{5}(\.\d+)?$")),
        _Fault("cell.date", ~is_slashed & ~is_iso),
        _Fault("cell.date_impossible", value.is_null()),
        _Fault("cell.date_ambiguous", is_slashed & (first != second) & (slashed.dt.day() <= 12) & ~day_first),
        _Fault("cell.date_range", ~value.dt.year().is_between(*_YEARS)),
    ]


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    written = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return written.str.to_date("%Y-%m-%d", strict=False)


def _month(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    short = cell.str.replace(r"^(\d{4}-\d{2})$", "${1}-01")
    read = short.str.extract(r"^(\d{4}-\d{2}-01)(?:[T ]00:00(?::00(?:\.0+)?)?)?$").str.to_date(
        "%Y-%m-%d", strict=False
    )
    return read, [
        _Fault("cell.month", value.is_null()),
        _Fault("cell.date_range", ~value.dt.year().is_between(*_YEARS)),
    ]


def _time(cell: pl.Expr, value: pl.Expr) -> tuple[pl.Expr, list[_Fault]]:
    written = cell.str.replace(" ", "T", literal=True).str.replace(r"[Zz]$", "+00:00")
    written = written.str.replace(r"T(\d{2}:\d{2})([+-])", "T${1}:00${2}")
    read = written.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)
    zoneless = cell.str.contains(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$")
    return read, [
        _Fault("cell.time_zone", zoneless),
        _Fault("cell.time", value.is_null()),
        _Fault("cell.date_range", ~value.dt.year().is_between(*_YEARS)),
    ]


def _bounds(value: pl.Expr, column: ColumnSpec) -> list[_Fault]:
    """Numbers outside what the column, or its dtype, can hold."""
    if not column.dtype.is_numeric():
        return []
    low, high = column.low, column.high
    if column.dtype == pl.Int32:
        low, high = (-(2**31) if low is None else low), (2**31 - 1 if high is None else high)
    return [
        *([_Fault("cell.bounds", value < low, _span(low, high))] if low is not None else []),
        *([_Fault("cell.bounds", value > high, _span(low, high))] if high is not None else []),
    ]


def _span(low: int | None, high: int | None) -> str:
    return f"[{'…' if low is None else low}, {'…' if high is None else high}]"


def _dates(value: pl.Expr, column: ColumnSpec, today: date) -> list[_Fault]:
    """Days that have not come yet, and births too long ago."""
    if column.when == "any" or not column.dtype.is_temporal():
        return []
    day = value.dt.date() if column.dtype == pl.Datetime else value
    faults = [_Fault("cell.future", day > today, today.isoformat())]
    if column.when == "birth":
        first_day = date(today.year - AGE_YEARS_MAX - 1, today.month, min(today.day, 28))
        faults.append(_Fault("cell.age", day < first_day, str(AGE_YEARS_MAX)))
    return faults
