"""The state of a commitment: what must not be called met, late or answered comes first; then what always holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.commitments import Answered, Delivered, Kind, Promise, Reply, State, delivered, state_of
from ceiba.core.kernel.partial_date import before, first_day, is_partial_date, last_day

DAY = date(2026, 11, 1)
MONEY = Promise(Kind.MONEY, Decimal(30_000_000), "USD", "2020", True)
PROPOSAL = Promise(Kind.PROPOSAL, None, "", "", True)


def promise(**changed: object) -> Promise:
    return Promise(**({"kind": Kind.MONEY, "quantity": Decimal(100), "unit": "USD", "due_on": "",
    "is_confirmed": True}
                      | changed))  # type: ignore[arg-type]  # fmt: skip


def given_out(
    quantity: int | None, on: str = "2020-05-01", unit: str = "USD", *, completes: bool = False
) -> Delivered:
    return Delivered(on, None if quantity is None else Decimal(quantity), unit, completes)


@pytest.mark.parametrize(
    ("deliveries", "why"),
    [
        ([given_out(99)], "a dollar is missing"),
        ([given_out(100, unit="MXN")], "other money"),
        ([given_out(100, on="2026-11-02")], "it has not happened yet"),
        ([given_out(None, completes=True)], "a number is met by a number"),
    ],
)
def test_it_is_not_met(deliveries: list[Delivered], why: str) -> None:
    assert state_of(promise(), deliveries, [], DAY) != State.MET, why


@pytest.mark.parametrize("due", ["2026-11-01", "2026-11", "2026", "", "2027-01-01"])
def test_it_is_not_late_before_its_last_day_is_over(due: str) -> None:
    assert state_of(promise(due_on=due), [], [], DAY) == State.OPEN


def test_nothing_is_said_of_what_nobody_confirmed() -> None:
    entered = promise(is_confirmed=False, due_on="2020")
    assert state_of(entered, [given_out(100)], [Reply("2020", 1, Answered.WITHDRAWN)], DAY) == State.PROPOSED


def test_a_proposal_is_unanswered_and_not_open_or_late() -> None:
    asked = promise(kind=Kind.PROPOSAL, quantity=None, unit="", due_on="2020")
    assert state_of(asked, [], [], DAY) == State.UNANSWERED
    assert state_of(asked, [], [Reply("2021", 1, Answered.NONE)], DAY) == State.UNANSWERED
    assert state_of(asked, [given_out(5)], [], DAY) == State.UNANSWERED


@pytest.mark.parametrize(
    ("changed", "deliveries", "replies", "state"),
    [
        ({}, [given_out(60), given_out(40)], [], State.MET),
        ({"due_on": "2020"}, [given_out(60)], [], State.LATE),
        ({"due_on": "2020"}, [given_out(100, on="2021-06")], [], State.MET),
        ({}, [given_out(60)], [], State.PARTLY_MET),
        ({"quantity": None}, [given_out(None)], [], State.PARTLY_MET),
        ({"quantity": None}, [given_out(None, completes=True)], [], State.MET),
        ({}, [given_out(100)], [Reply("2026-10-31", 1, Answered.WITHDRAWN)], State.WITHDRAWN),
        ({"kind": Kind.PROPOSAL}, [], [Reply("2021-04-21", 1, Answered.DECLINED)], State.DECLINED),
        ({"kind": Kind.PROPOSAL}, [], [Reply("2021-04-21", 1, Answered.ACCEPTED)], State.OPEN),
        ({"kind": Kind.PROPOSAL}, [given_out(100)], [Reply("2021-04-21", 1, Answered.ACCEPTED)], State.MET),
        ({"kind": Kind.PROPOSAL}, [], [Reply("2021-04-21", 1, Answered.ACCEPTED),
                                       Reply("2021-04-21", 2, Answered.DECLINED)], State.DECLINED),
        ({"kind": Kind.PROPOSAL}, [], [Reply("2026-12-01", 1, Answered.DECLINED)], State.UNANSWERED),
    ],
)  # fmt: skip
def test_the_state(
    changed: dict[str, object], deliveries: list[Delivered], replies: list[Reply], state: State
) -> None:
    assert state_of(promise(**changed), deliveries, replies, DAY) == state


on = st.dates(date(2019, 1, 1), date(2026, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), f"{day:%Y-%m}", f"{day:%Y}"])
)
promises = st.builds(
    Promise,
    st.sampled_from(Kind),
    st.none() | st.decimals(1, 500, places=0),
    st.just("USD"),
    st.just("") | on,
    st.booleans(),
)
a_delivery = st.builds(
    Delivered, on, st.none() | st.decimals(1, 300, places=0), st.sampled_from(["USD", "MXN"]), st.booleans()
)
a_reply = st.builds(Reply, on, st.integers(1, 9), st.sampled_from(Answered))
several = st.lists(a_delivery, max_size=5)
replies = st.lists(a_reply, max_size=4, unique_by=lambda reply: reply.order)
days = st.dates(date(2019, 1, 1), date(2027, 12, 31))


@given(promises, several, replies, days, st.randoms())
def test_the_order_of_rows_does_not_matter(p, ds, rs, day, random) -> None:  # type: ignore[no-untyped-def]
    again = random.sample(ds, len(ds)), random.sample(rs, len(rs))
    assert state_of(p, ds, rs, day) == state_of(p, *again, day)


@given(promises, several, a_delivery, replies, days)
def test_more_evidence_never_takes_a_delivery_back(p, ds, more, rs, day) -> None:  # type: ignore[no-untyped-def]
    if state_of(p, ds, rs, day) == State.MET:
        assert state_of(p, [*ds, more], rs, day) == State.MET
    assert delivered(p, [*ds, more], day) >= delivered(p, ds, day)


@given(promises, several, days, st.integers(0, 2_000))
def test_time_alone_makes_nothing_open_again(p, ds, day, later) -> None:  # type: ignore[no-untyped-def]
    before_, after = state_of(p, ds, [], day), state_of(p, ds, [], day + timedelta(later))
    assert before_ != State.MET or after == State.MET
    assert before_ != State.LATE or after in (State.LATE, State.MET)


@given(promises, several, replies, days)
def test_late_is_only_what_has_a_day_that_is_over(p, ds, rs, day) -> None:  # type: ignore[no-untyped-def]
    if state_of(p, ds, rs, day) == State.LATE:
        assert p.due_on
        assert last_day(p.due_on) < day


@pytest.mark.parametrize(
    "text", ["", "2022-13", "2022-02-30", "22", "2022-5", "0000", "2022-05-20T00", "２０２２", "2022\n"]
)
def test_what_is_no_partial_date(text: str) -> None:
    assert not is_partial_date(text)


def test_partial_dates() -> None:
    assert (first_day("2022"), last_day("2022-02")) == (date(2022, 1, 1), date(2022, 2, 28))
    assert [before(text) for text in ("2024", "2024-01", "2024-01-01")] == ["2023", "2023-12", "2023-12-31"]
