"""Updates of entities: chains in any order, nothing lost, nothing merged that a person must see."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.entities import (
    Decision,
    Known,
    Reason,
    Settled,
    Update,
    force,
    guard_of,
    is_named,
    is_ready,
    register_stamp,
    settle,
    stamp_of,
    version_number,
)

START = datetime(2026, 4, 1, 8, tzinfo=UTC)
GIVEN = {
    "label": "María · P-1",
    "code": "P-1",
    "group": "CAC-1",
    "phone": "1",
    "last_visit": "",
    "plan_due": "8",
}
KNOWN = Known(3, GIVEN, backed=True, versions={3: GIVEN})
NAMES = ("phone", "last_visit", "plan_due", "group", "label", "geometry")


def update(
    number: int, base: int | None = 3, trunk: int | None = 3, branch: str = "b", **values: str
) -> Update:
    return Update(
        number, 0, "participants", "u", START + timedelta(hours=number), base_version=base, trunk_version=trunk,
        branch=branch, label=values.pop("label", ""), values=values,
    )  # fmt: skip


def create(number: int = 1, name: str = "participants", **values: str) -> Update:
    return replace(update(number, None, None, "", **values), list_name=name, creates=True, updates=False)


def arrived(
    known: Known | None, batches: Iterable[Iterable[Update]]
) -> tuple[Known | None, list[Decision], tuple[Update, ...]]:
    """Batches one after another, as the service gets them: a duplicate of what was decided is not asked again."""
    made: list[Decision] = []
    waiting: tuple[Update, ...] = ()
    for batch in batches:
        decided = {decision.update.key for decision in made}
        settled = settle(known, [*waiting, *(each for each in batch if each.key not in decided)])
        known, waiting = settled.known, settled.waiting
        made += settled.decisions
    return known, made, waiting


def one(settled: Settled) -> Decision:
    (decision,) = settled.decisions
    return decision


class TestWhoDecides:
    def test_identity_and_geometry_never_change_by_themselves(self) -> None:
        said = {
            "group": "CAC-9",
            "code": "P-9",
            "label": "Otra",
            "geometry": "0 0 0 0;1 1 0 0",
            "plot_count": "7",
        }
        decided = one(settle(KNOWN, [update(1, **said)]))
        assert decided.proposed == said
        assert decided.seen == {
            "group": "CAC-1",
            "code": "P-1",
            "label": "María · P-1",
            "geometry": "",
            "plot_count": "",
        }
        assert (decided.reason, decided.version, decided.applied) == (Reason.GUARDED, None, {})

    def test_a_property_that_nobody_declared_is_held(self) -> None:
        assert one(settle(KNOWN, [update(1, birth_date="1950-01-01")])).proposed == {
            "birth_date": "1950-01-01"
        }

    def test_what_the_phone_did_not_change_is_no_change(self) -> None:
        decided = one(settle(KNOWN, [update(1, group="CAC-1", code="P-1", label="María · P-1", phone="2")]))
        assert (decided.applied, decided.proposed, decided.version) == ({"phone": "2"}, {}, 4)

    def test_an_empty_answer_says_nothing(self) -> None:
        decided = one(settle(KNOWN, [update(1, group="", phone="", label="")]))
        assert (decided.applied, decided.proposed, decided.version) == ({}, {}, 4)

    def test_harmless_and_held_in_one_update_go_their_ways(self) -> None:
        decided = one(settle(KNOWN, [update(1, phone="2", group="CAC-9")]))
        assert (decided.applied, decided.proposed, decided.version) == ({"phone": "2"}, {"group": "CAC-9"}, 4)

    def test_a_telephone_the_register_cannot_keep_goes_to_a_person(self) -> None:
        assert one(settle(KNOWN, [update(1, phone="1" * 33)])).proposed == {"phone": "1" * 33}

    def test_compliance_goes_to_a_person_only_in_conflict(self) -> None:
        settled = settle(KNOWN, [update(1, branch="a", plan_due="9"), update(2, branch="b", plan_due="12")])
        first, second = settled.decisions
        assert first.applied == {"plan_due": "9"}
        assert (second.proposed, second.reason, second.version) == ({"plan_due": "12"}, Reason.CONFLICT, None)
        assert second.seen == {"plan_due": "8"}
        assert settled.known is not None
        assert settled.known.values["plan_due"] == "9"

    def test_two_who_say_the_same_do_not_conflict(self) -> None:
        settled = settle(KNOWN, [update(1, branch="a", plan_due="9"), update(2, branch="b", plan_due="9")])
        assert [each.proposed for each in settled.decisions] == [{}, {}]

    def test_what_was_observed_earlier_is_kept_and_does_not_hold(self) -> None:
        settled = settle(KNOWN, [update(5, branch="a", phone="late")])
        settled = settle(settled.known, [update(2, branch="b", phone="early", last_visit="2026-04-01")])
        decided = one(settled)
        assert (decided.lost, decided.applied) == ({"phone": "early"}, {"last_visit": "2026-04-01"})
        assert settled.known is not None
        assert settled.known.values["phone"] == "late"

    def test_an_update_that_loses_all_it_says_is_a_version_all_the_same(self) -> None:
        settled = settle(KNOWN, [update(5, branch="a", phone="late")])
        assert one(settle(settled.known, [update(2, branch="b", phone="early")])).version == 5

    def test_what_the_register_says_later_holds_against_a_phone_that_had_not_seen_it(self) -> None:
        at = START + timedelta(hours=6)
        now = replace(KNOWN, version=4, values={**GIVEN, "phone": "r"}, stamps={"phone": register_stamp(at)})
        assert one(settle(now, [update(2, phone="early")])).lost == {"phone": "early"}
        assert one(settle(now, [update(7, phone="later")])).applied == {"phone": "later"}

    def test_a_phone_that_had_seen_the_register_goes_by_that_whatever_its_clock(self) -> None:
        at = START + timedelta(hours=6)
        now = replace(KNOWN, version=4, values={**GIVEN, "phone": "r"}, stamps={"phone": register_stamp(at)})
        settled = settle(now, [update(2, base=4, trunk=4, phone="new")])
        assert one(settled).applied == {"phone": "new"}
        assert settled.known is not None
        assert settled.known.stamps["phone"] == register_stamp(at), "nothing older comes in behind it"

    def test_whoever_does_not_reach_it_only_proposes(self) -> None:
        said = update(1, phone="2", plan_due="9")
        decided = one(settle(KNOWN, [said], outside=frozenset({said.key})))
        assert (decided.reason, decided.version, decided.proposed) == (
            Reason.OUTSIDE,
            None,
            {"phone": "2", "plan_due": "9"},
        )

    def test_an_unknown_version_is_a_conflict_on_what_counts(self) -> None:
        decided = one(settle(KNOWN, [update(1, base=9, trunk=9, plan_due="9", phone="2")]))
        assert (decided.proposed, decided.applied) == ({"plan_due": "9"}, {"phone": "2"})
        assert decided.reason == Reason.CONFLICT

    def test_a_plain_list_merges_everything(self) -> None:
        known = Known(1, {"label": "Vivero", "trees": "10"})
        said = replace(update(1, base=1, trunk=1, label="Vivero 2", trees="20"), list_name="nurseries")
        assert one(settle(known, [said])).applied == {"label": "Vivero 2", "trees": "20"}
        assert guard_of("nurseries", "code", backed=False) == "free"


class TestChains:
    def test_what_follows_on_nothing_here_waits(self) -> None:
        second = update(2, base=4)
        assert not is_ready(KNOWN, second)
        settled = settle(KNOWN, [second])
        assert (settled.decisions, settled.waiting, settled.known) == ((), (second,), KNOWN)

    def test_another_branch_does_not_release_it(self) -> None:
        assert settle(KNOWN, [update(1, branch="a"), update(2, base=4)]).waiting == (update(2, base=4),)

    def test_the_predecessor_releases_what_waits(self) -> None:
        settled = settle(
            KNOWN, [update(3, base=5, phone="c"), update(2, base=4, phone="b"), update(1, phone="a")]
        )
        assert [each.version for each in settled.decisions] == [4, 5, 6]
        assert settled.known is not None
        assert settled.known.values["phone"] == "c"

    def test_a_proposal_in_the_chain_does_not_hold_up_the_rest(self) -> None:
        settled = settle(KNOWN, [update(1, group="CAC-9"), update(2, base=4, phone="b")])
        assert [each.version for each in settled.decisions] == [None, 4]

    def test_the_phone_s_own_proposal_is_not_proposed_again(self) -> None:
        settled = settle(KNOWN, [update(1, group="CAC-9"), update(2, base=4, group="CAC-9", phone="b")])
        assert settled.decisions[1].proposed == {}

    def test_taking_a_proposal_back_is_told(self) -> None:
        settled = settle(KNOWN, [update(1, group="CAC-9"), update(2, base=4, group="CAC-1")])
        assert settled.decisions[1].proposed == {"group": "CAC-1"}
        assert settled.decisions[1].seen == {"group": "CAC-9"}

    def test_updates_wait_for_the_creation(self) -> None:
        first = update(2, base=1, trunk=None, phone="2")
        assert settle(None, [first]).waiting == (first,)
        settled = settle(None, [first, create(1, label="Ana", phone="1", group="CAC-1")])
        assert not settled.waiting
        made, then = settled.decisions
        assert (made.version, made.reason) == (1, Reason.NEW)
        assert made.proposed == {"label": "Ana", "phone": "1", "group": "CAC-1"}
        assert (then.version, then.applied, then.proposed) == (2, {"phone": "2"}, {})

    def test_a_form_that_makes_or_changes_makes_what_is_not_there(self) -> None:
        said = replace(create(1, phone="1"), updates=True)
        assert one(settle(None, [said])).version == 1
        changes = replace(update(1, phone="2"), creates=True)
        assert one(settle(KNOWN, [changes])).applied == {"phone": "2"}
        assert settle(None, [changes]).waiting == (changes,)

    def test_making_what_is_there_overwrites_nothing_of_the_register(self) -> None:
        decided = one(settle(KNOWN, [create(1, label="Otra", group="CAC-9", plan_due="1")]))
        assert decided.proposed == {"label": "Otra", "group": "CAC-9", "plan_due": "1"}

    def test_a_creation_sent_again_corrected_asks_only_of_what_is_another(self) -> None:
        decided = one(
            settle(KNOWN, [create(1, label="María · P-1", group="CAC-1", code="P-2", plan_due="8")])
        )
        assert (decided.proposed, decided.applied) == ({"code": "P-2"}, {})
        same = one(settle(KNOWN, [create(1, label="María · P-1", group="CAC-1")]))
        assert (same.proposed, same.version) == ({}, 4)

    def test_a_creation_in_a_plain_list_is_just_there(self) -> None:
        decided = one(settle(None, [create(1, name="nurseries", label="Vivero")]))
        assert (decided.version, decided.proposed, decided.applied) == (1, {}, {"label": "Vivero"})

    def test_what_never_could_follow_goes_to_a_person_whole(self) -> None:
        orphan = update(2, base=4, phone="2", group="CAC-9")
        decided = force(KNOWN, orphan)
        known = decided.after
        assert (decided.reason, decided.version, decided.applied) == (Reason.FORCED, None, {})
        assert decided.proposed == {"phone": "2", "group": "CAC-9"}
        assert known.values == GIVEN
        assert settle(known, [update(3, base=5, phone="3")]).waiting == ()
        late = one(settle(known, [update(1, phone="9")]))
        assert late.applied == {"phone": "9"}, "the predecessor may still come"

    def test_forcing_what_is_not_there_makes_an_empty_thing_to_decide_on(self) -> None:
        decided = force(None, update(2, base=2, trunk=None, phone="2"))
        known = decided.after
        assert (known.version, dict(known.values), known.backed) == (1, {}, False)
        assert decided.proposed == {"phone": "2"}


VALUES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["a", "b", "CAC-1", "8", ""]), max_size=4)


@st.composite
def chains(draw: st.DrawFn, branch: str = "b", first: int = 1) -> list[Update]:
    said = draw(st.lists(VALUES, min_size=1, max_size=6))
    hours = draw(st.lists(st.integers(0, 40), min_size=len(said), max_size=len(said)))
    return [
        replace(
            update(first + i, base=3 + i, branch=branch, **values), observed_at=START + timedelta(hours=hour)
        )
        for i, (values, hour) in enumerate(zip(said, hours, strict=True))
    ]


@st.composite
def batched(draw: st.DrawFn, updates: list[Update]) -> list[list[Update]]:
    """The updates in any order, some of them twice, in any parts."""
    again = draw(st.lists(st.sampled_from(updates), max_size=3))
    order = draw(st.permutations([*updates, *again]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=3)))
    return [list(order[a:b]) for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def content(known: Known | None) -> tuple[object, ...]:
    assert known is not None
    return known.version, dict(known.values), dict(known.stamps)


@given(st.data())
def test_a_chain_ends_the_same_in_whatever_order_it_arrives(data: st.DataObject) -> None:
    chain = data.draw(chains())
    known, made, waiting = arrived(KNOWN, data.draw(batched(chain)))
    in_order, wanted, _ = arrived(KNOWN, [chain])
    assert not waiting
    assert content(known) == content(in_order)
    assert made == wanted


@given(st.data())
def test_nothing_that_was_said_is_lost(data: st.DataObject) -> None:
    updates = data.draw(chains()) + data.draw(chains(branch="c", first=20))
    held_back = data.draw(st.sets(st.sampled_from([each.key for each in updates]), max_size=2))
    sent = [each for each in updates if each.key not in held_back] or updates
    _, made, waiting = arrived(KNOWN, data.draw(batched(sent)))
    assert sorted([d.update.key for d in made] + [w.key for w in waiting]) == sorted(u.key for u in sent)
    for decision in made:
        told = {**decision.applied, **decision.lost, **decision.proposed}
        assert told.items() <= decision.update.stated.items()
        earlier = branch_before(made, decision.update)
        for name, value in decision.update.stated.items():
            phone_had = next((each[name] for each in earlier if name in each), GIVEN.get(name))
            assert name in told or value == phone_had


def branch_before(made: list[Decision], update: Update) -> list[Mapping[str, str]]:
    """What the same branch said before the update, the latest first."""
    bases = {d.update.base_version or 0: d.update.stated for d in made if d.update.branch == update.branch}
    return [bases[base] for base in sorted(bases, reverse=True) if base < (update.base_version or 0)]


@given(st.data())
def test_what_was_observed_last_holds_in_whatever_order_branches_arrive(data: st.DataObject) -> None:
    updates = data.draw(chains()) + data.draw(chains(branch="c", first=20))
    known, made, _ = arrived(KNOWN, data.draw(batched(updates)))
    assert known is not None
    for name in ("phone", "last_visit"):
        said = [(d.update.stamp, d.update.stated[name]) for d in made if name in {**d.applied, **d.lost}]
        assert known.values[name] == (max(said)[1] if said else GIVEN[name])


@given(st.data())
def test_identity_and_geometry_hold_whatever_arrives(data: st.DataObject) -> None:
    updates = data.draw(chains()) + data.draw(chains(branch="c", first=20))
    known, _, _ = arrived(KNOWN, data.draw(batched(updates)))
    assert known is not None
    assert {name: known.values.get(name) for name in ("group", "label", "geometry", "code")} == {
        "group": "CAC-1", "label": "María · P-1", "geometry": None, "code": "P-1",
    }  # fmt: skip


@given(st.data())
def test_every_update_answered_by_a_version_or_a_decision_to_make(data: st.DataObject) -> None:
    chain = data.draw(chains())
    known, made, _ = arrived(KNOWN, [chain])
    assert known is not None
    open_ones = sum(decision.version is None for decision in made)
    assert known.version + open_ones == 3 + len(chain), "a phone's count never stays ahead for ever"


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), (" 12 ", 12), ("", None), ("-1", None), ("٣", None), ("1.5", None), ("9" * 10, None)],
)
def test_a_version_as_phones_write_it(text: str, number: int | None) -> None:
    assert version_number(text) == number


def test_reserved_words_are_no_properties() -> None:
    said = Update(
        1, 0, "plots", "x", START, label="L", values={"name": "n", "label": "l", "code": "c", "lon": ""}
    )
    assert said.stated == {"code": "c", "label": "L"}


def test_stamps_sort_as_time_does_and_the_register_after_the_same_moment() -> None:
    moment = datetime(2026, 1, 9, 23, 59, 59, 999_999, tzinfo=UTC)
    assert stamp_of(moment) < register_stamp(moment) < stamp_of(moment + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("list_name", "entity", "branch", "named"),
    [
        ("plots", "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa", "", True),
        ("plots", "uuid:6F0B3AD2-7A47-4C67-9A32-35A1A3D0D0AA", "b" * 64, True),
        ("plots", "", "", False),
        ("plots", "PL-1", "", False),
        ("", "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa", "", False),
        ("p" * 65, "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa", "", False),
        ("plots", "6f0b3ad2-7a47-4c67-9a32-35a1a3d0d0aa", "b" * 65, False),
    ],
)
def test_what_is_a_name(list_name: str, entity: str, branch: str, named: bool) -> None:
    assert is_named(list_name, entity, branch) is named
