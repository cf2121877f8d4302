"""XLSForms written in Markdown, as workbooks for those who work in a spreadsheet."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Final

import xlsxwriter
from pyxform.xls2json_backends import md_to_dict

COLUMN_WIDTHS: Final = (8, 60)  # in characters: as wide as what is in it, within these
_DAY: Final = datetime(2026, 1, 1, tzinfo=UTC)  # fixed: the same form is the same bytes
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def workbook_of(markdown: bytes) -> bytes:
    """The sheets of a form written as Markdown tables, as .xlsx: every cell as text, the headings kept in sight."""
    sheets = md_to_dict(BytesIO(markdown))
    out = BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"created": _DAY})
        bold = book.add_format({"bold": True})
        for name in sheets["sheet_names"]:
            headings = list(sheets[f"{name.lower()}_header"][0])
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings):
                cells = [heading, *(row.get(heading) or "" for row in sheets[name.lower()])]
                for row, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(row, column, cell, None if row else bold)
                least, most = COLUMN_WIDTHS
                sheet.set_column(column, column, min(max(*map(len, cells), least), most))
    return out.getvalue()
