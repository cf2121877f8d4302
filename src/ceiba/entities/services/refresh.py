"""Draws the entities of the rows of the register that changed, in one statement a list and step.

Whoever writes entities holds one lock until the transaction ends: versions are seen in the order of their ids.
"""

from datetime import date
from pathlib import Path
from typing import Final

import polars as pl
from django.db import transaction
from django.utils import timezone

from ceiba.core.entities import LISTS, register_stamp
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.entities.models import Refreshed, Source, Touched
from ceiba.frames.postgres import analyze, drop_temp, execute, read_frame

ANALYZE_ROWS_MIN: Final = 10_000
_SQL: Final = Path(__file__).parents[1] / "sql"
_DRAWN: Final = {name: (_SQL / f"{name}.sql").read_text() for name in LISTS}
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext('ceiba entities'))"

_NAMES: Final = FrameSchema("lists touched", (Column("list_name", pl.String),), ("list_name",))
_TOUCHED: Final = """
    CREATE TEMP TABLE IF NOT EXISTS touched (list_name text, row bigint, PRIMARY KEY (list_name, row)) ON COMMIT DROP
"""
_TAKEN: Final = """
    WITH taken AS (DELETE FROM entities_touched RETURNING list_name, row)
    INSERT INTO touched SELECT DISTINCT list_name, row FROM taken
"""
_BIRTHDAYS: Final = """
    INSERT INTO touched SELECT 'participants', p.id FROM registry_participant p
    WHERE p.birth_date > %(last)s::date - interval '75 years' AND p.birth_date <= %(day)s::date - interval '75 years'
    ON CONFLICT DO NOTHING
"""
_THEIR_PLOTS: Final = """
    INSERT INTO touched SELECT 'plots', l.id FROM touched t JOIN registry_plot l ON l.participant_id = t.row
    WHERE t.list_name = 'participants'
    ON CONFLICT DO NOTHING
"""
_NEW: Final = """
    INSERT INTO entities_entity (uuid, list_name, row, version)
    SELECT gen_random_uuid(), %(list)s, d.row, 0 FROM drawn d
    WHERE NOT EXISTS (
        SELECT FROM entities_entity e WHERE e.list_name = %(list)s AND e.row = d.row AND e.deleted_at IS NULL
    )
    ORDER BY d.row
"""
_GONE: Final = """
    UPDATE entities_entity e SET deleted_at = now(), updated_at = now() FROM touched t
    WHERE t.list_name = %(list)s AND e.list_name = %(list)s AND e.row = t.row AND e.deleted_at IS NULL
        AND NOT EXISTS (SELECT FROM drawn d WHERE d.row = t.row)
"""
# What only phones say (the last visit) stays; what the register changed carries when it did.
_VERSIONS: Final = """
    WITH made AS (
        INSERT INTO entities_entityversion (entity_id, number, label, properties, stamps, source, update_id)
        SELECT e.id, e.version + 1, d.label, coalesce(v.properties, '{}') || d.properties,
            coalesce(v.stamps, '{}') || coalesce((
                SELECT jsonb_object_agg(f.name, %(stamp)s) FROM unnest(%(free)s::text[]) AS f (name)
                WHERE v.id IS NOT NULL AND d.properties ? f.name
                    AND d.properties -> f.name IS DISTINCT FROM v.properties -> f.name
            ), '{}'), %(source)s, %(update)s
        FROM drawn d
        JOIN entities_entity e ON e.list_name = %(list)s AND e.row = d.row AND e.deleted_at IS NULL
        LEFT JOIN entities_entityversion v ON v.entity_id = e.id AND v.number = e.version
        WHERE v.id IS NULL OR v.label <> d.label OR NOT v.properties @> d.properties
        ORDER BY e.id
        RETURNING entity_id, number
    )
    UPDATE entities_entity e SET version = made.number, updated_at = now() FROM made WHERE e.id = made.entity_id
"""


def entities_refresh(*, today: date) -> int:
    """Give every entity whose row of the register changed its next version; returns how many got one.

    Costs a look at an empty table when nothing changed. `today` decides who is 75.
    """
    if not _is_stale(today):
        return 0
    with transaction.atomic():
        entities_lock()
        return entities_draw(today=today)


def entities_lock() -> None:
    """Let nobody else write entities until the transaction ends."""
    execute(_LOCK)


def entities_draw(*, today: date, source: str = Source.REGISTER, update: int | None = None) -> int:
    """As `entities_refresh`, for who holds the lock and says where the versions come from."""
    if not _is_stale(today):
        return 0
    execute(_TOUCHED)
    execute("TRUNCATE touched")
    taken = execute(_TAKEN)
    last = _day_moved(today)
    if last is not None:
        execute(_BIRTHDAYS, {"last": last, "day": today})
    execute(_THEIR_PLOTS)
    analyze("touched")
    names = read_frame("SELECT DISTINCT list_name FROM touched", {}, _NAMES)["list_name"]
    made = sum(_list_drawn(name, today, source, update) for name in LISTS if name in names)
    if taken >= ANALYZE_ROWS_MIN:
        analyze("entities_entity")
        analyze("entities_entityversion", "entity_id", "number")
    return made


def _is_stale(today: date) -> bool:
    return Touched.objects.exists() or not Refreshed.objects.filter(day=today).exists()


def _day_moved(today: date) -> date | None:
    """Note the day; returns the one before, if there was one and another."""
    last = Refreshed.objects.values_list("day", flat=True).first()
    Refreshed.objects.update_or_create(pk=1, defaults={"day": today})
    return last if last != today else None


def _list_drawn(name: str, today: date, source: str, update: int | None) -> int:
    drop_temp("drawn")
    execute("CREATE TEMP TABLE drawn ON COMMIT DROP AS " + _DRAWN[name], {"day": today})
    analyze("drawn")
    params = {
        "list": name,
        "free": list(LISTS[name].free),
        "stamp": register_stamp(timezone.now()),
        "source": source,
        "update": update,
    }
    execute(_NEW, params)
    execute(_GONE, params)
    return execute(_VERSIONS, params)
