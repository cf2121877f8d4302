"""$filter as a condition in SQL: comparisons of what Central lets filter by, and what joins them.

    or      = and ("or" and)*
    and     = not ("and" not)*
    not     = "not" not | "(" or ")" | operand comparison operand
    operand = field | literal | "now()" | part "(" operand ")"
    part    = "year" | "month" | "day" | "hour" | "minute" | "second"

A value is never a part of the SQL: it is a parameter, read as the type that it is compared with.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from ceiba.analysts.problems import ApiProblem, unparseable_filter, unsupported_expression, unsupported_field
from ceiba.frames.walking import Columns, Condition

LENGTH_MAX: Final = 2_000
DEPTH_MAX: Final = 50
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)|(?P<number>-?\d+)"
    r"|(?P<word>[$A-Za-z_][\w/$]*)|(?P<sign>[(),]))"
)
_COMPARISONS: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=",
                       "eq": "IS NOT DISTINCT FROM", "ne": "IS DISTINCT FROM"}  # fmt: skip
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")
_PREFIXES: Final = ("$root/Submissions/__system/", "$root/Entities/__system/", "__system/")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class _Operand:
    """SQL and its type; of a literal only the token, which is read as what it is compared with."""

    sql: str = ""
    type: str = ""
    literal: _Token | None = None


def condition(text: str, columns: Columns) -> Condition:
    """The condition that `text` says. `columns` are SQL and type of each name of `__system`.

    Raises ApiProblem: 400.18 for what cannot be read, 501 for what Central does not take, either.
    """
    if len(text) > LENGTH_MAX:
        raise unparseable_filter("too long")
    reading = _Reading(_tokens(text), columns)
    sql = reading.either(0)
    reading.end()
    return Condition(sql, reading.params)


def named(path: str, columns: Columns, at: int = 0) -> str:
    """The name in `columns` of a path such as `__system/submissionDate`. Raises ApiProblem (501.5)."""
    for prefix in _PREFIXES:
        if path.startswith(prefix) and path[len(prefix) :] in columns:
            return path[len(prefix) :]
    raise unsupported_field(path, at)


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise unparseable_filter(f"unexpected at {at}: {text[at : at + 20]}")
        kind = match.lastgroup or ""
        found.append(_Token(kind, match.group(kind), match.start(kind)))
        at = match.end()
    return found


@dataclass(slots=True)
class _Reading:
    tokens: list[_Token]
    columns: Columns
    place: int = 0
    params: dict[str, Any] = field(default_factory=dict)

    def either(self, depth: int) -> str:
        """`or`."""
        if depth > DEPTH_MAX:
            raise unparseable_filter("nested too deeply")
        return self._joined("or", depth)

    def _joined(self, word: str, depth: int) -> str:
        parts = [self._below(word, depth)]
        while self._takes(word):
            parts.append(self._below(word, depth))
        return parts[0] if len(parts) == 1 else f"({f' {word.upper()} '.join(parts)})"

    def _below(self, word: str, depth: int) -> str:
        return self._joined("and", depth) if word == "or" else self._one(depth)

    def _one(self, depth: int) -> str:
        negations = 0
        while self._takes("not"):
            negations += 1
        if self._opens_a_group():
            self._expect("(")
            found = self.either(depth + 1)
            self._expect(")")
        else:
            found = self._comparison()
        return f"(NOT {found})" if negations % 2 else found

    def _comparison(self) -> str:
        left = self._operand()
        sign = self._next()
        if sign.text not in _COMPARISONS:
            raise unsupported_expression(sign.at, sign.text)
        right = self._operand()
        kind = left.type or right.type
        if not kind:
            raise unsupported_expression(sign.at, "literal")
        if left.type and right.type and left.type != right.type:
            raise unsupported_expression(sign.at, sign.text)
        return f"({self._sql(left, kind)} {_COMPARISONS[sign.text]} {self._sql(right, kind)})"

    def _operand(self) -> _Operand:
        token = self._next()
        if token.kind in ("text", "date", "number") or token.text == "null":
            return _Operand(literal=token)
        if token.kind != "word":
            raise unparseable_filter(f"unexpected at {token.at}: {token.text}")
        if self.place < len(self.tokens) and self.tokens[self.place].text == "(":
            return self._call(token)
        sql, kind = self.columns[named(token.text, self.columns, token.at)]
        return _Operand(sql, kind)

    def _call(self, token: _Token) -> _Operand:
        self._expect("(")
        if token.text == "now":
            self._expect(")")
            return _Operand("now()", "timestamptz")
        if token.text not in _PARTS:
            raise unsupported_expression(token.at, token.text)
        inner = self._operand()
        self._expect(")")
        of = self._sql(inner, "timestamptz")
        if inner.type not in ("", "timestamptz"):
            raise unsupported_expression(token.at, token.text)
        whole = "floor" if token.text == "second" else ""
        return _Operand(f"{whole}(extract({token.text} FROM {of} AT TIME ZONE 'UTC'))::bigint", "bigint")

    def _sql(self, operand: _Operand, kind: str) -> str:
        if operand.literal is None:
            return operand.sql
        if operand.literal.text == "null":
            return f"NULL::{kind}"
        name = f"filter_{len(self.params)}"
        self.params[name] = _value(operand.literal, kind)
        return f"%({name})s::{kind}"

    def _opens_a_group(self) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place].text == "("

    def _takes(self, word: str) -> bool:
        found = self.place < len(self.tokens) and self.tokens[self.place].text == word
        self.place += found
        return found

    def _next(self) -> _Token:
        if self.place >= len(self.tokens):
            raise unparseable_filter("unexpected end")
        self.place += 1
        return self.tokens[self.place - 1]

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token.text != sign:
            raise unparseable_filter(f"expected {sign} at {token.at}")

    def end(self) -> None:
        """Nothing may follow."""
        if self.place < len(self.tokens):
            raise unparseable_filter(f"unexpected at {self.tokens[self.place].at}")


def _value(token: _Token, kind: str) -> Any:
    """A literal as a value of that type. Raises ApiProblem (400.18)."""
    text = token.text[1:-1].replace("''", "'") if token.kind == "text" else token.text
    if kind == "text":
        if "\x00" in text:
            raise _not_a(kind, text)
        return text
    try:
        if kind == "bigint":
            number = int(text)
            return number if abs(number) < 1 << 63 else _fail()
        when = datetime.fromisoformat(text)
    except ValueError:
        raise _not_a(kind, text) from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _fail() -> int:
    raise ValueError


def _not_a(kind: str, text: str) -> ApiProblem:
    word = {"bigint": "number", "timestamptz": "date", "text": "text"}[kind]
    return unparseable_filter(f"not a {word}: {text}")
