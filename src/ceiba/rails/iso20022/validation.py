"""Validation against a schema while bytes pass: no tree is built, so memory does not grow with the file."""

from functools import cache
from pathlib import Path
from typing import Final

from lxml import etree

from ceiba.rails.problems import Fail

SCHEMAS: Final = Path(__file__).parent / "schemas"


class _Nothing:
    """Takes no event of the parser, which then makes no element of what it reads."""

    def close(self) -> None:
        return None


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(path))


class Validation:
    """Fed with a document piece by piece; raises CeibaError (rail.invalid) at the first piece that breaks the schema.

    `schema` is the name of a message version, as pain.001.001.09, with its XSD in `folder`.
    """

    def __init__(self, schema: str, name: str, folder: Path = SCHEMAS) -> None:
        self._name = schema
        self._fail = Fail(name)
        parser = etree.XMLParser(
            target=_Nothing(),  # type: ignore[arg-type]  # the stubs ask for handlers that it must not have
            schema=_schema(folder / f"{schema}.xsd"),
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
        )
        self._parser = parser

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        try:
            self._parser.feed(data)
        except etree.XMLSyntaxError as error:
            raise self._invalid(str(error)) from None
        self._check()

    def close(self) -> None:
        """The document has ended: it must be whole."""
        try:
            self._parser.close()
        except etree.XMLSyntaxError as error:
            raise self._invalid(str(error)) from None
        self._check()

    def _check(self) -> None:
        found = self._parser.feed_error_log
        if len(found):
            raise self._invalid(found[0].message)

    def _invalid(self, why: str) -> Exception:
        return self._fail.error("rail.invalid", schema=self._name, why=why.replace("\n", " ")[:200])
