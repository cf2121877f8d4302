"""What is wrong with a file: how grave, in which activity, on which line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lxml import etree

from ceiba.core.kernel.errors import Problem, Where, register_messages

register_messages(
    {
        "iati.rule": {
            "es": "línea {line}: {es} Encontrado: {found}.",
            "en": "line {line}: {en} Found: {found}.",
        },
        "iati.code": {
            "es": "línea {line}: «{found}» ({path}) no está en la lista {codelist} de IATI. Use uno de ella.",
            "en": 'line {line}: "{found}" ({path}) is not in the IATI codelist {codelist}. Use a code that is.',
        },
        "iati.code_withdrawn": {
            "es": "línea {line}: «{found}» ({path}) fue retirado de la lista {codelist}. Use uno vigente.",
            "en": 'line {line}: "{found}" ({path}) was withdrawn from codelist {codelist}. Use a current one.',
        },
        "iati.schema": {
            "es": "línea {line}: no cumple el esquema de IATI 2.03: {text}",
            "en": "line {line}: does not follow the schema of IATI 2.03: {text}",
        },
        "iati.identifier_twice": {
            "es": "línea {line}: el identificador «{found}» ya está en el archivo. Dé otro a esta actividad.",
            "en": 'line {line}: the identifier "{found}" is in the file already. Give this activity another.',
        },
    }
)

_NAMED = {"iati-activity": "iati-identifier", "iati-organisation": "organisation-identifier"}


class Severity(StrEnum):
    """An error makes the file wrong; a warning, worse than it could be."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a file."""

    severity: Severity
    problem: Problem


def finding(
    severity: Severity, code: str, at: "etree._Element", rule: str | None = None, **values: object
) -> Finding:
    """A finding placed at an element: its line, and the identifier of the activity or organisation it stands in."""
    where = Where(item=identifier_of(at), rule=rule)
    return Finding(severity, Problem(code, where, {"line": at.sourceline or 0, **values}))


def identifier_of(element: "etree._Element") -> str | None:
    """The identifier of the activity or organisation that holds the element."""
    for each in (element, *element.iterancestors()):
        if each.tag in _NAMED:
            return (each.findtext(_NAMED[str(each.tag)]) or "").strip() or None
    return None


def identifiers_twice(root: "etree._Element") -> Iterator[Finding]:
    """Activities that have the identifier of an earlier one."""
    seen: set[str] = set()
    for element in root.iterfind("iati-activity/iati-identifier"):
        name = (element.text or "").strip()
        if name in seen:
            yield finding(Severity.ERROR, "iati.identifier_twice", element, found=name)
        seen.add(name)


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors before warnings, in the order of the file."""
    return sorted(findings, key=lambda f: (f.severity != Severity.ERROR, f.problem.values["line"]))
