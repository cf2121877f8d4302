"""How many months of a run ended how, within a scope.

Areas are counted from `MonthCount`, whatever their size; a technician's portfolio, which follows no area, from its
people's determinations. What an outsider is told of a count is settled here, so that no page can forget to.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count as Rows
from django.db.models import F, Func, QuerySet, Sum

from ceiba.accounts.selectors import CELL_MIN, Scope
from ceiba.core.kernel.disclosure import Count, disclosed, disclosed_amount
from ceiba.core.kernel.frames import OUTCOMES
from ceiba.determinations.models import Determination, MonthCount
from ceiba.registry.selectors import participants_in
from ceiba.rulebook.models import RulebookVersion
from ceiba.web.kept import kept

_NONE: Final = (0, 0)
STATISTICS_KEPT_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class OutcomeTotals:
    """People by outcome and the amount determined; None where a number is kept back."""

    pay: Count
    hold: Count
    refuse: Count
    total: Count
    amount_minor: int | None

    @property
    def parts(self) -> list[tuple[str, int]]:
        """The outcomes as parts of a bar (class, people); what is kept back is not drawn."""
        return [("fill-pay", self.pay or 0), ("fill-hold", self.hold or 0), ("fill-refuse", self.refuse or 0)]

    @property
    def drawn(self) -> int:
        """The people whose outcome is drawn."""
        return sum(people for _, people in self.parts)


@dataclass(frozen=True, slots=True)
class AreaTotals:
    """The totals of one area."""

    area_code: str
    totals: OutcomeTotals


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many months a rule held, refused or warned of. `verdict` is fail or unknown."""

    rule: str
    verdict: str
    people: Count


def run_totals(run_ids: Iterable[int], scope: Scope, area: str = "") -> dict[int, OutcomeTotals]:
    """The totals of each run in the scope, or in one area of it; a run without anybody is all zeros."""
    ids = list(run_ids)
    found: dict[int, dict[str, tuple[int, int]]] = {run_id: {} for run_id in ids}
    for run_id, outcome, people, amount in _totals(ids, scope, area, "run_id"):
        found[run_id][outcome] = (people, amount)
    return {run_id: _told(row, scope.cell_min) for run_id, row in found.items()}


def area_totals(run_ids: Iterable[int], areas: Sequence[str], scope: Scope) -> list[AreaTotals]:
    """The totals of each of `areas` (no two of which overlap) in all the runs together, in their order."""
    found: dict[str, dict[str, tuple[int, int]]] = {area: {} for area in areas}
    lengths = sorted({len(area) for area in areas}, reverse=True)
    for code, outcome, people, amount in _totals(list(run_ids), scope, "", "area_code"):
        area = next((code[:length] for length in lengths if code[:length] in found), None)
        if area is not None:
            before = found[area].get(outcome, _NONE)
            found[area][outcome] = (before[0] + people, before[1] + amount)
    return [AreaTotals(area, _told(row, scope.cell_min)) for area, row in found.items()]


def reason_counts(run_id: int, scope: Scope, area: str = "") -> list[ReasonCount]:
    """Why months were held, refused or warned of, the commonest first. A month may have several reasons."""
    if scope.is_portfolio:
        counted = [
            (rule, verdict, people)
            for field, verdict in (("failed", "fail"), ("unknown", "unknown"))
            for rule, people in _decided([run_id], scope, area)
            .annotate(rule=Func(F(field), function="unnest"))
            .values_list("rule")
            .annotate(people=Rows("participant_id"))
            .order_by()
        ]
    else:
        counted = list(
            _counted([run_id], scope, area)
            .exclude(reason="")
            .values_list("reason", "verdict")
            .annotate(people=Sum("participants"))
            .order_by()
        )
    counted.sort(key=lambda row: (-row[2], row[0], row[1]))
    return [
        ReasonCount(rule, verdict, disclosed(people, scope.cell_min)) for rule, verdict, people in counted
    ]


def rule_statistics(version: RulebookVersion) -> Mapping[str, Mapping[str, int]]:
    """How often each rule of a rulebook was not met or not known over the months decided with it, for its page.

    Anyone may read that page, so the counts are told as they are told to outsiders, small ones not at all.
    """
    return kept(lambda: _rule_statistics(version), STATISTICS_KEPT_SECONDS, "rule statistics", version.pk)


def _rule_statistics(version: RulebookVersion) -> dict[str, dict[str, int]]:
    counted = MonthCount.objects.filter(run__rulebook=version).values_list("reason", "verdict")
    rows = list(counted.annotate(people=Sum("participants")).order_by())
    decided = disclosed(sum(people for reason, _, people in rows if not reason), CELL_MIN) or 0
    statistics: dict[str, dict[str, int]] = {}
    for reason, verdict, people in rows:
        if reason:
            entry = statistics.setdefault(reason, {"decided": decided, "fail": 0, "unknown": 0})
            entry[verdict] = disclosed(people, CELL_MIN) or 0
    return statistics


def _totals(run_ids: list[int], scope: Scope, area: str, by: str) -> Iterable[tuple[Any, str, int, int]]:
    """(run or area, outcome, people, amount) rows."""
    if scope.is_portfolio:
        decided = _decided(run_ids, scope, area).values_list(by, "outcome")
        return decided.annotate(people=Rows("participant_id"), amount=Sum("amount_minor")).order_by()
    counted = _counted(run_ids, scope, area).filter(reason="").values_list(by, "outcome")
    return counted.annotate(people=Sum("participants"), amount=Sum("amount_minor")).order_by()


def _counted(run_ids: list[int], scope: Scope, area: str) -> QuerySet[MonthCount]:
    return MonthCount.objects.filter(
        scope.areas_q("area_code"), run_id__in=run_ids, area_code__startswith=area
    )


def _decided(run_ids: list[int], scope: Scope, area: str) -> QuerySet[Determination]:
    """What the runs decided of their own months for the people of a portfolio."""
    return Determination.objects.filter(
        run_id__in=run_ids,
        revision=0,
        area_code__startswith=area,
        participant_id__in=list(participants_in(scope).values_list("pk", flat=True)),
    )


def _told(row: Mapping[str, tuple[int, int]], least: int) -> OutcomeTotals:
    """The people and amount of each outcome as the viewer is told of them."""
    pay, hold, refuse = (row.get(outcome, _NONE) for outcome in OUTCOMES)
    return OutcomeTotals(
        pay=disclosed(pay[0], least),
        hold=disclosed(hold[0], least),
        refuse=disclosed(refuse[0], least),
        total=disclosed(pay[0] + hold[0] + refuse[0], least),
        amount_minor=disclosed_amount(pay[1], pay[0], least),
    )
