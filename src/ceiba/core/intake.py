"""What records of evidence must satisfy beyond their cells, and the text they are hashed by.

A file's cells are read by `core.sheets`. Here its rows are set against each other's columns, against the register
and against the evidence that is there; every fault is found and placed, as `core.cells.PROBLEMS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from ceiba.core.cells import PROBLEMS, ROW
from ceiba.core.evidence import HEAD, KINDS, EvidenceKind
from ceiba.core.kernel.canonical import json_object, json_value, text_digests
from ceiba.core.kernel.errors import register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.kernel.month import month_number

CLOCK_SKEW: Final = timedelta(days=1)
MONTHS_APART_MAX: Final = 1
ABSENCE_DAYS_MAX: Final = 366
ABSENCE_TOLD_MONTHS_MAX: Final = 12
"""An absence lasts a year at most before it is attested anew, and is told of within a year: assumptions of ours.

How long one excuses is the rulebook's to say.
"""

register_messages(
    {
        "evidence.unknown_participant": {
            "es": "No hay nadie con la clave «{text}» en el padrón. Corríjala o inscriba primero a la persona.",
            "en": 'Nobody in the register has the code "{text}". Correct the code, or register the person first.',
        },
        "evidence.unknown_area": {
            "es": "No hay un área con la clave «{text}». Corríjala.",
            "en": 'There is no area with the code "{text}". Correct it.',
        },
        "evidence.unknown_group": {
            "es": "No hay una CAC con la clave «{text}» en el padrón. Corríjala o regístrela primero.",
            "en": 'No group in the register has the code "{text}". Correct the code, or register the group first.',
        },
        "evidence.group_elsewhere": {
            "es": "La CAC «{text}» es del municipio {detail}. Escriba esa clave de área.",
            "en": 'The group "{text}" is of the municipality {detail}. Write that code of the area.',
        },
        "evidence.area_missing": {
            "es": "Este registro es de un área y no dice cuál. Escriba la clave del área.",
            "en": "This record is about an area and does not say which. Write the area's code.",
        },
        "evidence.person_given": {
            "es": "Este registro es de un área, no de una persona: deje vacía esta celda.",
            "en": "This record is about an area, not a person: leave this cell empty.",
        },
        "evidence.more_than": {
            "es": "{text} no puede ser más que {detail}. Corrija uno de los dos.",
            "en": "{text} cannot be more than {detail}. Correct one of the two.",
        },
        "evidence.observed_after_receipt": {
            "es": "Se observó el {text}, después de recibirse ({detail}). Revise el reloj del aparato.",
            "en": "It was observed on {text}, after it was received ({detail}). Check the device's clock.",
        },
        "evidence.month_future": {
            "es": "El mes {text} no había empezado cuando se recibió ({detail}). Corrija el mes.",
            "en": "The month {text} had not begun when it was received ({detail}). Correct the month.",
        },
        "evidence.month_apart": {
            "es": "Habla del mes {text} y se observó el {detail}. Corrija uno de los dos.",
            "en": "It speaks of the month {text} and was observed on {detail}. Correct one of the two.",
        },
        "evidence.withdraws_nothing": {
            "es": "Falta la fecha de defunción. Solo queda vacía al retirar un aviso; entonces diga a cuál corrige.",
            "en": "The date of death is missing. It is left empty only to withdraw a notice; then say which one "
            "it corrects.",
        },
        "evidence.ends_before": {
            "es": "La ausencia terminaría el {text}, antes de empezar ({detail}). Corrija una de las dos fechas.",
            "en": "The absence would end on {text}, before it began ({detail}). Correct one of the two dates.",
        },
        "evidence.absence_long": {
            "es": "La ausencia duraría del {detail} al {text}, más de un año. Corrija las fechas; después de un año "
            "se acredita de nuevo.",
            "en": "The absence would last from {detail} to {text}, more than a year. Correct the dates; after a year "
            "it is attested anew.",
        },
        "evidence.absence_month": {
            "es": "La ausencia empezó el {detail} y el registro habla de {text}. El mes es aquel en que empezó.",
            "en": "The absence began on {detail} and the record speaks of {text}. Its month is the one it began in.",
        },
        "evidence.key_taken": {
            "es": "Ya se recibió otro registro con la clave «{text}», que dice otra cosa. Lo recibido no cambia: "
            "para corregirlo, use una clave nueva y escriba «{text}» en «corrige a».",
            "en": 'Another record with the key "{text}" was received, and says something else. What was received '
            'does not change: to correct it, use a new key and write "{text}" under "corrects".',
        },
        "evidence.corrects_itself": {
            "es": "«{text}» dice corregirse a sí mismo. Use una clave nueva para la corrección.",
            "en": '"{text}" says that it corrects itself. Use a new key for the correction.',
        },
        "evidence.corrects_other": {
            "es": "«{text}» es de otra persona o de otra área; una corrección es de la misma.",
            "en": '"{text}" is of another person or area; a correction is of the same one.',
        },
        "evidence.corrected_already": {
            "es": "«{text}» ya fue corregido por «{detail}». Corrija «{detail}».",
            "en": '"{text}" has been corrected by "{detail}" already. Correct "{detail}".',
        },
        "evidence.closed": {
            "es": "Se recibe el {text}, antes del último corte ({detail}). Revise el reloj de este equipo.",
            "en": "It is received on {text}, before the last cut-off ({detail}). Check this computer's clock.",
        },
    }
)

# The part cannot be more than the whole: work beyond the plan is planned first.
_AT_MOST: Final[Mapping[str, tuple[str, str]]] = {
    "visit": ("plan_done", "plan_due"),
    "second_visit": ("plan_done", "plan_due"),
    "attendance": ("sessions_attended", "sessions_held"),
    "survival": ("alive", "sampled"),
    "task": ("done", "due"),
    "assembly": ("present", "members"),
    "harvest": ("sold_kg", "harvested_kg"),
    "nursery": ("ready", "living"),
    "goods": ("rejected", "delivered"),
}
# Deaths and sanctions are told of in the month they become known, which may be long after.
_LONG_BEFORE: Final = ("death", "sanction")
# Absences, when somebody is well again and brings the paper.
_TOLD_LATER: Final[Mapping[str, int]] = {"absence": ABSENCE_TOLD_MONTHS_MAX}

KNOWN: Final = FrameSchema(
    "records known",
    (
        Column("key", pl.String),
        Column("sha256", pl.Binary),
        Column("corrects", pl.String, True),
        Column("participant_id", pl.Int64, True),
        Column("area", pl.String, True),
    ),
    key=("key",),
)


def canonical_body(kind: EvidenceKind) -> pl.Expr:
    """The body of a record as canonical JSON: the columns of its kind (`kernel.canonical`)."""
    columns = kind.schema.columns[len(HEAD.columns) :]
    return json_object({column.name: json_value(column) for column in columns})


def canonical_record(kind: EvidenceKind) -> pl.Expr:
    """A record as canonical JSON: the kind, what the sender said in the head, and the body.

    received_at is not the sender's to say and is left out: the same thing sent twice has the same hash.
    """
    head = {column.name: json_value(column) for column in HEAD if column.name != "received_at"}
    return json_object(head | {"kind": pl.lit(f'"{kind.code}"'), "body": canonical_body(kind)})


def hashed(kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` (`kind.schema`) with `body` (canonical JSON) and `sha256` (Binary) of the canonical record."""
    texts = rows.select(canonical_record(kind).alias("sha256")).to_series()
    return rows.with_columns(canonical_body(kind).alias("body"), text_digests(texts))


