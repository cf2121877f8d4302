"""Status lists and trust lists: revoked, suspended, stale, forged, of another issuer, rolled back."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import LANGUAGES, MESSAGES, CeibaError
from ceiba.core.kernel.month import Month
from ceiba.proofs import card, jose, sd_jwt, status_list, trust, vc
from ceiba.proofs.base64url import packed, unpacked
from ceiba.proofs.claims import NO_RIGHT
from ceiba.proofs.keys import SigningKey, key_name
from ceiba.proofs.sd_jwt import presented
from ceiba.proofs.status_list import LEAST, Purpose, StatusList, bitstring, decoded, encoded
from ceiba.proofs.trust import Issuer, Trust
from ceiba.proofs.verifying import verify
from tests.proofs import made as m
from tests.proofs.logs import LOG, WITNESSES
from tests.proofs.logs import TRUST as LOG_TRUST

CARD = card.written(m.constancia(), m.KEY)
PROOFS = {
    "card": CARD,
    "vc+jwt": vc.written_jose(m.constancia(), m.KEY),
    "vc+cose": vc.written_cose(m.constancia(), m.KEY),
    "sd-jwt": presented(m.sd(), []),
}
SUSPENDED = m.listed(Purpose.SUSPENSION, (m.INDEX,))
REVOKED = m.listed(indexes=(m.INDEX,))


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(CeibaError) as refusal:
        call()
    return refusal.value.problems[0].code


@pytest.mark.parametrize("form", PROOFS)
@pytest.mark.parametrize(
    ("lists", "code"),
    [
        ((REVOKED,), "proof.revoked"),
        ((SUSPENDED,), "proof.suspended"),
        ((*m.CLEAR, replace(REVOKED, issued=m.LISTED + timedelta(hours=1))), "proof.revoked"),
        ((replace(REVOKED, issuer=m.OTHER_DID),), "status.issuer"),
        ((replace(m.listed(), issuer=m.OTHER_DID),), "status.issuer"),
        ((m.listed(expires=m.NOW),), "status.expired"),
        ((m.listed(issued=m.NOW + timedelta(minutes=6)),), "status.not_yet"),
        ((replace(m.listed(), bits=bytes(16)),), "status.index"),
    ],
)
def test_a_constancia_is_refused_by_its_lists(form: str, lists: tuple[StatusList, ...], code: str) -> None:
    assert refused(lambda: verify(PROOFS[form], m.TRUST, m.NOW, lists)) == code


@pytest.mark.parametrize("form", PROOFS)
def test_lists_of_others_and_other_purposes_say_nothing(form: str) -> None:
    elsewhere = replace(REVOKED, address="https://otro.ejemplo/estado/1/revocation")
    neighbour = m.listed(indexes=(m.INDEX - 1, m.INDEX + 1))
    crossed = replace(SUSPENDED, address=m.listed().address)
    verdict = verify(PROOFS[form], m.TRUST, m.NOW, (elsewhere, neighbour, crossed))
    assert [problem.code for problem in verdict.not_checked] == ["unchecked.status", "unchecked.holder"]
    assert verdict.not_checked[0].values["purpose"] == Purpose.SUSPENSION


def test_without_lists_it_says_so_and_is_as_of_its_issue() -> None:
    verdict = verify(CARD, m.TRUST, m.NOW)
    assert [p.code for p in verdict.not_checked] == [
        "unchecked.status",
        "unchecked.status",
        "unchecked.holder",
    ]
    assert verdict.as_of == m.ISSUED


@pytest.mark.parametrize("purpose", Purpose)
def test_a_newer_list_of_another_issuer_at_that_address_hides_nothing(purpose: Purpose) -> None:
    """Neither that it was revoked, nor that it was not."""
    strange = m.listed(purpose, issuer=m.OTHER_DID, issued=m.LISTED + timedelta(hours=1))
    own = m.listed(purpose, (m.INDEX,))
    assert refused(lambda: verify(CARD, m.TRUST, m.NOW, (own, strange))) in {
        "proof.revoked",
        "proof.suspended",
    }
    all_set = replace(strange, bits=own.bits)
    assert verify(CARD, m.TRUST, m.NOW, (*m.CLEAR, all_set)).as_of == m.LISTED


def test_old_lists_are_used_and_told_to_be_old() -> None:
    old = m.NOW - timedelta(days=9)
    lists = (m.listed(issued=old), m.listed(Purpose.SUSPENSION))
    verdict = verify(CARD, replace(m.TRUST, issued=m.NOW - timedelta(days=8)), m.NOW, lists)
    assert [(p.code, p.values.get("days")) for p in verdict.not_checked] == [
        ("unchecked.status_old", 9),
        ("unchecked.trust_old", 8),
        ("unchecked.holder", None),
    ]
    assert verdict.as_of == old


def test_a_signed_list_is_opened_as_it_was_signed() -> None:
    assert status_list.opened(status_list.signed(REVOKED, m.KEY), m.TRUST) == REVOKED


def relisted(change: dict[str, object], signer: SigningKey = m.KEY, **subject: object) -> str:
    token = status_list.signed(m.listed(), m.KEY)
    payload = json.loads(unpacked(token.split(".")[1]))
    payload |= {"credentialSubject": {**payload["credentialSubject"], **subject}, **change}
    return jose.signed(signer, "vc+jwt", payload, kid=key_name(m.DID, signer.public), cty="vc")


BOMB = "u" + packed(gzip.compress(bytes(status_list.MOST_BYTES + 1)))


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (status_list.signed(m.listed(), m.STRANGER), "proof.key_unknown"),
        (status_list.signed(replace(m.listed(), issuer=m.OTHER_DID), m.OTHER)[:-9], "proof.damaged"),
        (relisted({"issuer": m.OTHER_DID}), "proof.issuer_other"),
        (status_list.signed(m.listed(), m.OLD), "proof.key_period"),
        (PROOFS["vc+jwt"], "status.list"),
        (relisted({}, statusPurpose="message"), "status.list"),
        (relisted({}, type="StatusList2021"), "status.list"),
        (relisted({}, encodedList=None), "status.list"),
        (relisted({}, encodedList="uAAAA"), "status.list"),
        (relisted({}, encodedList="uñ"), "status.list"),
        (relisted({}, encodedList=encoded(bytes(LEAST // 8))[1:]), "status.list"),
        (relisted({}, encodedList="u" + packed(gzip.compress(bytes(LEAST // 8 - 1)))), "status.list"),
        (relisted({}, encodedList="u" + packed(gzip.compress(bytes(LEAST // 8)) + b"x")), "status.list"),
        (relisted({}, encodedList="u" + packed(gzip.compress(bytes(LEAST // 8))[:-1])), "status.list"),
        (relisted({}, encodedList=BOMB), "status.list"),
        (relisted({"validUntil": None}), "status.list"),
        (relisted({"credentialSubject": []}), "status.list"),
    ],
)
def test_a_list_that_is_none_is_refused(token: str, code: str) -> None:
    assert refused(lambda: status_list.opened(token, m.TRUST)) == code


def test_index_nothing_is_the_leftmost_bit() -> None:
    assert bitstring([0], LEAST)[0] == 0b10000000
    assert bitstring([LEAST - 1], LEAST)[-1] == 1
    assert refused(lambda: bitstring([LEAST], LEAST)) == "status.index"
    assert refused(lambda: bitstring([-1], LEAST)) == "status.index"
    assert refused(lambda: m.listed().is_set(-1)) == "status.index"


@given(st.sets(st.integers(0, LEAST - 1), max_size=40))
def test_what_is_set_is_read_again_and_nothing_else(indexes: set[int]) -> None:
    bits = decoded(encoded(bitstring(indexes, LEAST)))
    assert sum(byte.bit_count() for byte in bits) == len(indexes)
    status = replace(m.listed(), bits=bits)
    assert all(status.is_set(index) for index in indexes)


def test_a_million_entries_of_which_one_in_a_hundred_is_set_take_under_200_kb() -> None:
    indexes = {(number * 2_654_435_761) % 1_000_003 % 1_000_000 for number in range(10_000)}
    token = status_list.signed(replace(m.listed(), bits=bitstring(indexes, 1_000_000)), m.KEY)
    assert len(indexes) > 9_900
    assert len(token) < 200_000


def test_a_trust_list_is_opened_as_it_was_signed() -> None:
    opened = trust.opened(trust.signed(m.TRUST, m.ROOT), [m.ROOT.public], m.NOW, m.TRUST)
    assert opened == m.TRUST
    assert verify(CARD, opened, m.NOW, m.CLEAR).issuer_name == "Programa de ejemplo"


def resigned(change: dict[str, object], typ: str = trust.TYPE) -> str:
    payload = json.loads(unpacked(trust.signed(m.TRUST, m.ROOT).split(".")[1]))
    return jose.signed(m.ROOT, typ, {**payload, **change}, kid=m.ROOT.public.thumbprint)


TWICE = Trust(8, m.LISTED, m.TRUST.expires, (*m.TRUST.issuers, Issuer(m.DID, "x", (m.STRANGER.public,))))
SHARED = Trust(8, m.LISTED, m.TRUST.expires, (*m.TRUST.issuers, Issuer("did:web:x", "x", (m.KEY.public,))))


def named_log(**other: object) -> dict[str, object]:
    """A log as a trust list names it."""
    known = {"keys": [LOG.key.text()], "witnesses": [WITNESSES[0].key.text()], "witnesses_min": 1}
    return {"origin": LOG.key.name, **known, **other}


ALTERED = LOG.key.text().replace("+", "+0", 1)
NO_LOGS: list[object] = [
    "x",
    None,
    [named_log(), named_log()],
    [named_log(keys=[])],
    [named_log(keys=[WITNESSES[0].key.text()], witnesses=[])],
    [named_log(witnesses=[LOG.key.text()])],
    [named_log(witnesses=[WITNESSES[0].key.text()] * 2)],
    [named_log(witnesses_min=2)],
    [named_log(witnesses_min=-1)],
    [named_log(keys=[ALTERED])],
    [named_log(keys=[7])],
    [named_log(origin="")],
    [{"origin": LOG.key.name, "keys": [LOG.key.text()]}],
]


def test_a_trust_list_names_logs_as_well_and_one_without_is_as_ever() -> None:
    with_log = replace(m.TRUST, logs=(LOG_TRUST,))
    assert trust.opened(trust.signed(with_log, m.ROOT), [m.ROOT.public], m.NOW) == with_log
    assert "logs" not in json.loads(unpacked(trust.signed(m.TRUST, m.ROOT).split(".")[1]))


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (trust.signed(m.TRUST, m.STRANGER), "proof.key_unknown"),
        (trust.signed(m.TRUST, m.ROOT)[:-2], "proof.signature"),
        (resigned({}, typ="vc+jwt"), "proof.type"),
        (trust.signed(replace(m.TRUST, expires=m.NOW), m.ROOT), "trust.expired"),
        (trust.signed(replace(m.TRUST, number=6), m.ROOT), "trust.older"),
        (trust.signed(replace(m.TRUST, issued=m.START - timedelta(days=1)), m.ROOT), "proof.key_period"),
        (trust.signed(TWICE, m.ROOT), "trust.list"),
        (trust.signed(SHARED, m.ROOT), "trust.list"),
        (resigned({"issuers": None}), "trust.list"),
        (resigned({"issuers": [{"id": m.DID, "name": "x", "keys": [{"kty": "oct"}]}]}), "trust.list"),
        (resigned({"issuers": [{"id": "https://x", "name": "x", "keys": []}]}), "trust.list"),
        (resigned({"number": -1}), "trust.list"),
        (resigned({"exp": "never"}), "trust.list"),
        *((resigned({"logs": logs}), "trust.list") for logs in NO_LOGS),
    ],
)
def test_a_trust_list_that_is_none_is_refused(token: str, code: str) -> None:
    assert refused(lambda: trust.opened(token, [m.ROOT.public], m.NOW, m.TRUST)) == code


def test_nothing_is_verified_with_a_trust_list_that_has_expired() -> None:
    assert refused(lambda: verify(CARD, replace(m.TRUST, expires=m.NOW), m.NOW)) == "trust.expired"


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300)))
def test_whatever_is_scanned_is_refused_and_breaks_nothing(scanned: bytes | str) -> None:
    for prefix in ("", card.PREFIX):
        proof = scanned if isinstance(scanned, bytes) else prefix + scanned
        with pytest.raises(CeibaError):
            verify(proof, m.TRUST, m.NOW, m.CLEAR)


@given(st.data())
def test_any_byte_changed_is_found(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(PROOFS)))
    proof = PROOFS[form] if isinstance(PROOFS[form], bytes) else PROOFS[form].encode()  # type: ignore[union-attr]
    at = data.draw(st.integers(0, len(proof) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != proof[at]))
    with pytest.raises(CeibaError):
        verify(proof[:at] + bytes([other]) + proof[at + 1 :], m.TRUST, m.NOW, m.CLEAR)


def test_what_is_read_out_names_everything_and_ends_with_no_right() -> None:
    for language, name, unit in (
        ("es", "Nombre", "Meses aceptados: 36"),
        ("en", "Name", "Months accepted: 36"),
    ):
        lines = verify(CARD, m.TRUST, m.NOW, m.CLEAR).lines(language)
        assert lines[0] == f"{name}: {m.constancia().name}"
        assert unit in lines
        assert lines[-1] == NO_RIGHT[language]


def test_every_reason_is_told_in_both_languages_without_the_words_of_engineers() -> None:
    codes = [code for code in MESSAGES if code.split(".")[0] in {"proof", "status", "sd", "unchecked"}]
    assert len(codes) > 30
    for code in codes:
        for language in LANGUAGES:
            words = MESSAGES[code][language].lower().split()
            assert not {"jws", "cose", "cbor", "token", "payload", "hash"} & set(words), (code, language)


def test_a_constancia_that_makes_no_sense_is_not_made() -> None:
    for claim, *wrong in (
        ("name", "", "x" * 201, "Ana\u200b"),
        ("programme", "", "x" * 201, "Ana\n"),
        ("months_accepted", 0, 1201),
        ("last_month", m.constancia().first_month + 34, m.constancia().first_month + -1),
        ("issuer", "https://x"),
        ("issued", m.ISSUED.replace(tzinfo=None), m.ISSUED.replace(microsecond=1)),
        ("expires", m.ISSUED, m.EXPIRES.replace(tzinfo=None), m.EXPIRES.replace(microsecond=1)),
        ("status_list", "http://x"),
        ("status_index", -1),
    ):
        for value in wrong:
            with pytest.raises(CeibaError) as refusal:
                m.constancia(**{claim: value})
            assert refusal.value.problems[0].values == {"claim": claim}, value


def test_the_longest_that_makes_sense_is_made() -> None:
    long = {"name": "x" * 200, "programme": "x" * 200, "months_accepted": 1200, "status_index": 0}
    made = m.constancia(**long, first_month=Month(1920, 1), last_month=Month(2019, 12))
    assert verify(vc.written_jose(made, m.KEY), m.TRUST, m.NOW).proven["months_accepted"] == 1200


def test_the_claims_are_the_least_and_no_more() -> None:
    assert set(m.constancia().subject) == {
        "name", "birth_date", "programme", "months_accepted", "first_month", "last_month",
    }  # fmt: skip
    assert sd_jwt.VCT == "urn:ceiba:constancia:1"
