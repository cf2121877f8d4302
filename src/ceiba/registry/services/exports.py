"""The register taken away as a file, and the record that it was."""

from typing import IO

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.register import SHEETS
from ceiba.frames.tabular import write_table
from ceiba.registry.selectors.sheets import sheet_frame

register_messages(
    {
        "export.not_allowed": {
            "es": "Su cuenta no ve a las personas del registro.",
            "en": "Your account does not see the people of the register.",
        },
    }
)


def export_sheet(
    *,
    sheet: str,
    scope: Scope,
    fmt: str,
    out: IO[bytes],
    actor: User | None = None,
    headings: str = "name",
    bom: bool = False,
) -> int:
    """Write the rows of a sheet that the scope reaches to `out` as "csv", "xlsx" or "parquet"; returns how many.

    Raises CeibaError for funders, for a sheet there is not, and for what Excel cannot hold.
    """
    if scope.role == Role.FUNDER:
        raise CeibaError(Problem("export.not_allowed"))
    if sheet not in SHEETS:
        raise CeibaError(
            Problem("import.sheet_unknown", values={"sheet": sheet, "sheets": ", ".join(SHEETS)})
        )
    frame = sheet_frame(sheet, scope)
    rows = write_table(
        frame, SHEETS[sheet].columns, out, fmt=fmt, headings=headings, bom=bom, name=f"{sheet}.{fmt}"
    )
    detail = {"sheet": sheet, "format": fmt, "rows": rows, "areas": list(scope.areas)}
    event_record(actor=actor, action="registry.export", subject=f"sheet {sheet}", detail=detail)
    return rows
