"""The administrative areas shipped with Ceiba, in the register."""

from typing import Final, LiteralString

from django.db import transaction

from ceiba.frames.postgres import execute, temp_frame
from ceiba.geodata.areas import AREAS, areas

_MERGE: Final[LiteralString] = """
    INSERT INTO registry_area (code, parent_id, level, name, marginalisation, geometry, lon, lat, bounds)
    SELECT code, parent, level, name, marginalisation, geometry, lon, lat, jsonb_build_array(minx, miny, maxx, maxy)
    FROM areas_new ORDER BY code
    ON CONFLICT (code) DO UPDATE SET parent_id = EXCLUDED.parent_id, level = EXCLUDED.level, name = EXCLUDED.name,
        marginalisation = EXCLUDED.marginalisation, geometry = EXCLUDED.geometry, lon = EXCLUDED.lon,
        lat = EXCLUDED.lat, bounds = EXCLUDED.bounds
    WHERE (registry_area.parent_id, registry_area.level, registry_area.name, registry_area.marginalisation,
            registry_area.geometry, registry_area.lon, registry_area.lat, registry_area.bounds)
        IS DISTINCT FROM (EXCLUDED.parent_id, EXCLUDED.level, EXCLUDED.name, EXCLUDED.marginalisation,
            EXCLUDED.geometry, EXCLUDED.lon, EXCLUDED.lat, EXCLUDED.bounds)
"""


def areas_load() -> int:
    """Put the shipped areas in the register; returns how many were new or changed. Again changes nothing."""
    with transaction.atomic():
        temp_frame("areas_new", AREAS, areas())
        return execute(_MERGE)
