"""`{{ text|said }}`: the words of a text that exists in every language, in the language of the page."""

from collections.abc import Mapping

from django import template
from django.utils.translation import get_language

from ceiba.core.kernel.errors import LANGUAGES

register = template.Library()


@register.filter
def said(text: Mapping[str, str] | None) -> str:
    """The text in the active language; in Spanish where the page's language is not one of ours; empty for None."""
    if not text:
        return ""
    language = (get_language() or LANGUAGES[0])[:2]
    return text.get(language) or text[LANGUAGES[0]]
