"""A bank's file as entries: which message it is, by its namespace, and who reads it."""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, Protocol

import polars as pl

from ceiba.rails.entries import Row, frames
from ceiba.rails.iso20022 import bookings, statuses
from ceiba.rails.iso20022.stream import Record, Stream
from ceiba.rails.problems import Fail

_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(\w+\.\d{3})\.001\.(\d{2})")
# Read versions: what is asked for has kept its place from the first to the last of them.
VERSIONS: Final = {"pain.002": range(3, 16), "camt.053": range(2, 14), "camt.054": range(2, 14)}
KNOWN: Final = ", ".join(f"{kind}.001.{v[0]:02}-{v[-1]:02}" for kind, v in VERSIONS.items())


class _Reader(Protocol):
    def told(self, record: Record) -> Iterable[Row]: ...


def entries(file: BinaryIO, name: str) -> Iterator[pl.DataFrame]:
    """Frames of `ENTRIES` from a pain.002, camt.053 or camt.054.

    Raises CeibaError: rail.not_xml (not XML, or cut short), rail.unsafe, rail.kind (another document), rail.value and
    rail.lacks (a value that is wrong or missing).
    """
    return frames(_rows(file, name))


def _rows(file: BinaryIO, name: str) -> Iterator[Row]:
    readers: list[_Reader] = []

    def open_document(namespace: str) -> frozenset[str]:
        kind = message_kind(namespace, name)
        readers.append(statuses.Statuses(name) if kind == "pain.002" else bookings.Bookings(name))
        return statuses.RECORDS if kind == "pain.002" else bookings.RECORDS

    for record in Stream(name, open_document).records(file):
        yield from readers[0].told(record)


def message_kind(namespace: str, name: str) -> str:
    """`camt.054` of a namespace that is read. Raises CeibaError (rail.kind)."""
    found = _NAMESPACE.fullmatch(namespace)
    if found is None or int(found[2]) not in VERSIONS.get(found[1], ()):
        shown = namespace.rpartition(":")[2][:60] or "XML"
        raise Fail(name).error("rail.kind", found=shown, known=KNOWN)
    return found[1]
