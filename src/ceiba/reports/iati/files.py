"""The two files of a programme, as bytes: made, and checked before anybody sees them."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lxml import etree

from ceiba.core.iati.activities import activities_document
from ceiba.core.iati.findings import Finding, Severity
from ceiba.core.iati.known import Knowledge
from ceiba.core.iati.organisations import organisations_document
from ceiba.core.iati.publication import publication_of
from ceiba.reports.iati.checking import findings_of

ACTIVITIES, ORGANISATION = "activities", "organisation"
KINDS = (ACTIVITIES, ORGANISATION)


@dataclass(frozen=True, slots=True)
class IatiFile:
    """A file and everything that was found wrong with it."""

    kind: str
    name: str
    data: bytes
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """How many make it wrong."""
        return sum(finding.severity == Severity.ERROR for finding in self.findings)


def files_of(known: Knowledge) -> tuple[IatiFile, ...]:
    """The activity file and the organisation file of what is known.

    The bytes follow from the knowledge alone: the same gives the same.
    """
    publication = publication_of(known)
    documents = (activities_document(publication), organisations_document(publication))
    return tuple(
        _file(kind, f"{known.programme}-{kind}.xml", document, known.at)
        for kind, document in zip(KINDS, documents, strict=True)
    )


def files_write(files: tuple[IatiFile, ...], folder: Path) -> list[Path]:
    """Write the files into a folder, each whole or not at all; returns where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file in files:
        path = folder / file.name
        beside = path.with_name(f".{path.name}.part")
        beside.write_bytes(file.data)
        os.replace(beside, path)
        written.append(path)
    return written


def _file(kind: str, name: str, document: "etree._Element", at: datetime) -> IatiFile:
    data = etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return IatiFile(kind, name, data, tuple(findings_of(data, at, name)))
