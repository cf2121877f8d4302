"""A form as data: its questions with their types, words and conditions, what each gives, and what it needs beside it.

Elements are compared without their namespace, and what is not known is passed over: forms are of several makers
(https://getodk.github.io/xforms-spec/, https://getodk.github.io/xforms-spec/entities).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from lxml import etree

from ceiba.core.forms.safe_xml import UnsafeXml, local_name, read_xml
from ceiba.core.forms.words import (
    NO_WORDS,
    Translations,
    Words,
    children,
    read_translations,
    referred,
    words_in,
)
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

NAMESPACE: Final = "urn:ceiba:forms"
"""Of the attribute `gives` of a bind; in an XLSForm, `bind::ceiba:gives` with this in the settings' `namespaces`."""

ITEMSETS: Final = "itemsets.csv"
"""The file in which a form looks for choices that are too many to stand in it (select_one_external)."""

register_messages(
    {
        "form.not_a_form": {
            "es": "No es un formulario que se pueda leer ({detail}). Compílelo de nuevo desde su XLSForm.",
            "en": "It is not a form that can be read ({detail}). Compile it again from its XLSForm.",
        },
    }
)

_JAVAROSA: Final = "{http://openrosa.org/javarosa}"
_ENTITIES: Final = "{http://www.opendatakit.org/xforms/entities}"
_PATH: Final = re.compile(r"(?:current\(\)/)?(?:(?:\.\./)+|(?<![\w)\]/.])/)(?:[\w.-]+/)*([\w.-]+)")
_SPACED: Final = re.compile(
    r"(?:(?<=\() )?(\$\{[\w.-]+\})(?: (?=[,)\]]))?"
)  # pyxform sets spaces around a name
_UPLOADS: Final = {"image/*": "image", "audio/*": "audio", "video/*": "video"}
_ASKED: Final = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "trigger": "acknowledge",
    "range": "range",
}
_TYPES: Final = {"int": "integer", "string": "text"}
_WIDGETS: Final = ("input", "select1", "select", "upload", "range", "trigger", "rank", "secret")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers of a question: the value that is stored, and its words."""

    value: str
    label: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Field:
    """A place for an answer: a question, a calculation, or what the phone fills in by itself.

    `type` is the bind's ("int", "string", "geopoint", "binary"...). `widget` is how it is asked ("input", "select1",
    "select", "upload image/*"...), empty for what is not asked. `source` names the list that the choices come from;
    `choices` are those that the form itself holds. `repeat` is the path of the innermost repeat around it, or "".
    `gives` are the words of decision 0016 ("visit.plan_done"). `preload` is "start", "end" or another thing that the
    phone knows. `save_to` is the entity's property.
    """

    path: str
    name: str
    type: str = "string"
    widget: str = ""
    label: Words = field(default_factory=dict)
    hint: Words = field(default_factory=dict)
    required: bool = False
    constraint: str = ""
    relevant: str = ""
    calculate: str = ""
    preload: str = ""
    source: str = ""
    choices: tuple[Choice, ...] = ()
    repeat: str = ""
    gives: tuple[str, ...] = ()
    save_to: str = ""
    readonly: bool = False

    @property
    def asked_as(self) -> str:
        """The type in the words of an XLSForm: "integer", "text", "select_one", "image", "calculate", "start"..."""
        if self.calculate and not self.widget:
            return "calculate"
        if self.preload:
            return self.preload
        widget, _, media = self.widget.partition(" ")
        if self.readonly and widget == "input":
            return "note"
        if widget == "upload":
            return _UPLOADS.get(media, "file")
        return _ASKED.get(widget, _TYPES.get(self.type, self.type))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions asked together; `repeats` says that there may be several entries of them."""

    path: str
    name: str
    label: Words = field(default_factory=dict)
    relevant: str = ""
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """The form makes (`creates`) or changes (`updates`) one of `dataset`; within a repeat, one an entry.

    `path` is that of the entity's element; `properties` are the paths of the questions by what they are saved to.
    """

    dataset: str
    path: str
    repeat: str
    creates: bool
    updates: bool
    properties: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class FormDefinition:
    """A version of a form. `languages` begin with its default one; `media` are names of files it needs beside it."""

    code: str
    version: str
    title: str
    languages: tuple[str, ...]
    fields: tuple[Field, ...]
    groups: tuple[Group, ...] = ()
    entities: tuple[EntityDeclaration, ...] = ()
    media: tuple[str, ...] = ()

    @cached_property
    def by_path(self) -> Mapping[str, Field]:
        """The fields by their paths."""
        return {each.path: each for each in self.fields}

    @cached_property
    def repeats(self) -> tuple[str, ...]:
        """The paths of the repeats, an outer one before those within it."""
        return tuple(group.path for group in self.groups if group.repeats)

    @cached_property
    def given(self) -> Mapping[str, Field]:
        """What is given ("visit.plan_done") -> the first question that gives it."""
        found: dict[str, Field] = {}
        for each in self.fields:
            for word in each.gives:
                found.setdefault(word, each)
        return found

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that are questions to a person: notes are none."""
        return tuple(each for each in self.fields if each.widget and each.asked_as != "note")

    @property
    def binaries(self) -> tuple[Field, ...]:
        """The fields whose answers are names of attachments."""
        return tuple(each for each in self.fields if each.type == "binary")


def read_form(xform: bytes) -> FormDefinition:
    """The form in `xform`, which is compiled (XForms of ODK).

    Raises CeibaError (form.not_a_form) for what is none.
    """
    try:
        html = read_xml(xform)
    except UnsafeXml as error:
        raise _not_a_form(str(error)) from None
    return _Reading(html).definition()


def _not_a_form(detail: str) -> CeibaError:
    return CeibaError(Problem("form.not_a_form", values={"detail": detail}))


class _Reading:
    """The parts of one XForm, found once, from which its definition is put together."""

    def __init__(self, html: "etree._Element") -> None:
        self.title, self.model, body = _parts(html)
        self.languages, self.translations = read_translations(self.model)
        self.instances = {
            each.get("id") or "": each for each in children(self.model, "instance") if each.get("id")
        }
        self.binds = {_path(each.get("nodeset")): each for each in children(self.model, "bind")}
        self.controls = {
            _path(each.get("ref") or each.get("nodeset")): each
            for each in body.iter()
            if local_name(each) in (*_WIDGETS, "group")
        }
        self.repeats = {_path(each.get("nodeset")) for each in body.iter() if local_name(each) == "repeat"}

    def definition(self) -> FormDefinition:
        """The whole of it."""
        root = next(
            (each[0] for each in children(self.model, "instance") if not each.get("id") and len(each)), None
        )
        if root is None or not (root.get("id") or "").strip():
            raise _not_a_form("instance/@id")
        places = dict(_places(root, f"/{local_name(root)}"))
        entities = {path: each for path, each in places.items() if local_name(each) == "entity"}
        places = {path: each for path, each in places.items() if not _within(path, entities)}
        leaves = [path for path, each in places.items() if not len(each) and path not in self.repeats]
        fields = tuple(self._field(path) for path in leaves)
        return FormDefinition(
            code=(root.get("id") or "").strip(),
            version=(root.get("version") or "").strip(),
            title=self.title,
            languages=self.languages,
            fields=fields,
            groups=tuple(self._group(path) for path in places if path not in leaves and not _is_meta(path)),
            entities=tuple(self._entity(path, each, entities, fields) for path, each in entities.items()),
            media=tuple(sorted(set(self._media()))),
        )

    def _field(self, path: str) -> Field:
        bind = self.binds.get(path)
        said: Mapping[str, str] = dict(bind.attrib) if bind is not None else {}  # type: ignore[arg-type]
        control = self.controls.get(path)
        preload = said.get(f"{_JAVAROSA}preload", "")
        return Field(
            path=path,
            name=path.rpartition("/")[2],
            type=said.get("type", "string").rpartition(":")[2],
            widget=_widget(control),
            label=self._words(control, "label"),
            hint=self._words(control, "hint"),
            required=said.get("required", "false()").strip() not in ("false()", ""),
            constraint=as_written(said.get("constraint", "")),
            relevant=as_written(said.get("relevant", "")),
            calculate=as_written(said.get("calculate", "")),
            preload=said.get(f"{_JAVAROSA}preloadParams", preload) if preload else "",
            source=self._source(control),
            choices=tuple(self._choices(control)) if control is not None else (),
            repeat=self._repeat(path),
            gives=tuple(said.get(f"{{{NAMESPACE}}}gives", "").split()),
            save_to=said.get(f"{_ENTITIES}saveto", ""),
            readonly=said.get("readonly", "false()").strip() == "true()",
        )

    def _group(self, path: str) -> Group:
        bind, control = self.binds.get(path), self.controls.get(path)
        return Group(
            path=path,
            name=path.rpartition("/")[2],
            label=self._words(control, "label"),
            relevant=as_written(bind.get("relevant") or "") if bind is not None else "",
            repeats=path in self.repeats,
        )

    def _entity(
        self,
        path: str,
        element: "etree._Element",
        entities: Mapping[str, object],
        fields: Sequence[Field],
    ) -> EntityDeclaration:
        """What is saved to an entity is asked where the entity stands, and not nearer to another one."""
        home = _home(path)
        homes = [_home(each) for each in entities]
        nearest = {
            f.path: max((each for each in homes if f.path.startswith(f"{each}/")), key=len, default="")
            for f in fields
            if f.save_to
        }
        return EntityDeclaration(
            dataset=element.get("dataset") or "",
            path=path,
            repeat=self._repeat(path),
            creates=element.get("create") is not None,
            updates=element.get("update") is not None,
            properties={f.save_to: f.path for f in fields if f.save_to and nearest[f.path] == home},
        )

    def _words(self, control: "etree._Element | None", name: str) -> Words:
        return NO_WORDS if control is None else words_in(control, name, self.translations)

    def _repeat(self, path: str) -> str:
        around = (each for each in self.repeats if path.startswith(f"{each}/"))
        return max(around, key=len, default="")

    def _source(self, control: "etree._Element | None") -> str:
        for itemset in children(control, "itemset") if control is not None else ():
            return (itemset.get("nodeset") or "").partition("instance('")[2].partition("'")[0]
        return ""

    def _choices(self, control: "etree._Element") -> Iterator[Choice]:
        """The choices that stand in the form: beside the question, or in an instance of their own."""
        for item in children(control, "item"):
            yield Choice(_text(item, "value"), words_in(item, "label", self.translations))
        instance = self.instances.get(self._source(control))
        for itemset in children(control, "itemset") if instance is not None else ():
            value = next((each.get("ref") or "" for each in children(itemset, "value")), "name")
            for root in instance if instance is not None else ():
                for item in children(root, "item"):
                    yield Choice(_text(item, value), _item_words(item, itemset, self.translations))

    def _media(self) -> Iterator[str]:
        """Names of files: of lists outside the form, and of pictures, sounds and films in its words."""
        for instance in self.instances.values():
            if (source := instance.get("src") or "").startswith("jr://file"):
                yield source.rpartition("/")[2]
        if any(control.get("query") for control in self.controls.values()):
            yield ITEMSETS
        for value in self.model.iter():
            if local_name(value) == "value" and value.get("form") and (value.text or "").startswith("jr://"):
                yield (value.text or "").strip().rpartition("/")[2]


def _parts(html: "etree._Element") -> tuple[str, "etree._Element", "etree._Element"]:
    """The title, the model and the body."""
    heads, bodies = list(children(html, "head")), list(children(html, "body"))
    models = [model for head in heads for model in children(head, "model")]
    if local_name(html) != "html" or not models or not bodies:
        raise _not_a_form("h:html, h:head, model, h:body")
    return _text(heads[0], "title"), models[0], bodies[0]


def _places(element: "etree._Element", path: str) -> Iterator[tuple[str, "etree._Element"]]:
    """Every place below an element by its path, in the form's order; of a repeat, its template."""
    seen = set()
    for child in element:
        name = local_name(child)
        if name and name not in seen:
            seen.add(name)
            yield f"{path}/{name}", child
            yield from _places(child, f"{path}/{name}")


