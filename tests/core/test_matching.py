"""What payments have come to: each outcome by example, and what must hold of any set of entries."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.banking import Said
from ceiba.core.matching import (
    OPEN_ITEMS,
    PAYMENT_OUTCOMES,
    PAYMENTS,
    SECOND_COPY,
    TOLD,
    Direction,
    Kind,
    Outcome,
    outcomes,
)

SENT, DUE, TODAY = date(2026, 11, 2), date(2026, 11, 5), date(2026, 11, 9)
AMOUNT = 25_000


def payment(name: str = "A", **other: Any) -> dict[str, Any]:
    plain = {
        "end_to_end_id": name,
        "amount_minor": AMOUNT,
        "currency": "USD",
        "message": "M",
        "batch": "M-1",
        "sent_on": SENT,
        "answer_due_on": DUE,
        "let_go": False,
    }
    return plain | other


def entry(said: Said, name: str | None = "A", **other: Any) -> dict[str, Any]:
    plain: dict[str, Any] = dict.fromkeys(TOLD.names)
    plain |= {
        "entry": f"{said} {name}",
        "said": said.value,
        "end_to_end_id": name,
        "currency": "USD",
        "credit": said == Said.RETURNED,
        "booked": False,
        "stated": True,
        "booked_on": DUE,
    }
    return plain | other


def booked(said: Said, name: str | None = "A", minor: int = AMOUNT, **other: Any) -> dict[str, Any]:
    return entry(
        said, name, **{"entry": f"{said} {name} {minor} booked", "amount_minor": minor} | other, booked=True
    )


def matched(
    payments: list[dict[str, Any]],
    entries: list[dict[str, Any]],
    today: date = SENT,
    stated_until: date | None = None,
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    found, items = outcomes(
        pl.DataFrame(payments, PAYMENTS.dtypes),
        pl.DataFrame(entries, TOLD.dtypes),
        today=today,
        stated_until=stated_until,
    )
    assert found.columns == PAYMENT_OUTCOMES.names
    assert items.columns == OPEN_ITEMS.names
    assert items["key"].is_unique().all()
    return (
        {row["end_to_end_id"]: row for row in found.to_dicts()},
        {row["key"]: row for row in items.to_dicts()},
    )


def one(*entries: dict[str, Any], **when: Any) -> tuple[str, dict[str, tuple[int, str]]]:
    """The outcome of one payment, and its open items: (amount, direction) by key."""
    found, items = matched([payment()], list(entries), **when)
    return found["A"]["outcome"], {
        key: (item["amount_minor"], item["direction"]) for key, item in items.items()
    }


OUT, IN, NONE = Direction.OUT.value, Direction.IN.value, Direction.NONE.value


def test_silence_is_awaited_until_its_day_has_passed_then_unknown_and_never_rejected():
    assert one() == (Outcome.AWAITED, {})
    assert one(today=DUE) == (Outcome.AWAITED, {})
    assert one(today=DUE + timedelta(days=1)) == (Outcome.UNKNOWN, {"unknown:A": (AMOUNT, NONE)})


def test_what_was_taken_in_and_never_answered_is_unknown():
    assert one(entry(Said.ACCEPTED)) == (Outcome.ACCEPTED, {})
    assert one(entry(Said.PENDING)) == (Outcome.ACCEPTED, {})
    assert one(entry(Said.ACCEPTED), today=TODAY)[0] == Outcome.UNKNOWN


def test_a_rejection_gives_its_reasons():
    found, items = matched(
        [payment()],
        [
            entry(Said.REJECTED, reason="AC04"),
            entry(Said.REJECTED, entry="again", reason="AC01"),
            entry(Said.ACCEPTED),
        ],
    )
    assert (found["A"]["outcome"], found["A"]["reason"], items) == (Outcome.REJECTED, "AC01, AC04", {})


def test_paid_by_notice_or_by_booking():
    assert one(entry(Said.PAID)) == (Outcome.PAID, {})
    assert one(booked(Said.PAID), entry(Said.PAID), today=TODAY, stated_until=TODAY) == (Outcome.PAID, {})


def test_paid_by_notice_and_not_on_the_statement_is_missing():
    assert one(entry(Said.PAID), today=TODAY, stated_until=DUE - timedelta(days=1)) == (Outcome.PAID, {})
    assert one(entry(Said.PAID), today=TODAY, stated_until=DUE) == (
        Outcome.MISSING,
        {"missing:A": (AMOUNT, NONE)},
    )


def test_told_as_booked_and_not_on_the_statement_of_its_day_is_missing_and_its_money_is_counted():
    told = booked(Said.PAID, reference="1", stated=False)
    assert one(told, stated_until=DUE - timedelta(days=1)) == (Outcome.PAID, {})
    found, items = matched([payment()], [told], stated_until=DUE)
    assert (found["A"]["outcome"], found["A"]["left_minor"], list(items)) == (
        Outcome.MISSING,
        AMOUNT,
        ["missing:A"],
    )
    stated = booked(Said.PAID, reference="1")
    assert one(told, stated, stated_until=DUE) == (Outcome.PAID, {})
    assert one(told, stated | {"entry": "another id"}, stated_until=DUE) == (Outcome.PAID, {})


def test_returned_in_time_or_late():
    found, items = matched(
        [payment(), payment("B")],
        [
            booked(Said.PAID),
            booked(Said.RETURNED, reason="AC04"),
            booked(Said.PAID, "B"),
            booked(Said.RETURNED, "B", booked_on=DUE + timedelta(days=30)),
        ],
    )
    assert [(found[n]["outcome"], found[n]["late"]) for n in "AB"] == [
        ("returned", False),
        ("returned", True),
    ]
    assert (found["A"]["left_minor"], found["A"]["back_minor"], found["A"]["reason"]) == (
        AMOUNT,
        AMOUNT,
        "AC04",
    )
    assert items == {}


def test_a_return_told_and_never_booked_is_missing():
    told = [booked(Said.PAID), entry(Said.RETURNED)]
    assert one(*told, stated_until=DUE) == (Outcome.RETURNED, {})
    assert one(*told, stated_until=TODAY) == (Outcome.RETURNED, {"missing:A": (AMOUNT, NONE)})


def test_another_amount_is_open_to_the_cent():
    assert one(booked(Said.PAID, minor=AMOUNT + 1)) == (Outcome.WRONG_AMOUNT, {"excess:A": (1, OUT)})
    assert one(booked(Said.PAID, minor=AMOUNT - 1)) == (Outcome.WRONG_AMOUNT, {"short:A": (1, NONE)})
    assert one(entry(Said.PAID, amount_minor=AMOUNT - 5)) == (Outcome.WRONG_AMOUNT, {"short:A": (5, NONE)})
    assert one(booked(Said.PAID), booked(Said.RETURNED, minor=100)) == (
        Outcome.WRONG_AMOUNT,
        {"short:A": (100, NONE)},
    )


def test_booked_twice_under_two_references_is_a_duplicate_until_one_comes_back():
    twice = [booked(Said.PAID, reference="1"), booked(Said.PAID, entry="second", reference="2")]
    assert one(*twice) == (Outcome.DUPLICATE, {"excess:A": (AMOUNT, OUT)})
    assert one(*twice, booked(Said.RETURNED)) == (Outcome.PAID, {})


def test_one_booking_told_by_two_files_is_one():
    assert one(booked(Said.PAID, reference="1"), booked(Said.PAID, entry="statement", reference="1")) == (
        Outcome.PAID,
        {},
    )


def test_rejected_and_paid_is_a_contradiction_and_the_money_is_in_the_outcome():
    found, items = matched([payment()], [entry(Said.REJECTED), booked(Said.PAID)])
    assert (found["A"]["outcome"], found["A"]["left_minor"]) == (Outcome.CONTRADICTION, AMOUNT)
    assert items["contradiction:A"]["direction"] == NONE
    assert one(entry(Said.REJECTED), entry(Said.PAID))[0] == Outcome.CONTRADICTION
    assert one(entry(Said.REJECTED), booked(Said.PAID), booked(Said.RETURNED)) == (Outcome.RETURNED, {})


def test_paid_and_never_sent_is_a_contradiction():
    found, _ = matched(
        [payment(sent_on=None), payment("B", sent_on=None, answer_due_on=None)], [booked(Said.PAID)]
    )
    assert [found[n]["outcome"] for n in "AB"] == [Outcome.CONTRADICTION, Outcome.AWAITED]


def test_what_was_given_up_and_is_paid_after_all_is_a_contradiction():
    """Another payment may have paid the same lines since."""
    again = [booked(Said.PAID), booked(Said.RETURNED), booked(Said.PAID, entry="again", reference="2")]
    assert matched([payment()], again)[0]["A"]["outcome"] == Outcome.PAID
    found, items = matched([payment(let_go=True)], again)
    assert (found["A"]["outcome"], list(items)) == (Outcome.CONTRADICTION, ["contradiction:A"])
    assert matched([payment(let_go=True)], again[:2])[0]["A"]["outcome"] == Outcome.RETURNED


def test_what_names_nothing_of_ours_is_open():
    assert one(
        booked(Said.PAID, "Z", entry="z"),
        booked(Said.OTHER, None, 350, entry="fee"),
        booked(Said.OTHER, None, 700, entry="deposit", credit=True),
        booked(Said.OTHER, "A", 5, entry="charge"),
        booked(Said.RETURNED, None, 9, entry="nameless"),
        booked(Said.PAID, None, 7, entry="batch", batch="no such batch"),
        entry(Said.PAID, "Y"),
    ) == (
        Outcome.AWAITED,
        {
            "entry:z": (AMOUNT, OUT),
            "entry:fee": (350, OUT),
            "entry:deposit": (700, IN),
            "entry:charge": (5, OUT),
            "entry:nameless": (9, IN),
            "entry:batch": (7, OUT),
        },
    )


def test_another_currency_pays_nobody():
    found, items = matched([payment()], [booked(Said.PAID, currency="MXN", entry="x")])
    assert (found["A"]["outcome"], items["entry:x"]["kind"]) == (Outcome.AWAITED, Kind.CURRENCY)


def test_the_same_identity_with_other_content_is_open_and_pays_nobody():
    lying = [booked(Said.PAID, entry="x"), booked(Said.PAID, entry="x", minor=AMOUNT + 100)]
    assert one(*lying) == (
        Outcome.CONTRADICTION,
        {"changed:x": (AMOUNT + 100, OUT), "contradiction:A": (AMOUNT, NONE)},
    )
    assert one(entry(Said.REJECTED, entry="x"), entry(Said.PAID, entry="x"))[1].keys() == {
        "changed:x",
        "contradiction:A",
    }
    assert one(booked(Said.PAID, entry="x"), booked(Said.PAID, entry="x", text="otra nota")) == (
        Outcome.PAID,
        {},
    )
    assert one(entry(Said.ACCEPTED, entry="x"), entry(Said.PAID, entry="x")) == (Outcome.PAID, {})


def batch_of(count: int) -> list[dict[str, Any]]:
    return [payment(f"P{number}") for number in range(count)]


def batch_booked(minor: int, **other: Any) -> dict[str, Any]:
    return booked(Said.PAID, None, minor, **{"batch": "M-1", "entry": f"batch {minor}"} | other)


def told(found: dict[str, dict[str, Any]]) -> list[str]:
    return [row["outcome"] for row in found.values()]


def test_a_batch_pays_its_payments_but_those_rejected():
    found, items = matched(batch_of(3), [batch_booked(3 * AMOUNT)])
    assert (told(found), items) == (["paid"] * 3, {})
    found, items = matched(batch_of(3), [batch_booked(2 * AMOUNT), entry(Said.REJECTED, "P1")])
    assert (told(found), items) == (["paid", "rejected", "paid"], {})


def test_a_batch_booked_whole_though_one_was_rejected_is_open_until_the_money_comes_back():
    said = [batch_booked(3 * AMOUNT), entry(Said.REJECTED, "P1")]
    found, items = matched(batch_of(3), said)
    assert told(found) == ["paid", "rejected", "paid"]
    assert items["batch_out:M-1"]["amount_minor"] == AMOUNT
    found, items = matched(batch_of(3), [*said, booked(Said.RETURNED, "P1")])
    assert (told(found), items) == (["paid", "returned", "paid"], {})


def test_a_batch_that_is_too_small_pays_whom_notices_list_and_misses_the_others():
    notices = [entry(Said.PAID, "P0"), entry(Said.PAID, "P2")]
    found, items = matched(batch_of(3), [batch_booked(2 * AMOUNT), *notices])
    assert told(found) == ["paid", "missing", "paid"]
    assert items.keys() == {"missing:P1"}
    found, items = matched(batch_of(3), [batch_booked(2 * AMOUNT)])
    assert told(found) == ["missing"] * 3
    assert items["batch_out:M-1"]["amount_minor"] == 2 * AMOUNT


def test_a_batch_booked_twice_is_open():
    found, items = matched(batch_of(2), [batch_booked(2 * AMOUNT), batch_booked(2 * AMOUNT, entry="again")])
    assert told(found) == ["paid", "paid"]
    assert items["batch_out:M-1"]["amount_minor"] == 2 * AMOUNT


def test_statuses_of_a_batch_or_a_message_are_of_all_its_payments():
    payments = [*batch_of(2), payment("Q", batch="M-2")]
    found, _ = matched(payments, [entry(Said.REJECTED, None, batch="M-1", reason="DT01")])
    assert told(found) == ["rejected", "rejected", "awaited"]
    assert found["P0"]["reason"] == "DT01"
    found, _ = matched(payments, [entry(Said.ACCEPTED, None, message="M")])
    assert told(found) == ["accepted"] * 3
    found, items = matched(payments, [batch_booked(3 * AMOUNT, batch=None, message="M")])
    assert (told(found), items) == (["paid"] * 3, {})


def test_a_batch_that_comes_back_whole():
    back = booked(Said.RETURNED, None, 2 * AMOUNT, batch="M-1")
    found, items = matched(batch_of(2), [batch_booked(2 * AMOUNT), back])
    assert (told(found), items) == (["returned"] * 2, {})
    found, items = matched(batch_of(2), [batch_booked(2 * AMOUNT), back | {"amount_minor": AMOUNT}])
    assert told(found) == ["paid"] * 2
    assert items["batch_in:M-1"]["direction"] == IN


NAMES = ("A", "B", "C", "D")
GROUPS = {"A": "M-1", "B": "M-1", "C": "M-2", "D": None}
ORDERED = [payment(name, batch=GROUPS[name], sent_on=None if name == "D" else SENT) for name in NAMES]


@st.composite
def any_entry(draw: st.DrawFn) -> dict[str, Any]:
    is_booked = draw(st.booleans())
    minor = draw(st.sampled_from([AMOUNT, 2 * AMOUNT, 3 * AMOUNT, AMOUNT - 1, AMOUNT + 7, 1]))
    return entry(
        draw(st.sampled_from(list(Said))),
        draw(st.sampled_from([*NAMES, None, "Z"])),
        entry=f"E{draw(st.integers(0, 12))}",
        booked=is_booked,
        amount_minor=minor if is_booked else draw(st.sampled_from([minor, None])),
        batch=draw(st.sampled_from([None, "M-1", "M-2", "M-9"])),
        message=draw(st.sampled_from([None, "M"])),
        currency=draw(st.sampled_from(["USD", "USD", "USD", "MXN"])),
        credit=draw(st.booleans()),
        booked_on=draw(st.sampled_from([None, DUE, DUE + timedelta(days=9)])),
        reference=draw(st.sampled_from([None, "r1", "r2", "r3"])),
        reason=draw(st.sampled_from([None, "AC04", "AM05"])),
        stated=draw(st.booleans()),
    )


MANY = st.lists(any_entry(), max_size=12)
WHEN = st.fixed_dictionaries(
    {"today": st.sampled_from([SENT, TODAY]), "stated_until": st.sampled_from([None, SENT, DUE, TODAY])}
)


@given(MANY, WHEN, st.data())
def test_any_order_and_any_repetition_give_the_same(entries, when, data):
    again = entries + (data.draw(st.lists(st.sampled_from(entries), max_size=6)) if entries else [])
    shuffled = data.draw(st.permutations(again))
    ordered = data.draw(st.permutations(ORDERED))
    assert matched(ORDERED, entries, **when) == matched(list(ordered), list(shuffled), **when)


def came(each: dict[str, Any]) -> bool:
    said = each["said"]
    return said == Said.RETURNED or (said != Said.PAID and each["credit"])


def booked_cents(entries: list[dict[str, Any]]) -> dict[str, int]:
    """What the bank moved each way, added up by hand: an identity is one movement."""
    versions: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for each in entries:
        if each["booked"]:
            target = each["end_to_end_id"] or each["batch"] or each["message"]
            versions[each["entry"]].add(
                (each["amount_minor"], came(each), each["said"], target, each["currency"])
            )
    return {name: max(version[0] for version in said) for name, said in versions.items()}


@given(MANY, WHEN)
def test_every_booked_cent_is_in_one_outcome_or_in_one_open_item(entries, when):
    entries = [
        each | {"reference": None} for each in entries
    ]  # what shares a reference has a test of its own
    found, items = matched(ORDERED, entries, **when)
    explained = sum(row["left_minor"] + row["back_minor"] for row in found.values())
    open_minor = sum(item["amount_minor"] for item in items.values() if item["direction"] != NONE)
    assert explained + open_minor == sum(booked_cents(entries).values())
    assert all(row["left_minor"] >= 0 and row["back_minor"] >= 0 for row in found.values())


@given(MANY)
def test_both_ways_of_the_money_add_up_when_nothing_was_changed(entries):
    entries = [each | {"reference": None, "entry": f"E{number}"} for number, each in enumerate(entries)]
    found, items = matched(ORDERED, entries)
    for direction, column in ((OUT, "left_minor"), (IN, "back_minor")):
        moved = sum(
            each["amount_minor"] for each in entries if each["booked"] and came(each) == (direction == IN)
        )
        open_minor = sum(item["amount_minor"] for item in items.values() if item["direction"] == direction)
        assert sum(row[column] for row in found.values()) + open_minor == moved


PAID = {Outcome.PAID, Outcome.DUPLICATE, Outcome.WRONG_AMOUNT}


@given(MANY, any_entry(), WHEN)
def test_adding_an_entry_never_silently_un_pays(entries, more, when):
    before, _ = matched(ORDERED, entries, **when)
    after, items = matched(ORDERED, [*entries, more], **when)
    for name, row in before.items():
        now = after[name]["outcome"]
        if row["outcome"] in PAID and now not in PAID and now != Outcome.RETURNED:
            groups = {name, GROUPS[name], "M"} - {None}
            told = [
                item
                for item in items.values()
                if {item["end_to_end_id"], item["batch"], item["message"]} & groups
            ]
            said = more["said"] == Said.REJECTED and more["end_to_end_id"] == name
            assert told or said, (name, row, after[name])


@given(MANY, WHEN)
def test_nobody_is_paid_without_a_word_of_the_bank(entries, when):
    quiet = [each for each in entries if each["said"] not in (Said.PAID, Said.RETURNED)]
    found, _ = matched(ORDERED, quiet, **when)
    assert not {row["outcome"] for row in found.values()} & {*PAID, Outcome.RETURNED}


@given(MANY, WHEN)
def test_money_that_came_for_others_leaves_a_payment_alone(entries, when):
    """C has a batch of its own: what is said of A, B and D, by themselves or as a batch, changes nothing for it."""
    about = [each for each in entries if each["end_to_end_id"] == "C"]
    others = [each for each in entries if each["end_to_end_id"] in ("A", "B", "D")]
    taken = {each["entry"] for each in about}
    others = [each for each in others if each["entry"] not in taken]
    assert matched(ORDERED, about, **when)[0]["C"] == matched(ORDERED, about + others, **when)[0]["C"]


def test_nothing_at_all():
    found, items = outcomes(PAYMENTS.empty(), TOLD.empty(), today=TODAY)
    assert (found.height, items.height) == (0, 0)


def test_a_frame_of_other_columns_is_a_defect():
    with pytest.raises(TypeError):
        outcomes(PAYMENTS.empty().drop("batch"), TOLD.empty(), today=TODAY)


def test_a_single_order_refused_as_a_duplicate_is_unknown_until_the_bank_says_what_became_of_it():
    alone = entry(Said.REJECTED, reason="AM05")
    found, items = matched([payment()], [alone], TODAY)
    assert (found["A"]["outcome"], found["A"]["reason"]) == (Outcome.UNKNOWN, None)
    assert list(items) == ["unknown:A"]  # somebody asks the bank; nothing is paid again meanwhile
    assert matched([payment()], [alone], TODAY, stated_until=TODAY)[0]["A"]["outcome"] == Outcome.UNKNOWN
    answer = entry(Said.REJECTED, entry="later", reason="AC04")
    found, items = matched([payment()], [alone, answer], TODAY)
    assert (found["A"]["outcome"], found["A"]["reason"], items) == (Outcome.REJECTED, "AC04", {})
    found, items = matched([payment()], [alone, booked(Said.PAID)], TODAY)
    assert (found["A"]["outcome"], items) == (Outcome.PAID, {})


@pytest.mark.parametrize("reason", SECOND_COPY)
@pytest.mark.parametrize("of", ["A", None])
def test_a_second_copy_that_is_refused_says_nothing_of_the_first(reason: str, of: str | None):
    copy = entry(Said.REJECTED, of, message="M", reason=reason)
    assert matched([payment()], [copy])[0]["A"]["outcome"] == Outcome.ACCEPTED  # it has the first
    accepted = entry(Said.ACCEPTED)
    assert matched([payment()], [accepted, copy])[0]["A"]["outcome"] == Outcome.ACCEPTED
    assert matched([payment()], [copy, booked(Said.PAID)])[0]["A"]["outcome"] == Outcome.PAID
    refused = entry(Said.REJECTED, reason="AC01")
    assert matched([payment()], [copy, refused])[0]["A"]["outcome"] == Outcome.REJECTED
