"""A page of a table, written as it is read: OData's JSON with its count and the way on."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from ceiba.analysts.odata.asked import Asked, next_link
from ceiba.analysts.streams import in_pieces, json_text

_JSON = "application/json; odata.metadata=minimal"
_HEADERS = {"OData-Version": "4.0"}


def service_document(request: HttpRequest, names: Iterable[str]) -> HttpResponse:
    """Which tables there are."""
    body = {
        "@odata.context": f"{service_of(request)}/$metadata",
        "value": [{"name": name, "kind": "EntitySet", "url": name} for name in names],
    }
    return JsonResponse(body, content_type=_JSON, headers=_HEADERS)


def metadata_document(xml: bytes) -> HttpResponse:
    """What they are made of."""
    return HttpResponse(xml, content_type="application/xml; charset=utf-8", headers=_HEADERS)


def page(
    request: HttpRequest,
    table: str,
    rows: Iterator[tuple[Any, Mapping[str, str]]],
    asked: Asked,
    count: int | None = None,
) -> StreamingHttpResponse:
    """At most `asked.top` of `rows`, each with what names it for the page behind it; `count` is told if there is one.

    What goes wrong while it is written cuts the answer off, and no client takes that for a whole one.
    """
    text = in_pieces(_text(request, table, rows, asked, count))
    return StreamingHttpResponse(text, content_type=_JSON, headers=_HEADERS)


def service_of(request: HttpRequest) -> str:
    """The address of the service, up to `.svc`."""
    before, _, _ = request.path.partition(".svc")
    return request.build_absolute_uri(f"{before}.svc")


def _text(
    request: HttpRequest,
    table: str,
    rows: Iterator[tuple[Any, Mapping[str, str]]],
    asked: Asked,
    count: int | None,
) -> Iterator[str]:
    yield f'{{"@odata.context":{json_text(f"{service_of(request)}/$metadata#{table}")}'
    if count is not None:
        yield f',"@odata.count":{count}'
    yield ',"value":['
    token: Mapping[str, str] = {}
    for n, (row, token) in enumerate(islice(rows, asked.top)):  # noqa: B007  # the last one is the way on
        yield f"{',' if n else ''}{json_text(row)}"
    yield "]"
    if token and next(rows, None) is not None:
        yield f',"@odata.nextLink":{json_text(next_link(request, token))}'
    yield "}"
