"""A file's rows as typed columns, with every fault found and placed: what any file must pass to come in.

A file arrives as a frame of its cells (`ROW` and the expected columns). `headings_matched` finds the columns,
`typed` reads the cells, and `listed` puts what a person has to correct into words.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

import polars as pl

from ceiba.core.cells import PROBLEMS, ROW, ColumnSpec, read_cells
from ceiba.core.kernel.errors import Problem, Where, register_messages

PROBLEMS_LISTED: Final = 1_000

register_messages(
    {
        "sheet.heading_missing": {
            "es": "Falta la columna «{text}». Agréguela; puede dejarla vacía donde no haya dato.",
            "en": 'The column "{text}" is missing. Add it; it may be empty where there is nothing to say.',
        },
        "sheet.heading_unknown": {
            "es": "La columna «{text}» no es de esta hoja. Quítela o corrija su nombre.",
            "en": 'The column "{text}" is not of this sheet. Take it out or correct its name.',
        },
        "sheet.heading_near": {
            "es": "La columna «{text}» no es de esta hoja. ¿Quiso decir «{detail}»?",
            "en": 'The column "{text}" is not of this sheet. Did you mean "{detail}"?',
        },
        "sheet.heading_twice": {
            "es": "La columna «{text}» está dos veces. Deje una sola.",
            "en": 'The column "{text}" is there twice. Keep one.',
        },
        "sheet.repeated": {
            "es": "«{text}» ya está en la fila {detail}. Deje una sola de las dos.",
            "en": '"{text}" is already in row {detail}. Keep only one of the two.',
        },
        "sheet.more": {
            "es": "Hay {text} problemas más, que no se muestran.",
            "en": "There are {text} more problems, not shown.",
        },
    }
)


def headings_matched(
    headings: Sequence[str | None], columns: Sequence[ColumnSpec]
) -> tuple[dict[str, int], tuple[Problem, ...]]:
    """Which heading (by position) holds each column, known by its name or its Spanish or English words.

    Case, accents, spaces and underscores do not count. Returns the problems of missing, unknown and repeated
    headings besides; empty headings are skipped.
    """
    known = {folded(word): column for column in columns for word in (column.name, column.es, column.en)}
    place: dict[str, int] = {}
    problems: list[Problem] = []
    for position, heading in enumerate(headings):
        if heading is None or not heading.strip():
            continue
        column = known.get(folded(heading))
        if column is None:
            near = get_close_matches(folded(heading), known, 1, 0.75)
            code = "sheet.heading_near" if near else "sheet.heading_unknown"
            detail = known[near[0]].es if near else ""
            problems.append(Problem(code, values={"text": heading[:60], "detail": detail}))
        elif column.name in place:
            problems.append(Problem("sheet.heading_twice", values={"text": heading[:60]}))
        else:
            place[column.name] = position
    problems += [
        Problem("sheet.heading_missing", values={"text": column.es})
        for column in columns
        if column.name not in place
    ]
    return place, tuple(problems)


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Text as it is compared: lower case, without accents, runs of spaces and underscores as one space."""
    return str(pl.select(folded_expr(pl.lit(text))).item())


def folded_expr(text: pl.Expr) -> pl.Expr:
    """`folded` of a column."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_lowercase()
    return plain.str.replace_all(r"[\s_]+", " ").str.strip_chars(" ")


def typed(
    rows: pl.DataFrame, columns: Sequence[ColumnSpec], *, key: Sequence[str] = (), today: date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells as the columns' dtypes, and what is wrong with them (`PROBLEMS`, sorted by row).

    `rows` holds ROW (1 = first data row) and the columns, as text or of any dtype a file may hold. A cell with a
    problem is null in the result; only a result without problems has every required cell. Texts are trimmed and
    composed (NFC), and empty ones are null. Two rows with the same `key` are a problem of the later one.
    """
    frame, problems = read_cells(rows, columns, today)
    if key:
        problems = pl.concat([problems, _repeated(frame, key)])
    return frame, PROBLEMS.check(problems.sort(ROW, maintain_order=True))


def listed(
    problems: pl.DataFrame, *, file: str | None = None, headings: Mapping[str, str] | None = None
) -> tuple[Problem, ...]:
    """The first PROBLEMS_LISTED of a `PROBLEMS` frame, and how many more there are when there are.

    `headings` gives the words by which the file names a column.
    """
    words = headings or {}
    first = problems.head(PROBLEMS_LISTED)
    found = [
        Problem(
            code,
            Where(file=file, row=row, column=words.get(column, column) if column else None),
            {"text": text, "detail": detail},
        )
        for row, column, code, text, detail in zip(*first.select(PROBLEMS.names).get_columns(), strict=True)
    ]
    if more := problems.height - first.height:
        found.append(Problem("sheet.more", Where(file=file), {"text": more}))
    return tuple(found)


def _repeated(rows: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Rows whose whole key is that of an earlier row."""
    text = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator="\x1f")
    keyed = rows.select(ROW, text=text).drop_nulls()
    if keyed["text"].n_unique() == keyed.height:
        return PROBLEMS.empty()
    return (
        keyed.with_columns(first=pl.col(ROW).first().over("text"))
        .filter(pl.col(ROW) != pl.col("first"))
        .select(
            ROW,
            column=pl.lit(",".join(key)),
            code=pl.lit("sheet.repeated"),
            text=pl.col("text").str.replace_all("\x1f", ", ", literal=True).str.slice(0, 60),
            detail=pl.col("first").cast(pl.String),
        )
    )
