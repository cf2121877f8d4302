"""Which records of evidence a month's facts are drawn from, and why the others are not.

What holds for every kind:

- A record that another one of the same kind and person (or area) names in `corrects` is replaced by it, whatever
  months the two speak of. A record is corrected once (the database sees to that), then the correction is
  corrected; so a chain leaves its last record, and a circle leaves none. A correction of a record that is not
  there, or that is somebody else's, is a record like any other.
- "The latest" is the last by month, then observed_at, received_at and key.

`COMBINATIONS` says the rest, for each kind that facts are drawn from. Evidence received after the cut-off must not be
in the frames.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.month import Month, month_number

STANDINGS: Final = ("counts", "corrected", "overruled", "outside")
Standing: Final = pl.Enum(STANDINGS)

LIST_OF: Final[Mapping[str, str]] = {"death": "deaths", "sanction": "sanctions"}
"""The kinds of which "none" is known only from the receipt of a complete list."""

_LATEST: Final = ("month", "observed_at", "received_at", "key")


@dataclass(frozen=True, slots=True)
class Combination:
    """How the records of a kind combine.

    `reaches` says which records speak of a month; `latest_of` are the columns of which only the latest record
    counts (none: every record counts); `onward` says that a record also bears on the months after its own. `es`
    and `en` say all of it in words, for pages and documents.
    """

    es: str
    en: str
    reaches: Callable[[Month], pl.Expr]
    latest_of: tuple[str, ...] = ()
    onward: bool = True


def months_until(day: pl.Expr, month: Month) -> pl.Expr:
    """Calendar months from the month of `day` to `month` (Int32; negative when it lies after)."""
    return pl.lit(month.year * 12 + month.month, pl.Int32) - month_number(day)


def _of_month(month: Month) -> pl.Expr:
    return pl.col("month") == month.first_day


def _until_month(month: Month) -> pl.Expr:
    return pl.col("month") <= month.first_day


def _since_active(month: Month) -> pl.Expr:
    """From the month before the first that the person was active from the first day of: in it they became active."""
    age = months_until(pl.col("month"), month)
    return (age >= 0) & (age <= pl.col("enrolled_months"))


def _died_by(month: Month) -> pl.Expr:
    return pl.col("died_on") <= month.last_day


def _in_force(month: Month) -> pl.Expr:
    return _until_month(month) & (pl.col("until").is_null() | (pl.col("until") >= month.first_day))


def _absent(month: Month) -> pl.Expr:
    """An end before the month it speaks of leaves that month."""
    last = pl.max_horizontal("month", pl.col("until").fill_null(pl.col("month")))
    return _until_month(month) & (last >= month.first_day) & pl.col("documented")


_KEY: Final = "participant_id"
_OF_PERSON: Final = (_KEY,)

_LATEST_OF_MONTH: Final = (
    "El último registro del mes, por cuándo se observó y luego por cuándo se recibió.",
    "The last record of the month, by when it was observed and then by when it was received.",
)
_LATEST_KNOWN: Final = (
    "El registro más reciente hasta el mes, que vale mientras no llegue otro.",
    "The most recent record up to the month; it holds until another one comes.",
)

# A kind that is not here is kept, shown and counted, and no fact is drawn from it.
COMBINATIONS: Final[Mapping[str, Combination]] = {
    "visit": Combination(*_LATEST_OF_MONTH, _of_month, _OF_PERSON, onward=False),
    # It never takes the place of the first one: a rule compares the two.
    "second_visit": Combination(*_LATEST_OF_MONTH, _of_month, _OF_PERSON, onward=False),
    "attendance": Combination(*_LATEST_OF_MONTH, _of_month, _OF_PERSON, onward=False),
    "planting": Combination(
        "La suma de todos los registros desde el mes del alta hasta este.",
        "The sum of all records from the month of becoming active to this one.",
        _since_active,
    ),
    "survival": Combination(*_LATEST_KNOWN, _until_month, _OF_PERSON),
    "land_check": Combination(*_LATEST_KNOWN, _until_month, _OF_PERSON),
    "proof_of_life": Combination(*_LATEST_KNOWN, _until_month, _OF_PERSON),
    "document_check": Combination(
        "La revisión más reciente de cada documento, si el padrón no lo cotejó después. Faltan los obligatorios que "
        "no se tienen o que vencieron al último día del mes. Si de ninguno se sabe nada, no hay evidencia.",
        "The most recent check of each document, unless the register saw the document later. Missing are required "
        "ones that are not held, or have expired by the last day of the month. If nothing is known of any, there "
        "is no evidence.",
        _until_month,
        ("participant_id", "document"),
    ),
    "death": Combination(
        "Verdadero si algún aviso dice que murió a más tardar el último día del mes. Falso solo si llegó la lista de "
        "defunciones del mes y del área. Un aviso se retira con una corrección sin fecha.",
        "True if a notice says that the person died by the last day of the month. False only if the month's list of "
        "deaths for the area has come. A notice is withdrawn by a correction without a date.",
        _died_by,
    ),
    "sanction": Combination(
        "Cuántas están vigentes algún día del mes. Cero solo si llegó la lista de sanciones del mes y del área.",
        "How many are in force on a day of the month. Zero only if the month's list of sanctions of the area came.",
        _in_force,
    ),
    "absence": Combination(
        "La ausencia más reciente que abarca algún día del mes, de las que alguien acredita por escrito. Sin fecha "
        "de fin vale solo para su mes.",
        "The most recent absence that covers a day of the month, of those attested in writing. Without an end it "
        "holds for its own month only.",
        _absent,
        _OF_PERSON,
    ),
    "flag": Combination(
        "Cuántas se sostienen sobre los formularios del mes: de cada formulario y señal, el último registro. Sin "
        "ningún registro no hay evidencia: nadie ha dicho que no haya señales.",
        "How many hold on the month's submissions: of each submission and flag, the last record. Without any record "
        "there is no evidence: nobody has said that there are no flags.",
        _of_month,
        (_KEY, "subject", "flag"),
        onward=False,
    ),
    "review": Combination(
        "La decisión más grave sobre los formularios del mes: de cada formulario cuenta la última; segunda visita "
        "pesa más que devuelto, y devuelto más que aprobado.",
        "The gravest decision on the month's submissions: of each submission the last one counts; a second visit "
        "outweighs returned, and returned outweighs approved.",
        _of_month,
        (_KEY, "subject"),
        onward=False,
    ),
    "list_receipt": Combination(
        "Los acuses de las listas del mes, para su área y todas las que contiene.",
        "The receipts of the month's own lists, for their area and all within it.",
        _of_month,
        onward=False,
    ),
}


def standing_of(
    kind: str, records: pl.DataFrame, people: pl.DataFrame, documents: pl.DataFrame, month: Month
) -> pl.DataFrame:
    """The records of a kind with their `standing` (`Standing`) for `month`, in no particular order.

    `records` is `KINDS[kind].records`; `people` has participant_id, area and enrolled_months, `documents` is
    `DOCUMENTS`. Records of other people are left out; those of an area are all kept.

    - counts: a fact of the month is drawn from it
    - corrected: another record replaces it
    - overruled: a later record, or a later sighting by the register, holds in its place
    - outside: it does not speak of this month, or of a document that is not required
    """
    columns = KINDS[kind].records.names
    rows = KINDS[kind].records.check(records)
    if rows.is_empty():
        return rows.with_columns(standing=pl.lit(None, Standing))
    if KINDS[kind].of_person:
        rows = rows.join(people.select(_KEY, "enrolled_months"), on=_KEY, how="inner")
    combination = COMBINATIONS[kind]
    reaches, seen_later = combination.reaches(month), pl.lit(False)
    if kind == "document_check":
        required = documents.select(_KEY, "document", "seen_on", required=True)
        rows = rows.join(required, on=[_KEY, "document"], how="left")
        reaches &= pl.col("required")
        seen_later = pl.col("seen_on") > pl.col("observed_at").dt.date()
    rows = rows.with_columns(corrected=pl.col("key").is_in(_corrected(rows).implode()))
    rows = rows.with_columns(
        reaches=reaches.fill_null(value=False) & ~pl.col("corrected"),
        seen_later=seen_later.fill_null(value=False),
        last=pl.lit(True),
    )
    if group := combination.latest_of:
        rows = rows.sort(*group, *_LATEST).with_columns(
            last=pl.struct(*group, "reaches").is_last_distinct() & ~pl.col("seen_later")
        )
    standing = (
        pl.when("corrected")
        .then(pl.lit("corrected"))
        .when(~pl.col("reaches"))
        .then(pl.lit("outside"))
        .when("last")
        .then(pl.lit("counts"))
        .otherwise(pl.lit("overruled"))
    )
    return rows.select(*columns, standing=standing.cast(Standing))


def covered_areas(areas: pl.Series, receipts: pl.DataFrame) -> pl.DataFrame:
    """Which of `areas` lie in the area of a receipt: columns receipt (its key), list and area.

    An area code is a prefix of the codes of the areas within it.
    """
    return (
        receipts.select("list", receipt="key", within="area")
        .join(areas.unique().alias("area").to_frame(), how="cross")
        .filter(pl.col("area").str.starts_with(pl.col("within")))
        .select("receipt", "list", "area")
    )


def _corrected(records: pl.DataFrame) -> pl.Series:
    """The keys of the records that another record of the same person or area names in `corrects`."""
    who = records.columns[0]
    corrections = records.filter(pl.col("corrects").is_not_null())
    targets = corrections.join(records, left_on=[who, "corrects"], right_on=[who, "key"], how="semi")
    return targets["corrects"]
