"""One row of the register, changed or added: by the door that files come in by, with the same checks and traces."""

import tempfile
from collections.abc import Mapping
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

    `sheet` is one whose key is its code. Cells are written as in a file (a polygon as WKT, days as 2026-03-01). What
    follows from the row (areas measured, land shared with neighbours) follows as from an import; `client_key` names
    it. Raises CeibaError as `import_apply` does.
    """
    there = sheet_frame(sheet, scope_of(actor), code).select(pl.all().cast(pl.String).fill_null(""))
    row = there.row(0, named=True) if there.height else dict.fromkeys(SHEETS[sheet].schema.names, "")
    written = pl.DataFrame([{**row, **cells, "code": code}])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "row.csv"
        written.write_csv(path)
        return import_apply(
            sheet=sheet, path=path, name=f"{client_key}.csv", today=today, actor=actor, client_key=client_key
        )
