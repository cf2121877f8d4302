"""Template tags: states, quantities and days of commitments, and a sentence where it stands in its text."""

from collections.abc import Mapping
from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ceiba.commitments import spoken
from ceiba.commitments.models import Cited
from ceiba.core.commitments import State
from ceiba.web import labels
from ceiba.web.templatetags.ceiba import icon

register = template.Library()
register.filter("partial_date", spoken.partial_date)
register.filter("subject", spoken.subject)
register.simple_tag(spoken.quantity, name="quantity")

LOOK: Final[Mapping[str, tuple[str, str]]] = {
    State.MET: ("pay", "pay"),
    State.LATE: ("refuse", "refuse"),
    State.UNANSWERED: ("hold", "unknown"),
    State.PROPOSED: ("hold", "hold"),
    State.DECLINED: ("", "refuse"),
    State.WITHDRAWN: ("", "none"),
}
"""The colour and the icon of a state; the word stands beside them."""


@register.simple_tag
def state(code: str) -> SafeString:
    """A state: icon and word."""
    css, drawing = LOOK.get(code, ("", ""))
    word = labels.label("commitment_state", code)
    return format_html('<span class="badge {}">{}{}</span>', css, icon(drawing) if drawing else "", word)


@register.inclusion_tag("commitments/cited.html")
def cited(entry: Cited, *, whole: bool = False) -> dict[str, object]:
    """Where an entry is from; `whole` shows the source's text with the sentence marked in it."""
    text = entry.source.text if whole and entry.start is not None else ""
    start, end = entry.start or 0, entry.end or 0
    return {
        "entry": entry,
        "source": entry.source,
        "text": text,
        "before": text[:start],
        "marked": text[start:end],
        "after": text[end:],
    }
