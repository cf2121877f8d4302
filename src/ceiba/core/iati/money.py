"""Money as IATI tells it: transactions of what moved, budgets of what is committed, totals a year.

Kinds of transaction, by the standard's list. 11 (incoming commitment) and 1 (incoming funds): a funder's obligation
and its money, reported by whoever receives them. 4 (expenditure): what people and banks were paid; 3 (disbursement)
is for money placed at the disposal of another organisation, and a person is none. What went back to a funder is
incoming funds below nothing: the standard has no type for it, and 7 (reimbursement) is for what was spent before.
2 (outgoing commitment) is not used: an obligation towards named people would be one a person, and a month is owed
only once it has been decided.
"""

from typing import Final

import polars as pl

from ceiba.core.iati.frames import BUDGETS, LINES, PLANNED, TOTALS, TRANSACTIONS
from ceiba.core.iati.known import Knowledge

INCOMING_COMMITMENT, INCOMING_FUNDS, EXPENDITURE = "11", "1", "4"
COMMITTED: Final = "2"  # codelist BudgetStatus
_ORIGINAL, _REVISED = "1", "2"  # codelist BudgetType
CHARGES: Final = "charges"
SEVERAL: Final = "several"
REPORTING: Final = "reporting"
"""Our own organisation, among those of the publication."""
_CHARGES_NAMED: Final = {"es": "Comisiones bancarias", "en": "Bank charges"}
_SEVERAL_COMPONENTS: Final = {"es": "Varios conceptos", "en": "Several components"}
_SEVERAL_PLACES: Final = {"es": "varios departamentos", "en": "several departments"}
_TO: Final = {"es": "a", "en": "to"}
_LANGUAGES: Final = ("es", "en")


