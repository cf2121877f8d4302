"""The words of a form in its languages, and the files that go with them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from ceiba.core.forms.safe_xml import local_name

Words = Mapping[str, str]
"""Language, as the form names it ("Español (es)"; "" where it names none) -> text."""

NO_WORDS: Final[Words] = MappingProxyType({})

Translations = Mapping[str, Words]
"""Id of a text -> its words."""


def said(words: Words, language: str) -> str:
    """The words in `language` ("es", "en"), else in the first language there is; "" when there are none."""
    for name, text in words.items():
        if text and (name == language or name.endswith(f"({language})")):
            return text
    return next((text for text in words.values() if text), "")


def read_translations(model: "etree._Element") -> tuple[tuple[str, ...], Translations]:
    """The languages, the default one first, and every text in them."""
    tongues = [each for itext in children(model, "itext") for each in children(itext, "translation")]
    tongues.sort(key=lambda tongue: not tongue.get("default"))
    texts: dict[str, dict[str, str]] = {}
    for tongue in tongues:
        language = tongue.get("lang") or ""
        for text in children(tongue, "text"):
            for value in children(text, "value"):
                if value.get("form") is None:
                    texts.setdefault(text.get("id") or "", {})[language] = plain(value)
    return tuple(tongue.get("lang") or "" for tongue in tongues), texts


def words_in(element: "etree._Element", name: str, translations: Translations) -> Words:
    """The words of the child `name` of a question: by reference to the translations, or as they stand."""
    for child in children(element, name):
        return referred(child.get("ref") or "", translations) or {"": plain(child)}
    return NO_WORDS


def referred(reference: str, translations: Translations) -> Words | None:
    """The words that `jr:itext('an id')` refers to; None for what is no such reference."""
    if not reference.startswith("jr:itext("):
        return None
    return translations.get(reference[len("jr:itext(") : -1].strip("'\" "), NO_WORDS)


def plain(element: "etree._Element") -> str:
    """The element's text; an answer shown within it by the name of its question, as an XLSForm writes it."""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) == "output":
            path = child.get("value") or child.get("ref") or ""
            parts.append("${" + path.strip().rpartition("/")[2] + "}")
        parts.append(child.tail or "")
    return "".join(parts).strip()


def children(element: "etree._Element", name: str) -> Iterator["etree._Element"]:
    """The children of that local name."""
    return (child for child in element if local_name(child) == name)
