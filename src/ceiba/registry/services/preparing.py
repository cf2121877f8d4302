"""What Ceiba adds to the rows of a file before they are set beside the register: search text, ciphers, areas."""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from ceiba.core.cells import PROBLEMS, ROW
from ceiba.core.geometry import Geometries, area_m2, distance_m, parse_polygons
from ceiba.core.kernel.errors import Problem, register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.register import search_text
from ceiba.frames.postgres import read_frame
from ceiba.registry import numbers

# The shapes of areas are thinned, and neighbours' fields do cross borders: a plot near its municipality passes,
# one a little off is shown, one far off is a wrong code or a wrong place.
OUTSIDE_SHOWN_M: Final = 2_000
OUTSIDE_REFUSED_M: Final = 25_000

register_messages(
    {
        "import.plot_far": {
            "es": "El polígono está a {detail} km de «{text}». Revise la clave del municipio o las coordenadas.",
            "en": 'The polygon is {detail} km from "{text}". Check the code of the municipality or the coordinates.',
        },
        "import.plot_outside": {
            "es": "Aviso: el polígono está fuera de «{text}», a {detail} km. Revise que sea el municipio.",
            "en": 'Note: the polygon is outside "{text}", {detail} km away. Check that it is the municipality.',
        },
    }
)

_SHAPES: Final = FrameSchema("shapes", (Column("code", pl.String), Column("geometry", pl.Binary)), ("code",))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows with the columns of the target's `staged`, and what preparing found."""

    rows: pl.DataFrame
    problems: pl.DataFrame
    warnings: pl.DataFrame
    geometry_problems: tuple[Problem, ...] = ()


def prepared(sheet: str, rows: pl.DataFrame) -> Prepared:
    """The typed rows of a sheet made ready to stage. Rows whose required cells could not be read may be there."""
    if sheet == "participants":
        rows = rows.with_columns(search_text("given_names", "family_names", "code").alias("search_text"))
    elif sheet == "documents":
        people, documents, given = rows["participant"], rows["document"], rows["number"]
        rows = rows.with_columns(
            pl.Series("number_cipher", numbers.encrypted(people, documents, given), pl.Binary),
            pl.Series("number_hash", numbers.hashed(documents, given), pl.Binary),
        )
    elif sheet == "plots":
        return _plots(rows)
    return Prepared(rows, PROBLEMS.empty(), PROBLEMS.empty())


def _plots(rows: pl.DataFrame) -> Prepared:
    """Polygons as WKB with their area and bounds; the text is dropped."""
    geoms, faults = parse_polygons(rows["geometry"])
    number = rows[ROW].to_list()
    placed = tuple(replace(f, where=replace(f.where, row=number[(f.where.row or 1) - 1])) for f in faults)
    there = ~shapely.is_missing(geoms)
    bounds = shapely.bounds(geoms)
    columns: dict[str, Any] = {
        "wkb": pl.Series(shapely.to_wkb(geoms).tolist(), dtype=pl.Binary),
        "measured_m2": pl.Series(np.where(there, area_m2(geoms), 0), dtype=pl.Int32),
        **{name: pl.Series(bounds[:, i]) for i, name in enumerate(("west", "south", "east", "north"))},
    }
    missing = pl.Series(~there)
    done = rows.with_columns(
        pl.lit(None, pl.String).alias("geometry"),
        *(pl.when(missing).then(None).otherwise(values).alias(name) for name, values in columns.items()),
    )
    away = _outside(rows, geoms)
    far = away["km"] * 1_000 > OUTSIDE_REFUSED_M
    return Prepared(
        done, _as_problems(away.filter(far), "import.plot_far"),
        _as_problems(away.filter(~far), "import.plot_outside"), placed,
    )  # fmt: skip


def _outside(rows: pl.DataFrame, geoms: Geometries) -> pl.DataFrame:
    """The rows (ROW, area, km) whose polygon lies more than OUTSIDE_SHOWN_M outside the area they state."""
    stated = rows.select("area").unique().drop_nulls()
    shapes = read_frame(
        "SELECT code, geometry FROM registry_area WHERE geometry IS NOT NULL AND code = ANY(%(codes)s)",
        {"codes": stated["area"].to_list()},
        _SHAPES,
    )
    known = rows.select("area").join(
        shapes.with_row_index("shape"), left_on="area", right_on="code", how="left"
    )
    shape = known["shape"].to_numpy()
    (there,) = np.nonzero(~shapely.is_missing(geoms) & known["shape"].is_not_null().to_numpy())
    areas = shapely.from_wkb(shapes["geometry"].to_numpy())
    shapely.prepare(areas)
    place = areas[shape[there].astype(np.int64)]
    away = ~shapely.intersects(place, geoms[there])
    lines = shapely.get_coordinates(shapely.shortest_line(place[away], geoms[there][away])).reshape(-1, 4)
    km = distance_m(*_columns(lines)) / 1_000
    outside = rows.select(ROW, "area")[there[away]].with_columns(km=pl.Series(km, dtype=pl.Float64))
    return outside.filter(pl.col("km") * 1_000 > OUTSIDE_SHOWN_M)


def _columns(lines: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    return lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3]


def _as_problems(away: pl.DataFrame, code: str) -> pl.DataFrame:
    said = pl.col("km").round(0).cast(pl.Int64).cast(pl.String)
    return away.select(ROW, column=pl.lit("geometry"), code=pl.lit(code), text="area", detail=said)
