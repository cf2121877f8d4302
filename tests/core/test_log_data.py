"""Data drawn for the log: the same row the same text, any change another; many leaves are as one by one."""

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.canonical import canonical_texts
from ceiba.core.log_data import PAID, payments_root, row_key
from ceiba.core.log_entries import OF_NOBODY, EntryKind, LogEntry, committed_entry, entry_leaves, values_of
from ceiba.core.merkle.tree import leaf_hash
from tests.core.merkle.naive import mth

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "participant": st.sampled_from(["GT0000001", "GT0000002", 'Ñ"1']),
            "payment": st.none() | st.uuids().map(str),
            "account": st.none() | st.integers(1, 9),
            "payment_minor": st.none() | st.integers(0, 10**6),
            "component": st.none() | st.sampled_from(["support", "saving"]),
            "for_month": st.none() | st.just(date(2026, 10, 1)),
            "line_minor": st.none() | st.integers(-(10**6), 10**6),
        }
    ),
    max_size=9,
)


def frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(PAID.dtypes))


def text(row: dict[str, object]) -> bytes:
    told = {name: str(v) if isinstance(v, date) else v for name, v in row.items() if v is not None}
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(ROWS, st.randoms(use_true_random=False))
def test_a_run_s_root_is_of_its_rows_in_any_order(rows: list[dict[str, object]], random: object) -> None:
    root = payments_root(frame(rows))
    assert root == mth(sorted(map(text, rows)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert payments_root(frame(rows)) == root
    for place, row in enumerate(rows):
        changed = [*rows[:place], row | {"account": (row["account"] or 0) + 1}, *rows[place + 1 :]]  # type: ignore[operator]
        assert payments_root(frame(changed)) != root
        assert payments_root(frame([*rows[:place], *rows[place + 1 :]])) != root


@given(
    st.sampled_from(EntryKind), st.lists(st.text(max_size=20), max_size=5), st.randoms(use_true_random=False)
)
def test_many_entries_are_as_one_by_one(kind: EntryKind, data: list[str], random: object) -> None:
    data = [each.encode(errors="ignore").decode() for each in data]
    salts = random.randbytes(32 * len(data))  # type: ignore[attr-defined]
    values = values_of(kind, salts, data)
    entries = [LogEntry(kind, value, kind not in OF_NOBODY) for value in values]
    assert entry_leaves(kind, values) == [leaf_hash(entry.data()) for entry in entries]
    if kind not in OF_NOBODY:
        assert entries == [
            committed_entry(kind, salts[32 * n : 32 * n + 32], each.encode()) for n, each in enumerate(data)
        ]
        with pytest.raises(ValueError, match="bytes of salts"):
            values_of(kind, salts + b"\0", data)


def test_json_of_a_database_becomes_canonical_and_fractions_have_none() -> None:
    texts = pl.Series(['{"b": [2, 1], "a": "é"}', None, "[]"])
    assert canonical_texts(texts).to_list() == ['{"a":"é","b":[2,1]}', None, "[]"]
    for wrong, error in (('{"a": 0.5}', TypeError), ("{", ValueError)):
        with pytest.raises(error):
            canonical_texts(pl.Series([wrong]))


def test_keys_sort_as_numbers_do() -> None:
    assert sorted([row_key(10), row_key(9), row_key(100)]) == [row_key(9), row_key(10), row_key(100)]
