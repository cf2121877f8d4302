"""Template tags: icons, outcomes, amounts, months, facts, and the words of texts in two languages."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ceiba.core.evidence import KINDS
from ceiba.core.facts import Fact
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Parameter
from ceiba.web import labels, words
from ceiba.web.charts import Rect, split_bar
from ceiba.web.money_labels import bank_reason

register = template.Library()

MONEY_UNITS: Final = ("minor",)

_STROKE: Final = (
    'fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"'
)
_ICONS: Final[Mapping[str, str]] = {
    "pay": f'<path {_STROKE} d="m2.5 8.5 3.5 3.5 7.5-8"/>',
    "hold": f'<path {_STROKE} d="M5.5 3v10M10.5 3v10"/>',
    "refuse": f'<path {_STROKE} d="m3.5 3.5 9 9m0-9-9 9"/>',
    "none": f'<path {_STROKE} d="M5 8h6"/>',
    "unknown": f'<path {_STROKE} d="M5.2 5.600c0-3.6 5.8-3.6 5.8 0 0 2.2-2.9 2-2.9 4.200m0 3.300v.1"/>',
    "up": f'<path {_STROKE} d="M8 13V3.500M4 7l4-4 4 4"/>',
    "down": f'<path {_STROKE} d="M8 3v9.500M4 9l4 4 4-4"/>',
    "search": f'<path {_STROKE} d="M10.5 10.5 14 14M7 11.500a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9z"/>',
    "menu": f'<path {_STROKE} d="M2 4h12M2 8h12M2 12h12"/>',
}
_ICON_OF: Final[Mapping[str, str]] = {"pass": "pay", "fail": "refuse"}

register.filter("bank_reason", bank_reason)
register.filter("words", words.words)
register.filter("count", words.count)
register.filter("month", words.month_name)
register.filter("day", words.day_name)
register.filter("hectares", words.hectares)
register.simple_tag(words.amount, name="money")
register.simple_tag(words.share, name="share")
register.simple_tag(labels.label, name="label")


@register.simple_tag
def icon(name: str) -> SafeString:
    """The icon of an outcome, a verdict or an act; silent, for the word stands beside it."""
    drawing = _ICONS[_ICON_OF.get(name, name)]
    return mark_safe(f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{drawing}</svg>')  # noqa: S308


@register.simple_tag
def badge(outcome: str) -> SafeString:
    """An outcome: icon and word."""
    return format_html(
        '<span class="badge {}">{}{}</span>', outcome, icon(outcome), labels.label("outcome", outcome)
    )


@register.filter
def month_short(month: Month | date) -> str:
    """`oct 2026`."""
    return words.month_name(month, short=True)


@register.filter
def item(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a mapping under a key that is itself a variable."""
    return mapping.get(key)


@register.simple_tag
def bar(part: int | None, whole: int, css: str) -> tuple[Rect, ...]:
    """The rectangles of a bar that shows one part of a whole, in the colour of an outcome."""
    return split_bar([(f"fill-{css}", min(part or 0, whole))], whole)


@register.simple_tag
def change(glance: Any, name: str) -> SafeString | str:
    """`↑ 120 more than in September`: a number of the month against the month before; nothing without one."""
    difference = glance.change(name)
    if difference is None:
        return ""
    values = {"n": words.count(abs(difference)), "month": words.month_name(glance.before.month, short=True)}
    if difference == 0:
        return format_html('<span class="delta">= {}</span>', _("as in %(month)s") % values)
    text = _("%(n)s more than in %(month)s") if difference > 0 else _("%(n)s fewer than in %(month)s")
    return format_html(
        '<span class="delta">{} {}</span>', icon("up" if difference > 0 else "down"), text % values
    )


@register.simple_tag
def outcome_text(outcome: str) -> str:
    """What an outcome means, in a sentence."""
    return str(labels.OUTCOME_TEXT[outcome])


@register.simple_tag
def evidence_kind(kind: str) -> str:
    """The name of a kind of evidence."""
    return words.words(KINDS[kind])


@register.simple_tag
def parameter_value(parameter: Parameter, value: int | None, currency: str) -> str:
    """The number of a parameter with its unit; money where the unit is money."""
    if value is None:
        return _("not laid down for this case")
    if parameter.unit in MONEY_UNITS:
        return words.amount(value, currency)
    return number_with_unit(value, parameter.unit)


@register.filter
def percent(basis_points: int) -> str:
    """Hundredths of 1 % as a number of per cent: `4`, `4.25`."""
    return f"{basis_points / 100:g}"


def plain_value(value: object) -> str:
    """A value of a record of evidence: numbers, yes and no, days and codes as people write them."""
    if value is None or value == "":
        return words.NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return words.count(value) if isinstance(value, int) else str(value)


_SAID: Final[Mapping[tuple[str, str], str]] = {
    ("absence", "cause"): "absence",
    ("absence", "attested_by"): "attestor",
}


@register.simple_tag
def body_value(kind: str, column: str, value: object) -> str:
    """A value of the body of a record of evidence, a code by its name where it has one."""
    group = _SAID.get((kind, column))
    return labels.label(group, str(value)) if group else plain_value(value)


@register.simple_tag
def fact_value(fact: Fact, value: object) -> str:
    """A fact's value with its unit: `6 tasks`, `2.50 ha`, `yes`; without evidence, just that."""
    if value is None:
        return _("no evidence")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return number_with_unit(value, fact.unit)
    if fact.name in ("tenure", "review_state", "absence"):
        return labels.label(fact.name, str(value))
    return str(value)


@register.simple_tag
def number_with_unit(value: int, unit: str) -> str:
    """`6 tasks`, `2.50 ha`, `80 %`."""
    if unit in ("m²", "m2"):
        return words.surface(value)
    written = words.count(value)
    return labels.counted(value, unit, written) or f"{written} {labels.UNIT.get(unit, unit)}".strip()


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: object) -> str:
    """The page's query string with some parameters changed; None or nothing takes one away."""
    request = context.get("request")
    params = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.filter
def not_met(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """A rule's counts as parts of a bar: not met, then not known."""
    return [("fill-refuse", counts.get("fail", 0)), ("fill-hold", counts.get("unknown", 0))]


@register.inclusion_tag("web/parts/bar.html")
def split(parts: Sequence[tuple[str, int]], whole: int) -> dict[str, object]:
    """A horizontal bar of several parts."""
    return {"rects": split_bar(parts, whole)}
