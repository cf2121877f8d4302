"""Results: people paid, months of work, hectares measured, trees alive; a calendar year at a time.

Counts of people are told as every outsider is told them (decision 0011). Hectares are of measured plots; what was
stated is never added to them.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from ceiba.core.iati.frames import INDICATORS, PERIODS
from ceiba.core.iati.known import ACHIEVED, Knowledge
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.survival import COUNTED_MIN, PLANTS, TreesAlive, trees_alive

_PERSON: Final = (Column("participant_id", pl.Int64), Column("year", pl.Int32))
WORKED: Final = FrameSchema(
    "a person's year",
    (
        *_PERSON,
        Column("months", pl.Int32, meaning="accepted"),
        Column("paid", pl.Boolean, meaning="money arrived in that year"),
    ),
    ("participant_id", "year"),
)
PAID_YEARS: Final = FrameSchema("people paid, by year", _PERSON, ("participant_id", "year"))
STANDING: Final = PLANTS.extended(
    "a person's plots and plants at the last month decided of a year",
    (
        _PERSON[1],
        Column("measured_m2", pl.Int64, True, "measured area of the plots"),
        Column("shared_m2", pl.Int64, True, "of it, registered by somebody else too"),
    ),
)
_YEARS: Final = FrameSchema(
    "an indicator's years",
    (
        _PERSON[1],
        Column("actual", pl.Float64),
        Column("comment_es", pl.String, True),
        Column("comment_en", pl.String, True),
    ),
    ("year",),
)
_M2_PER_HECTARE: Final = 10_000
_NUMBER: Final = pl.Decimal(18, 2)
_WORDS: Final = {
    "people_paid": (
        ("Personas pagadas", "People paid"),
        (
            "Personas distintas que recibieron al menos un pago en el año. Redondeado a múltiplos de {least}.",
            "Different people who were paid at least once in the year. Rounded to multiples of {least}.",
        ),
        False,
    ),
    "months_accepted": (
        ("Meses de trabajo aceptados", "Months of work accepted"),
        (
            "Meses-persona decididos con evidencia y aceptados. Redondeado a múltiplos de {least}.",
            "Person-months decided on evidence and accepted. Rounded to multiples of {least}.",
        ),
        True,
    ),
    "hectares_measured": (
        ("Hectáreas medidas", "Hectares measured"),
        (
            "Superficie medida de las parcelas de las personas activas al cierre del año; no la declarada.",
            "Measured area of the plots of people active at the end of the year; not the area stated.",
        ),
        False,
    ),
    "trees_alive": (
        ("Árboles vivos", "Trees alive"),
        (
            "Estimación por conteos de supervivencia: plantas sembradas por la parte de las contadas que está viva.",
            "Estimated from survival counts: plants planted times the share of those counted that is alive.",
        ),
        False,
    ),
}
_TARGETS: Final = FrameSchema(
    "targets",
    (
        Column("indicator", pl.String),
        Column("start", pl.Date),
        Column("aim_end", pl.Date),
        Column("target", _NUMBER),
        Column("basis", pl.String),
    ),
    ("indicator", "start"),
)
_OUTPUT: Final = "1"  # codelist ResultType


def achieved(worked: pl.DataFrame, standing: pl.DataFrame, last: date, least: int) -> pl.DataFrame:
    """`ACHIEVED` from `WORKED` and `STANDING`; the last year ends on `last`, the last month decided."""
    parts = [
        _people(worked, least),
        _months(worked, least),
        _hectares(standing, least),
        _trees(standing, least),
    ]
    years = pl.concat(parts).select(
        "indicator",
        start=pl.date(pl.col("year"), 1, 1),
        end=pl.min_horizontal(pl.date(pl.col("year"), 12, 31), pl.lit(last)),
        actual=pl.col("actual").cast(_NUMBER),
        comment_es=pl.col("comment_es"),
        comment_en=pl.col("comment_en"),
    )
    return ACHIEVED.check(years.sort(ACHIEVED.key))


def worked_years(
    records: pl.DataFrame, paid: pl.DataFrame, years: Sequence[int], accepted: str
) -> pl.DataFrame:
    """`WORKED` (sorted by its key) in `years` from service records and who was paid when (`PAID_YEARS`).

    A record (participant_id, first_month, marks) has one mark a month; `accepted` is that of an accepted one. People
    of neither are left out.
    """
    first = pl.col("first_month")
    parts = [PAID_YEARS.check(paid).with_columns(months=pl.lit(0, pl.Int32), paid=pl.lit(True))]
    for year in years:
        begins = (
            (year - first.dt.year()) * 12 + 1 - first.dt.month().cast(pl.Int32)
        )  # January, from the first mark
        marks = pl.col("marks").str.slice(begins.clip(lower_bound=0), (begins + 12).clip(0, 12))
        months = marks.str.count_matches(accepted, literal=True).cast(pl.Int32)
        own = records.select("participant_id", year=pl.lit(year, pl.Int32), months=months, paid=pl.lit(False))
        parts.append(own.filter(pl.col("months") > 0))
    together = pl.concat([part.select(WORKED.names) for part in parts])
    whole = together.group_by("participant_id", "year").agg(pl.sum("months"), pl.any("paid"))
    return WORKED.check(whole.with_columns(pl.col("months").cast(pl.Int32)).sort(WORKED.key))


def indicators(known: Knowledge, activity: str) -> pl.DataFrame:
    """`INDICATORS` of the programme's activity, those of which something is known or aimed at."""
    named = {*known.achieved["indicator"], *(target.indicator for target in known.publisher.targets)}
    rows = [
        {
            "activity": activity,
            "indicator": name,
            "result_type": _OUTPUT,
            "title_es": title[0],
            "title_en": title[1],
            "description_es": described[0].format(least=known.least),
            "description_en": described[1].format(least=known.least),
            "adds_up": adds_up,
            "baseline_year": known.began.year,
            "baseline": 0,
        }
        for name, (title, described, adds_up) in _WORDS.items()
        if name in named
    ]
    return INDICATORS.check(pl.DataFrame(rows, schema=dict(INDICATORS.dtypes)))


