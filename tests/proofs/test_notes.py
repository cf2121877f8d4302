"""Signed notes: the published ones are read, verified, written again; what the specification refuses is refused."""

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ceiba.proofs.base64_text import decoded
from ceiba.proofs.note_keys import KeyKind, NoteKey, ed25519_signer, read_note_key
from ceiba.proofs.note_signing import Signed, cosignature, cosigned_message, signed, verified
from ceiba.proofs.notes import Note, Signature, read_note
from tests.proofs.helpers import NOW, log_key, refusal, witness_key

# Values of golang.org/x/mod, sumdb/note/note_test.go (BSD-3-Clause, The Go Authors).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # the kind's byte, then the private key
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
BY_PETER = (
    "— PeterNeumann x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
BY_ENOCH = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzP"
    "CpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# The example of https://c2sp.org/tlog-cosignature (CC BY 4.0, the C2SP authors).
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501
SOFA_MESSAGE = b"""cosignature/v1
time 1679315147
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
"""


def keys(*texts: str) -> tuple[NoteKey, ...]:
    return tuple(map(read_note_key, texts))


def note(text: str) -> Note:
    return read_note(text.encode())


def test_the_published_note_is_verified():
    peter, enoch = keys(PETER, ENOCH)
    both = note(f"{TEXT}\n{BY_PETER}{BY_ENOCH}")
    assert both.text == TEXT
    assert verified(both, (peter, enoch)) == (Signed(peter), Signed(enoch))
    assert verified(both, (peter,)) == (Signed(peter),)
    assert both.written() == f"{TEXT}\n{BY_PETER}{BY_ENOCH}"


def test_the_published_note_is_signed_again():
    private = Ed25519PrivateKey.from_private_bytes(decoded(PETER_SEED)[1:])
    signer = ed25519_signer("PeterNeumann", KeyKind.LOG, private)
    assert signer.key.text() == PETER
    assert signed(Note(TEXT), [signer]).written() == f"{TEXT}\n{BY_PETER}"


def test_the_published_cosignature_is_read():
    """Its keys are not published, so its signatures cannot be verified here."""
    published = note(SOFA)
    log, witness = published.signatures
    assert (log.name, log.key_id.hex(), len(log.value)) == ("example.com/behind-the-sofa", "033de0ae", 64)
    assert (witness.name, witness.key_id.hex(), len(witness.value)) == (
        "witness.example.com/w1",
        "8d66cf3f",
        72,
    )
    assert cosigned_message(published.text, int.from_bytes(witness.value[:8])) == SOFA_MESSAGE
    assert published.written() == SOFA


def test_a_cosignature_is_plain_ed25519_of_the_published_message():
    """Checked with the library alone, without our verifier."""
    witness = witness_key("testigo.org/1")
    line = cosignature(note(SOFA).text, witness, 1679315147)
    public = Ed25519PublicKey.from_public_bytes(witness.key.public)
    public.verify(line.value[8:], SOFA_MESSAGE)
    with pytest.raises(InvalidSignature):
        public.verify(line.value[8:], SOFA_MESSAGE.replace(b"147", b"148"))


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT + "\n",
        f"{TEXT}\n{BY_PETER[:-1]}",
        f"\x01{TEXT}\n{BY_PETER}",
        f"{TEXT}\r\n\n{BY_PETER}",
        f"{TEXT}\n{BY_PETER.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{BY_PETER.replace('PeterNeumann', 'Bad+Name')}",
        f"{TEXT}\n" + BY_PETER.replace("PeterNeumann", "Bad\u00a0Name"),
        f"{TEXT}\n{BY_PETER.replace('PeterNeumann', '')}",
        f"{TEXT}\n{BY_PETER.replace('— ', '- ')}",
        f"{TEXT}\n{BY_PETER.replace('— ', '—')}",
        f"{TEXT}\n{BY_PETER}Unexpected line.\n",
        f"{TEXT}\n{BY_PETER.replace('=', '')}",
        f"{TEXT}\n{BY_PETER.replace('nAM=', 'nAN=')}",  # base64 with bits that no byte takes
        f"{TEXT}\n{BY_PETER.replace('x08g', 'x0!g')}",
        f"{TEXT}\n— PeterNeumann x08gow==\n",  # a key's id and no signature
        f"{TEXT}\n— PeterNeumann\n",
        f"{TEXT}\n{BY_PETER * 101}",
        f"{'x' * 1_000_000}\n\n{BY_PETER}",
        "",
        "\n",
    ],
)
def test_what_is_no_note_is_refused(text):
    assert refusal(note, text) == "note.form"


def test_bytes_that_are_no_text_are_refused():
    assert refusal(read_note, b"\xff" + f"{TEXT}\n{BY_PETER}".encode()) == "note.form"


def test_a_note_takes_sixteen_signatures_and_empty_lines():
    """Which the specification says every verifier must."""
    (peter,) = keys(PETER)
    assert verified(note(f"{TEXT}\n{BY_PETER * 16}"), (peter,)) == (Signed(peter),)
    signer = log_key()
    text = "one\n\n\ntwo\n"
    assert read_note(signed(Note(text), [signer]).written().encode()).text == text


def test_a_note_by_nobody_known_is_refused():
    peter, enoch = keys(PETER, ENOCH)
    assert refusal(verified, note(f"{TEXT}\n{BY_PETER}"), (enoch,)) == "note.unknown_keys"
    assert refusal(verified, note(f"{TEXT}\n{BY_PETER}"), ()) == "note.unknown_keys"
    assert refusal(verified, Note(TEXT), (peter,)) == "note.unknown_keys"
    renamed = note(f"{TEXT}\n{BY_PETER.replace('PeterNeumann', 'CarmenSandiego')}")
    assert refusal(verified, renamed, (peter,)) == "note.unknown_keys"


