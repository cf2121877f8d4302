"""The forms that Ceiba ships, compiled once for all tests."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from lxml import etree
from pyxform.xls2xform import ConvertResult, convert

from ceiba.core.forms.definition import FormDefinition, read_form

ROOT: Final = Path(__file__).parents[2]
SENT: Final = Path(__file__).parent / "sent"
PATHS: Final = tuple(sorted(ROOT.glob("programmes/*/forms/*.md")))
CODES: Final = tuple(path.stem for path in PATHS)
XFORMS: Final = "{http://www.w3.org/2002/xforms}"
JAVAROSA: Final = "{http://openrosa.org/javarosa}"


@lru_cache(maxsize=64)
def compiled(code: str) -> ConvertResult:
    """What pyxform makes of a form, and what it warns of."""
    path = next(path for path in PATHS if path.stem == code)
    return convert(path.read_text(encoding="utf-8"), file_type=".md")


@lru_cache(maxsize=64)
def definition(code: str) -> FormDefinition:
    """The form as Ceiba reads it."""
    return read_form(compiled(code).xform.encode())


def tree(code: str) -> "etree._Element":
    """The compiled form, to be looked into."""
    return etree.fromstring(compiled(code).xform.encode())


def answers(name: str) -> bytes:
    """A submission as the engine of @getodk/web-forms wrote it, from answers to everything that was asked."""
    return (SENT / f"{name}.xml").read_bytes()
