"""`{{ text|said }}`: the words of a text that exists in every language, in the language of the page."""

from collections.abc import Mapping

from django import template

from ceiba.web.words import words

register = template.Library()


@register.filter
def said(text: Mapping[str, str] | None) -> str:
    """The text in the active language; in Spanish where the page's language is not one of ours; empty for None."""
    return words(text) if text else ""
