"""What an agreement's money came to: people, months of work, measured hectares, trees alive; and its lines.

Whoever is told rounded counts is told everything rounded in the same proportion, and nothing of fewer people than
may be told of (docs/decisions/0011).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core import paid
from ceiba.core.kernel.disclosure import Count, disclosed, disclosed_amount
from ceiba.core.kernel.frames import Column
from ceiba.core.survival import PLANTS, TreesAlive, trees_alive
from ceiba.facts.selectors import month_facts
from ceiba.funding.models import Agreement
from ceiba.funding.selectors import Figure, figures_of

LAND: Final = ("plot_measured_m2", "plot_overlap_m2")
_TREES: Final = {"plants_planted": "planted", "survival_sampled": "sampled", "survival_alive": "alive"}


def _with_land_and_trees(sums: pl.DataFrame, agreement: Agreement, decided: date | None) -> pl.DataFrame:
    """People with the facts of the last decided month, where they were active in it."""
    numbers = [column.name for column in _FACTS]
    if decided is None:
        return sums.with_columns(active=pl.lit(value=False), **{n: pl.lit(None, pl.Int64) for n in numbers})
    facts = month_facts(agreement.programme_id, decided, (*LAND, *_TREES)).drop("area").rename(_TREES)
    known = facts.with_columns(pl.col(numbers).cast(pl.Int64), active=pl.lit(value=True))
    return sums.join(known, on="participant_id", how="left").with_columns(
        pl.col("active").fill_null(value=False)
    )


_FACTS: Final = tuple(Column(name, pl.Int64, True) for name in (*LAND, *_TREES.values()))
_ACTIVE: Final = Column("active", pl.Boolean, meaning="in the last month decided")
PEOPLE: Final = Figure("people", paid.PEOPLE, paid.people, (_ACTIVE, *_FACTS), _with_land_and_trees)
LINES: Final = Figure("lines", paid.LINES, paid.lines)
FIGURES: Final = (PEOPLE, LINES)
_ALIKE: Final = ("month", "for_month", "component", "each_minor")


@dataclass(frozen=True, slots=True)
class Results:
    """What was paid for in a place, as it is told; None where it could point at someone, or nobody knows.

    Land and trees are of those `active` in the last decided month. Land is measured, never stated; `shared_m2` of it
    is registered by somebody else too.
    """

    people: Count
    months: Count
    amount_minor: int | None
    active: Count
    measured_m2: int | None
    shared_m2: int | None
    trees: TreesAlive | None


@dataclass(frozen=True, slots=True)
class AgreementResults:
    """The results of an agreement within a scope, in all and by department code; `month`: the last one decided."""

    month: date | None
    whole: Results
    departments: dict[str, Results]


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines alike: paid in a month for a month of work, the same amount each; all None but `month`: of few people."""

    month: date | None
    for_month: date | None
    component: str | None
    each_minor: int | None
    lines: Count
    amount_minor: int | None


def results_of(agreement: Agreement, scope: Scope) -> AgreementResults:
    """What the agreement paid for within the scope."""
    counted = figures_of(agreement, PEOPLE)
    people = counted.within(scope)
    placed = people.with_columns(department=pl.col("area").str.slice(0, 5))
    departments = {
        str(name): _results(part, scope.cell_min)
        for (name,), part in placed.partition_by("department", as_dict=True).items()
    }
    most_first = sorted(departments, key=lambda code: (-(departments[code].people or 0), code))
    return AgreementResults(
        counted.decided, _results(people, scope.cell_min), {code: departments[code] for code in most_first}
    )


def lines_of(agreement: Agreement, department: str, scope: Scope) -> list[LineGroup]:
    """The lines that the agreement paid in a department within the scope, newest first, nobody's in particular.

    Whoever is told rounded counts is not told the amounts that too few people got.
    """
    there = figures_of(agreement, LINES).within(scope).filter(pl.col("area").str.slice(0, 5) == department)
    rows = there.group_by(_ALIKE).agg(pl.sum("lines"), pl.sum("people"))
    ordered = rows.sort(_ALIKE, descending=[True, True, False, True], nulls_last=True)
    groups = [_Group(*row) for row in ordered.iter_rows()]
    of_month = groupby(groups, key=lambda group: group.month)
    return [told for _, alike in of_month for told in _told_lines(list(alike), scope.cell_min)]


@dataclass(frozen=True, slots=True)
class _Group:
    """A row of `LINES`."""

    month: date | None
    for_month: date | None
    component: str | None
    each_minor: int
    lines: int
    people: int


def _told_lines(groups: list[_Group], least: int) -> Iterator[LineGroup]:
    """The groups of a month of payment. That there are small ones is told, and nothing else of them.

    Together they would not be safe either: several small groups may be of the same few people.
    """
    for group in groups:
        if group.people >= least:
            amount = disclosed_amount(group.each_minor * group.lines, group.lines, least)
            yield LineGroup(
                group.month,
                group.for_month,
                group.component,
                group.each_minor,
                disclosed(group.lines, least),
                amount,
            )
    if any(group.people < least for group in groups):
        yield LineGroup(groups[0].month, None, None, None, None, None)


def _results(people: pl.DataFrame, least: int) -> Results:
    count, active = people.height, int(people["active"].sum())
    sums = people.select(pl.col("months", "amount_minor", *LAND).sum()).row(0, named=True)
    return Results(
        people=disclosed(count, least),
        months=_in_proportion(sums["months"], count, least),
        amount_minor=_in_proportion(sums["amount_minor"], count, least),
        active=disclosed(active, least),
        measured_m2=_in_proportion(sums["plot_measured_m2"], active, least),
        shared_m2=_in_proportion(sums["plot_overlap_m2"], active, least),
        trees=_trees(people, active, least),
    )


def _trees(people: pl.DataFrame, active: int, least: int) -> TreesAlive | None:
    """The estimate as it is told; None where too few people's plots were counted to tell of them."""
    found = trees_alive(PLANTS.check(people.filter(pl.col("active"))))
    counted = disclosed(found.counted, least)
    if disclosed(active, least) is None or counted is None:
        return None
    return TreesAlive(
        _in_proportion(found.planted, active, least) or 0,
        counted,
        *(_in_proportion(value, active, least) for value in (found.alive, found.low, found.high)),
    )


def _in_proportion(value: int | None, count: int, least: int) -> int | None:
    """A sum over `count` people as it is told: as if it were of as many as are told."""
    return None if value is None else disclosed_amount(int(value), count, least)
