"""A phone's clock decides while it can be right; the month is that of the date where it was observed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.forms.moments import EARLY_MAX, LATE_MAX, PHONE, SERVER, moment
from tests.core.forms.helpers import NOW

WITHIN = (NOW - LATE_MAX, NOW + EARLY_MAX)


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "yesterday",
        "2016-11-25T10:00:00Z",
        "2036-11-25T10:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        (WITHIN[0] - timedelta(seconds=1)).isoformat(),
        (WITHIN[1] + timedelta(seconds=1)).isoformat(),
    ],
)
def test_a_clock_that_cannot_be_right_does_not_decide(stated):
    when = moment(stated, "", NOW)
    assert (when.clock, when.observed_at) == (SERVER, NOW)
    assert when.month == date(2026, 11, 1)


@pytest.mark.parametrize("stated", [WITHIN[0], NOW - timedelta(hours=1), NOW])
def test_a_clock_that_may_be_right_decides(stated):
    when = moment(stated.isoformat(), "", NOW)
    assert (when.clock, when.observed_at, when.stated_at) == (PHONE, stated, stated)


def test_what_is_dated_ahead_was_observed_at_its_receipt():
    when = moment(WITHIN[1].isoformat(), "", NOW)
    assert (when.clock, when.observed_at, when.stated_at) == (PHONE, NOW, WITHIN[1])


def test_the_month_is_that_of_the_local_date():
    at = datetime(2026, 12, 1, 3, tzinfo=UTC)
    assert moment("2026-11-30T20:00:00.000-06:00", "", at).month == date(2026, 11, 1)
    assert moment("2026-12-01T02:00:00Z", "", at).month == date(2026, 12, 1)
    # The server's time is read in the phone's offset, too: only its clock is wrong, not where it is.
    assert moment("2016-11-30T20:00:00.000-06:00", "", at).month == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("month", "first"),
    [
        ("2026-10-31", date(2026, 10, 1)),
        ("2026-10", date(2026, 10, 1)),
        ("2026-13-01", None),
        ("October", None),
    ],
)
def test_a_month_given_holds(month, first):
    assert moment("", month, NOW).month == first


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60), st.timedeltas(timedelta(-200), timedelta(200)))
def test_nothing_is_observed_after_its_receipt_or_long_before(local, minutes, _gap):
    sign, ahead = ("+" if minutes >= 0 else "-"), abs(minutes)
    stated = f"{local.isoformat()}{sign}{ahead // 60:02d}:{ahead % 60:02d}"
    when = moment(stated, "", NOW)
    assert NOW - LATE_MAX <= when.observed_at <= NOW
    assert when.month is not None and when.month.day == 1


@given(st.text(max_size=40), st.text(max_size=12))
def test_any_words_give_a_moment(stated, month):
    assert moment(stated, month, NOW).observed_at <= NOW
