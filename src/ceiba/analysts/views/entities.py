"""Entity lists and their entities, one by one and as OData."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils import timezone

from ceiba.accounts.permissions import Action, SignedRequest
from ceiba.analysts.access import require_analyst
from ceiba.analysts.entity_shapes import dataset_shape, entity_row, entity_shape, entity_version_shape
from ceiba.analysts.odata.asked import Asked, asked
from ceiba.analysts.odata.feed import metadata_document, page, service_document
from ceiba.analysts.odata.metadata import entities_metadata
from ceiba.analysts.odata.schema import identifier
from ceiba.analysts.places import countries, the_project
from ceiba.analysts.problems import no_such_property, not_found, unexpected_value
from ceiba.analysts.streams import json_array
from ceiba.entities.exporting import (
    COLUMNS,
    Listed,
    list_names,
    listed,
    listed_count,
    listed_for,
    listed_one,
    lists_began,
    properties_of,
    versions_of,
)
from ceiba.frames.walking import Rows
from ceiba.submissions.exporting import covers_all

_READS: Final = Action.EXPORT_EVIDENCE
_KEYS: Final = ("__id", "__system", "label")


@require_analyst(Action.VIEW_FORMS)
def dataset_list(request: SignedRequest, number: int) -> HttpResponse:
    """The lists there are; every project has the same, since people are not of one programme."""
    the_project(number)
    began = lists_began()
    found = [dataset_shape(number, name, began.get(name, timezone.now())) for name in list_names()]
    return JsonResponse(found, safe=False)


@require_analyst(Action.VIEW_FORMS)
def dataset(request: SignedRequest, number: int, name: str) -> HttpResponse:
    """A list with its properties."""
    properties = _properties(number, name)
    began = lists_began().get(name, timezone.now())
    return JsonResponse(dataset_shape(number, name, began, properties))


@require_analyst(_READS)
def entity_list(request: SignedRequest, number: int, name: str) -> StreamingHttpResponse:
    """Every entity of a list that is reached, without what it says."""
    rows = (entity_shape(each, with_data=False) for each in listed(_reached(request, number, name)))
    return StreamingHttpResponse(json_array(rows), content_type="application/json")


@require_analyst(_READS)
def entity(request: SignedRequest, number: int, name: str, uuid: UUID) -> HttpResponse:
    """An entity."""
    return JsonResponse(entity_shape(_entity(request, number, name, uuid), with_data=True))


@require_analyst(_READS)
def version_list(request: SignedRequest, number: int, name: str, uuid: UUID) -> HttpResponse:
    """What an entity has said, from the first on."""
    found = _entity(request, number, name, uuid)
    return JsonResponse([entity_version_shape(each, found) for each in versions_of(found)], safe=False)


@require_analyst(Action.VIEW_FORMS)
def service(request: SignedRequest, number: int, name: str) -> HttpResponse:
    """The one table that a list has."""
    _properties(number, name)
    return service_document(request, ["Entities"])


@require_analyst(Action.VIEW_FORMS)
def metadata(request: SignedRequest, number: int, name: str) -> HttpResponse:
    """What it is made of."""
    return metadata_document(entities_metadata(name, _properties(number, name)))


@require_analyst(_READS)
def table(request: SignedRequest, number: int, name: str) -> StreamingHttpResponse:
    """The entities of a list as rows."""
    properties = _properties(number, name)
    reached = _reached(request, number, name)
    ask = asked(request, COLUMNS)
    columns = {identifier(each): each for each in properties}
    for each in ask.select or ():
        if each not in columns and each.partition("/")[0] not in _KEYS:
            raise no_such_property(each)
    count = listed_count(reached, ask.condition) if ask.counts else None
    return page(request, "Entities", _rows(reached, columns, ask), ask, count)


def _rows(
    reached: Rows, columns: Mapping[str, str], ask: Asked
) -> Iterator[tuple[dict[str, Any], Mapping[str, str]]]:
    after = _start(reached, ask)
    return (
        (entity_row(each, columns, ask.select), {"uuid": str(each.uuid)})
        for each in listed(reached, ask.condition, ask.order, after=after, skip=ask.skip, chunk=ask.chunk)
    )


def _start(reached: Rows, ask: Asked) -> int | None:
    if not ask.token:
        return None
    text = ask.token.get("uuid", "")
    try:
        found = listed_one(reached, UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise unexpected_value("$skiptoken", text, "there is no such entity")
    return found.id


def _entity(request: SignedRequest, number: int, name: str, uuid: UUID) -> Listed:
    found = listed_one(_reached(request, number, name), uuid)
    if found is None:
        raise not_found()
    return found


def _reached(request: SignedRequest, number: int, name: str) -> Rows:
    programme = the_project(number).programme_id
    if name not in list_names():
        raise not_found()
    everywhere = covers_all(request.scope, countries(programme))
    return listed_for(request.user, request.scope, name, everywhere=everywhere)


def _properties(number: int, name: str) -> tuple[str, ...]:
    the_project(number)
    if name not in list_names():
        raise not_found()
    return properties_of(name)
