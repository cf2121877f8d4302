"""What a phone posts: the XML of a form and files, as multipart/form-data, read as it comes.

Files are hashed and written to the disk while they come in, whatever their size; the XML, which is small, is held in
memory. A parcel that ends before its last boundary was cut off on the way, and nothing of it is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Final

from multipart import MultipartError, ParserLimitReached, PushMultipartParser, parse_options_header

from ceiba.blobs.drafts import Draft, DraftWriter

XML_PART: Final = "xml_submission_file"
XML_BYTES_MAX: Final = 10_000_000
FILES_MAX: Final = 500
NAME_LENGTH_MAX: Final = 200
_CHUNK: Final = 1 << 18


class BadParcel(ValueError):
    """It cannot be read: `reason` is a word of `openrosa.MESSAGES`, `status` the answer's."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file of a parcel, drafted."""

    name: str
    content_type: str
    draft: Draft


@dataclass(slots=True)
class Parcel:
    """A form's XML and the files that came with it; `writers` are what to clean up."""

    xml: bytes = b""
    files: list[IncomingFile] = field(default_factory=list)
    writers: list[DraftWriter] = field(default_factory=list)


@contextmanager
def parcel_read(stream: IO[bytes], content_type: str, length: int, most: int) -> Iterator[Parcel]:
    """The parcel in a request's body of `length` bytes, of which at most `most` are read.

    The drafts of its files are gone afterwards unless they were kept. Raises BadParcel.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if kind.lower() != "multipart/form-data" or not boundary:
        raise BadParcel("not_multipart", 415)
    if length > most:
        raise BadParcel("too_large", 413)
    parcel = Parcel()
    try:
        _fill(parcel, stream, boundary, length)
        yield parcel
    finally:
        for writer in parcel.writers:
            writer.drop()


def safe_name(name: str) -> str:
    """The last part of a file's name, without what could lead elsewhere; it names, and is no path of ours."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return plain[-NAME_LENGTH_MAX:] or "sin-nombre"


def _text(header: str) -> str:
    """A header's text: UTF-8, as the standard says, or else the Latin-1 that older apps write."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeDecodeError:
        return header


def _fill(parcel: Parcel, stream: IO[bytes], boundary: str, length: int) -> None:
    try:
        # Latin-1 has a letter for every byte, so no header is refused for its letters; `_text` reads them.
        parser = PushMultipartParser(
            boundary, content_length=length, max_segment_count=FILES_MAX, header_charset="latin-1"
        )
        with parser:
            segment, sink = None, _Sink(parcel)
            for event in parser.parse_blocking(stream.read, chunk_size=_CHUNK):
                if event is None:
                    sink.end()
                elif isinstance(event, bytes | bytearray):
                    sink.write(bytes(event))
                else:
                    segment = event
                    sink.begin(segment.name or "", segment.filename, segment.content_type or "")
    except ParserLimitReached:
        raise BadParcel("too_many_files", 413) from None
    except MultipartError:
        raise BadParcel("cut_off") from None
    if not parcel.xml:
        raise BadParcel("no_xml")


class _Sink:
    """Where the parts of a parcel go, one after the other."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._xml: list[bytes] | None = None
        self._xml_size = 0
        self._file: tuple[str, str, DraftWriter] | None = None

    def begin(self, part: str, file_name: str | None, content_type: str) -> None:
        if part == XML_PART:
            if self._parcel.xml:
                raise BadParcel("two_forms")
            self._xml = []
        elif (
            file_name is not None
        ):  # a mere field, as `*isIncomplete*` where more posts follow, is passed over
            name = safe_name(_text(file_name))
            writer = DraftWriter(name)
            self._parcel.writers.append(writer)
            self._file = (name, content_type[:100], writer)

    def write(self, data: bytes) -> None:
        if self._xml is not None:
            self._xml_size += len(data)
            if self._xml_size > XML_BYTES_MAX:
                raise BadParcel("xml_too_large", 413)
            self._xml.append(data)
        elif self._file is not None:
            self._file[2].write(data)

    def end(self) -> None:
        if self._xml is not None:
            self._parcel.xml = b"".join(self._xml)
            self._xml = None
        elif self._file is not None:
            name, content_type, writer = self._file
            self._parcel.files.append(IncomingFile(name, content_type, writer.done()))
            self._file = None
