"""The order of a referral batch: nobody moves up, no quota is exceeded, and a changed list is found out."""

import json
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.referral_list import FORMAT, list_problems, read_list
from ceiba.core.referrals import (
    ENTRANTS,
    QUEUE,
    commitment_of,
    entrants_digest,
    following,
    lot_of,
    ordered,
)

SEED = "5e" * 32
LOT = lot_of(SEED, "52817")
PEOPLE = st.dictionaries(st.integers(0, 2**32 - 1).map(lambda n: f"{n:08x}"), st.integers(2, 6), max_size=50)


def entrants(people: dict[str, int]) -> pl.DataFrame:
    return pl.DataFrame(list(people.items()), ENTRANTS.dtypes, orient="row")


def order_of(people: dict[str, int], lot: str = LOT) -> list[str]:
    return ordered(entrants(people), lot)["number"].to_list()


@given(PEOPLE)
def test_anybody_finds_the_same_order_in_three_lines(people: dict[str, int]) -> None:
    entries = [{"number": number, "class": klass} for number, klass in people.items()]
    lot = f"{SEED}:52817:"
    entries.sort(
        key=lambda entry: (-int(entry["class"]), sha256((lot + str(entry["number"])).encode()).digest())
    )
    assert order_of(people) == [entry["number"] for entry in entries]


@given(PEOPLE, st.randoms())
def test_the_order_of_the_input_does_not_matter(people: dict[str, int], random: Any) -> None:
    mixed = list(people.items())
    random.shuffle(mixed)
    assert order_of(people) == order_of(dict(mixed))


@given(PEOPLE, PEOPLE)
def test_one_more_or_less_changes_nobodys_turn_with_another(
    people: dict[str, int], others: dict[str, int]
) -> None:
    together = order_of({**others, **people})
    assert [number for number in together if number in people] == order_of(people)


@given(PEOPLE)
def test_more_months_never_come_after_fewer(people: dict[str, int]) -> None:
    classes = ordered(entrants(people), LOT)["class"].to_list()
    assert classes == sorted(classes, reverse=True)


def test_neither_seed_nor_outside_number_alone_says_the_order() -> None:
    people = {f"{n:08x}": 3 for n in range(200)}
    found = {
        tuple(order_of(people, lot_of(seed, outside))) for seed in (SEED, "6f" * 32) for outside in ("1", "2")
    }
    assert len(found) == 4


@given(
    PEOPLE, st.integers(0, 12), st.lists(st.sampled_from(["took", "freed", "consents", "next"]), max_size=60)
)
def test_a_quota_is_never_exceeded_whatever_comes_back(
    people: dict[str, int], places: int, acts: list[str]
) -> None:
    """Answers come, people withdraw their consent, and free places are given: in any order of acts."""
    queue = ordered(entrants(people), LOT).select(
        "place", "number", referred=pl.lit(value=False), left=pl.lit(value=False), freed=pl.lit(value=False),
        consents=pl.lit(value=True),
    )  # fmt: skip
    taken: list[str] = []
    for act in [*acts, "next"]:
        held = queue.filter(pl.col("referred") & ~pl.col("freed") & ~pl.col("number").is_in(taken))
        waiting = queue.filter(~pl.col("referred") & ~pl.col("left"))
        if act == "next":
            turns = following(queue, places)
            offered, leaves = (turns.filter(offered=kind)["number"].to_list() for kind in (True, False))
            assert turns["number"].to_list() == waiting["number"].to_list()[: turns.height], (
                "nobody is passed over"
            )
            queue = queue.with_columns(
                referred=pl.col("referred") | pl.col("number").is_in(offered),
                left=pl.col("left") | pl.col("number").is_in(leaves),
            )
        elif act == "took":
            taken += held["number"].head(1).to_list()
        elif act == "freed":
            queue = queue.with_columns(
                freed=pl.col("freed") | pl.col("number").is_in(held["number"].head(1).to_list())
            )
        else:
            gone = waiting["number"].gather_every(2).to_list()
            queue = queue.with_columns(consents=pl.col("consents") & ~pl.col("number").is_in(gone))
        assert queue.filter(pl.col("referred") & ~pl.col("freed")).height <= places
    waits = queue.filter(~pl.col("referred") & ~pl.col("left") & pl.col("consents")).height
    free = places - queue.filter(pl.col("referred") & ~pl.col("freed")).height
    assert free == 0 or waits == 0, "no place stays empty while somebody waits"


