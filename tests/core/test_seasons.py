"""Which seasons away count: those that must not come first."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.seasons import SEASONS, seasons_completed, seasons_stood

FROM, UNTIL = date(2027, 3, 1), date(2027, 8, 31)
LATER = (date(2027, 9, 15), date(2027, 11, 30))
NEXT_YEAR = (date(2028, 3, 1), date(2028, 8, 31))


def seasons(*rows: tuple[object, ...]) -> pl.DataFrame:
    """Rows (person, season, departed, returned[, no show]), numbered as they come."""
    whole = [
        (who, number, *season, departed, returned, bool(more))
        for number, (who, season, departed, returned, *more) in enumerate(rows)
    ]
    return pl.DataFrame(whole, SEASONS.dtypes, orient="row")


def stood(*rows: tuple[object, ...]) -> list[str]:
    return seasons_stood(seasons(*rows)).sort("referral")["standing"].to_list()


def test_what_does_not_count() -> None:
    season = (FROM, UNTIL)
    assert stood(
        (1, season, None, None),
        (2, season, FROM, None),
        (3, season, FROM, UNTIL + timedelta(days=1)),
        (4, season, None, None, True),
        (5, season, FROM, UNTIL),
    ) == ["to_come", "no_return", "late", "no_show", "completed"]


def test_two_of_a_year_are_one_and_a_late_one_takes_no_years_place() -> None:
    assert stood((1, LATER, LATER[0], LATER[1]), (1, (FROM, UNTIL), FROM, UNTIL)) == [
        "same_year",
        "completed",
    ]
    late = (1, (FROM, UNTIL), FROM, UNTIL + timedelta(days=9))
    assert stood(late, (1, LATER, *LATER)) == ["late", "completed"]
    assert stood((1, LATER, *LATER), (1, NEXT_YEAR, *NEXT_YEAR), (2, LATER, *LATER)) == ["completed"] * 3


def test_of_whom_never_departed_nothing_is_known_and_who_is_away_has_none() -> None:
    season = (FROM, UNTIL)
    found = seasons_completed(
        seasons(
            (1, season, None, None), (2, season, None, None, True), (3, season, FROM, None),
            (4, season, FROM, UNTIL), (4, NEXT_YEAR, *NEXT_YEAR),
        )
    )  # fmt: skip
    assert found.rows() == [(3, 0), (4, 2)]
    assert seasons_completed(SEASONS.empty()).is_empty()


DAYS = st.dates(date(2027, 1, 1), date(2030, 12, 31))
TRIPS = st.lists(
    st.tuples(st.integers(1, 3), DAYS, st.integers(0, 180), st.none() | st.integers(0, 200)), max_size=12
)


@given(TRIPS)
def test_never_more_than_years_in_any_order(trips: list[tuple[int, date, int, int | None]]) -> None:
    rows: list[tuple[object, ...]] = [
        (
            who,
            (first, first + timedelta(days=long)),
            first,
            None if back is None else first + timedelta(days=back),
        )
        for who, first, long, back in trips
    ]
    frame = seasons(*rows)
    found = dict(seasons_completed(frame).rows())
    for who in {trip[0] for trip in trips}:
        on_time = {
            first.year for at, first, long, back in trips if at == who and back is not None and back <= long
        }
        assert found[who] == len(on_time)
    assert seasons_completed(frame.sample(fraction=1, shuffle=True, seed=7)).equals(seasons_completed(frame))