def received(rows: pl.DataFrame, now: datetime, *, as_stated: bool) -> pl.DataFrame:
    """`rows` with the time of receipt that holds: the stated one, or `now`.

    The stated one holds where it is trusted, not after `now`, and after the last `cutoff` (a column; null: none)
    that a month of the person or area was decided with. What was not here at that cut-off is late, whatever it says.
    """
    stated = pl.col("received_at")
    holds = (stated <= now) & (pl.col("cutoff").is_null() | (stated > pl.col("cutoff")))
    time = pl.when(pl.lit(as_stated) & holds).then(stated).otherwise(pl.lit(now))
    return rows.with_columns(received_at=time.cast(pl.Datetime("us", "UTC")))


def row_problems(kind: EvidenceKind, rows: pl.DataFrame) -> pl.DataFrame:
    """What is wrong within each row (`PROBLEMS`).

    `rows` has ROW, the columns of `kind.schema` (null where a cell was wrong), participant_id (null: unknown),
    area_known (whether the area's code is one) and cutoff, as for `received`.
    """
    month, observed, receipt = pl.col("month"), pl.col("observed_at"), pl.col("received_at")
    key, corrects, cutoff = pl.col("key"), pl.col("corrects"), pl.col("cutoff")
    day, at = _day(observed), _day(receipt)
    early = observed > receipt + CLOCK_SKEW
    future = month_number(month) > month_number(receipt)
    apart = month_number(month) - month_number(observed)
    is_apart = -apart > _TOLD_LATER.get(kind.code, MONTHS_APART_MAX)
    if kind.code not in _LONG_BEFORE:
        is_apart |= apart > MONTHS_APART_MAX
    checks = [
        _Check("area", "evidence.unknown_area", ~pl.col("area_known"), pl.col("area")),
        _Check("observed_at", "evidence.observed_after_receipt", early, day, at),
        _Check("month", "evidence.month_future", future, _month(month), at),
        _Check("month", "evidence.month_apart", is_apart, _month(month), day),
        _Check("corrects", "evidence.corrects_itself", corrects == key, key),
        _Check("received_at", "evidence.closed", receipt <= cutoff, at, _day(cutoff)),
    ]
    who = pl.col("participant")
    if kind.of_person:
        unknown = who.is_not_null() & pl.col("participant_id").is_null()
        checks.append(_Check("participant", "evidence.unknown_participant", unknown, who))
    else:
        checks.append(_Check("participant", "evidence.person_given", who.is_not_null()))
        checks.append(_Check("area", "evidence.area_missing", pl.col("area").is_null()))
    if kind.code in _AT_MOST:
        part, whole = _AT_MOST[kind.code]
        values = (pl.format("{} " + part, part), pl.format("{} " + whole, whole))
        checks.append(_Check(part, "evidence.more_than", pl.col(part) > pl.col(whole), *values))
    if kind.code == "death":
        nothing = pl.col("died_on").is_null() & pl.col("corrects").is_null()
        checks.append(_Check("died_on", "evidence.withdraws_nothing", nothing))
    if kind.code == "absence":
        checks += _absence_checks()
    return _faulty(rows, *checks)