def periods(known: Knowledge, activity: str) -> pl.DataFrame:
    """`PERIODS`: what was achieved each year beside what was aimed at."""
    rows = [
        (t.indicator, date(t.year, 1, 1), date(t.year, 12, 31), t.value, t.basis)
        for t in known.publisher.targets
    ]
    targets = pl.DataFrame(rows, schema=dict(_TARGETS.dtypes), orient="row")
    both = known.achieved.join(targets, on=["indicator", "start"], how="full", coalesce=True)
    return PERIODS.check(
        both.select(
            activity=pl.lit(activity),
            indicator="indicator",
            start="start",
            end=pl.coalesce("aim_end", "end"),
            target="target",
            target_comment_es="basis",
            target_comment_en="basis",
            actual="actual",
            actual_comment_es="comment_es",
            actual_comment_en="comment_en",
        ).sort(PERIODS.key)
    )


def _people(worked: pl.DataFrame, least: int) -> pl.DataFrame:
    count = pl.col("paid").sum().cast(pl.Int64)
    return worked.group_by("year").agg(actual=_told(count, count, least)).select(*_row("people_paid"))


def _months(worked: pl.DataFrame, least: int) -> pl.DataFrame:
    months, people = pl.col("months").sum().cast(pl.Int64), (pl.col("months") > 0).sum().cast(pl.Int64)
    return worked.group_by("year").agg(actual=_told(months, people, least)).select(*_row("months_accepted"))


def _hectares(standing: pl.DataFrame, least: int) -> pl.DataFrame:
    """Land that somebody else registered too is counted for each of them, and said beside it."""
    words = {
        "es": "De ellas, {} las registró también otra persona.",
        "en": "Of these, {} are registered by somebody else too.",
    }
    years = standing.group_by("year").agg(
        actual=_in_hectares(pl.col("measured_m2"), least), shared=_in_hectares(pl.col("shared_m2"), least)
    )
    said = {f"comment_{lang}": pl.format(text, pl.col("shared")) for lang, text in words.items()}
    return years.with_columns(**said).select(*_row("hectares_measured", commented=True))


def _in_hectares(area: pl.Expr, least: int) -> pl.Expr:
    """Null when fewer than `least` people have any."""
    return pl.when((area > 0).sum() >= least).then((area.sum() / _M2_PER_HECTARE).round(2))


def _trees(standing: pl.DataFrame, least: int) -> pl.DataFrame:
    """Trees alive by the one estimate that Ceiba makes of them (`core.survival`), its interval in words."""
    rows = [
        (year, float(trees.alive), *_interval(trees, least))
        for (year,), people in standing.partition_by("year", as_dict=True).items()
        for trees in (trees_alive(people),)
        if trees.alive is not None and trees.counted >= max(least, COUNTED_MIN)
    ]
    return pl.DataFrame(rows, schema=dict(_YEARS.dtypes), orient="row").select(
        *_row("trees_alive", commented=True)
    )


def _interval(trees: TreesAlive, least: int) -> tuple[str, str]:
    counted = trees.counted // least * least
    return (
        f"Entre {trees.low:,} y {trees.high:,} con 95 % de confianza, por conteos de {counted:,} personas o más.",
        f"Between {trees.low:,} and {trees.high:,} at 95 % confidence, from counts of {counted:,} people or more.",
    )


def _row(indicator: str, commented: bool = False) -> tuple[pl.Expr, ...]:
    comments = ("comment_es", "comment_en")
    return (
        pl.lit(indicator).alias("indicator"),
        pl.col("year").cast(pl.Int32),
        pl.col("actual").cast(pl.Float64),
        *(pl.col(c) if commented else pl.lit(None, pl.String).alias(c) for c in comments),
    )


def _told(count: pl.Expr, people: pl.Expr, least: int) -> pl.Expr:
    """`kernel.disclosure.disclosed`, by column; of months, as their people are told."""
    return pl.when((people >= least) | (people == 0)).then((count + least // 2) // least * least)
