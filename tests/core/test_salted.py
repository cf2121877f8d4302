"""What is of a person enters as a commitment: it binds, it needs its salt; entries are written one way only."""

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ceiba.core.kernel.canonical import object_bytes
from ceiba.core.kernel.errors import CeibaError
from ceiba.core.log_entries import OF_NOBODY, EntryKind, LogEntry, committed_entry, read_entry
from ceiba.core.salted import commitment, opens

SALT = bytes(range(32))
salts = st.binary(min_size=32, max_size=32)


def test_a_commitment_is_the_hash_of_salt_and_data():
    assert commitment(SALT, b"data") == sha256(SALT + b"data").digest()


@pytest.mark.parametrize("salt", [b"", SALT[:31], SALT + b"d"])
def test_a_salt_has_one_length(salt):
    """Else (salt, "data") would open as (salt + "d", "ata")."""
    with pytest.raises(ValueError, match="salt"):
        commitment(salt, b"data")
    assert not opens(sha256(SALT + b"data").digest(), salt, b"data"[len(salt) - 32 :])


@given(salts, st.binary(max_size=40), salts, st.binary(max_size=40))
def test_a_commitment_opens_to_what_was_committed_and_to_nothing_else(salt, data, other_salt, other):
    assume((salt, data) != (other_salt, other))
    assert opens(commitment(salt, data), salt, data)
    assert not opens(commitment(salt, data), other_salt, other)


@pytest.mark.parametrize("value", [1.5, None, ["a"], {"a": "b"}, b"a"])
def test_what_is_written_in_more_than_one_way_has_no_canonical_form(value):
    with pytest.raises(TypeError):
        object_bytes({"a": value})


def test_a_text_that_is_none_has_no_canonical_form():
    with pytest.raises(ValueError, match="surrogate"):
        object_bytes({"a": "\ud800"})


@pytest.mark.parametrize("kind", sorted(set(EntryKind) - OF_NOBODY))
def test_what_is_of_a_person_has_no_digest(kind):
    with pytest.raises(ValueError, match="salted"):
        LogEntry(kind, bytes(32), salted=False)


def test_an_entry_is_read_as_it_was_written():
    for entry in (
        committed_entry(EntryKind.DETERMINATION, SALT, b"hold"),
        LogEntry(EntryKind.SEALED_MONTH, SALT, False),
    ):
        assert read_entry(entry.data()) == entry
    assert LogEntry(EntryKind.SEALED_MONTH, SALT, False).data() == (
        b'{"digest":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f","kind":"sealed_month"}'
    )


HEX = b"00" * 32


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]", b'"kind"', b"{", b"\xff", b"{}", b'{"kind":"sealed_month"}', b"[" * 100_000,
        b'{"digest":"%s","kind":"visa"}' % HEX,
        b'{"digest":"%s","kind":"determination"}' % HEX,  # of a person, and without a salt
        b'{"digest":"%s","kind":"payment_run"}' % HEX[2:],
        b'{"digest":7,"kind":"payment_run"}',
        b'{"kind":"payment_run","digest":"%s"}' % HEX,
        b'{"digest": "%s","kind":"payment_run"}' % HEX,
        b'{"digest":"%s","kind":"payment_run"} ' % HEX,
        b'{"digest":"%s","kind":"payment_run","kind":"payment_run"}' % HEX,
        b'{"commitment":"%s","digest":"%s","kind":"payment_run"}' % (HEX, HEX),
        b'{"commitment":"%s","kind":"evidence"}' % HEX.replace(b"00", b"AB"),
    ],
)  # fmt: skip
def test_what_is_no_entry_is_refused(data):
    with pytest.raises(CeibaError) as caught:
        read_entry(data)
    assert [problem.code for problem in caught.value.problems] == ["log.entry"]
