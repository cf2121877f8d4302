"""What an agreement's money came to: people, months of work, measured hectares, trees alive; and its lines.

Whoever is told rounded counts is told everything rounded in the same proportion, and nothing of fewer people than
may be told of (docs/decisions/0011).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Final

import polars as pl

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import Count, disclosed, disclosed_amount
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.survival import PLANTS, TreesAlive, trees_alive
from ceiba.funding.models import Agreement
from ceiba.funding.selectors import Figure, figures_of

_SQL: Final = Path(__file__).parents[1] / "sql"
_PEOPLE_SQL: Final = (_SQL / "people.sql").read_text()
_LINES_SQL: Final = (_SQL / "lines.sql").read_text()
LAND: Final = ("plot_measured_m2", "plot_overlap_m2")

PEOPLE: Final = Figure(
    "people",
    FrameSchema(
        "people paid",
        (
            Column("participant_id", pl.Int64),
            Column("area", pl.String),
            Column("months", pl.Int64),
            Column("amount_minor", pl.Int64),
            Column("active", pl.Boolean, meaning="in the last month decided"),
            *(Column(name, pl.Int64, True) for name in (*LAND, "planted", "sampled", "alive")),
        ),
        key=("participant_id",),
    ),
    _PEOPLE_SQL,
)
LINES: Final = Figure(
    "lines",
    FrameSchema(
        "lines paid",
        (
            Column("area", pl.String),
            Column("month", pl.Date, True),
            Column("for_month", pl.Date, True),
            Column("component", pl.String),
            Column("each_minor", pl.Int64),
            Column("lines", pl.Int64),
            Column("people", pl.Int64),
        ),
        key=("area", "month", "for_month", "component", "each_minor"),
    ),
    _LINES_SQL,
)
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
