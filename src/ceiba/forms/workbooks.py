"""XLSForms written in Markdown, as workbooks for those who work in a spreadsheet."""

from io import BytesIO

import xlsxwriter
from pyxform.xls2json_backends import md_table_to_ss_structure

COLUMN_WIDTHS = (4, 60)  # in characters: as wide as what is in it, within these


def workbook_of(markdown: bytes) -> bytes:
    """The sheets of a form written as Markdown tables, as .xlsx: every cell as text, the headings kept in sight."""
    out = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in md_table_to_ss_structure(markdown.decode()):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write_string(row, column, str(cell), bold if row == 0 else None)
            least, most = COLUMN_WIDTHS
            for column in range(max((len(cells) for cells in rows), default=0)):
                longest = max(len(str(cells[column] or "")) for cells in rows if column < len(cells))
                sheet.set_column(column, column, min(max(longest + 2, least), most))
    return out.getvalue()
