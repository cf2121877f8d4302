"""How a submission stands, and its flags with their figures, in words."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ceiba.core.flags import FLAG_KINDS
from ceiba.review.models import Flag, InTray
from ceiba.web import labels, words
from ceiba.web.templatetags.ceiba import icon

register = template.Library()

_LOOKS = {"approved": "pay", "returned": "refuse", "second_visit": "hold"}


@register.simple_tag
def standing_badge(tray: InTray) -> SafeString:
    """The decision of a submission; without one, how it stands."""
    if tray.is_replaced:
        return format_html('<span class="badge">{}</span>', _("Replaced by an edit"))
    if tray.decision:
        look = _LOOKS[tray.decision]
        return format_html(
            '<span class="badge {}">{}{}</span>',
            look,
            icon(look),
            labels.label("review_state", tray.decision),
        )
    look = "hold" if tray.state in ("quarantined", "waiting") else ""
    return format_html('<span class="badge {}">{}</span>', look, labels.label("submission", tray.state))


@register.simple_tag
def flag_why(code: str) -> str:
    """What a flag means, and what it does not."""
    return words.words(FLAG_KINDS[code])


@register.simple_tag
def flag_figures(flag: Flag) -> list[tuple[str, str]]:
    """The figures that show a flag: (what, how much)."""
    told = _FIGURES.get(flag.flag)
    return told(flag.detail) if told else []


@register.filter
def metres(value: float | None) -> str:
    """`850 m`, `12.3 km`; a dash for none."""
    if value is None:
        return words.NOTHING
    return f"{value:,.0f}{words.SPACE}m" if value < 2_000 else f"{value / 1000:,.1f}{words.SPACE}km"


@register.filter
def duration(seconds: float | None) -> str:
    """`45 s`, `12 min`, `3 h 05 min`; a dash for none."""
    if seconds is None:
        return words.NOTHING
    whole = round(seconds)
    if whole < 100:
        return f"{whole}{words.SPACE}s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}{words.SPACE}h {minutes:02d}{words.SPACE}min" if hours else f"{minutes}{words.SPACE}min"


@register.filter
def percent(share: float | None) -> str:
    """`87 %`; a dash for none."""
    return words.NOTHING if share is None else f"{100 * share:.0f}{words.SPACE}%"


@register.filter
def signed(number: float | None) -> str:
    """`+0.4`, `−1.2`; a dash for none."""
    if number is None:
        return words.NOTHING
    return f"{number:+.1f}".replace("-", "−")


@register.filter
def chance(p: float) -> str:
    """`0.034`, `< 0.001`."""
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _outside(detail: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("Distance"), metres(detail["away_m"])),
        (_("Accuracy told by the phone"), metres(detail["accuracy_m"])),
        (_("Margin (assumption)"), metres(detail["margin_m"])),
    ]


def _journeys(detail: dict[str, Any]) -> list[tuple[str, str]]:
    told = []
    for each in detail["journeys"]:
        speed = "" if each["km_h"] is None else f" · {each['km_h']:,.0f}{words.SPACE}km/h"
        told.append((_("Journey"), f"{metres(each['way_m'])} · {duration(each['seconds'])}{speed}"))
    return [*told, (_("Limit (assumption)"), f"{detail['limit_km_h']}{words.SPACE}km/h")]


def _hour(detail: dict[str, Any]) -> list[tuple[str, str]]:
    hour, minute = divmod(detail["sun_minute"], 60)
    return [
        (_("Hour by the sun"), f"{hour:02d}:{minute:02d}"),
        (_("Expected (assumption)"), f"{detail['from']}:00–{detail['until']}:00"),
    ]


def _copied(detail: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (_("People with the same numbers"), words.count(detail["people"])),
        (_("Numbers"), detail["counts"]),
    ]


def _shared(detail: dict[str, Any]) -> list[tuple[str, str]]:
    case = _("One account, two devices") if detail["case"] == "devices" else _("Two accounts, one phone")
    return [(case, duration(detail["seconds"]))]


def _near(detail: dict[str, Any]) -> list[tuple[str, str]]:
    least = min(pair["bits"] for pair in detail["pairs"])
    return [
        (_("Like photos"), words.count(detail["found"])),
        (_("Nearest: differing bits of 64"), str(least)),
    ]


def _portfolio(detail: dict[str, Any]) -> list[tuple[str, str]]:
    return [(_("People of other portfolios"), ", ".join(detail["people"]))]


_FIGURES = {
    "outside_plot": _outside,
    "outside_area": _outside,
    "impossible_speed": _journeys,
    "odd_hour": _hour,
    "copied_counts": _copied,
    "shared_device": _shared,
    "near_photo": _near,
    "outside_portfolio": _portfolio,
}