def transactions(known: Knowledge, told: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """`TRANSACTIONS` of what came in and what was paid (`TOLD`); `activities` is agreement, activity, country.

    Amounts of nothing are left out: the sums are the same.
    """
    parts = [_incoming(known, activities), _support(known, told, activities), _charges(known, activities)]
    found = pl.concat(parts).filter(pl.col("value_minor") != 0)
    return TRANSACTIONS.check(found.sort("activity", "date", "type", "ref"))


def budgets(known: Knowledge, activities: pl.DataFrame) -> pl.DataFrame:
    """`BUDGETS`: what is committed to each agreement that has an end, over its months, a calendar year at a time.

    By month rounded down, what is left over in the last: the years add up to what is committed.
    """
    committed = (
        known.money_in.filter(pl.col("kind") == "commitment")
        .group_by("agreement")
        .agg(pl.sum("amount_minor"))
    )
    months = (
        known.agreements.filter(pl.col("ends_on").is_not_null())
        .join(committed, on="agreement")
        .filter(pl.col("amount_minor") > 0)
        .join(activities.select("agreement", "activity"), on="agreement")
        .with_columns(month=pl.date_ranges(pl.col("starts_on").dt.month_start(), pl.col("ends_on"), "1mo"))
        .with_columns(each=pl.col("amount_minor") // pl.col("month").list.len())
        .explode("month")
    )
    last = pl.col("month") == pl.col("month").max().over("activity")
    left_over = pl.col("amount_minor") - pl.col("each") * (pl.len().over("activity") - 1)
    years = (
        months.with_columns(value=pl.when(last).then(left_over).otherwise(pl.col("each")))
        .group_by("activity", pl.col("month").dt.year().alias("year"))
        .agg(
            pl.max_horizontal(pl.min("month"), pl.first("starts_on")).alias("start"),
            pl.min_horizontal(pl.max("month").dt.month_end(), pl.first("ends_on")).alias("end"),
            pl.sum("value").alias("value_minor"),
        )
        .with_columns(status=pl.lit(COMMITTED), currency=pl.lit(known.currency), value_date=pl.col("start"))
    )
    return BUDGETS.check(years.select(BUDGETS.names).sort(BUDGETS.key))


def planned(known: Knowledge, activities: pl.DataFrame) -> pl.DataFrame:
    """`PLANNED`: what funders plan to pay in, as they say it; those that said otherwise before are revised."""
    rows = known.plans.join(known.agreements, on="agreement").join(activities, on="agreement")
    return PLANNED.check(
        rows.select(
            activity="activity",
            type=pl.when("revised").then(pl.lit(_REVISED)).otherwise(pl.lit(_ORIGINAL)),
            start="start",
            end="end",
            value_minor="amount_minor",
            currency=pl.lit(known.currency),
            value_date="start",
            provider=funder_org(pl.col("funder")),
            provider_activity="funder_activity",
        ).sort(PLANNED.key)
    )


def totals(
    known: Knowledge, budgeted: pl.DataFrame, told: pl.DataFrame, activities: pl.DataFrame
) -> pl.DataFrame:
    """`TOTALS` of the organisation file: budgets and expenditure of all agreements together, by calendar year.

    Budgets once more by where agreements pay: a country, or the region where they pay in several. Parts of a budget
    that nobody has agreed on are not made up.

    They are sums of what the activity file tells (`BUDGETS`, `TOLD`), so they tell of nobody more than it.
    """
    budget = (
        budgeted.group_by(pl.col("start").dt.year().alias("year"))
        .agg(pl.sum("value_minor"))
        .select("year", "value_minor", kind=pl.lit("total-budget"), status=pl.lit(COMMITTED))
    )
    expenditure = (
        _spending(known, told)
        .group_by("year")
        .agg(pl.sum("value_minor"))
        .select("year", "value_minor", kind=pl.lit("total-expenditure"), status=pl.lit(None, pl.String))
    )
    parts = [part.with_columns(place=pl.lit(None, pl.String)) for part in (budget, expenditure)]
    both = _dated(known, pl.concat([*parts, _budgets_by_place(known, budgeted, activities)]))
    return TOTALS.check(both.select(TOTALS.names).sort(TOTALS.key))


def lines(known: Knowledge, told: pl.DataFrame) -> pl.DataFrame:
    """`LINES` of the organisation file: each year's expenditure by component."""
    by_component = (
        _spending(known, told)
        .group_by("year", "component")
        .agg(pl.sum("value_minor"))
        .filter(pl.col("value_minor") != 0)
        .select(
            "year",
            "value_minor",
            kind=pl.lit("total-expenditure"),
            ref=pl.coalesce("component", pl.lit(SEVERAL)),
            text_es=_named(known, "es"),
            text_en=_named(known, "en"),
        )
    )
    return LINES.check(_dated(known, by_component).select(LINES.names).sort(LINES.key))


def _budgets_by_place(known: Knowledge, budgeted: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """Budgets by calendar year and country, or, of agreements that pay in several or nowhere yet, the region."""
    only = known.pays_in.group_by("agreement").agg(
        country=pl.when(pl.col("country").n_unique() == 1).then(pl.col("country").first())
    )
    placed = budgeted.join(activities.select("agreement", "activity"), on="activity").join(
        only, on="agreement", how="left"
    )
    kind = pl.when(pl.col("country").is_null()).then(pl.lit("region")).otherwise(pl.lit("country"))
    return (
        placed.group_by(
            pl.col("start").dt.year().alias("year"),
            pl.format("recipient-{}-budget", kind).alias("kind"),
            pl.coalesce("country", pl.lit(known.publisher.region)).alias("place"),
        )
        .agg(pl.sum("value_minor"))
        .select("year", "value_minor", "kind", pl.lit(COMMITTED).alias("status"), "place")
    )


def _incoming(known: Knowledge, activities: pl.DataFrame) -> pl.DataFrame:
    """A funder's commitments and what it paid in."""
    commitment, back = pl.col("kind") == "commitment", pl.col("amount_minor") < 0
    words = {
        "es": ("Compromiso de", "Devuelto a", "Aporte recibido de"),
        "en": ("Commitment by", "Given back to", "Funds received from"),
    }
    said = {
        f"description_{language}": pl.format(
            "{} {}",
            pl.when(commitment).then(pl.lit(first)).when(back).then(pl.lit(second)).otherwise(pl.lit(third)),
            "funder_name",
        )
        for language, (first, second, third) in words.items()
    }
    rows = known.money_in.join(known.agreements, on="agreement").join(activities, on="agreement")
    return rows.select(
        activity="activity",
        ref=pl.format("{}-{}", "kind", "ref"),
        type=pl.when(commitment).then(pl.lit(INCOMING_COMMITMENT)).otherwise(pl.lit(INCOMING_FUNDS)),
        date="date",
        value_minor="amount_minor",
        currency=pl.lit(known.currency),
        value_date="date",
        **said,
        provider=funder_org(pl.col("funder")),
        provider_activity="funder_activity",
        receiver=pl.lit(REPORTING),
        receiver_activity="activity",
        country="country",
    ).select(TRANSACTIONS.names)


def _support(known: Knowledge, told: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    """What people were paid, a cell each. Who they are is not said, nor how many."""
    months = _months(pl.col("first_month"), pl.col("month"), "_")
    rows = told.join(activities.select("agreement", "activity"), on="agreement").join(
        known.places.select("area", place="name"), on="area", how="left"
    )
    said = {
        f"description_{language}": pl.format(
            "{}, {}, {}",
            _named(known, language),
            pl.coalesce("place", pl.lit(_SEVERAL_PLACES[language])),
            _months(pl.col("first_month"), pl.col("month"), f" {_TO[language]} "),
        )
        for language in _LANGUAGES
    }
    where = pl.coalesce("area", "country", pl.lit(SEVERAL))
    return rows.select(
        "activity",
        ref=pl.format("{}-{}-{}", months, pl.coalesce("component", pl.lit(SEVERAL)), where),
        type=pl.lit(EXPENDITURE),
        date=_day(known, "month"),
        value_minor="amount_minor",
        currency=pl.lit(known.currency),
        value_date=_day(known, "month"),
        **said,
        provider=pl.lit(REPORTING),
        provider_activity="activity",
        receiver=pl.lit(None, pl.String),
        receiver_activity=pl.lit(None, pl.String),
        country="country",
    ).select(TRANSACTIONS.names)


def _charges(known: Knowledge, activities: pl.DataFrame) -> pl.DataFrame:
    """What banks took for their work."""
    month = pl.col("month").dt.strftime("%Y-%m")
    said = {
        f"description_{lang}": pl.format("{}, {}", pl.lit(_CHARGES_NAMED[lang]), month) for lang in _LANGUAGES
    }
    return (
        known.costs.join(activities, on="agreement")
        .select(
            "activity",
            ref=pl.format("{}-{}", month, pl.lit(CHARGES)),
            type=pl.lit(EXPENDITURE),
            date=_day(known, "month"),
            value_minor="amount_minor",
            currency=pl.lit(known.currency),
            value_date=_day(known, "month"),
            **said,
            provider=pl.lit(REPORTING),
            provider_activity="activity",
            receiver=pl.lit(None, pl.String),
            receiver_activity=pl.lit(None, pl.String),
            country="country",
        )
        .select(TRANSACTIONS.names)
    )


def funder_org(funder: pl.Expr) -> pl.Expr:
    """A funder, among the organisations of the publication."""
    return pl.lit("funder:") + funder


def _named(known: Knowledge, language: str) -> pl.Expr:
    names = {code: text[language] for code, text in known.components.items()}
    named = pl.col("component").replace({CHARGES: _CHARGES_NAMED[language], **names})
    return pl.coalesce(named, pl.lit(_SEVERAL_COMPONENTS[language]))


def _day(known: Knowledge, month: str) -> pl.Expr:
    """The last day of the month; of one that is still running, today: no transaction is to come."""
    return pl.min_horizontal(pl.col(month).dt.month_end(), pl.lit(known.at.date()))


def _months(first: pl.Expr, last: pl.Expr, between: str) -> pl.Expr:
    text = last.dt.strftime("%Y-%m")
    return pl.when(first == last).then(text).otherwise(first.dt.strftime("%Y-%m") + pl.lit(between) + text)


def _spending(known: Knowledge, told: pl.DataFrame) -> pl.DataFrame:
    """Everything spent: year, component (null: several) and amount."""
    year, amount = pl.col("month").dt.year().alias("year"), pl.col("amount_minor").alias("value_minor")
    charges = known.costs.select(year, pl.lit(CHARGES).alias("component"), amount)
    return pl.concat([told.select(year, "component", amount), charges])


def _dated(known: Knowledge, years: pl.DataFrame) -> pl.DataFrame:
    return years.with_columns(
        org=pl.lit(None, pl.String),
        start=pl.date(pl.col("year"), 1, 1),
        end=pl.when(pl.col("kind") == "total-expenditure")
        .then(pl.min_horizontal(pl.date(pl.col("year"), 12, 31), pl.lit(known.at.date())))
        .otherwise(pl.date(pl.col("year"), 12, 31)),
        currency=pl.lit(known.currency),
        value_date=pl.date(pl.col("year"), 1, 1),
    )