def test_one_bad_signature_of_a_known_key_spoils_the_note():
    peter, enoch = keys(PETER, ENOCH)
    good, other = note(f"{TEXT}\n{BY_PETER}{BY_ENOCH}").signatures
    for bad in (other.value, good.value[:-1], good.value + b"\0", b"\0", bytes(64)):
        spoilt = Note(TEXT, (replace(good, value=bad), other))
        assert refusal(verified, spoilt, (peter, enoch)) == "note.signature"
        assert verified(spoilt, (enoch,)) == (Signed(enoch),)
    assert refusal(verified, Note(TEXT + "!\n", (good,)), (peter,)) == "note.signature"


def test_a_name_or_an_id_alone_is_not_a_known_key():
    (peter,) = keys(PETER)
    (good,) = note(f"{TEXT}\n{BY_PETER}").signatures
    strangers = (Signature("PeterNeumann", b"\0\0\0\0", bytes(64)), Signature("Peter", peter.id, bytes(64)))
    assert verified(Note(TEXT, (*strangers, good)), (peter,)) == (Signed(peter),)


def test_keys_that_look_alike_are_refused(monkeypatch):
    peter, enoch = keys(PETER, replace(*keys(ENOCH), name="PeterNeumann").text())
    monkeypatch.setattr(NoteKey, "id", b"same")
    assert refusal(verified, Note(TEXT, (Signature("a", b"1234", b"5"),)), (peter, enoch)) == "note.ambiguous"


def test_a_log_key_is_no_witness_key():
    """The same private key under both kinds: a signature of one is unknown as the other's."""
    log = ed25519_signer("a", KeyKind.LOG, _private())
    witness = ed25519_signer("a", KeyKind.WITNESS, _private())
    assert log.key.id != witness.key.id
    with pytest.raises(ValueError, match="witness"):
        signed(Note(TEXT), [witness])
    with pytest.raises(ValueError, match="witness"):
        cosignature(TEXT, log, NOW)
    (line,) = signed(Note(TEXT), [log]).signatures
    passed_off = replace(line, key_id=witness.key.id, value=NOW.to_bytes(8) + line.value)
    assert refusal(verified, Note(TEXT, (passed_off,)), (witness.key,)) == "note.signature"


def test_the_time_of_a_witness_is_signed_and_cannot_be_later_than_asked():
    witness = witness_key("testigo.org/1")
    line = cosignature(TEXT, witness, NOW)
    assert verified(Note(TEXT, (line,)), (witness.key,), NOW) == (Signed(witness.key, NOW),)
    assert refusal(verified, Note(TEXT, (line,)), (witness.key,), NOW - 1) == "note.future"
    later = replace(line, value=(NOW + 1).to_bytes(8) + line.value[8:])
    assert refusal(verified, Note(TEXT, (later,)), (witness.key,)) == "note.signature"
    beyond = 2**63
    forged = beyond.to_bytes(8) + witness.sign(cosigned_message(TEXT, beyond))
    assert refusal(verified, Note(TEXT, (replace(line, value=forged),)), (witness.key,)) == "note.signature"
    for time in (-1, beyond):
        with pytest.raises(ValueError, match="time"):
            cosignature(TEXT, witness, time)


def test_a_witness_that_signed_twice_counts_once_with_the_later_time():
    witness = witness_key("testigo.org/1")
    lines = tuple(cosignature(TEXT, witness, time) for time in (NOW, NOW + 5, NOW + 1))
    assert verified(Note(TEXT, lines), (witness.key,)) == (Signed(witness.key, NOW + 5),)


@pytest.mark.parametrize("text", ["abc", "", "a\tb\n", "a\x00\n"])
def test_what_is_no_text_of_a_note_is_not_signed(text):
    assert refusal(signed, Note(text), [log_key()]) == "note.form"


@pytest.mark.parametrize("text", [PETER, ENOCH])
def test_every_part_of_a_key_and_every_changed_letter_is_refused(text):
    assert read_note_key(text).text() == text
    parts = [text[i:j] for i in range(len(text)) for j in range(i, len(text) + 1) if (i, j) != (0, len(text))]
    changed = [text[:i] + chr(ord(text[i]) + 1) + text[i + 1 :] for i in range(len(text))]
    assert {refusal(read_note_key, bad) for bad in (*parts, *changed)} == {"note.key"}


@pytest.mark.parametrize(
    "text",
    [
        # Both of note_test.go: a key of a wrong length and one of an unknown kind, each with the id it would have.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.upper(),
        PETER + "\n",
        "\ud800" + PETER,
    ],
)
def test_what_is_no_key_is_refused(text):
    assert refusal(read_note_key, text) == "note.key"


@given(
    st.binary(min_size=32, max_size=32),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40),
)
def test_what_is_signed_is_verified_by_the_library_and_by_nobody_elses_key(seed, text):
    text = "".join(letter for letter in text if letter >= " ") + "\n"
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signer = ed25519_signer("a", KeyKind.LOG, private)
    one = read_note(signed(Note(text), [signer]).written().encode())
    assert one.text == text
    private.public_key().verify(one.signatures[0].value, text.encode())
    assert verified(one, (read_note_key(signer.key.text()),)) == (Signed(signer.key),)
    assert refusal(verified, one, (log_key("a").key,)) == "note.unknown_keys"


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(32))
