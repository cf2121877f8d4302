"""What coming months will cost each agreement, and until when its money lasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.forecast import NEED, facts_needed, needed
from ceiba.core.kernel.disclosure import Count as Told
from ceiba.core.kernel.disclosure import disclosed, disclosed_amount
from ceiba.core.kernel.errors import Problem
from ceiba.core.kernel.month import Month, month_range
from ceiba.core.shares import LINES, divided_as_far
from ceiba.facts.selectors import month_facts
from ceiba.funding.models import Figures
from ceiba.funding.selectors.figures import decided_last, rows_of
from ceiba.funding.selectors.shares import shares_standing
from ceiba.rulebook.selectors import latest_version, rulebook_of

MONTHS_AHEAD: Final = 24
NEED_NAME: Final = "need"


@dataclass(frozen=True, slots=True)
class ForecastMonth:
    """What a month will cost an agreement, and how many people's months it pays a share of."""

    month: date
    people: Told
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The coming months of a programme by agreement; `decided` is the month whose facts it is drawn from.

    `problems` are the places and months that nobody has agreed to pay, the first month of each.
    """

    decided: date
    months: tuple[date, ...]
    by_agreement: Mapping[str, tuple[ForecastMonth, ...]]
    problems: tuple[Problem, ...]

    def of(self, agreement: str, scope: Scope) -> list[ForecastMonth]:
        """An agreement's months as they are told to a viewer."""
        least = scope.cell_min
        return [
            ForecastMonth(
                each.month,
                disclosed(each.people or 0, least),
                disclosed_amount(each.amount_minor or 0, each.people or 0, least),
            )
            for each in self.by_agreement.get(agreement, ())
        ]


def forecast(programme: str) -> Forecast | None:
    """The forecast of a programme's next months; None before its first month is sealed."""
    last = decided_last(programme)
    if last is None:
        return None
    kept, months = need_kept(programme, last), _months_ahead(last)
    need = (need_counted(programme, last) if kept is None else kept).with_row_index("row")
    lines = need.select(
        pl.col("row").cast(pl.Int64).alias("participant_id"),
        "component",
        pl.col("month").alias("for_month"),
        "amount_minor",
        "area",
        "variant",
    )
    parts, problems = divided_as_far(LINES.check(lines), shares_standing(programme))
    return Forecast(
        last,
        tuple(month.first_day for month in months),
        _by_agreement(parts, need),
        _first_of_each(problems),
    )


def need_counted(programme: str, decided: date) -> pl.DataFrame:
    """What the months after a decided one need (`core.forecast.NEED`), from everybody's facts of that month."""
    book, months = rulebook_of(latest_version(programme)), _months_ahead(decided)
    facts = month_facts(programme, decided, facts_needed(book, months))
    return needed(facts, book, Month.of(decided), months)


def need_kept(programme: str, decided: date) -> pl.DataFrame | None:
    """The same, if it was counted and kept: a month that is decided does not change."""
    stamp = need_stamp(programme, decided)
    kept = Figures.objects.filter(subject=programme, name=NEED_NAME, stamp=stamp).first()
    return None if kept is None else rows_of(kept, NEED)


def need_stamp(programme: str, decided: date) -> str:
    """What the need of coming months follows from: the month decided, and the rulebook."""
    return f"{decided} {latest_version(programme).digest}"


def _months_ahead(decided: date) -> list[Month]:
    last = Month.of(decided)
    return list(month_range(last + 1, last + MONTHS_AHEAD))


def runs_short(money_minor: int, months: Sequence[ForecastMonth]) -> date | None:
    """The first month that `money_minor` no longer pays whole, as forecast; None when it pays them all."""
    spent = accumulate(month.amount_minor or 0 for month in months)
    return next((m.month for m, total in zip(months, spent, strict=True) if total > money_minor), None)


def _by_agreement(parts: pl.DataFrame, need: pl.DataFrame) -> dict[str, tuple[ForecastMonth, ...]]:
    people = need.select(pl.col("row").cast(pl.Int64).alias("participant_id"), "people")
    summed = (
        parts.join(people, on="participant_id", how="left")
        .group_by("agreement", "for_month")
        .agg(people=pl.sum("people"), amount_minor=pl.sum("amount_minor"))
        .sort("agreement", "for_month")
    )
    found: dict[str, list[ForecastMonth]] = {}
    for agreement, month, count, amount in summed.iter_rows():
        found.setdefault(agreement, []).append(ForecastMonth(month, count, amount))
    return {agreement: tuple(months) for agreement, months in found.items()}


def _first_of_each(problems: list[Problem]) -> tuple[Problem, ...]:
    """Of a place that nobody pays for from some month on, only that month is told."""
    first: dict[object, Problem] = {}
    for problem in sorted(problems, key=lambda each: each.where.month or ""):
        values = problem.values
        key = (problem.code, problem.where.item, values["component"], values["variant"])
        first.setdefault(key, problem)
    return tuple(first.values())
