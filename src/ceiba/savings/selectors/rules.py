"""The rule of interest in a month, out of the programme's rulebook."""

from collections.abc import Mapping
from datetime import date

from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Parameter
from ceiba.core.savings import DAYS, METHOD, PAYOUT, RATE, InterestRule, Method
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.savings.models import Accrual


def rule_parameters(programme: str, month: Month) -> Mapping[str, Parameter]:
    """What is laid down of savings in a month, by name; what is not laid down is not there."""
    parameters = rulebook_of(latest_version(programme)).at(month).parameters
    return {name: parameters[name] for name in (RATE, METHOD, DAYS, PAYOUT) if name in parameters}


def interest_rule(programme: str, month: Month) -> InterestRule:
    """The rule in force; where none is laid down: 0, on the balance of each day, 365 days, and an assumption."""
    laid_down = rule_parameters(programme, month)
    value = {name: parameter.value or 0 for name, parameter in laid_down.items()}
    return InterestRule(
        value.get(RATE, 0),
        Method(value.get(METHOD, Method.DAILY)),
        value.get(DAYS, 365),
        assumed=RATE not in laid_down or laid_down[RATE].is_assumption,
    )


def pays_out(programme: str, month: Month) -> bool:
    """Whether the rulebook pays everybody's savings out in a month."""
    laid_down = rule_parameters(programme, month).get(PAYOUT)
    return laid_down is not None and laid_down.value == 1


def accruals(programme: str) -> list[Accrual]:
    """The months whose interest was given, newest first."""
    return list(
        Accrual.objects.filter(programme=programme).select_related("posted_by").order_by("-month", "currency")
    )


def accrual_before(programme: str, currency: str, month: date) -> Accrual | None:
    """The last month whose interest was given before another."""
    found = Accrual.objects.filter(programme=programme, currency=currency, month__lt=month)
    return found.order_by("-month").first()
