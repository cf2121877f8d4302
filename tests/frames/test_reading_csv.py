import pytest

from ceiba.core.kernel.errors import CeibaError
from tests.frames.helpers import cells, file, read

GOOD = "code,name,lon\nP1,Ana,-90.5\nP2,Íñigo,\n"


def refused(path, **options):
    """The codes and the Spanish texts of the refusal."""
    with pytest.raises(CeibaError) as raised:
        read(path, **options)
    return [p.code for p in raised.value.problems], raised.value.text("es")


def test_it_works(tmp_path):
    table = read(file(tmp_path, GOOD))
    assert table.rows.rows() == [(1, "P1", "Ana", "-90.5"), (2, "P2", "Íñigo", None)]
    assert table.headings == {"code": "code", "name": "name", "lon": "lon"}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_separator_with_and_without_mark(tmp_path, mark, separator, end):
    text = mark + GOOD.replace(",", separator).replace("\n", end)
    assert cells(file(tmp_path, text)) == [("P1", "Ana", "-90.5"), ("P2", "Íñigo", None)]


def test_headings_in_spanish_in_another_order(tmp_path):
    table = read(file(tmp_path, "Longitud;NOMBRE;Clave\n1;Ana;P1\n"))
    assert table.rows.rows() == [(1, "P1", "Ana", "1")]
    assert table.headings["name"] == "NOMBRE"


def test_quoted_cells_hold_separators_quotes_and_lines(tmp_path):
    text = 'code,name,lon\nP1,"Ana, ""la"" de\r\nallá",\nP2,x,\n'
    assert cells(file(tmp_path, text)) == [("P1", 'Ana, "la" de\r\nallá', None), ("P2", "x", None)]


def test_rows_without_a_value_are_left_out_and_the_others_keep_their_number(tmp_path):
    table = read(file(tmp_path, "code,name,lon\n\nP1,Ana,\n,,\n\nP2,Eva,\n\n"))
    assert [row[:2] for row in table.rows.rows()] == [(2, "P1"), (5, "P2")]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (GOOD.encode("latin-1"), "Windows-1252 (Latin-1): vea la línea 3, «P2,Íñigo,»"),
        (GOOD.encode("cp1252"), "Windows-1252 (Latin-1): vea la línea 3, «P2,Íñigo,»"),
        (GOOD.encode("utf-16"), "UTF-16: vea la línea 1, «code,name,lon»"),
        (GOOD.encode("utf-16-be"), None),
    ],
)
def test_another_encoding_is_named_with_the_way_out(tmp_path, data, found):
    codes, text = refused(file(tmp_path, data))
    if found:
        assert codes == ["file.encoding"]
        assert found in text
        assert "CSV UTF-8" in text
    else:
        assert codes  # UTF-16 without its mark is text full of NULs: its headings are not known


def test_an_empty_file_and_one_of_headings_only(tmp_path):
    assert refused(file(tmp_path, ""))[0] == ["file.empty"]
    assert refused(file(tmp_path, "code,name,lon\n"))[0] == ["file.no_rows"]
    assert refused(file(tmp_path, "code,name,lon\n,,\n\n"))[0] == ["file.no_rows"]


def test_a_row_that_is_too_short_or_too_long_is_named(tmp_path):
    codes, text = refused(file(tmp_path, "code,name,lon\nP1,Ana,1\nP2,Eva\nP3,Noé,1,2\n"))
    assert codes == ["file.row_width"] * 2
    assert "datos.csv, fila 2: La fila tiene 2 celdas y los encabezados son 3." in text
    assert "datos.csv, fila 3: La fila tiene 4 celdas" in text


def test_a_file_cut_within_its_last_row_is_refused(tmp_path):
    assert refused(file(tmp_path, GOOD[: GOOD.index("ñ")]))[0] == ["file.row_width"]


@pytest.mark.parametrize(
    "text", ['code,name,lon\nP1,"Ana,1\nP2,Eva,1\n', 'code,name,lon\nP1,"A"na,1\n', '"code,name']
)
def test_quotes_that_do_not_close(tmp_path, text):
    assert refused(file(tmp_path, text))[0] == ["file.quotes"]


def test_quotes_in_the_middle_of_a_cell_do_not_shift_columns_unseen(tmp_path):
    path = file(tmp_path, 'code,name,lon\nP1,A"na,1\nP2,E"va,1\n')
    try:
        assert cells(path) == [("P1", 'A"na', "1"), ("P2", 'E"va', "1")]
    except CeibaError as error:
        assert [p.code for p in error.problems] == ["file.broken"]


def test_a_cell_of_a_megabyte_is_refused(tmp_path):
    assert refused(file(tmp_path, f"code,name,lon\nP1,{'x' * 1_000_000},1\n"))[0] == ["file.quotes"]


def test_headings_missing_unknown_repeated_and_blank_are_all_told(tmp_path):
    codes, text = refused(file(tmp_path, "code,nombr,lon,longitude,\nP1,Ana,1,2,3\n"))
    assert sorted(codes) == [
        "file.heading_blank",
        "sheet.heading_missing",
        "sheet.heading_near",
        "sheet.heading_twice",
    ]
    assert text.count("datos.csv: ") == 4


def test_a_trailing_separator_on_every_line_is_no_column(tmp_path):
    assert cells(file(tmp_path, "code;name;lon;\nP1;Ana;1;\n")) == [("P1", "Ana", "1")]


def test_too_many_rows(tmp_path):
    path = file(tmp_path, "code,name,lon\n" + "P,x,1\n" * 11)
    assert refused(path, rows_max=10)[0] == ["file.too_many_rows"]
    assert len(cells(path, rows_max=11)) == 11


def test_too_many_columns(tmp_path):
    path = file(tmp_path, "code,name,lon" + ",x" * 1_000 + "\n" + "1," * 1_002 + "1\n")
    assert refused(path)[0] == ["file.too_many_columns"]


def test_a_file_too_big_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "datos.csv"
    with path.open("wb") as huge:
        huge.write(b"code,name,lon\n")
        huge.truncate(2 * 1024**3)  # sparse: it would take minutes to read and no time to refuse
    codes, text = refused(path, bytes_max=500_000_000)
    assert codes == ["file.too_big"]
    assert "2147 MB y el máximo es 500 MB" in text


@pytest.mark.parametrize(
    "data", [b"\x00" * 100, b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, b"%PDF-1.7\n%abc", b"\n\n\n"]
)
def test_what_is_no_table_at_all(tmp_path, data):
    codes, _ = refused(file(tmp_path, data))
    assert codes


@pytest.mark.parametrize("name", ["datos.txt", "datos", "datos.csv.exe", "datos.ods"])
def test_an_unknown_ending(tmp_path, name):
    assert refused(file(tmp_path, GOOD, name))[0] == ["file.kind_unknown"]


def test_the_first_bytes_must_agree_with_the_name(tmp_path):
    assert refused(file(tmp_path, b"PK\x03\x04" + b"x" * 50))[0] == ["file.kind_differs"]
    assert refused(file(tmp_path, b"PAR1" + b"x" * 50))[0] == ["file.kind_differs"]
    assert refused(file(tmp_path, GOOD, "datos.xlsx"))[0] == ["file.kind_differs"]
    assert refused(file(tmp_path, GOOD, "datos.parquet"))[0] == ["file.kind_differs"]
    assert refused(file(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 50, "datos.xlsx"))[0] == [
        "file.old_excel"
    ]
    assert refused(file(tmp_path, GOOD, "datos.xls"))[0] == ["file.old_excel"]
