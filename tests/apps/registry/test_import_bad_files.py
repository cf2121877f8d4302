"""Every kind of bad file: a clear refusal in the reader's language, and nothing half-written stays."""

import zipfile

import pytest
from django.db import connection

from ceiba.core.kernel.errors import CeibaError
from ceiba.registry.models import Import, Participant
from tests.apps.registry.helpers import base, look, sheet_file, take, text_file
from tests.frames.helpers import raw_workbook, text_cell

pytestmark = pytest.mark.django_db


def whole(tmp_path, fmt="csv"):
    return sheet_file(
        tmp_path, "participants", *({"code": f"P-{i}", "given_names": "Íñigo"} for i in range(50)), fmt=fmt
    )


def latin(tmp_path):
    path = whole(tmp_path)
    path.write_bytes(path.read_text().encode("latin-1"))
    return path


def utf16(tmp_path):
    path = whole(tmp_path)
    path.write_bytes(path.read_text().encode("utf-16"))
    return path


def huge(tmp_path):
    path = whole(tmp_path)
    with path.open("r+b") as file:
        file.truncate(2 * 1024**3)
    return path


def cut(fmt):
    def made(tmp_path):
        path = whole(tmp_path, fmt)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) * 2 // 3])
        return path

    return made


def empty(tmp_path):
    path = tmp_path / "participants.csv"
    path.touch()
    return path


def headings_only(tmp_path):
    path = whole(tmp_path)
    path.write_text(path.read_text().splitlines()[0] + "\n")
    return path


def bomb(tmp_path):
    path = tmp_path / "participants.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as book:
        book.writestr("xl/workbook.xml", "")
        for part in range(5):
            book.writestr(f"xl/worksheets/sheet{part}.xml", b" " * 10_000_000)
    return path


def far_cell(tmp_path):
    return raw_workbook(
        tmp_path / "participants.xlsx",
        f'<row r="1">{text_cell("A1", "code")}{text_cell("XFD1048576", "x")}</row>',
    )


def misnamed(tmp_path):
    return whole(tmp_path, "parquet").rename(tmp_path / "participants.csv")


def picture(tmp_path):
    path = tmp_path / "participants.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10)
    return path


def unknown_people(tmp_path):
    return sheet_file(tmp_path, "documents", {"participant": "P-404"}, name="participants.csv")


BAD = {
    "Latin-1": (latin, "file.encoding"),
    "UTF-16": (utf16, "file.encoding"),
    "2 GB": (huge, "file.too_big"),
    "CSV cut short": (cut("csv"), "file.row_width"),
    "XLSX cut short": (cut("xlsx"), "file.broken"),
    "Parquet cut short": (cut("parquet"), "file.broken"),
    "empty": (empty, "file.empty"),
    "headings only": (headings_only, "file.no_rows"),
    "zip bomb": (bomb, "file.swells"),
    "a cell far away": (far_cell, "file.scattered"),
    "misnamed": (misnamed, "file.kind_differs"),
    "a picture": (picture, "file.encoding"),
    "another sheet": (unknown_people, "sheet.heading_unknown"),
}


@pytest.mark.parametrize(("make", "code"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused_in_words_and_leaves_nothing(tmp_path, settings, make, code):
    settings.UPLOAD_BYTES_MAX = 5_000_000
    base(1)
    path = make(tmp_path)
    for call in (look, take):
        with pytest.raises(CeibaError) as raised:
            call("participants", path)
        assert code in [problem.code for problem in raised.value.problems]
        for language in ("es", "en"):
            assert f"{path.name}" in raised.value.text(language)
        assert raised.value.text("es") != raised.value.text("en")
    assert Participant.objects.count() == 1
    assert not Import.objects.exists()


def test_one_bad_row_among_many_keeps_all_of_them_out(tmp_path):
    base(0)
    rows = [{"code": f"P-{i}"} for i in range(200)]
    rows[137]["birth_date"] = "2026-13-01"
    with pytest.raises(CeibaError) as raised:
        take("participants", text_file(tmp_path, "participants", *rows))
    assert [(p.where.row, p.code) for p in raised.value.problems] == [(138, "cell.date_impossible")]
    assert not Participant.objects.exists()


def test_a_file_of_nothing_but_problems_is_listed_in_part(tmp_path):
    base(0)
    rows = [{"code": f"P-{i}", "area": "GT-9999", "sex": "H"} for i in range(800)]
    with pytest.raises(CeibaError) as raised:
        take("participants", text_file(tmp_path, "participants", *rows))
    assert len(raised.value.problems) == 1_001
    assert raised.value.problems[0].text("es").endswith("Hay 600 problemas más, que no se muestran.")


def test_no_temporary_table_outlives_a_refusal(tmp_path):
    base(0)
    path = text_file(tmp_path, "participants", {"area": "GT-9999"})
    with pytest.raises(CeibaError):
        take("participants", path)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'import_%'"
        )
        assert cursor.fetchone() == (0,)
