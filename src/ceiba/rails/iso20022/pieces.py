"""A long notice of one account, cut between entries into documents of their own, for several processes to read.

A notice or a statement says which account it is of, and then entry after entry. Its head, some of the entries and its
tail are a document again. That is done only where a search for bytes is sure of what it finds: without comments,
CDATA and instructions a `<` is always a tag. Whatever is not so plain is left whole.
"""

import re
from collections.abc import Iterator
from mmap import mmap
from typing import Final

PIECE_BYTES: Final = 4_000_000
_FIRST: Final = re.compile(rb"<((?:[\w.-]+:)?)Ntry[\s>]")
# The only instruction allowed begins within these: a byte order mark may be before it.
_DECLARATION_BYTES: Final = 8
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)""")
_ACCOUNTS: Final = (b"Stmt", b"Ntfctn")


def pieces(data: bytes | mmap, size: int = PIECE_BYTES) -> Iterator[bytes] | None:
    """The documents that `data` is cut into, each with about `size` bytes of entries; None where it is left whole.

    Read one after the other they say what `data` says, and one of them is refused where it is.
    """
    found = _FIRST.search(data)
    if found is None:
        return None
    closing = b"</" + found[1] + b"Ntry>"
    first, last = found.start(), data.rfind(closing) + len(closing)
    if last <= first or not _is_plain(data, first, last):
        return None
    return _cut(data, first, last, closing, size)


def _cut(data: bytes | mmap, first: int, last: int, closing: bytes, size: int) -> Iterator[bytes]:
    start = first
    while start < last:
        middle = data.find(closing, start + size)
        end = min(middle + len(closing), last) if middle >= 0 else last
        yield b"".join((data[:first], data[start:end], data[last:]))
        start = end


def _is_plain(data: bytes | mmap, first: int, last: int) -> bool:
    """Whether the entries are of one account, all between `first` and `last`, and every `<` is a tag, in UTF-8."""
    encoding = _ENCODING.search(data, 0, first)
    return (
        (encoding is None or encoding[1].upper() == b"UTF-8")
        and data.find(b"<!") < 0
        and data.find(b"<?", _DECLARATION_BYTES) < 0
        and data.find(b"Ntry", last) < 0
        and all(data.find(name, first, last) < 0 for name in _ACCOUNTS)
    )
