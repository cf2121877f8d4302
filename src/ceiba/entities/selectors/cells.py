"""Properties of entities as cells of the register's sheets."""

from collections.abc import Mapping
from uuid import UUID

import shapely

from ceiba.core.entities import GEOMETRY
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.entities.models import Entity
from ceiba.entities.selectors.proposals import polygon_of, values_of

register_messages(
    {
        "proposal.no_polygon": {
            "es": "El recorrido no se puede leer como polígono. Rechace el cambio y pida otro recorrido.",
            "en": "What was walked cannot be read as a polygon. Refuse the change and ask for another walk.",
        },
    }
)


def cells_of(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Properties of a phone as cells of the register's sheet.

    Raises CeibaError for an outline that is no polygon (proposal.no_polygon); the rest is checked when it goes in.
    """
    cells = dict(values)
    if name == "plots":
        if (shape := cells.pop(GEOMETRY, None)) is not None:
            cells["geometry"] = _wkt(shape)
        if (hectares := cells.pop("nominal_ha", None)) is not None:
            cells["nominal_m2"] = _square_metres(hectares)
        if (code := cells.pop("participant_code", None)) is not None:
            cells["participant"] = code
        elif (uuid := cells.get("participant")) is not None:
            cells["participant"] = _code_of(uuid)
    return cells


def _wkt(geoshape: str) -> str:
    polygon = polygon_of(geoshape)
    if polygon is None:
        raise CeibaError(Problem("proposal.no_polygon"))
    return str(shapely.to_wkt(polygon, rounding_precision=-1))


def _square_metres(hectares: str) -> str:
    try:
        return str(round(float(hectares) * 10_000))
    except (ValueError, OverflowError):
        return hectares  # the import says that it is no number


def _code_of(uuid: str) -> str:
    """The participant's code by their entity; the text itself where there is none, which the import refuses."""
    try:
        entity = Entity.objects.filter(uuid=UUID(uuid), list_name="participants").first()
    except ValueError:
        return uuid
    return uuid if entity is None else values_of(entity).get("code", uuid)
