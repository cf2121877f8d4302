"""XML from a bank as a stream of records, in memory that does not grow with the file.

A *record* is an element that a reader asks for (an entry, a status): the texts of its leaves by their path within it,
and the record around it. Namespace prefixes are dropped after the document's own namespace has been read; what other
namespaces hold lies under paths that no reader asks for.

expat reads: a document type declaration is refused, so there is nothing to expand and nothing outside to fetch. How
deep elements lie, how many different paths there are, and how long a text or a tag is, are bounded.
"""

from collections.abc import Callable, Iterator
from typing import BinaryIO, Final
from xml.parsers import expat

from ceiba.rails.problems import Fail

DEPTH_MAX: Final = 60
PATHS_MAX: Final = 20_000
TEXT_MAX: Final = 2_000  # characters that a text said in several lines grows to, about
PIECES_MAX: Final = 20  # pieces in which one text arrives: from 8 to 64 KB each
TOKEN_MAX: Final = 1_000_000  # bytes of one tag
_CHUNK: Final = 1 << 16
_JOINED: Final = ("/AddtlInf", "/Ustrd")  # said in several lines

Fields = dict[str, str]


class Record:
    """An element asked for: its `name`, the texts of its leaves, and the record `around` it.

    `told` is for the reader: what it keeps of a record for those within.
    """

    __slots__ = ("around", "fields", "name", "told")

    def __init__(self, name: str, around: "Record | None") -> None:
        self.name = name
        self.around = around
        self.fields: Fields = {}
        self.told: object = None


class _Node(dict[str, "_Node"]):
    """A place in the tree of names; children are made when they are first met, so a path is put together once."""

    __slots__ = ("path", "record", "tree")

    def __init__(self, path: str, record: str | None, tree: "_Tree") -> None:
        super().__init__()
        self.path = path
        self.record = record
        self.tree = tree

    def __missing__(self, tag: str) -> "_Node":
        self[tag] = node = self.tree.node(self, tag.rpartition(":")[2])
        return node


class _Tree:
    """All places met, so many at most; `records` are the names of the elements asked for."""

    def __init__(self, records: frozenset[str], fail: Fail) -> None:
        self._records = records
        self._fail = fail
        self._count = 0
        self.root = _Node("", None, self)

    def node(self, parent: _Node, name: str) -> _Node:
        self._count += 1
        if self._count > PATHS_MAX or parent.path.count("/") > DEPTH_MAX:
            raise self._fail.error("rail.unsafe", what="paths")
        if name in self._records:
            return _Node("", name, self)
        return _Node(f"{parent.path}/{name}", None, self)


class Stream:
    """Reads one document; `open` is asked with the document's namespace, and names the records wanted or raises."""

    def __init__(self, name: str, open_document: Callable[[str], frozenset[str]]) -> None:
        self._fail = Fail(name)
        self._open = open_document
        self._ready: list[Record] = []
        self._texts: list[str] = []
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True  # a list, which costs less than a dict for each element
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._root

    def records(self, file: BinaryIO) -> Iterator[Record]:
        """The records of `file` in the order in which they end, and an unnamed one when the document has ended.

        Raises CeibaError (rail.not_xml, rail.unsafe), and what `open_document` raises.
        """
        fed = 0
        while chunk := file.read(_CHUNK):
            fed += len(chunk)
            self._parse(chunk, final=False)
            if fed - self._parser.CurrentByteIndex > TOKEN_MAX:
                raise self._fail.error("rail.unsafe", what="tag")
            if len(self._texts) > PIECES_MAX:
                raise self._fail.error("rail.unsafe", what="text")
            yield from self._taken()
        self._parse(b"", final=True)
        yield from self._taken()

    def _taken(self) -> list[Record]:
        taken = self._ready[:]
        self._ready.clear()  # the handlers hold this very list
        return taken

    def _parse(self, data: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            raise self._fail.error("rail.not_xml", why=str(error)) from None

    def _refuse_doctype(self, *_: object) -> None:
        raise self._fail.error("rail.unsafe", what="DOCTYPE")

    def _root(self, tag: str, attributes: list[str]) -> None:
        """The document's own element: its namespace says what it is; what follows goes to handlers of its own."""
        prefix, _, name = tag.rpartition(":")
        named = dict(zip(attributes[::2], attributes[1::2], strict=True))
        namespace = named.get(f"xmlns:{prefix}" if prefix else "xmlns", "")
        if name != "Document":
            raise self._fail.error("rail.kind", found=f"{name} {namespace}".strip()[:100], known="ISO 20022")
        self._handle(self._open(namespace))

    def _handle(self, records: frozenset[str]) -> None:  # noqa: C901 - two closures over what they share
        """Set the handlers of all that is in the document: closures, since they are called for each element."""
        fail, ready, texts = self._fail, self._ready, self._texts
        node = _Tree(records, fail).root
        record = Record("", None)
        stack: list[_Node] = []

        def start(tag: str, attributes: list[str]) -> None:
            nonlocal node, record
            stack.append(node)
            node = node[tag]
            if texts:
                texts.clear()
            if attributes and attributes[0] == "Ccy":
                record.fields.setdefault(f"{node.path}@Ccy", attributes[1])
            if node.record is not None:
                record = Record(node.record, record)

        def end(tag: str) -> None:
            nonlocal node, record
            if texts:
                text = (texts[0] if len(texts) == 1 else "".join(texts)).strip()
                texts.clear()
                fields = record.fields
                if node.path not in fields:
                    if text:
                        fields[node.path] = text
                elif node.path.endswith(_JOINED) and len(fields[node.path]) < TEXT_MAX:
                    fields[node.path] += f" {text}"
            if node.record is not None:
                ready.append(record)
                record = record.around or record
            if stack:
                node = stack.pop()
            else:
                ready.append(record)

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = texts.append
