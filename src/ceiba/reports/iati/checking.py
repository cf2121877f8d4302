"""Is a file a right IATI 2.03 file? Its schema, the standard ruleset, and its codes."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lxml import etree

from ceiba.core.forms.safe_xml import UnsafeXml, read_xml
from ceiba.core.iati.codes import code_findings
from ceiba.core.iati.findings import Finding, Severity, gravest_first, identifier_of, identifiers_twice
from ceiba.core.iati.rule_kinds import Known, nodes
from ceiba.core.iati.ruleset import rule_findings
from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.reports.iati.standard import SCHEMA_FILES, agencies, codelists, ruleset, schema, spanish_rules

VERSION: Final = "2.03"

register_messages(
    {
        "iati.not_xml": {
            "es": "no se puede leer como XML ({detail}). Guárdelo de nuevo desde el programa que lo hizo.",
            "en": "cannot be read as XML ({detail}). Save it again from the program that made it.",
        },
        "iati.not_iati": {
            "es": "empieza con <{found}>; un archivo de IATI empieza con <iati-activities> o <iati-organisations>.",
            "en": "begins with <{found}>; an IATI file begins with <iati-activities> or <iati-organisations>.",
        },
        "iati.version": {
            "es": "es de la versión «{found}» de IATI; aquí se comprueba la 2.03. Publíquelo en esa versión.",
            "en": 'is of IATI version "{found}"; 2.03 is checked here. Publish it in that version.',
        },
    }
)


def findings_of(data: bytes, now: datetime, file: str | None = None) -> list[Finding]:
    """Everything wrong with a file, errors first; `file` is its name, for the messages of what cannot be read.

    Raises CeibaError (iati.not_xml, iati.not_iati, iati.version) when there is nothing to check.
    """
    where = Where(file=file)
    try:
        root = read_xml(data)
    except UnsafeXml as error:
        raise CeibaError(Problem("iati.not_xml", where, {"detail": str(error)})) from None
    if root.tag not in SCHEMA_FILES:
        raise CeibaError(Problem("iati.not_iati", where, {"found": str(root.tag)[:80]}))
    if root.get("version") != VERSION:
        raise CeibaError(Problem("iati.version", where, {"found": (root.get("version") or "—")[:80]}))
    return findings_in(root, now)


def findings_in(root: "etree._Element", now: datetime) -> list[Finding]:
    """Everything wrong with a document, errors first."""
    known = Known(now, agencies())
    return gravest_first(
        [
            *_schema_findings(root),
            *identifiers_twice(root),
            *rule_findings(root, ruleset(), spanish_rules(), known),
            *code_findings(root, codelists()),
        ]
    )


def _schema_findings(root: "etree._Element") -> Iterator[Finding]:
    checked = schema(str(root.tag))
    if checked.validate(root):
        return
    for entry in checked.error_log:  # type: ignore[attr-defined]  # the stubs do not know
        where = Where(item=_identifier_at(root, entry.path))
        values = {"line": entry.line, "text": entry.message}
        yield Finding(Severity.ERROR, Problem("iati.schema", where, values))


def _identifier_at(root: "etree._Element", path: str | None) -> str | None:
    found = nodes(root.getroottree(), path) if path else []
    return identifier_of(found[0]) if found else None
