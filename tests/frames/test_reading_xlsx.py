import zipfile
from datetime import datetime

import polars as pl
import pytest
import xlsxwriter

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.errors import CeibaError
from tests.frames.helpers import cells, file, raw_workbook, read, text_cell, workbook

HEADINGS = ["code", "name", "lon"]
HEADING_ROW = '<row r="1">' + "".join(map(text_cell, ("A1", "B1", "C1"), HEADINGS)) + "</row>"


def codes(path, **options):
    with pytest.raises(CeibaError) as raised:
        read(path, **options)
    return [p.code for p in raised.value.problems]


def test_it_works_and_decimals_are_exact(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADINGS, ["007", "Ana", -90.12345678901234], ["8", "Eva", None]])
    assert cells(path) == [("007", "Ana", "-90.12345678901234"), ("8", "Eva", None)]


def test_a_word_among_decimals_is_kept_to_be_told(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADINGS, ["1", "Ana", "norte"], ["2", "Eva", 1e-7]])
    assert cells(path) == [("1", "Ana", "norte"), ("2", "Eva", "1e-7")]


def test_cells_of_every_type_come_as_text(tmp_path):
    path = tmp_path / "d.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b", "c"])
        sheet.write_datetime(1, 0, datetime(2026, 3, 31), book.add_format({"num_format": "dd/mm/yy"}))  # noqa: DTZ001
        sheet.write_boolean(1, 1, True)
        sheet.write_number(1, 2, 25000)
        sheet.write_formula(2, 2, "=1+1", None, 2)
    columns = [ColumnSpec(name, pl.String, name, name) for name in "abc"]
    assert cells(path, columns=columns) == [("2026-03-31 00:00:00", "true", "25000"), (None, None, "2")]


def test_rows_without_a_value_are_left_out(tmp_path):
    path = workbook(tmp_path / "d.xlsx", [HEADINGS, ["1", "Ana", 1], [], ["2", "Eva", 2]])
    assert [row[:2] for row in read(path).rows.rows()] == [(1, "1"), (3, "2")]


def test_headings_only_and_nothing_at_all(tmp_path):
    assert codes(workbook(tmp_path / "d.xlsx", [HEADINGS])) == ["file.no_rows"]
    assert codes(workbook(tmp_path / "e.xlsx", [])) == ["sheet.heading_missing"] * 3


def test_excel_errors_are_told_cell_by_cell(tmp_path):
    path = tmp_path / "d.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["1", "Ana"])
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")
        book.add_worksheet().write_formula(
            0, 0, "=1/0", None, "#DIV/0!"
        )  # elsewhere in the book: nobody's matter
    with pytest.raises(CeibaError) as raised:
        read(path)
    assert [p.code for p in raised.value.problems] == ["file.excel_error"]
    assert "La celda C2 tiene un error de Excel" in raised.value.text("es")


def test_a_file_of_another_kind_of_zip(tmp_path):
    path = tmp_path / "d.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert codes(path) == ["file.kind_differs"]


def test_cut_short_at_any_byte_it_is_refused(tmp_path):
    whole = workbook(tmp_path / "d.xlsx", [HEADINGS, ["1", "Ana", 1]]).read_bytes()
    for length in range(8, len(whole), 97):
        assert codes(file(tmp_path, whole[:length], "e.xlsx")) == ["file.broken"]


def test_with_any_byte_changed_it_is_read_or_refused_but_never_fails_otherwise(tmp_path):
    whole = bytearray(workbook(tmp_path / "d.xlsx", [HEADINGS, ["1", "Ana", 1]]).read_bytes())
    for position in range(4, len(whole), 23):
        changed = bytearray(whole)
        changed[position] ^= 0xFF
        try:
            read(file(tmp_path, bytes(changed), "e.xlsx"))
        except CeibaError as error:
            assert error.problems


def test_a_zip_that_swells_is_not_unpacked(tmp_path):
    path = raw_workbook(tmp_path / "d.xlsx", HEADING_ROW + " " * 60_000_000)
    assert path.stat().st_size < 100_000
    assert codes(path) == ["file.swells"]


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = raw_workbook(tmp_path / "d.xlsx", HEADING_ROW + " " * 5_000_000)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    true, lie = size.to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert data.count(true) >= 1
    assert codes(file(tmp_path, bytes(data.replace(true, lie)), "e.xlsx")) == ["file.broken"]


@pytest.mark.parametrize("place", ["XFD1048576", "ZZ100000", "A99999999", "ZZZZ2"])
@pytest.mark.parametrize(
    "cell",
    [
        '<c r="{0}" t="inlineStr"><is><t>x</t></is></c>',
        "<c  s='1'  r = '{0}' t='inlineStr'><is><t>x</t></is></c>",
        '<x:c xmlns:x="m" t="inlineStr" r="{0}"><x:is><x:t>x</x:t></x:is></x:c>',
    ],
)
def test_one_cell_far_away_does_not_take_the_process_down(tmp_path, place, cell):
    row = "".join(c for c in place if c.isdigit())
    path = raw_workbook(tmp_path / "d.xlsx", HEADING_ROW + f'<row r="{row}">{cell.format(place)}</row>')
    with pytest.raises(CeibaError) as raised:
        read(path)
    assert [p.code for p in raised.value.problems] == ["file.scattered"]
    assert place in raised.value.text("en")


def test_a_far_cell_is_found_across_the_pieces_that_are_looked_at(tmp_path):
    filler = "".join(f'<row r="{n}">{text_cell(f"A{n}", "x" * 40)}</row>' for n in range(2, 20_000))
    path = raw_workbook(
        tmp_path / "d.xlsx", HEADING_ROW + filler + f'<row r="99">{text_cell("XFD99", "x")}</row>'
    )
    assert codes(path) == ["file.scattered"]


def test_entities_are_not_expanded(tmp_path):
    path = tmp_path / "d.xlsx"
    raw_workbook(path, HEADING_ROW + f'<row r="2">{text_cell("A2", "&lol;")}</row>')
    try:
        assert all("lol" in (cell or "lol") for row in cells(path) for cell in row)
    except CeibaError as error:
        assert error.problems
