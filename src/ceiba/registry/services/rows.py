"""A few rows of the register, changed or added: by the door that files come in by, with the same checks and trace."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from ceiba.accounts.models import User
from ceiba.accounts.selectors import scope_of
from ceiba.core.register import SHEETS
from ceiba.registry.models import Import
from ceiba.registry.selectors import sheet_frame
from ceiba.registry.services.imports import import_apply


def row_put(
    *, sheet: str, code: str, cells: Mapping[str, str], actor: User, today: date, client_key: str
) -> Import:
    """Give cells of the row with `code` another text, or add the row; what is not named stays as it is.

    `sheet` is one whose key is its code. As `rows_put` otherwise.
    """
    there = sheet_frame(sheet, scope_of(actor), code).select(pl.all().cast(pl.String).fill_null(""))
    row = there.row(0, named=True) if there.height else {}
    return rows_put(
        sheet=sheet, rows=[{**row, **cells, "code": code}], actor=actor, today=today, client_key=client_key
    )


def rows_put(
    *, sheet: str, rows: Sequence[Mapping[str, str]], actor: User, today: date, client_key: str
) -> Import:
    """Take rows in as a file of them; a column that is not named is empty.

    Cells are written as in a file (a polygon as WKT, days as 2026-03-01). What follows from the rows (areas measured,
    land shared with neighbours) follows as from an import; `client_key` names it. Raises CeibaError as `import_apply`
    does, each problem placed by row, from 1, and column.
    """
    empty = dict.fromkeys(SHEETS[sheet].schema.names, "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        pl.DataFrame([{**empty, **row} for row in rows]).write_csv(path)
        return import_apply(
            sheet=sheet, path=path, name=f"{client_key}.csv", today=today, actor=actor, client_key=client_key
        )
