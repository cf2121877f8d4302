"""Fills in a compiled form as a phone does: a submission's XML from answers. For made-up submissions."""

import copy
from collections.abc import Mapping
from typing import Any

from lxml import etree

from ceiba.core.forms.safe_xml import local_name, read_xml


class Blank:
    """A form that nobody has filled in yet, as its XForm holds it; to be filled in as often as is wanted."""

    def __init__(self, xform: bytes) -> None:
        form: Any = read_xml(xform)
        self._root = next(form.iter("{*}instance"))[0]
        for element in list(self._root.iter()):
            if any(name.rpartition("}")[2] == "template" for name in element.attrib):
                element.getparent().remove(element)

    def asks(self, path: str) -> bool:
        """Whether the form has the question with this path below the root ("who/person")."""
        return self._root.find(_steps(path)) is not None

    def filled(
        self,
        instance: str,
        answers: Mapping[str, object],
        entities: Mapping[str, Mapping[str, str]] | None = None,
        *,
        replaces: str = "",
        version: str = "",
    ) -> bytes:
        """A submission called `instance`: `answers` by path below the root; a list of mappings repeats its path.

        `entities` are, by list, the attributes of the form's entity element (id, baseVersion...). What is empty is
        left out. `replaces` is the instance that it corrects; `version`, one instead of the form's own. Raises
        KeyError for a path that the form has not.
        """
        root = copy.deepcopy(self._root)
        for path, value in {**answers, "meta/instanceID": instance}.items():
            _answer(root, path, value)
        for block in list(root.iter("{*}entity")):
            block.attrib.update((entities or {}).get(block.get("dataset"), {}))
        if replaces:
            name = root.find("{*}meta/{*}instanceID")
            deprecated = copy.deepcopy(name)
            deprecated.tag, deprecated.text = name.tag.replace("instanceID", "deprecatedID"), replaces
            name.addnext(deprecated)
        if version:
            root.set("version", version)
        for element in reversed(list(root.iterdescendants())):  # what a group holds before the group
            if not len(element) and not (element.text or "").strip() and local_name(element) != "entity":
                element.getparent().remove(element)
        return etree.tostring(root)


def _steps(path: str) -> str:
    return "/".join(f"{{*}}{part}" for part in path.split("/"))


def _answer(root: Any, path: str, value: object) -> None:
    found = root.find(_steps(path))
    if found is None:
        raise KeyError(path)
    if not isinstance(value, list):
        found.text = str(value)
        return
    for entry in value:
        copied = copy.deepcopy(found)
        found.addprevious(copied)
        for below, answer in entry.items():
            _answer(copied, below, answer)
    found.getparent().remove(found)
