"""Files of rows: headings, keys, and problems in words."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.cells import ROW, ColumnSpec
from ceiba.core.evidence import KINDS
from ceiba.core.kernel.errors import LANGUAGES, MESSAGES
from ceiba.core.register import SHEETS
from ceiba.core.sheets import PROBLEMS_LISTED, folded, headings_matched, listed, typed

TODAY = date(2026, 4, 15)
PEOPLE = SHEETS["participants"]


def rows(**columns):
    frame = pl.DataFrame(columns, schema_overrides=dict.fromkeys(columns, pl.String))
    return frame.with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.Int64))


def matched_codes(headings, sheet=PEOPLE):
    return [problem.code for problem in headings_matched(headings, sheet.columns)[1]]


@pytest.mark.parametrize("language", ["name", "es", "en"])
@pytest.mark.parametrize(
    "columns", [s.columns for s in SHEETS.values()] + [k.columns for k in KINDS.values()]
)
def test_every_sheet_is_known_by_its_names_and_by_its_words(columns, language):
    headings = [getattr(column, language) for column in columns]
    place, problems = headings_matched(headings, columns)
    assert problems == ()
    assert place == {column.name: position for position, column in enumerate(columns)}


def test_headings_do_not_mind_case_accents_spaces_and_order():
    headings = [c.es.upper().replace(" ", "  ") for c in reversed(PEOPLE.columns)]
    assert matched_codes(headings) == []
    assert matched_codes([c.name.replace("_", " ") for c in PEOPLE.columns]) == []


def test_what_can_be_wrong_with_headings():
    names = [c.name for c in PEOPLE.columns]
    assert matched_codes([*names, "código postal"]) == ["sheet.heading_unknown"]
    assert matched_codes([*names, "apellidos"]) == ["sheet.heading_twice"]
    assert matched_codes(names[1:]) == ["sheet.heading_missing"]
    assert matched_codes(["apelidos", *(n for n in names if n != "family_names")]) == [
        "sheet.heading_near",
        "sheet.heading_missing",
    ]
    assert matched_codes([*names, "", "  "]) == []


def test_a_near_heading_is_named():
    _, problems = headings_matched(["apelidos"], PEOPLE.columns)
    assert problems[0].text("es") == "La columna «apelidos» no es de esta hoja. ¿Quiso decir «apellidos»?"
    assert problems[0].text("en") == 'The column "apelidos" is not of this sheet. Did you mean "apellidos"?'


def test_a_repeated_key_names_both_rows():
    columns = (ColumnSpec("a", pl.String, "a", "a"), ColumnSpec("b", pl.Date, "b", "b"))
    frame = rows(a=["x", "x", "x", "y"], b=["2026-01-01", "2026-01-02", "2026-1-1", "2026-01-01"])
    _, problems = typed(frame, columns, key=("a", "b"), today=TODAY)
    assert problems.rows() == [(3, "a,b", "sheet.repeated", "x, 2026-01-01", "1")]
    (problem,) = listed(problems, file="f.csv")
    assert (
        problem.text("es")
        == "f.csv, fila 3, columna a,b: «x, 2026-01-01» ya está en la fila 1. Deje una sola de las dos."
    )


def test_keys_are_compared_once_trimmed_and_unread_ones_are_not_compared():
    columns = (ColumnSpec("a", pl.String, "a", "a"),)
    assert typed(rows(a=["x", " x "]), columns, key=("a",), today=TODAY)[1].height == 1
    _, problems = typed(rows(a=["=1", "=1", "", ""]), columns, key=("a",), today=TODAY)
    assert set(problems["code"]) == {"cell.formula", "cell.required"}


def test_keys_that_look_the_same_joined_are_two():
    columns = (ColumnSpec("a", pl.String, "a", "a"), ColumnSpec("b", pl.String, "b", "b"))
    assert typed(rows(a=["x, y", "x"], b=["z", "y, z"]), columns, key=("a", "b"), today=TODAY)[1].is_empty()


def test_rows_keep_the_numbers_the_file_gave_them():
    columns = (ColumnSpec("a", pl.Int32, "a", "a"),)
    frame = pl.DataFrame({ROW: [3, 9], "a": ["x", "2"]}, schema={ROW: pl.Int64, "a": pl.String})
    values, problems = typed(frame, columns, today=TODAY)
    assert values.rows() == [(3, None), (9, 2)]
    assert problems[ROW].to_list() == [3]


def test_a_file_with_no_end_of_problems_is_counted_whole_and_listed_in_part():
    columns = (ColumnSpec("a", pl.Int32, "número", "number"),)
    _, problems = typed(rows(a=["x"] * 5_000), columns, today=TODAY)
    found = listed(problems, file="f.csv", headings={"a": "Número"})
    assert len(found) == PROBLEMS_LISTED + 1
    assert found[0].text("es").startswith("f.csv, fila 1, columna Número: «x» no es un número entero.")
    assert found[-1].text("en") == "f.csv: There are 4000 more problems, not shown."


def test_a_frame_without_problems_is_of_the_sheets_schema():
    sheet = SHEETS["documents"]
    frame = rows(
        participant=["P1"],
        document=["curp"],
        number=[""],
        held=["sí"],
        expires_on=[None],
        seen_on=["2026-01-31"],
    )
    values, problems = typed(frame, sheet.columns, key=sheet.key, today=TODAY)
    assert problems.is_empty()
    assert sheet.schema.check(values).row(0) == ("P1", "curp", None, True, None, date(2026, 1, 31))


def test_every_message_of_cells_and_sheets_can_be_said_in_both_languages():
    found = [code for code in MESSAGES if code.startswith(("cell.", "sheet."))]
    assert len(found) > 25
    for code in found:
        for language in LANGUAGES:
            assert MESSAGES[code][language].format(text="T", detail="D")


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


def test_folding():
    assert folded("  Ñandú__PÉREZ\u00a0Ü ") == "nandu perez u"
