"""The answers of a submission as a person reads them: by question, in the language of the page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from ceiba.core.forms.answers import read_place
from ceiba.core.forms.definition import Field, FormDefinition
from ceiba.core.forms.safe_xml import UnsafeXml, local_name, read_xml
from ceiba.core.forms.words import said

VALUE_MAX: Final = 2_000
_REFERENCE: Final = re.compile(r"\$\{([^}]+)\}")
_NO_LABELS: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what was answered. `heading`: a group begins. `asked`: a person was asked it.

    `place` is the path with the numbers of the repeats' entries: the same place in another version.
    """

    place: str
    depth: int
    question: str
    value: str = ""
    heading: bool = False
    asked: bool = True
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A question that two versions answer differently."""

    question: str
    before: str
    after: str


def answers(
    xml: bytes, definition: FormDefinition | None, language: str, labels: Mapping[str, str] = _NO_LABELS
) -> list[Answer]:
    """Every answer, in the order of the form; without a definition, by the names of its elements.

    `labels` say what was chosen from a list that only the phone had, by its id there.
    """
    try:
        root = read_xml(xml)
    except UnsafeXml:
        return []
    return list(_Reader(definition, language, labels).below(root, f"/{local_name(root)}", "", 0))


def differences(
    first: bytes,
    second: bytes,
    definition: FormDefinition | None,
    language: str,
    labels: Mapping[str, str] = _NO_LABELS,
) -> list[Difference]:
    """Where two versions of a submission differ, question by question."""
    before = {each.place: each for each in answers(first, definition, language, labels) if not each.heading}
    after = {each.place: each for each in answers(second, definition, language, labels) if not each.heading}
    places = dict.fromkeys([*before, *after])
    return [
        Difference(_question(before, after, place), _value(before, place), _value(after, place))
        for place in places
        if _value(before, place) != _value(after, place)
    ]


class _Reader:
    def __init__(self, definition: FormDefinition | None, language: str, labels: Mapping[str, str]) -> None:
        self.fields: Mapping[str, Field] = definition.by_path if definition else {}
        self.groups = {group.path: group for group in definition.groups} if definition else {}
        self.language = language
        self.labels = labels

    def below(self, element: "etree._Element", path: str, place: str, depth: int) -> Iterator[Answer]:
        """The answers below an element whose path in the form is `path`."""
        met: dict[str, int] = {}
        for child in element:
            name = local_name(child)
            if not name or name in ("meta", "entity"):
                continue
            met[name] = met.get(name, 0) + 1
            here, at = f"{path}/{name}", f"{place}/{name}[{met[name]}]"
            if len(child) and here not in self.fields:
                yield from self._group(child, here, at, depth, met[name])
            else:
                yield self._answer(child, here, at, depth)

    def _group(
        self, element: "etree._Element", path: str, place: str, depth: int, number: int
    ) -> Iterator[Answer]:
        group = self.groups.get(path)
        title = _filled_in(said(group.label, self.language), element) if group else ""
        if group is not None and group.repeats:
            title = f"{title or group.name} {number}"
        if title:
            yield Answer(place, depth, title, heading=True)
        yield from self.below(element, path, place, depth + bool(title))

    def _answer(self, element: "etree._Element", path: str, place: str, depth: int) -> Answer:
        text = (element.text or "").strip()[:VALUE_MAX]
        field = self.fields.get(path)
        if field is None:
            return Answer(place, depth, local_name(element), text)
        return Answer(
            place=place,
            depth=depth,
            question=_filled_in(said(field.label, self.language), element) or field.name,
            value=self._shown(field, text),
            asked=bool(field.widget),
            is_file=field.type == "binary",
        )

    def _shown(self, field: Field, text: str) -> str:
        if field.choices and text:
            labels = {choice.value: said(choice.label, self.language) for choice in field.choices}
            return ", ".join(labels.get(each) or each for each in text.split())
        if field.type in ("geoshape", "geotrace"):
            places = [place for each in text.split(";") if (place := read_place(each.strip())) is not None]
            return "; ".join(f"{place.lat:.5f}, {place.lon:.5f}" for place in places) or text
        if field.type == "geopoint" and (place := read_place(text)) is not None:
            accuracy = "" if place.accuracy_m is None else f" (± {place.accuracy_m:.0f} m)"
            return f"{place.lat:.5f}, {place.lon:.5f}{accuracy}"
        return self.labels.get(text, text)


def _filled_in(label: str, element: "etree._Element") -> str:
    """The label with the answers that it names (`${name}`): the nearest of that name, seen from `element`."""
    return _REFERENCE.sub(lambda found: _nearest(element, found[1]), label)


def _nearest(element: "etree._Element", name: str) -> str:
    for around in (element, *element.iterancestors()):
        for each in around.iter():
            if local_name(each) == name and each.text:
                return str(each.text).strip()[:VALUE_MAX]
    return "…"


def _question(before: Mapping[str, Answer], after: Mapping[str, Answer], place: str) -> str:
    return (after.get(place) or before[place]).question


def _value(answered: Mapping[str, Answer], place: str) -> str:
    return answered[place].value if place in answered else ""
