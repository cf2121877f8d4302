#!/usr/bin/env python3
"""Changes the published files of @getodk/web-forms where our pages need it; stops where the files are others.

    patch.py DIST WORDS_PY

DIST is changed in place: index.js and its two chunks, and `web-forms.css` beside them. WORDS_PY gets the texts
that the component now asks for in the page's language. What is changed, and why: docs/decisions/0020.
"""

import re
import sys
import tomllib
from pathlib import Path

PATCHES = Path(__file__).parent / "patches.toml"
SAY = "__say"
IMPORT = 'import { adoptStyle as __adopt, say as __say } from "../adopted.mjs";\n'

# Where a text of the page may stand: an attribute or member of these names, a child of an element, an alternative.
BEFORE = (
    r"(?:(?:label|title|header|alt|message|placed|default|literal|DIALOG_TITLE|DETAILS_SUMMARY_LABEL|"
    r'"aria-label"|\[[A-Z_.]+\])\s*:\s*|(?:VNode|_e|N)\("\w+", [^\n]{0,60}?, |\bv\(|\? |\bS = |value = |: )'
)


def once(text: str, old: str, new: str) -> str:
    """`text` with `old` replaced, which must be there exactly once."""
    if text.count(old) != 1:
        sys.exit(f"found {text.count(old)} times, not once: {old}")
    return text.replace(old, new)


def patched(text: str, pairs: list[dict[str, str]], texts: list[str]) -> str:
    """The chunk with its replacements, its texts asked for by `__say`."""
    for pair in pairs:
        text = once(text, pair["old"], pair["new"])
    for said in texts:
        text, found = re.subn(f'({BEFORE})"{re.escape(said)}"', rf'\1{SAY}("{said}")', text)
        if not found:
            sys.exit(f"not found as a text: {said}")
    first, rest = text.split("\n", 1)
    return f"{first}\n{IMPORT}{rest}" if first.startswith("import") else IMPORT + text


def style_sheet(injector: str, used: str) -> str:
    """The component's CSS out of the script that injects it, without fonts and utility classes nobody uses."""
    css = re.search(r"createTextNode\('(.*?)'\)\),document\.head", injector, re.DOTALL)
    if css is None:
        sys.exit("the style sheet was not found in index.js")
    text = css.group(1).replace("\\'", "'").replace("\\\\", "\\")
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    # PrimeFlex: rules of one class, hundreds of kilobytes of them; a handful is named in the code.
    names = set(re.findall(r"[\w:.-]+", used))

    def kept(rule: re.Match[str]) -> str:
        name = rule.group(1).replace("\\", "")
        return rule.group(0) if name in names else ""

    return re.sub(
        r"(?<=[{};])\.((?:[\w-]|\\.)+)(?::(?:hover|focus|active))?\{[^{}]*!important[^{}]*\}", kept, text
    )


def main(dist: Path, words: Path) -> None:
    """Patch every file of the package."""
    chunk, map_chunk = next(dist.glob("index-*.js")), next(dist.glob("MapBlock-*.js"))
    changes = tomllib.loads(PATCHES.read_text())
    main_text = patched(chunk.read_text(), changes["main"], changes["main_texts"])
    map_text = patched(map_chunk.read_text(), changes["map"], changes["map_texts"])
    index = dist / "index.js"
    injector, exports = index.read_text().split("\n", 1)
    (dist / "web-forms.css").write_text(style_sheet(injector, main_text + map_text))
    chunk.write_text(main_text)
    map_chunk.write_text(map_text)
    index.write_text(exports)
    said = sorted(set(re.findall(rf'{SAY}\("([^"]+)"\)', main_text + map_text)))
    lines = "".join(f'    _("{text}"),\n' for text in said)
    words.write_text(
        '"""Texts of ODK Web Forms, as scripts/vendor found them; written by it."""\n\n'
        "from typing import Final\n\n"
        "from django.utils.translation import gettext_noop as _\n\n"
        f"COMPONENT_TEXTS: Final = (\n{lines})\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
