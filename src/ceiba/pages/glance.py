"""The month at a glance, put together: totals, against the month before, reasons, areas, all months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ceiba.accounts.selectors import Scope
from ceiba.core.kernel.disclosure import Count
from ceiba.core.rules.rulebook import LEAVES_PAY, Rulebook, Text
from ceiba.determinations.selectors import (
    AreaTotals,
    OutcomeTotals,
    ReasonCount,
    area_totals,
    reason_counts,
    run_totals,
)
from ceiba.pages.area_drawing import AreaDrawing, Shaded, area_drawing
from ceiba.registry.models import Area
from ceiba.registry.places import area_path, areas_below, areas_of, areas_under
from ceiba.rulebook.selectors import rulebook_of
from ceiba.runs.models import Run
from ceiba.web import words
from ceiba.web.charts import Charts, Column, column_charts, nice_steps
from ceiba.web.labels import label


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that was not met or not known, with its title and what follows from it."""

    id: str
    title: Text
    verdict: str
    otherwise: str
    people: Count


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area of the table: its name, its totals, and whether there is more below it."""

    code: str
    name: str
    totals: OutcomeTotals
    opens: bool


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the table beside the chart."""

    run: Run
    totals: OutcomeTotals
    here: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the page shows of a month."""

    run: Run
    before: Run | None
    after: Run | None
    path: list[Area]
    totals: OutcomeTotals
    totals_before: OutcomeTotals | None
    reasons: list[Reason]
    warnings: list[Reason]
    areas: list[AreaRow]
    drawing: AreaDrawing | None
    months: list[MonthRow]
    chart: Charts

    @property
    def area(self) -> Area | None:
        """The area looked at; None: the whole scope."""
        return self.path[-1] if self.path else None

    @property
    def most(self) -> int:
        """The people of the largest area: the full width of a bar."""
        return max((row.totals.drawn for row in self.areas), default=0)

    @property
    def most_reason(self) -> int:
        """The people of the commonest reason."""
        return max((reason.people or 0 for reason in [*self.reasons, *self.warnings]), default=0)

    def change(self, outcome: str) -> int | None:
        """People more (or fewer) than the month before; None without one, or when either is kept back."""
        if self.totals_before is None:
            return None
        now, then = getattr(self.totals, outcome), getattr(self.totals_before, outcome)
        return None if now is None or then is None else now - then


def glance(runs: Sequence[Run], index: int, area: str, scope: Scope) -> Glance:
    """The month of `runs[index]`, of `area` or of the whole scope."""
    run = runs[index]
    totals = run_totals([r.pk for r in runs], scope, area)
    book = rulebook_of(run.rulebook)
    reasons = [_reason(each, book, run) for each in reason_counts(run.pk, scope, area)]
    months = [MonthRow(r, totals[r.pk], r.pk == run.pk) for r in runs]
    below = _below(area, scope)
    return Glance(
        run=run,
        before=runs[index - 1] if index else None,
        after=runs[index + 1] if index + 1 < len(runs) else None,
        path=area_path(area) if area else [],
        totals=totals[run.pk],
        totals_before=totals[runs[index - 1].pk] if index else None,
        reasons=[r for r in reasons if r.otherwise not in LEAVES_PAY],
        warnings=[r for r in reasons if r.otherwise in LEAVES_PAY],
        areas=_areas(run, below, scope),
        drawing=_drawing(run, below, area, scope),
        months=months[::-1],
        chart=_chart(months, area),
    )


def month_href(run: Run, area: str) -> str:
    """The address of a month, with the area kept."""
    query = {"programme": run.programme_id, "month": f"{run.month:%Y-%m}"} | ({"area": area} if area else {})
    return f"{reverse('pages:home')}?{urlencode(query)}"


def _reason(counted: ReasonCount, book: Rulebook, run: Run) -> Reason:
    """The rule's own words; an amount that cannot be known goes by the component's name."""
    rules: Mapping[str, object] = {rule.id: rule for rule in book.rules}
    rule = rules.get(counted.rule)
    components = {component.reason: component for component in book.components}
    title: Text = getattr(rule, "title", None) or (
        components[counted.rule].name
        if counted.rule in components
        else {"es": counted.rule, "en": counted.rule}
    )
    return Reason(counted.rule, title, counted.verdict, getattr(rule, "otherwise", "hold"), counted.people)


def _below(area: str, scope: Scope) -> list[Area]:
    """The areas one step down; a portfolio's municipalities."""
    return areas_of(scope) if scope.is_portfolio else areas_below(area, scope)


def _areas(run: Run, below: Sequence[Area], scope: Scope) -> list[AreaRow]:
    """The areas with people, the one with most first."""
    named = {each.code: each for each in below}
    counted: list[AreaTotals] = area_totals([run.pk], list(named), scope)
    rows = [
        AreaRow(
            each.area_code,
            named[each.area_code].name,
            each.totals,
            opens=not scope.is_portfolio and named[each.area_code].level != "municipality",
        )
        for each in counted
        if each.totals.total != 0
    ]
    return sorted(rows, key=lambda row: (-(row.totals.total or 0), row.name))


def _drawing(run: Run, below: Sequence[Area], area: str, scope: Scope) -> AreaDrawing | None:
    """The areas as a map; of countries, their states: three countries would say little."""
    shown = below
    if not area and not scope.is_portfolio:
        shown = areas_under([each.code for each in below]) or below
    rows = _areas(run, shown, scope)
    return area_drawing([_shaded(row, run) for row in rows], [each.code for each in shown])


def _shaded(row: AreaRow, run: Run) -> Shaded:
    totals = row.totals
    percent = None if totals.pay is None or not totals.total else 100 * totals.pay // totals.total
    share = f"{words.share(totals.pay, totals.total)} {pgettext('people', 'paid')}"
    hint = f"{row.name}: {words.count(totals.total)} · {share}"
    return Shaded(row.code, percent, hint, month_href(run, row.code) if row.opens else "")


def _chart(months: Sequence[MonthRow], area: str) -> Charts:
    """Every month as a bar of three parts."""
    columns = [
        Column(
            parts=tuple(row.totals.parts),
            label=words.month_name(row.run.month, short=True),
            hint=_hint(row),
            href=month_href(row.run, area),
            here=row.here,
        )
        for row in months
    ]
    most = max((column.total for column in columns), default=0)
    return column_charts(columns, [(step, words.count(step)) for step in nice_steps(most)])


def _hint(row: MonthRow) -> str:
    parts = [
        f"{label('outcome', outcome)}: {words.count(getattr(row.totals, outcome))}"
        for outcome in ("pay", "hold", "refuse")
    ]
    return _("%(month)s. %(parts)s") % {"month": words.month_name(row.run.month), "parts": "; ".join(parts)}