def _widget(control: "etree._Element | None") -> str:
    if control is None or (name := local_name(control)) == "group":
        return ""
    return f"{name} {control.get('mediatype') or ''}".strip()


def _item_words(item: "etree._Element", itemset: "etree._Element", translations: Translations) -> Words:
    """The words of a choice: `label` of the itemset names a child, or `jr:itext(itextId)` one that refers on."""
    reference = next((each.get("ref") or "" for each in children(itemset, "label")), "label")
    if reference.startswith("jr:itext("):
        key = _text(item, reference[len("jr:itext(") : -1])
        return referred(f"jr:itext('{key}')", translations) or NO_WORDS
    return {"": _text(item, reference)}


def _text(element: "etree._Element", name: str) -> str:
    return next(((child.text or "").strip() for child in children(element, name)), "")


def _path(nodeset: str | None) -> str:
    return (nodeset or "").strip()


def as_written(text: str) -> str:
    """An expression with its questions by their names, as an XLSForm has them: `${plan_due} > 0`."""
    named = _PATH.sub(r"${\1}", " ".join(text.split()))
    return _SPACED.sub(r"\1", named)


def _home(path: str) -> str:
    """Where an entity stands: `/data/plot` of `/data/plot/meta/entity`."""
    return path.removesuffix("/entity").removesuffix("/meta")


def _is_meta(path: str) -> bool:
    return path.endswith("/meta")


def _within(path: str, parents: Mapping[str, object]) -> bool:
    return any(path == each or path.startswith(f"{each}/") for each in parents)
