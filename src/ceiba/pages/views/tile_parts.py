"""What the tiles of both maps have: the ground, and an answer that is 304 while nothing in it has changed."""

from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag

from ceiba.pages.tiles import Tile, area_shapes
from ceiba.registry.places import areas_in_box
from ceiba.web.kept import kept

SHAPES_KEPT_SECONDS: Final = 24 * 3600
Ground = tuple[list[tuple[str, bytes]], dict[str, tuple[str, float | None, float | None]]]
"""The shapes of areas by code, and of each its name and its centre in degrees."""


def ground(wanted: Tile, level: str) -> Ground:
    """The areas of a level in a tile, kept for everyone."""

    def shaped() -> Ground:
        areas = areas_in_box(wanted.box, level)
        return area_shapes(areas, wanted), {area.code: (area.name, area.lon, area.lat) for area in areas}

    return kept(shaped, SHAPES_KEPT_SECONDS, "shapes", wanted, level)


def tile_answer(request: HttpRequest, data: bytes, seconds: int) -> HttpResponse:
    """The tile, for its user's browser to keep so long; 304 where it has the same already."""
    etag = quote_etag(sha256(data).hexdigest()[:32])
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(data, content_type="application/vnd.mapbox-vector-tile")
    response["ETag"] = etag
    patch_cache_control(response, private=True, max_age=seconds)
    return response
