"""Checkpoints say one thing in one way, are believed from whom they should be, and continue each other."""

from dataclasses import replace

import pytest

from ceiba.core.merkle.paths import consistency_proof
from ceiba.core.merkle.tree import EMPTY_ROOT
from ceiba.proofs.checkpoints import (
    Checkpoint,
    LogTrust,
    cosigned,
    read_checkpoint,
    signed_checkpoint,
    verify_checkpoint,
    verify_growth,
)
from ceiba.proofs.note_keys import KeyKind, ed25519_signer
from ceiba.proofs.note_signing import signed
from ceiba.proofs.notes import Note, read_note
from tests.proofs.helpers import NOW, ORIGIN, log_key, private, refusal, witness_key
from tests.proofs.logs import LOG, TRUST, WITNESSES, Log

SOFA_ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
SOFA = (
    f"example.com/behind-the-sofa\n20852163\n{SOFA_ROOT}\n"  # of https://c2sp.org/tlog-checkpoint (CC BY 4.0)
)


def test_the_published_checkpoint_is_read_and_written_again():
    sofa = read_checkpoint(SOFA)
    assert (sofa.origin, sofa.size) == ("example.com/behind-the-sofa", 20852163)
    assert sofa.root.hex()[:8] == "0ac5186a"
    assert sofa.text() == SOFA
    assert read_checkpoint(f"{SOFA}more\n").extensions == ("more",)
    assert read_checkpoint(f"a\n{2**63 - 1}\n{SOFA_ROOT}\n").size == 2**63 - 1


@pytest.mark.parametrize(
    "text",
    [
        "a\n", "a\n1\n", f"\n1\n{SOFA_ROOT}\n", f"a\n1\n{SOFA_ROOT}\n\n", f"a\n1\n\n{SOFA_ROOT}\n",
        f"a\n1\n{SOFA_ROOT}\nb\n\nc\n", f"a\n01\n{SOFA_ROOT}\n", f"a\n+1\n{SOFA_ROOT}\n", f"a\n-1\n{SOFA_ROOT}\n",
        f"a\n1 \n{SOFA_ROOT}\n", f"a\n1_0\n{SOFA_ROOT}\n",
        f"a\n\u0661\n{SOFA_ROOT}\n", f"a\n1.0\n{SOFA_ROOT}\n", f"a\n\n{SOFA_ROOT}\n", f"a\n{2**63}\n{SOFA_ROOT}\n",
        f"a\n{10**30}\n{SOFA_ROOT}\n", f"a\n1\n{SOFA_ROOT[:-1]}\n", f"a\n1\n{SOFA_ROOT[:-2]}J=\n", "a\n1\nCsUYag==\n",
        f"a\n1\n{SOFA_ROOT}=\n", "a\n1\né\n",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    assert refusal(read_checkpoint, text) == "checkpoint.form"


@pytest.mark.parametrize("text", ["", "a\n1", f"a\n1\n{SOFA_ROOT}", f"a\r\n1\r\n{SOFA_ROOT}\r\n"])
def test_what_is_no_text_is_refused(text):
    assert refusal(read_checkpoint, text) == "note.form"


def test_an_empty_log_has_one_root():
    assert read_checkpoint(Checkpoint("a", 0, EMPTY_ROOT).text()).size == 0
    assert refusal(read_checkpoint, f"a\n0\n{SOFA_ROOT}\n") == "checkpoint.empty"


@pytest.mark.parametrize(
    ("origin", "code"), [("", "checkpoint.form"), ("a\nb", "checkpoint.form"), ("a\tb", "note.form")]
)
def test_an_origin_is_one_line(origin, code):
    assert refusal(lambda: signed_checkpoint(Checkpoint(origin, 0, EMPTY_ROOT), [LOG])) == code


def test_a_witness_signs_checkpoints_and_nothing_else():
    note = signed(Note("I owe you 450,000 pesos.\n"), [LOG])
    assert refusal(cosigned, note, WITNESSES[0], NOW) == "checkpoint.form"


def test_a_witnessed_checkpoint_is_believed():
    log = Log()
    note = read_note(log.note(*WITNESSES).written().encode())
    vouched = verify_checkpoint(note, TRUST, NOW)
    assert vouched.checkpoint == log.checkpoint()
    assert [(one.key.name, one.time) for one in vouched.witnesses] == [(w.key.name, NOW) for w in WITNESSES]


def test_during_a_change_of_keys_either_is_enough():
    trust = replace(TRUST, keys=(LOG.key, log_key(seed="next").key))
    for signer in (LOG, log_key(seed="next")):
        verify_checkpoint(Log(signer=signer).note(*WITNESSES), trust)
    assert (
        refusal(verify_checkpoint, Log(signer=log_key(seed="next")).note(*WITNESSES), TRUST)
        == "checkpoint.unsigned"
    )


def test_whom_not_to_believe():
    log, one, two = Log(), *WITNESSES
    refused = {
        "one witness of two": log.note(one),
        "the same twice": log.note(one, one),
        "a witness that nobody knows": log.note(one, witness_key("cualquiera.org/testigo")),
    }
    assert {refusal(verify_checkpoint, note, TRUST) for note in refused.values()} == {"checkpoint.witnesses"}
    witnesses_alone = replace(log.note(one, two), signatures=log.note(one, two).signatures[1:])
    assert refusal(verify_checkpoint, witnesses_alone, TRUST) == "checkpoint.unsigned"
    assert refusal(verify_checkpoint, Log(signer=log_key(seed="thief")).note(), TRUST) == "note.unknown_keys"
    assert (
        refusal(verify_checkpoint, Log(origin="otro.org/registro").note(one, two), TRUST)
        == "checkpoint.origin"
    )
    assert refusal(verify_checkpoint, log.note(one, two, time=NOW + 1), TRUST, NOW) == "note.future"


def test_signatures_of_another_checkpoint_are_refused():
    """Of the same log at another size, and of another log with the same witness."""
    log, one, two = Log(), *WITNESSES
    for other in (Log(people=11), Log(origin="otro.org/registro")):
        of_the_log, *of_witnesses = other.note(one, two).signatures
        note = log.note(one, two)
        for line in (of_the_log, of_witnesses[0]):
            kept = tuple(each for each in note.signatures if each.name != line.name)
            assert (
                refusal(verify_checkpoint, replace(note, signatures=(line, *kept)), TRUST) == "note.signature"
            )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("20", "21", "note.signature"),
        ("=\n", "=\nmore\n", "note.signature"),
        (ORIGIN, ORIGIN.upper(), "checkpoint.origin"),
    ],
)
def test_a_changed_text_is_refused(old, new, code):
    note = Log(people=19).note(*WITNESSES)
    assert old in note.text
    assert refusal(verify_checkpoint, replace(note, text=note.text.replace(old, new)), TRUST) == code


