"""A form's submissions as OData: a table of them, and one of each repeat."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse

from ceiba.accounts.permissions import Action, SignedRequest
from ceiba.analysts.access import require_analyst
from ceiba.analysts.odata.asked import Asked, asked
from ceiba.analysts.odata.feed import metadata_document, page, service_document
from ceiba.analysts.odata.metadata import form_metadata
from ceiba.analysts.odata.rows import Row, Shaping, rows_of
from ceiba.analysts.odata.schema import SUBMISSIONS, Node, parent_key, selected, table_path, tables
from ceiba.analysts.places import FormPlace, the_form, the_submission
from ceiba.analysts.problems import not_found, unexpected_value
from ceiba.analysts.shapes import SYSTEM, files_named, system_shape
from ceiba.submissions.exporting import Kept, kept, kept_count, kept_one

_READS: Final = Action.EXPORT_EVIDENCE
_STEP: Final = re.compile(r"([^(]+)(?:\('([^']+)'\))?")
_SYSTEM: Final = frozenset({"__system", *(f"__system/{name}" for name in SYSTEM)})


@require_analyst(Action.VIEW_FORMS)
def service(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """Which tables a form has."""
    found = tables(the_form(request, number, code).schema)
    return service_document(request, [name for name, _ in found])


@require_analyst(Action.VIEW_FORMS)
def metadata(request: SignedRequest, number: int, code: str) -> HttpResponse:
    """What the tables of a form are made of."""
    place = the_form(request, number, code)
    return metadata_document(form_metadata(place.code, place.schema))


@require_analyst(_READS)
def table(request: SignedRequest, number: int, code: str, resource: str) -> StreamingHttpResponse:
    """The rows of a table, `Submissions` or `Submissions.planted`; or what one submission has there, by its links."""
    place = the_form(request, number, code)
    ask = asked(request, place.reach.columns)
    if "(" in resource:
        return _linked(request, place, resource, ask)
    shaping = _shaping(place.schema, resource, ask)
    rows = _rows(place, shaping, ask)
    return page(request, resource, rows, ask, _count(place, shaping, ask) if ask.counts else None)


def _shaping(root: Node, name: str, ask: Asked) -> Shaping:
    """How the rows of a table are made. Raises ApiProblem (404, 400.23, 400.24)."""
    way = table_path(root, name)
    if way is None:
        raise not_found()
    node = way[-1] if way else root
    keys = None
    if ask.select is not None:
        own = {"__id", parent_key(way)} if way else {"__id"} | _SYSTEM
        keys = own & set(ask.select)
        node = selected(node, [each for each in ask.select if each not in own])
    return Shaping(
        node, way, None if keys is None else frozenset(keys), expands=ask.expands, as_wkt=ask.as_wkt
    )


def _rows(place: FormPlace, shaping: Shaping, ask: Asked) -> Iterator[tuple[Row, Mapping[str, str]]]:
    """The rows from where the request wants them, each with what names it."""
    start = _start(place, ask)
    skip = ask.skip if shaping.way else 0  # of entries; submissions are passed over by the database
    found = _named_rows(place, shaping, ask, start, 0 if shaping.way else ask.skip)
    return islice(found, skip, None)


def _named_rows(
    place: FormPlace, shaping: Shaping, ask: Asked, start: Kept | None, skip: int
) -> Iterator[tuple[Row, Mapping[str, str]]]:
    if start is not None and shaping.way:
        yield from _behind(_of(place, shaping, start), ask.token.get("repeatId", ""))
    after = None if start is None else start.id
    for each in kept(
        place.reach, place.code, ask.condition, ask.order, after=after, skip=skip, chunk=ask.chunk
    ):
        yield from _of(place, shaping, each)


def _start(place: FormPlace, ask: Asked) -> Kept | None:
    """The submission that the last page ended with. Raises ApiProblem (400.8) when it is not there any more."""
    if not ask.token:
        return None
    instance_id = ask.token.get("instanceId", "")
    found = kept_one(place.reach, place.code, instance_id)
    if found is None:
        raise unexpected_value("$skiptoken", instance_id, "there is no such submission")
    return found


def _of(place: FormPlace, shaping: Shaping, row: Kept) -> Iterator[tuple[Row, Mapping[str, str]]]:
    """The rows that one submission has, each with what names it."""
    values = place.values(row.xml)
    for made, entry in rows_of(row.instance_id, values, shaping):
        if shaping.way:
            yield made, {"instanceId": row.instance_id, "repeatId": entry}
        else:
            yield made | _system(place, shaping, row, values), {"instanceId": row.instance_id}


def _system(place: FormPlace, shaping: Shaping, row: Kept, values: Mapping[str, Any]) -> Row:
    """`__system`, or what is selected of it."""
    if shaping.keys is not None and not any(key.startswith("__system") for key in shaping.keys):
        return {}
    whole = system_shape(row, files_named(place.schema, values))
    if shaping.wants("__system"):
        return {"__system": whole}
    return {"__system": {name: each for name, each in whole.items() if shaping.wants(f"__system/{name}")}}


def _behind(
    rows: Iterator[tuple[Row, Mapping[str, str]]], entry: str
) -> Iterator[tuple[Row, Mapping[str, str]]]:
    """The rows behind an entry; none when it is not among them, because an edit took it away."""
    for _, token in rows:
        if token.get("repeatId") == entry:
            break
    yield from rows


def _count(place: FormPlace, shaping: Shaping, ask: Asked) -> int:
    """How many rows there are without paging; entries of repeats are counted by reading them."""
    if not shaping.way:
        return kept_count(place.reach, place.code, ask.condition)
    found = kept(place.reach, place.code, ask.condition)
    return sum(1 for each in found for _ in _of(place, shaping, each))


def _linked(request: SignedRequest, place: FormPlace, resource: str, ask: Asked) -> StreamingHttpResponse:
    """What an address such as `Submissions('uuid:1')/planted` leads to. Raises ApiProblem (404)."""
    steps = [_STEP.fullmatch(part) for part in resource.split("/")]
    if not all(steps):
        raise not_found()
    names = [step[1] for step in steps if step]
    keys = [step[2] for step in steps if step]
    if names[0] != SUBMISSIONS or keys[0] is None:
        raise not_found()
    name = ".".join(names)
    shaping = _shaping(place.schema, name, ask)
    if shaping.way:
        shaping = replace(shaping, keys=None)
    found = list(_of(place, shaping, the_submission(place, keys[0])))
    if len(keys) > 1 and keys[-1] is not None:
        found = [each for each in found if each[1].get("repeatId") == keys[-1]]
    elif inner := next((key for key in reversed(keys[1:]) if key), None):
        found = [each for each in found if each[0][parent_key(shaping.way)] == inner]
    count = len(found) if ask.counts else None
    return page(request, name, iter(found[ask.skip :]), ask, count)