def test_who_withdrew_leaves_only_when_a_place_is_there_for_them() -> None:
    rows = [(1, "a" * 8, True, False, False, True), (2, "b" * 8, False, False, False, False),
            (3, "c" * 8, False, False, False, True), (4, "d" * 8, False, False, False, False)]  # fmt: skip
    queue = pl.DataFrame(rows, QUEUE.dtypes, orient="row")
    assert following(queue, 1).rows() == []
    assert following(queue, 2).rows() == [("b" * 8, False), ("c" * 8, True)]
    assert following(queue, 9).rows() == [("b" * 8, False), ("c" * 8, True), ("d" * 8, False)]


PUBLISHED = {f"{n * 7919:08x}": 3 + n % 2 for n in range(1, 9)}


def published(**changed: Any) -> dict[str, Any]:
    """A fair list of eight with two places: the first took theirs, the second freed it, the third had left."""
    entries = [
        {"place": place, "number": number, "class": klass, "referred": place in (1, 2, 4),
         "freed": place == 2, "left": place == 3}
        for place, number, klass in ordered(entrants(PUBLISHED), LOT).rows()
    ]  # fmt: skip
    return {
        "format": FORMAT, "batch": "ca:seasonal_visa:1", "places": 2, "seed_sha256": commitment_of(SEED),
        "entries_sha256": entrants_digest(entrants(PUBLISHED)), "seed": SEED, "outside_number": "52817",
        "entries": entries,
    } | changed  # fmt: skip


def codes(listed: dict[str, Any]) -> set[str]:
    return {problem.code for problem in list_problems(read_list(json.dumps(listed).encode()))}


def swapped() -> list[dict[str, Any]]:
    """Two of one class in each other's place."""
    entries = published()["entries"]
    entries[0]["number"], entries[1]["number"] = entries[1]["number"], entries[0]["number"]
    return entries


def test_an_unfair_list_is_found_out_and_a_fair_one_passes() -> None:
    assert codes(published()) == set()
    assert codes(published(seed="6f" * 32)) >= {"referral_list.seed", "referral_list.order"}
    assert codes(published(outside_number="52818")) == {"referral_list.order"}
    assert codes(published(entries=swapped())) == {"referral_list.order"}
    assert codes(published(places=1)) == {"referral_list.quota"}
    assert codes(published(seed="")) == {"referral_list.not_drawn"}
    fewer = published()["entries"][:-1]
    assert codes(published(entries=fewer)) == {"referral_list.entries"}
    better = published()["entries"]
    better[-1]["class"] += 1
    assert "referral_list.entries" in codes(published(entries=better))
    passed_over = published()["entries"]
    passed_over[2]["left"] = False
    assert codes(published(entries=passed_over)) == {"referral_list.skipped"}


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "other/1"}, {"entries": None}, {"entries": [1]}, {"places": True}, {"places": -1},
        {"seed_sha256": "5E" * 32}, {"seed": "short"}, {"batch": ""}, {"outside_number": "x" * 81},
        {"outside_number": "52 817"}, {"outside_number": "５２８１７"}, {"outside_number": "A"}, {"batch": None},
        {"entries": [*published()["entries"], published()["entries"][0] | {"place": 9}]},
        {"entries": published()["entries"][1:]},
        {"entries": [published()["entries"][0] | {"referred": 1}]},
    ],
)  # fmt: skip
def test_what_is_no_published_list_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(CeibaError) as raised:
        read_list(json.dumps(published(**changed)).encode())
    assert raised.value.problems[0].code == "referral_list.format"
    for data in (b"", b"{", b"[" * 100_000, b"\xff\xfe"):
        with pytest.raises(CeibaError):
            read_list(data)
