"""What a request asks of a table: which rows, which columns, in which order, and from where on."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, QueryDict

from ceiba.analysts.odata.filters import condition, named
from ceiba.analysts.problems import select_and_expand, unexpected_value, unsupported_expand, unsupported_field
from ceiba.frames.walking import CHUNK_ROWS, NEWEST, Columns, Condition, Order

_VERSION: Final = "01"  # of tokens, as Central begins them


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of OData in a request. `top` is None for all, `select` for everything; `token` says where to go on.

    `select` has the names as they were written; `order` is of the names of `__system`.
    """

    top: int | None
    skip: int
    counts: bool
    expands: bool
    as_wkt: bool
    select: tuple[str, ...] | None
    condition: Condition
    order: Order
    token: Mapping[str, str]

    @property
    def chunk(self) -> int:
        """How many rows to read at first: the page, and one more to know whether there is another."""
        return CHUNK_ROWS if self.top is None else min(CHUNK_ROWS, self.top + 1)


def asked(request: HttpRequest, columns: Columns) -> Asked:
    """The options of a request. Raises ApiProblem for what cannot be read or is not offered."""
    query = request.GET
    select, expand = query.get("$select", "*"), query.get("$expand", "")
    if expand not in ("", "*"):
        raise unsupported_expand(expand)
    if expand and select != "*":
        raise select_and_expand()
    token = _token(query.get("$skiptoken", ""))
    return Asked(
        top=_number(query, "$top"),
        skip=0 if token else _number(query, "$skip") or 0,
        counts=_is_true(query, "$count"),
        expands=expand == "*",
        as_wkt=_is_true(query, "$wkt"),
        select=None if select == "*" else tuple(name.strip() for name in select.split(",")),
        condition=condition(query["$filter"], columns) if query.get("$filter") else Condition(),
        order=_order(query.get("$orderby", ""), columns),
        token=token,
    )


def next_link(request: HttpRequest, token: Mapping[str, str]) -> str:
    """The address of the next page: the same, from behind what `token` names."""
    query = request.GET.copy()
    query.pop("$skip", None)
    written = json.dumps(token, separators=(",", ":")).encode()
    query["$skiptoken"] = _VERSION + base64.b64encode(written).decode()
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"


def _order(text: str, columns: Columns) -> Order:
    """$orderby; without it, the last received comes first."""
    if not text.strip():
        return NEWEST
    names, ways = [], set()
    for part in text.split(","):
        name, _, way = part.strip().partition(" ")
        names.append(named(name, columns))
        ways.add(way.strip().lower() or "asc")
    if ways not in (
        {"asc"},
        {"desc"},
    ):  # in two directions rows do not compare as a whole, to go on behind one
        raise unsupported_field(text)
    return Order(tuple(names), descending=ways == {"desc"})


def _token(text: str) -> Mapping[str, str]:
    if not text:
        return {}
    try:
        read = json.loads(base64.b64decode(text.removeprefix(_VERSION), validate=True))
    except ValueError:  # of base64, of UTF-8 or of JSON
        read = None
    if not isinstance(read, dict) or not all(isinstance(each, str) for each in read.values()):
        raise unexpected_value("$skiptoken", text[:100], "it is none of ours")
    return read


def _number(query: QueryDict, name: str) -> int | None:
    text = query.get(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise unexpected_value(name, text[:100], "a whole number is expected")
    return int(text)


def _is_true(query: QueryDict, name: str) -> bool:
    return query.get(name, "").lower() == "true"
