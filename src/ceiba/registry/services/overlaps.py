"""Land that two people registered, kept up to date for the plots that changed and for their neighbours."""

from typing import Final

import numpy as np
import polars as pl
import shapely

from ceiba.core.geometry import overlap_m2
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.frames.postgres import analyze, execute, read_frame, temp_frame

WHOLE_FROM: Final = 20_000
"""Touched plots from which reading every plot is cheaper than looking for neighbours."""

_PLOTS: Final = FrameSchema(
    "plots to compare",
    (
        Column("code", pl.String),
        Column("owner", pl.Int64),
        Column("geometry", pl.Binary),
        Column("overlap_m2", pl.Int32, True, "as stored"),
        Column("near", pl.Boolean, meaning="may share land with a touched plot, so its overlap may change"),
    ),
    ("code",),
)
_OVERLAPS: Final = FrameSchema(
    "overlaps", (Column("code", pl.String), Column("overlap_m2", pl.Int32)), ("code",)
)

_TOUCHED: Final = """
    SELECT code, participant_id AS owner, geometry, was_overlap_m2 AS overlap_m2, true AS near FROM import_resolved
    WHERE geometry IS NOT NULL AND (is_new OR geometry IS DISTINCT FROM was_geometry
        OR participant_id IS DISTINCT FROM was_participant_id)
"""
_OTHERS: Final = """
    SELECT p.code, p.participant_id AS owner, p.geometry, p.overlap_m2, true AS near FROM registry_plot p
    WHERE p.geometry IS NOT NULL AND p.code NOT IN (SELECT code FROM touched_boxes)
"""
# The boxes of touched plots, where they are and where they were.
_BOXES: Final = """
    CREATE TEMP TABLE touched_boxes ON COMMIT DROP AS
    SELECT x.code, b.box FROM import_resolved x CROSS JOIN LATERAL (VALUES
        (box(point(x.west, x.south), point(x.east, x.north))),
        (box(point(x.was_west, x.was_south), point(x.was_east, x.was_north)))
    ) AS b (box)
    WHERE b.box IS NOT NULL AND (x.is_new OR x.geometry IS DISTINCT FROM x.was_geometry
        OR x.participant_id IS DISTINCT FROM x.was_participant_id)
"""
# Neighbours, and the neighbours of those: what a neighbour shares with others counts for its own overlap.
_NEIGHBOURS: Final = """
    WITH ring AS (
        SELECT DISTINCT p.id FROM touched_boxes t
        JOIN registry_plot p ON box(point(p.west, p.south), point(p.east, p.north)) && t.box
        WHERE p.code NOT IN (SELECT code FROM touched_boxes)
    ), second AS (
        SELECT DISTINCT p.id FROM ring r JOIN registry_plot n ON n.id = r.id
        JOIN registry_plot p ON box(point(p.west, p.south), point(p.east, p.north))
            && box(point(n.west, n.south), point(n.east, n.north))
        WHERE p.code NOT IN (SELECT code FROM touched_boxes)
    )
    SELECT p.code, p.participant_id AS owner, p.geometry, p.overlap_m2, p.id IN (SELECT id FROM ring) AS near
    FROM registry_plot p WHERE p.id IN (SELECT id FROM ring UNION SELECT id FROM second)
"""


def overlaps_resolved() -> pl.DataFrame:
    """The overlap (`code`, `overlap_m2`, `touched`) of staged plots and their neighbours, as if they were merged.

    Only plots whose stored overlap is another, or that have none yet, are in it. Reads `import_resolved`.
    """
    execute("DROP TABLE IF EXISTS pg_temp.touched_boxes")
    boxes = execute(_BOXES)
    analyze("touched_boxes")
    touched = read_frame(_TOUCHED, {}, _PLOTS)
    others = (
        read_frame(_OTHERS if boxes > WHOLE_FROM else _NEIGHBOURS, {}, _PLOTS) if boxes else _PLOTS.empty()
    )
    plots = pl.concat([touched.with_columns(touched=True), others.with_columns(touched=False)])
    geoms = np.asarray(shapely.from_wkb(plots["geometry"].to_numpy()), dtype=object)
    shared = pl.Series("overlap_m2", overlap_m2(geoms, plots["owner"].to_numpy()), pl.Int32)
    return (
        plots.select("code", "touched", shared, was="overlap_m2", near="near")
        .filter("near", pl.col("overlap_m2").ne_missing(pl.col("was")))
        .drop("was", "near")
    )


def overlaps_store(overlaps: pl.DataFrame) -> int:
    """Put the overlaps of staged plots with their rows and those of neighbours in the register.

    Returns how many neighbours changed. To be called before the merge, which writes the staged rows.
    """
    temp_frame("overlaps_new", _OVERLAPS, overlaps)
    execute("UPDATE import_resolved SET overlap_m2 = was_overlap_m2 WHERE geometry IS NOT NULL")
    execute(
        "UPDATE import_resolved x SET overlap_m2 = o.overlap_m2 FROM overlaps_new o WHERE o.code = x.code"
    )
    return execute(
        "UPDATE registry_plot p SET overlap_m2 = o.overlap_m2 FROM overlaps_new o"
        " WHERE o.code = p.code AND p.overlap_m2 IS DISTINCT FROM o.overlap_m2"
    )
