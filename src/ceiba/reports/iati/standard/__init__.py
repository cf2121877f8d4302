"""IATI 2.03 as published: schemas, standard ruleset and codelists (SOURCES.md), read once."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from ceiba.core.iati.codes import CODES, Codelist
from ceiba.core.iati.ruleset import Ruleset

_FOLDER: Final = Path(__file__).parent
SCHEMA_FILES: Final = {
    "iati-activities": "iati-activities-schema.xsd",
    "iati-organisations": "iati-organisations-schema.xsd",
}
"""The schema of each kind of file, by its root element."""


@cache
def schema(root: str) -> "etree.XMLSchema":
    """The schema of a kind of file. Raises KeyError when the root element is of none."""
    return etree.XMLSchema(file=str(_FOLDER / SCHEMA_FILES[root]))


@cache
def ruleset() -> Ruleset:
    """The standard ruleset."""
    return json.loads((_FOLDER / "ruleset.json").read_text("utf-8"))  # type: ignore[no-any-return]


@cache
def spanish_rules() -> Mapping[str, str]:
    """The messages of the ruleset's rules in Spanish, by their ids."""
    return tomllib.loads((_FOLDER / "rules_es.toml").read_text("utf-8"))


@cache
def codelists() -> Mapping[str, Codelist]:
    """Every codelist that a code of a file can be of."""
    return {name: codelist(name) for name in sorted(set(CODES.values()))}


@cache
def agencies() -> frozenset[str]:
    """What an organisation identifier may begin with, up to its second hyphen."""
    return codelist("OrganisationRegistrationAgency").current


def codelist(name: str) -> Codelist:
    """A codelist by its name. Raises FileNotFoundError when it is not shipped."""
    root = _items(name)
    items = [(item.findtext("code"), item.get("status")) for item in root.iter("codelist-item")]
    withdrawn = frozenset(code for code, status in items if code and status == "withdrawn")
    current = frozenset(code for code, status in items if code and status != "withdrawn")
    return Codelist(current, withdrawn - current, root.get("complete") == "1")


@cache
def names(name: str) -> Mapping[str, str]:
    """What the codes of a codelist are called, in English: the standard has no Spanish."""
    items = _items(name).iter("codelist-item")
    return {item.findtext("code") or "": item.findtext("name/narrative") or "" for item in items}


def _items(name: str) -> "etree._Element":
    return etree.fromstring((_FOLDER / "codelists" / f"{name}.xml").read_bytes())
