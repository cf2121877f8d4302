"""What a cell may say, and what a person is told when it does not."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.cells import PROBLEMS, ROW, ColumnSpec, read_cells

TODAY = date(2026, 4, 15)


def read(cells, dtype=pl.String, **spec):
    """The values, and (row, code, detail) of each problem."""
    series = cells if isinstance(cells, pl.Series) else pl.Series("c", cells, pl.String)
    column = ColumnSpec("c", dtype, "c", "c", **({"required": False} | spec))
    values, problems = read_cells(series.alias("c").to_frame().with_row_index(ROW, 1), [column], TODAY)
    assert values.schema["c"] == dtype
    PROBLEMS.check(problems)
    return values["c"].to_list(), [(r, c, d) for r, _, c, _, d in problems.iter_rows()]


def codes(cells, dtype=pl.String, **spec):
    return [code for _, code, _ in read(cells, dtype, **spec)[1]]


def test_an_empty_cell_is_null_and_only_a_required_one_is_a_problem():
    assert read(["", "  ", None, "\u00a0"]) == ([None] * 4, [])
    assert codes(["", "x"], required=True) == ["cell.required"]


def test_text_is_trimmed_and_composed():
    assert read([" Pen\u0303a "]) == (["Peña"], [])


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\tb", "a\u200bb", "a\u202eb", "a\x9fb", "a\u2066b"])
def test_invisible_characters_are_refused(text):
    assert codes([text]) == ["cell.control"]


@pytest.mark.parametrize("text", ["Pe\ufffda", "PeÃ±a", "JOSÃ‰", "Â¿quÃ©?"])
def test_letters_damaged_by_an_encoding_are_refused(text):
    assert codes([text]) == ["cell.damaged"]


@pytest.mark.parametrize("text", ["JOÃO", "Ângela", "Ñandú", "K'iche'", "Núñez-O’Higgins", "Tz'utujil ꞌ"])
def test_names_of_every_language_pass(text):
    assert read([text]) == ([text], [])


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x", "＝1", '=HYPERLINK("x")']
)
def test_a_formula_is_refused(text):
    assert codes([text]) == ["cell.formula"]


@pytest.mark.parametrize("text", ["+502 5555-1234", "-", "+52 (961) 123.4567", "a=b", "x@y.org"])
def test_telephones_and_signs_within_are_no_formulas(text):
    assert read([text]) == ([text], [])


def test_length_is_counted_in_characters():
    assert read(["ñ" * 5], length=5)[1] == []
    assert read(["ñ" * 6], length=5)[1] == [(1, "cell.too_long", "5")]


def test_choices_that_could_be_taken_for_others_are_explained():
    said = "F (mujer), M (hombre)"  # where H and M are used, M is a woman
    assert read(["H"], choices=("F", "M"), choices_said=said)[1] == [(1, "cell.choice", said)]


def test_choices_do_not_mind_case():
    assert read(["f", "X", "H", "male"], choices=("F", "M", "X")) == (
        ["F", "X", None, None],
        [(3, "cell.choice", "F, M, X"), (4, "cell.choice", "F, M, X")],
    )


@pytest.mark.parametrize("word", ["sí", "SI", "Sí", "true", "TRUE", "1", "yes", "verdadero"])
def test_yes(word):
    assert read([word], pl.Boolean) == ([True], [])


@pytest.mark.parametrize("word", ["no", "No", "false", "0", "falso"])
def test_no(word):
    assert read([word], pl.Boolean) == ([False], [])


def test_neither_yes_nor_no():
    assert codes(["quizá", "2", "-"], pl.Boolean) == ["cell.yes_no"] * 3


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("25,000", "cell.thousands"),
        ("25.000", "cell.thousands"),
        ("1 234 567", "cell.thousands"),
        ("1'234", "cell.thousands"),
        ("12.5", "cell.whole_number"),
        ("1e3", "cell.whole_number"),
        ("doce", "cell.whole_number"),
        ("٣", "cell.whole_number"),
        ("--1", "cell.whole_number"),
        ("-1", "cell.bounds"),
        ("50000001", "cell.bounds"),
        ("99999999999999999999999", "cell.bounds"),
    ],
)
def test_what_is_no_whole_number_here(text, code):
    assert codes([text], pl.Int32, low=0, high=50_000_000) == [code]


def test_whole_numbers():
    assert read(["0", "25000", "+7", "12.0", "007"], pl.Int32, low=0) == ([0, 25000, 7, 12, 7], [])


def test_an_int32_column_without_bounds_has_those_of_its_type():
    assert codes(["2147483648", "-2147483649"], pl.Int32) == ["cell.bounds"] * 2


def test_decimals_take_a_comma_or_a_point():
    assert read(["14,6349", "-90.5", "1e-07", "3"], pl.Float64) == ([14.6349, -90.5, 1e-07, 3.0], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234,5", "cell.thousands"),
        ("1,234,567", "cell.thousands"),
        ("nan", "cell.number"),
        ("inf", "cell.number"),
        ("1e999", "cell.number"),
        ("14° 38' N", "cell.number"),
        ("-181", "cell.bounds"),
    ],
)
def test_what_is_no_longitude(text, code):
    assert codes([text], pl.Float64, low=-180, high=180) == [code]


@pytest.mark.parametrize(
    "text", ["2026-03-31", "2026-3-31", "31/03/2026", "31-3-2026", "31.03.2026", "2026-03-31 00:00:00"]
)
def test_the_same_day(text):
    assert read([text], pl.Date) == ([date(2026, 3, 31)], [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-02-30", "cell.date_impossible"),
        ("31/02/2026", "cell.date_impossible"),
        ("03/31/2026", "cell.date_impossible"),
        ("2026-13-01", "cell.date_impossible"),
        ("03/04/2026", "cell.date_ambiguous"),
        ("31/03/26", "cell.date"),
        ("31 de marzo de 2026", "cell.date"),
        ("2026-03-31 13:05:00", "cell.date"),
        ("20260331", "cell.date"),
        ("46112", "cell.date_serial"),
        ("0026-03-31", "cell.date_range"),
        ("9999-12-31", "cell.date_range"),
    ],
)
def test_what_is_no_day(text, code):
    assert codes([text], pl.Date) == [code]


def test_a_column_that_shows_its_order_settles_the_ambiguous_days():
    assert read(["03/04/2026", "31/03/2026"], pl.Date)[0] == [date(2026, 4, 3), date(2026, 3, 31)]
    assert read(["05/05/2026"], pl.Date) == ([date(2026, 5, 5)], [])
    mixed = read(["03/04/2026", "31/03/2026", "03/31/2026"], pl.Date)
    assert [code for _, code, _ in mixed[1]] == ["cell.date_ambiguous", "cell.date_impossible"]


def test_days_that_have_not_come():
    assert codes(["2026-04-15", "2026-04-16"], pl.Date, when="past") == ["cell.future"]
    assert codes(["2026-04-15", "2026-04-16", "1890-01-01"], pl.Date, when="birth") == [
        "cell.future",
        "cell.date_range",
    ]


def test_nobody_is_older_than_anybody_ever_was():
    assert codes(["1900-01-01"], pl.Date, when="birth") == []
    column = ColumnSpec("c", pl.Date, "c", "c", when="birth")
    values, problems = read_cells(pl.DataFrame({ROW: [1], "c": ["1900-01-01"]}), [column], date(2040, 1, 1))
    assert values["c"].to_list() == [None]
    assert problems["code"].to_list() == ["cell.age"]


def test_months():
    assert read(["2026-03", "2026-04-01"], pl.Date, when="month")[0] == [date(2026, 3, 1), date(2026, 4, 1)]
    assert codes(["2026-03-15", "2026-13", "marzo", "2026-05", "2300-01"], pl.Date, when="month") == [
        "cell.month",
        "cell.month",
        "cell.month",
        "cell.future",
        "cell.date_range",
    ]


def test_times_say_their_zone():
    utc = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)
    same = [
        "2026-03-31T12:00:00-06:00",
        "2026-03-31 18:00:00Z",
        "2026-03-31T18:00Z",
        "2026-03-31T18:00:00.000+00:00",
    ]
    assert read(same, pl.Datetime("us", "UTC")) == ([utc] * 4, [])
    assert codes(["2026-03-31T12:00:00", "2026-03-31"], pl.Datetime("us", "UTC")) == ["cell.time_zone"] * 2
    assert codes(["ayer", "2026-03-31T25:00:00Z"], pl.Datetime("us", "UTC")) == ["cell.time"] * 2
    assert codes(["2026-04-16T00:00:00Z"], pl.Datetime("us", "UTC"), when="past") == ["cell.future"]


def test_typed_cells_pass_through_the_same_checks():
    assert read(pl.Series("c", [25000, -1]), pl.Int32, low=0) == (
        [25000, None],
        [(2, "cell.bounds", "[0, 2147483647]")],
    )
    assert read(pl.Series("c", [1.5, 2.0]), pl.Int32) == ([None, 2], [(1, "cell.whole_number", "")])
    assert read(pl.Series("c", [date(2026, 4, 16)]), pl.Date, when="past")[1] == [
        (1, "cell.future", "2026-04-15")
    ]
    assert read(pl.Series("c", [datetime(2026, 3, 31, tzinfo=UTC)]).dt.replace_time_zone(None), pl.Date) == (
        [date(2026, 3, 31)],
        [],
    )
    assert read(pl.Series("c", [True]), pl.Boolean) == ([True], [])
    assert read(pl.Series("c", [12]), pl.String) == (["12"], [])
    assert read(pl.Series("c", [None, None]), pl.Int32) == ([None, None], [])


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (pl.Series([1.0]), pl.String),
        (pl.Series([date(2026, 1, 1)]), pl.Int32),
        (pl.Series([[1]]), pl.String),
        (pl.Series([b"x"]), pl.String),
        (pl.Series([True]), pl.Float64),
    ],
)
def test_a_column_of_another_type_is_one_problem(cells, dtype):
    values, problems = read(cells, dtype)
    assert values == [None]
    assert problems == [(None, "cell.wrong_type", str(dtype))]


plain = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30)
days = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(st.lists(days, min_size=1))
def test_every_day_is_read_back_from_both_ways_of_writing_it(some):
    assert read([day.isoformat() for day in some], pl.Date) == (some, [])
    settled = [*some, date(2000, 1, 31)]
    assert read([f"{day:%d/%m/%Y}" for day in settled], pl.Date)[0] == settled


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1))
def test_every_whole_number_is_read_back(some):
    assert read([str(number) for number in some], pl.Int32) == (some, [])


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_decimal_is_read_back(some):
    assert read([repr(number) for number in some], pl.Float64) == (some, [])
    assert read([repr(number).replace(".", ",") for number in some], pl.Float64) == (some, [])


@given(
    st.lists(
        st.builds(lambda day, time: datetime.combine(day, time, UTC), days, st.times()),
        min_size=1,
    )
)
def test_every_time_is_read_back(some):
    assert read([moment.isoformat() for moment in some], pl.Datetime("us", "UTC")) == (some, [])


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), min_size=1, max_size=5))
def test_no_text_whatever_breaks_the_reading(some):
    for dtype in (pl.String, pl.Boolean, pl.Int32, pl.Float64, pl.Date, pl.Datetime("us", "UTC")):
        for when in ("any", "month", "birth"):
            values, problems = read(some, dtype, when=when)
            assert all(values[row - 1] is None for row, _, _ in problems)
            given_and_null = [
                i for i, text in enumerate(some, 1) if text and text.strip() and values[i - 1] is None
            ]
            assert set(given_and_null) <= {row for row, _, _ in problems}
