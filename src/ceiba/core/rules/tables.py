"""Reading TOML tables key by key: what is wrong is noted with its place, and the reading goes on.

Every method of `Table` returns a value of the promised type even when the file does not hold one; the caller looks
at the list of problems before using anything.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Final

from ceiba.core.kernel.errors import LANGUAGES, CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import ASSUMPTION, Text

register_messages(
    {
        "toml.encoding": {
            "es": "no es texto UTF-8 (byte {at}); guárdelo como UTF-8.",
            "en": "is not UTF-8 text (byte {at}); save it as UTF-8.",
        },
        "toml.mark": {
            "es": "empieza con la marca BOM; guárdelo como UTF-8 sin BOM.",
            "en": "begins with a byte order mark; save it as UTF-8 without one.",
        },
        "toml.duplicate": {
            "es": "una clave o tabla está dos veces: línea {line}, «{text}»; deje una.",
            "en": 'a key or table is there twice: line {line}, "{text}"; keep one.',
        },
        "toml.unclosed": {
            "es": "falta cerrar unas comillas o un corchete: línea {line}, «{text}».",
            "en": 'a quote or a bracket is not closed: line {line}, "{text}".',
        },
        "toml.value": {
            "es": "un valor no se puede leer: línea {line}, «{text}»; los textos van entre comillas.",
            "en": 'a value cannot be read: line {line}, "{text}"; texts go between quotes.',
        },
        "toml.syntax": {
            "es": "no es TOML: línea {line}, «{text}»; se espera «clave = valor» o «[tabla]».",
            "en": 'is not TOML: line {line}, "{text}"; expected "key = value" or "[table]".',
        },
        "toml.too_deep": {
            "es": "una clave tiene demasiados puntos: «{text}».",
            "en": 'a key has too many dots: "{text}".',
        },
        "table.missing": {"es": "falta.", "en": "is missing."},
        "table.unknown_key": {
            "es": "no se conoce esta clave. ¿Quiso decir: {close}?",
            "en": "this key is not known. Did you mean: {close}?",
        },
        "table.not_text": {"es": "debe ser un texto entre comillas.", "en": "must be a text between quotes."},
        "table.empty": {"es": "está vacío; escriba un texto.", "en": "is empty; write a text."},
        "table.too_long": {
            "es": "tiene {found} caracteres; caben {most}.",
            "en": "has {found} characters; at most {most} fit.",
        },
        "table.control": {
            "es": "tiene un carácter que no se ve ({found}); bórrelo.",
            "en": "has a character that cannot be seen ({found}); delete it.",
        },
        "table.not_whole": {
            "es": "debe ser un número entero sin comillas ni decimales; es «{found}».",
            "en": 'must be a whole number without quotes or decimals; it is "{found}".',
        },
        "table.range": {
            "es": "es {found}; debe estar entre {low} y {high}.",
            "en": "is {found}; it must be between {low} and {high}.",
        },
        "table.not_truth": {"es": "debe ser true o false.", "en": "must be true or false."},
        "table.not_month": {
            "es": 'debe ser un mes entre comillas, como "2026-03", de 2000 a 2199; es «{found}».',
            "en": 'must be a month between quotes, as "2026-03", from 2000 to 2199; it is "{found}".',
        },
        "table.not_choice": {
            "es": "es «{found}»; puede ser: {choices}. ¿Quiso decir: {close}?",
            "en": 'is "{found}"; it can be: {choices}. Did you mean: {close}?',
        },
        "table.not_table": {
            "es": "debe ser una tabla, como {{ … }} o [nombre].",
            "en": "must be a table, as {{ … }} or [name].",
        },
        "table.not_list": {"es": "debe ser una lista, como [ … ].", "en": "must be a list, as [ … ]."},
        "table.twice": {"es": "«{found}» está dos veces.", "en": '"{found}" is there twice.'},
        "table.malformed": {
            "es": "«{found}» no vale; use {wanted}.",
            "en": '"{found}" will not do; use {wanted}.',
        },
        "table.assumption": {
            "es": "«{found}»: escriba «assumption» al principio si nadie lo ha establecido; si no, cite la fuente.",
            "en": '"{found}": begin with "assumption" if nobody has established it; otherwise cite the source.',
        },
    }
)

TEXT_CHARACTERS_MAX: Final = 1_000
INTEGER_MAX: Final = 10**15
NO_MONTH: Final = Month(2000, 1)
_MONTHS: Final = (Month(2000, 1), Month(2199, 12))
# Python's reader takes quadratic time over a key of many parts: minutes for a file of the size we accept.
_DEEP_KEY: Final = re.compile(r"""(?<![\w"'-])(?:[\w"'-]+[ \t]*\.[ \t]*){32}""")
_TOML_ENDING: Final = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")
_TOML_KINDS: Final = (
    (
        "toml.duplicate",
        ("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine", "Duplicate"),
    ),
    ("toml.unclosed", ("Unterminated", "Unclosed", "Expected ']", "Expected \"']")),
    ("toml.value", ("Invalid value", "Invalid date", "Invalid hex", "Unescaped", "Escaped", "Illegal")),
)
_LOOKS_LIKE_ASSUMPTION: Final = re.compile(r"assum|asum|asunci|supues|suposi", re.IGNORECASE)
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")


def parse_toml(data: bytes, where: Where) -> dict[str, Any]:
    """The document in `data`. Raises CeibaError (toml.*) with the line, placed at `where`."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise CeibaError(Problem("toml.encoding", where, {"at": error.start + 1})) from error
    if text.startswith("\ufeff"):
        raise CeibaError(Problem("toml.mark", where))
    if (deep := _DEEP_KEY.search(text)) is not None:
        raise CeibaError(Problem("toml.too_deep", where, {"text": deep[0][:60]}))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: TOML's own, and numbers too long to convert
        raise CeibaError(_toml_problem(str(error), text, where)) from error


def _toml_problem(message: str, text: str, where: Where) -> Problem:
    """`message` is tomllib's: "Invalid value (at line 3, column 5)"."""
    lines = text.splitlines()
    found = _TOML_ENDING.search(message)
    line = int(found[1]) if found and found[1] else len(lines)
    shown = lines[line - 1].strip()[:60] if 0 < line <= len(lines) else ""
    kinds = (code for code, starts in _TOML_KINDS if message.startswith(starts))
    code = next(kinds, "toml.syntax" if found else "toml.value")
    return Problem(code, where, {"line": line if found else "?", "text": shown if found else "…"})


class Table:
    """A table being read; `where` is its place and `problems` the list that the whole reading shares."""

    def __init__(self, data: Mapping[str, Any], where: Where, problems: list[Problem]) -> None:
        self.data = data
        self.where = where
        self.problems = problems
        self.known: list[str] = []

    def note(self, code: str, key: str, **values: object) -> None:
        """Note that something is wrong with `key`."""
        self.problems.append(Problem(code, replace(self.where, column=key), values))

    def get(self, key: str, required: bool = True) -> Any:
        """The raw value, or None; notes a missing key when it is required."""
        self.known.append(key)
        if key not in self.data and required:
            self.note("table.missing", key)
        return self.data.get(key)

    def text(self, key: str, required: bool = True, most: int = TEXT_CHARACTERS_MAX) -> str:
        """A text that says something; empty when there is none."""
        value = self.get(key, required)
        return self.spoken(key, value, most) if value is not None else ""

    def spoken(self, key: str, value: object, most: int = TEXT_CHARACTERS_MAX) -> str:
        """`value` when it is a text of visible characters."""
        if not isinstance(value, str):
            self.note("table.not_text", key)
            return ""
        unseen = next((c for c in value if unicodedata.category(c) in _UNSEEN and c != "\n"), None)
        if unseen is not None:
            self.note("table.control", key, found=f"U+{ord(unseen):04X}")
        elif not value.strip():
            self.note("table.empty", key)
        elif len(value) > most:
            self.note("table.too_long", key, found=len(value), most=most)
        return value.strip()

    def texts(self, key: str) -> Text:
        """A text in every language."""
        table = self.table(key)
        texts = {language: table.text(language) for language in LANGUAGES} if table is not None else {}
        if table is not None:
            table.done()
        return texts

    def basis(self) -> str:
        """Where something is laid down, or a text that begins with "assumption"."""
        basis = self.text("basis")
        if not basis.startswith(ASSUMPTION) and _LOOKS_LIKE_ASSUMPTION.match(basis):
            self.note("table.assumption", "basis", found=basis[:40])
        return basis

    def matching(self, key: str, pattern: str, wanted: str, most: int) -> str:
        """A text of at most `most` characters that `pattern` describes; `wanted` shows an example."""
        text = self.text(key, most=most)
        if text and not re.fullmatch(pattern, text, re.ASCII):
            self.note("table.malformed", key, found=text, wanted=wanted)
        return text

    def one_of(self, key: str, choices: Collection[str]) -> str:
        """A text among `choices`."""
        text = self.text(key)
        if text and text not in choices:
            self.note("table.not_choice", key, **_choice(text, choices))
        return text

    def some_of(self, key: str, choices: Collection[str] | None, required: bool = True) -> tuple[str, ...]:
        """A list of different texts, among `choices` when they are given; empty when there is none."""
        items = self.items(key, required)
        texts = [self.spoken(key, item) for item in items]
        for text in dict.fromkeys(texts):
            if texts.count(text) > 1:
                self.note("table.twice", key, found=text)
            if choices is not None and text and text not in choices:
                self.note("table.not_choice", key, **_choice(text, choices))
        if required and key in self.data and not items:
            self.note("table.empty", key)
        return tuple(texts)

    def integer(self, key: str, low: int = -INTEGER_MAX, high: int = INTEGER_MAX) -> int:
        """A whole number from `low` to `high`."""
        value = self.get(key)
        if value is None:
            return low
        if type(value) is not int:  # a bool is an int to isinstance
            self.note("table.not_whole", key, found=shown(value))
            return low
        if not low <= value <= high:
            self.note("table.range", key, found=shown(value), low=low, high=high)
            return low
        return value

    def truth(self, key: str) -> bool:
        """True or false."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.note("table.not_truth", key)
        return value is True

    def month(self, key: str, required: bool = True) -> Month | None:
        """A month; None when there is none."""
        value = self.get(key, required)
        if value is None:
            return None
        if isinstance(value, str) and re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value, re.ASCII):
            year, number = map(int, value.split("-"))
            if _MONTHS[0].year <= year <= _MONTHS[1].year:
                return Month(year, number)
        self.note("table.not_month", key, found=shown(value))
        return None

    def validity(self) -> tuple[Month, Month | None]:
        """`valid_from` and `valid_until`, both included; no later month is set when there is no `valid_until`."""
        begin, end = self.month("valid_from"), self.month("valid_until", required=False)
        if begin is not None and end is not None and end < begin:
            self.note("table.range", "valid_until", found=end, low=begin, high=_MONTHS[1])
        return begin or NO_MONTH, end

    def table(self, key: str, required: bool = True) -> "Table | None":
        """The table under `key`; its keys are placed as `key.inner`."""
        value = self.get(key, required)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.note("table.not_table", key)
            return None
        return _Inner(value, self, key)

    def tables(self, key: str, required: bool = True) -> Iterator["Table"]:
        """The tables of the list under `key`, in order; each is placed as `key[number]`."""
        for number, item in enumerate(self.items(key, required), 1):
            name = f"{key}[{number}]"
            if isinstance(item, dict):
                yield _Inner(item, self, name)
            else:
                self.note("table.not_table", name)

    def items(self, key: str, required: bool = True) -> list[Any]:
        """The list under `key`, or an empty one."""
        value = self.get(key, required)
        if value is not None and not isinstance(value, list):
            self.note("table.not_list", key)
        return value if isinstance(value, list) else []

    def done(self) -> None:
        """Note the keys that nobody asked for."""
        for key in self.data:
            if key not in self.known:
                self.note("table.unknown_key", key, close=close_to(key, self.known))


class _Inner(Table):
    """A table within another, whose notes name the outer key first."""

    def __init__(self, data: Mapping[str, Any], outer: Table, key: str) -> None:
        super().__init__(data, outer.where, outer.problems)
        self.outer = outer
        self.key = key

    def note(self, code: str, key: str, **values: object) -> None:
        """Note it with the path from the outermost table."""
        self.outer.note(code, f"{self.key}.{key}", **values)


def close_to(name: str, known: Collection[str]) -> str:
    """The names nearest to `name`, for "did you mean"; a dash when there is none."""
    return ", ".join(get_close_matches(name, list(known), n=3, cutoff=0.5)) or "—"


def _choice(found: str, choices: Collection[str]) -> dict[str, object]:
    return {"found": found[:40], "choices": ", ".join(choices), "close": close_to(found, choices)}


def shown(value: object) -> str:
    """`value` as a short text, whatever its size: tables are not shown, huge numbers by their magnitude."""
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        return f"≈ 2^{value.bit_length() - 1}"
    return str(value)[:40]