def test_a_trust_list_that_could_not_hold():
    one, two = (witness.key for witness in WITNESSES)
    twin = ed25519_signer("otro.org/testigo", KeyKind.WITNESS, private(one.name)).key
    itself = ed25519_signer(ORIGIN, KeyKind.WITNESS, private("log")).key
    assert refusal(LogTrust, ORIGIN, ()) == "trust.log_keys"
    assert refusal(LogTrust, ORIGIN, (one,)) == "trust.log_keys"
    assert refusal(LogTrust, ORIGIN, (LOG.key,), (LOG.key,)) == "trust.witness_keys"
    assert refusal(LogTrust, ORIGIN, (LOG.key,), (one, twin), 2) == "trust.same_key"
    assert refusal(LogTrust, ORIGIN, (LOG.key,), (itself,), 1) == "trust.same_key"
    assert refusal(LogTrust, ORIGIN, (LOG.key,), (one, two), 3) == "trust.witnesses_min"
    assert refusal(LogTrust, ORIGIN, (LOG.key,), (one, two), -1) == "trust.witnesses_min"


def test_what_continues_the_checkpoint_before_and_what_does_not():
    log = Log(people=20)
    before = log.checkpoint()
    log.store.append([b"more", b"and more"])
    grown = log.checkpoint()
    proof = consistency_proof(before.size, grown.size, log.store.read)
    verify_growth(before, grown, proof)
    verify_growth(grown, grown, ())
    assert refusal(verify_growth, grown, before, proof) == "merkle.sizes"
    assert refusal(verify_growth, before, grown, ()) == "merkle.short"
    assert (
        refusal(verify_growth, before, replace(grown, origin="otro.org/registro"), proof)
        == "checkpoint.origin"
    )
    assert refusal(verify_growth, replace(before, root=EMPTY_ROOT), before, ()) == "merkle.rewritten"


def test_a_log_in_which_a_leaf_was_replaced_does_not_continue_itself():
    """The last leaf of the older log, a sealed month, is a determination in the newer one."""
    older, newer = Log(people=12), Log(people=20)
    proof = consistency_proof(13, 21, newer.store.read)
    assert refusal(verify_growth, older.checkpoint(), newer.checkpoint(), proof) == "merkle.rewritten"


def test_everything_continues_nothing():
    nothing = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    verify_growth(nothing, Log().checkpoint(), ())
    assert refusal(verify_growth, nothing, Log().checkpoint(), (EMPTY_ROOT,)) == "merkle.long"
    assert refusal(verify_growth, Log().checkpoint(), nothing, ()) == "merkle.sizes"
