"""The messages of pages: found in Python and templates, translated in locale/es, compiled for Django.

    python -m ceiba.web.catalogue update    # write new messages into django.po, drop unused ones
    python -m ceiba.web.catalogue compile   # django.po -> django.mo; done by scripts/setup

English is the language of the code; Spanish, the first language of the pages, is complete or the tests fail.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE: Final = Path(__file__).parents[1]
LOCALE: Final = PACKAGE / "web" / "locale"
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_STRING: Final = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL: Final = re.compile(rf"(?<!\w)(_|n?p?gettext)\(((?:{_STRING}(?:,\s*)?)+)(?:count)?\)")
# A fixed day: the file changes when messages do, and not because somebody ran the command.
_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """A message in English, with its plural and its context where it has them, and the file it stands in."""

    id: str | tuple[str, str]
    context: str | None
    file: str


def messages() -> Iterator[Message]:
    """Every message of the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _of_python(path)
    for path in sorted(PACKAGE.rglob("templates/**/*.html")):
        yield from _of_template(path)


def catalogue() -> Catalog:
    """The translations into Spanish, as they are in the file."""
    with po_path().open("rb") as file:
        return read_po(file, locale="es", domain="django")


def po_path() -> Path:
    """Where the translations are."""
    return LOCALE / "es" / "LC_MESSAGES" / "django.po"


def update() -> int:
    """Write the messages found into the file, keeping what is translated; returns how many lack a translation."""
    found = Catalog(domain="django")
    for message in messages():
        found.add(message.id, context=message.context, locations=[(message.file, 0)])
    kept = catalogue() if po_path().exists() else Catalog(locale="es", domain="django")
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    kept.fuzzy = False
    kept.project, kept.version, kept.creation_date, kept.revision_date = "Ceiba", "0", _DAY, _DAY
    kept.header_comment = "# Spanish translations of Ceiba's pages."
    kept.last_translator, kept.language_team, kept.msgid_bugs_address, kept.copyright_holder = "", "", "", ""
    po_path().parent.mkdir(parents=True, exist_ok=True)
    with po_path().open("wb") as file:
        write_po(file, kept, width=110, include_lineno=False, sort_output=True)
    return sum(1 for message in kept if message.id and not _translated(message.string))


def compile_messages() -> int:
    """Compile the file for Django; returns how many messages it has. Raises ValueError when one is untranslated."""
    translations = catalogue()
    missing = [str(message.id) for message in translations if message.id and not _translated(message.string)]
    if missing:
        raise ValueError(f"no Spanish for: {'; '.join(missing)}")
    with po_path().with_suffix(".mo").open("wb") as file:
        write_mo(file, translations)
    return len(translations)


def _translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _of_python(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for _line, found, _comments, context in extract("python", file, keywords=KEYWORDS):
            yield Message(_pair(found), context, path.relative_to(PACKAGE).as_posix())


def _of_template(path: Path) -> Iterator[Message]:
    source = templatize(path.read_text(encoding="utf-8"))
    for name, arguments in _CALL.findall(source):
        texts = list(ast.literal_eval(f"({arguments.rstrip(', ')},)"))
        context = texts.pop(0) if "p" in name else None
        yield Message(_pair(tuple(texts)), context, path.relative_to(PACKAGE).as_posix())


def _pair(found: str | tuple[str, ...]) -> str | tuple[str, str]:
    texts = (found,) if isinstance(found, str) else found
    return texts[0] if len(texts) == 1 else (texts[0], texts[1])


def main(arguments: list[str]) -> int:
    """The command; exit status 1 when Spanish is incomplete."""
    out: io.TextIOBase = sys.stdout  # type: ignore[assignment]  # a text stream, whatever it is bound to
    if arguments == ["update"]:
        missing = update()
        out.write(f"{po_path().relative_to(PACKAGE)}: {missing} messages without Spanish\n")
        return 1 if missing else 0
    if arguments == ["compile"]:
        compile_messages()
        return 0
    out.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
