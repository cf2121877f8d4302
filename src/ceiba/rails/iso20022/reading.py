"""A bank's file as entries: which message it is, by its namespace, who reads it, and in how many processes."""

import gc
import io
import mmap
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import BinaryIO, Final, Protocol

import polars as pl

from ceiba.core.kernel.errors import CeibaError
from ceiba.rails.entries import Row, gathered, told_apart
from ceiba.rails.iso20022 import bookings, shapes, statuses
from ceiba.rails.iso20022.pieces import pieces
from ceiba.rails.iso20022.stream import Record, Stream
from ceiba.rails.problems import Fail

_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(\w+\.\d{3})\.001\.(\d{2})")
# Read versions: what is asked for has kept its place from the first to the last of them.
VERSIONS: Final = {"pain.002": range(3, 16), "camt.053": range(2, 14), "camt.054": range(2, 14)}
KNOWN: Final = ", ".join(f"{kind}.001.{v[0]:02}-{v[-1]:02}" for kind, v in VERSIONS.items())
# A process takes a second to begin. More than four would wait for the one that stores what they read.
LONG_BYTES: Final = 20_000_000
_PROCESSES: Final = min(len(os.sched_getaffinity(0)), 4)


class _Reader(Protocol):
    def told(self, record: Record) -> Iterable[Row]: ...


def entries(file: BinaryIO, name: str, *, long_bytes: int = LONG_BYTES) -> Iterator[pl.DataFrame]:
    """Frames of `ENTRIES` from a pain.002, camt.053 or camt.054; by several processes from `long_bytes` on.

    Raises CeibaError: rail.not_xml (not XML, or cut short), rail.unsafe, rail.kind (another document), rail.value and
    rail.lacks (a value that is wrong or missing).
    """
    return told_apart(_frames(file, name, long_bytes))


def _frames(file: BinaryIO, name: str, long_bytes: int) -> Iterator[pl.DataFrame]:
    if _length(file) >= long_bytes and _PROCESSES > 1:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            documents = pieces(data)
            if documents is not None:
                try:
                    yield from _read_beside(documents, name)
                except _RefusedError:
                    file.seek(0)
                else:
                    return
    yield from gathered(_rows(name, lambda stream: stream.records(file)))


def _length(file: BinaryIO) -> int:
    """The bytes of a file of the system's; -1 of anything else, which other processes cannot be given."""
    try:
        return os.fstat(file.fileno()).st_size
    except io.UnsupportedOperation:
        return -1


class _RefusedError(Exception):
    """A piece was refused. The file is read once more as it is: the error names the place in it, not in the piece."""


def _read_beside(documents: Iterator[bytes], name: str) -> Iterator[pl.DataFrame]:
    """The frames of documents in turn; other processes read a few ahead of the one that is given."""
    reading: deque[Future[list[pl.DataFrame] | None]] = deque()
    # Fresh processes: a fork would carry the threads and the database connection of this one.
    with ProcessPoolExecutor(_PROCESSES, get_context("spawn")) as pool:
        try:
            for document in documents:
                reading.append(pool.submit(_read_whole, document, name))
                if len(reading) > 2 * _PROCESSES:
                    yield from _accepted(reading.popleft())
            while reading:
                yield from _accepted(reading.popleft())
        finally:
            pool.shutdown(cancel_futures=True)


def _accepted(read: "Future[list[pl.DataFrame] | None]") -> list[pl.DataFrame]:
    frames = read.result()
    if frames is None:
        raise _RefusedError
    return frames


def _read_whole(document: bytes, name: str) -> list[pl.DataFrame] | None:
    """The frames of a plain document, in a process beside; None where it is refused."""
    gc.disable()  # it would look again and again at what all is needed until the document has been read
    try:
        return list(gathered(_rows(name, lambda stream: shapes.records(document, stream, bookings.RECORDS))))
    except (CeibaError, ValueError):
        return None
    finally:
        gc.enable()


def _rows(name: str, records: Callable[[Stream], Iterator[Record]]) -> Iterator[Row]:
    readers: list[_Reader] = []

    def open_document(namespace: str) -> frozenset[str]:
        kind = message_kind(namespace, name)
        readers.append(statuses.Statuses(name) if kind == "pain.002" else bookings.Bookings(name))
        return statuses.RECORDS if kind == "pain.002" else bookings.RECORDS

    for record in records(Stream(name, open_document)):
        yield from readers[0].told(record)


def message_kind(namespace: str, name: str) -> str:
    """`camt.054` of a namespace that is read. Raises CeibaError (rail.kind)."""
    found = _NAMESPACE.fullmatch(namespace)
    if found is None or int(found[2]) not in VERSIONS.get(found[1], ()):
        shown = namespace.rpartition(":")[2][:60] or "XML"
        raise Fail(name).error("rail.kind", found=shown, known=KNOWN)
    return found[1]