def _absence_checks() -> list["_Check"]:
    """An absence lasts from one day to another, the same or later, and is of the month it began in."""
    since, until, month = pl.col("since"), pl.col("until"), pl.col("month")
    days = (until - since).dt.total_days()
    other = month_number(month) != month_number(since)
    return [
        _Check("until", "evidence.ends_before", days < 0, until, since),
        _Check("until", "evidence.absence_long", days > ABSENCE_DAYS_MAX, until, since),
        _Check("month", "evidence.absence_month", other, _month(month), since),
    ]


def group_problems(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Groups that are not in the register, or of another municipality than the record (`PROBLEMS`).

    `rows` has ROW, group and area; `places` has group and area of the groups that there are.
    """
    both = rows.join(places.select("group", place="area"), on="group", how="left", maintain_order="left")
    group, place = pl.col("group"), pl.col("place")
    unknown = group.is_not_null() & place.is_null()
    return _faulty(
        both,
        _Check("group", "evidence.unknown_group", unknown, group),
        _Check("area", "evidence.group_elsewhere", pl.col("area") != place, group, place),
    )


def key_problems(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Keys under which something else was received before (`PROBLEMS`). `rows` has ROW, key and sha256."""
    both = rows.join(known.select("key", was="sha256"), on="key", how="inner")
    differs = pl.col("sha256") != pl.col("was")
    return _faulty(both, _Check("key", "evidence.key_taken", differs, pl.col("key")))


def correction_problems(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Corrections of somebody else's record, or of one that is corrected already (`PROBLEMS`).

    `rows` are new records with ROW, key, corrects, participant_id and area; `known` (`KNOWN`) holds the records
    that they correct, and those that correct the same ones.
    """
    corrections = rows.filter(pl.col("corrects").is_not_null())
    if corrections.is_empty():
        return PROBLEMS.empty()
    columns = ["key", "participant_id", "area"]
    there = pl.concat([known.select(columns), rows.select(columns)]).rename(
        {"key": "corrects", "participant_id": "its_person", "area": "its_area"}
    )
    of_known = corrections.join(there, on="corrects", how="inner")
    of_person = pl.col("participant_id").is_not_null()
    same = pl.when(of_person).then(pl.col("participant_id").eq_missing(pl.col("its_person")))
    other = ~same.otherwise(pl.col("area").eq_missing(pl.col("its_area")))
    first = corrections.select("corrects", "key").unique("corrects", keep="first", maintain_order=True)
    taken = pl.concat([known.filter(pl.col("corrects").is_not_null()).select("corrects", "key"), first])
    taken = taken.unique("corrects", keep="first", maintain_order=True).rename({"key": "by"})
    again = corrections.join(taken, on="corrects", how="inner").filter(pl.col("by") != pl.col("key"))
    code, target = "evidence.corrected_already", pl.col("corrects")
    return pl.concat(
        [
            _faulty(of_known, _Check("corrects", "evidence.corrects_other", other, target)),
            _faulty(again, _Check("corrects", code, pl.lit(True), target, pl.col("by"))),
        ]
    )


def kind_of(file_name: str) -> EvidenceKind | None:
    """The kind a file's name begins with (`visit.parquet`, `visit-2026-03.csv`), the longest that fits."""
    fits = [code for code in KINDS if file_name.lower().startswith(code)]
    return KINDS[max(fits, key=len)] if fits else None


@dataclass(frozen=True, slots=True)
class _Check:
    """Where a row is wrong, in which column, and what is told of it: the text, and what was expected."""

    column: str
    code: str
    when: pl.Expr
    text: pl.Expr | None = None
    detail: pl.Expr | None = None


def _faulty(rows: pl.DataFrame, *checks: _Check) -> pl.DataFrame:
    """The rows in which checks hold, as `PROBLEMS`, check by check.

    First all are asked at once whether they hold anywhere: mostly none does, and that costs one look at the rows.
    """
    anywhere = rows.select(check.when.any().alias(str(n)) for n, check in enumerate(checks)).row(0)
    nothing = pl.lit("")
    found = [
        rows.filter(check.when).select(
            ROW,
            column=pl.lit(check.column),
            code=pl.lit(check.code),
            text=nothing if check.text is None else check.text.cast(pl.String),
            detail=nothing if check.detail is None else check.detail.cast(pl.String),
        )
        for check, holds in zip(checks, anywhere, strict=True)
        if holds
    ]
    return PROBLEMS.check(pl.concat([PROBLEMS.empty(), *found]))


def _day(time: pl.Expr) -> pl.Expr:
    return time.dt.to_string("%Y-%m-%d %H:%M UTC")


def _month(day: pl.Expr) -> pl.Expr:
    return day.dt.to_string("%Y-%m")
