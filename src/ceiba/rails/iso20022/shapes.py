"""Entries that look alike, read by a pattern made of one of them: a bank writes half a million with the same tags.

A *shape* is an entry's tags with holes for its texts. What it matches is what `Stream` would read there, for a shape
is well-formed, and its holes take nothing that XML would refuse or rewrite. Whatever looks otherwise is left over for
`Stream`. Only for documents that are plain (`pieces`): there a `<` is always a tag.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ceiba.rails.iso20022.stream import Record, Stream

_TRIED_MAX: Final = 20  # entries of a document that a shape is made of
_ENTRY_MAX: Final = 20_000  # characters of such an entry
_ENTRY: Final = re.compile(r"<((?:[\w.-]+:)?)Ntry>.*?</\1Ntry>", re.DOTALL)
_TAG: Final = re.compile(r"<(/?)((?:[\w.-]+:)?([\w.-]+))(?:( Ccy=\"[^\"<>&]*\")|(/))?>([^<]*)")
# No entity, no `]]>`, no line break, which XML rewrites, and nothing that it forbids; no space at the ends.
_FORBIDDEN: Final = r"<&\]\x00-\x1f\ufffe\uffff"
_TEXT: Final = rf"((?:[^\s{_FORBIDDEN}](?:[^{_FORBIDDEN}]{{0,1000}}[^\s{_FORBIDDEN}])?)?)"
_CURRENCY: Final = rf' Ccy="([^">{_FORBIDDEN}]{{1,20}})"'


@dataclass(frozen=True, slots=True)
class Part:
    """A record of a shape: the place of the one around it (None: what is around the entry), and its holes by path."""

    name: str
    around: int | None
    holes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shape:
    """`parts` are the records in the order in which they begin, `ends` their places as they end."""

    pattern: re.Pattern[str]
    parts: list[Part]
    ends: list[int]

    def records(self, texts: tuple[str, ...], around: Record | None) -> Iterator[Record]:
        """The records of an entry with these texts in the holes."""
        made: list[Record] = []
        for part in self.parts:
            record = Record(part.name, around if part.around is None else made[part.around])
            record.fields = {path: texts[hole] for path, hole in part.holes.items() if texts[hole]}
            made.append(record)
        return (made[place] for place in self.ends)


def records(document: bytes, stream: Stream, wanted: frozenset[str]) -> Iterator[Record]:
    """The records of a plain document that `stream` would give, with those of entries that look alike last.

    Raises what `Stream.records` raises, and ValueError for what it alone can judge: no UTF-8, entries of no account.
    """
    alike, left = _divided(document.decode(), wanted)
    around: Record | None = None
    for record in stream.records(io.BytesIO(left.encode())):
        if record.name in ("Stmt", "Ntfctn"):
            around = record
        yield record
    if alike and around is None:
        raise ValueError("entries of no account")
    for shape, found in alike:
        for texts in found:
            yield from shape.records(texts, around)


def _divided(text: str, wanted: frozenset[str]) -> tuple[list[tuple[Shape, list[tuple[str, ...]]]], str]:
    """The texts of each shape's entries, and the document that is left without them."""
    alike = []
    at = 0
    for _ in range(_TRIED_MAX):
        entry = _ENTRY.search(text, at)
        if entry is None:
            break
        shape = _Drawing(wanted).shape(entry[0]) if len(entry[0]) <= _ENTRY_MAX else None
        parts = shape.pattern.split(text) if shape else [text]
        if shape is None or len(parts) == 1:
            at = entry.end()
            continue
        step = shape.pattern.groups + 1
        alike.append((shape, list(zip(*(parts[hole::step] for hole in range(1, step)), strict=True))))
        text = "".join(parts[::step])
    return alike, text


class _Drawing:
    """Draws the shape of one entry, tag by tag."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self._pattern: list[str] = []
        self._holes = 0
        self._parts: list[Part] = []
        self._ends: list[int] = []
        self._open: list[tuple[str, int | None, str]] = []  # tag, place of the record it is in, path there

    def shape(self, entry: str) -> Shape | None:
        """None for what is not only tags, currencies and texts of leaves, each path once in its record."""
        at = 0
        while at < len(entry):
            tag = _TAG.match(entry, at)
            if tag is None:
                return None
            at = tag.end()
            closing, name, local, currency, empty, text = tag.groups()
            is_leaf = not closing and not empty and entry.startswith("</", at)
            if closing:
                taken = not empty and self._end(name)
            else:
                taken = (
                    self._empty(name, local) if empty else self._start(name, local, currency, is_leaf=is_leaf)
                )
            if not taken or (text.strip() and not is_leaf):
                return None
            self._pattern.append(_TEXT if is_leaf else r"\s*")
        return Shape(re.compile("".join(self._pattern)), self._parts, self._ends)

    def _start(self, name: str, local: str, currency: str | None, *, is_leaf: bool) -> bool:
        _, place, path = self._open[-1] if self._open else ("", None, "")
        if local in self._wanted:
            self._parts.append(Part(local, place))
            self._open.append((name, len(self._parts) - 1, ""))
            self._pattern.append(re.escape(f"<{name}>"))
            return currency is None and not is_leaf
        path = f"{path}/{local}"
        self._open.append((name, place, path))
        self._pattern.append(re.escape(f"<{name}"))
        holes = [f"{path}@Ccy"] if currency is not None else []
        self._pattern.append(f"{_CURRENCY}>" if currency is not None else ">")
        return place is not None and self._fill(self._parts[place], [*holes, *([path] if is_leaf else [])])

    def _empty(self, name: str, local: str) -> bool:
        self._pattern.append(re.escape(f"<{name}/>"))
        return local not in self._wanted

    def _fill(self, part: Part, paths: list[str]) -> bool:
        """Number the next holes; False where one is said twice, which `Stream` joins or leaves out."""
        for path in paths:
            if path in part.holes:
                return False
            part.holes[path] = self._holes
            self._holes += 1
        return True

    def _end(self, name: str) -> bool:
        if not self._open:
            return False
        opened, place, path = self._open.pop()
        if not path and place is not None:
            self._ends.append(place)
        self._pattern.append(re.escape(f"</{name}>"))
        return opened == name
