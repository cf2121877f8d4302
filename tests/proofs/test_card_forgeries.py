"""Cards that somebody forged, altered or found: each is refused, for the right reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import base45
import cbor2
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, cose, trust, vc
from ceiba.proofs.cose import ALG, CRIT, KID
from ceiba.proofs.keys import Kind, Signer, made
from ceiba.proofs.trust import Issuer, Trust
from ceiba.proofs.verifying import Form, verify
from tests.proofs import made as m

GOOD = card.written(m.constancia(), m.KEY)
DATA = base45.b45decode(GOOD.removeprefix(card.PREFIX))
PROTECTED, _, PAYLOAD, SIGNATURE = cbor2.loads(DATA).value
CLAIMS = cbor2.loads(PAYLOAD)
HEADER = cbor2.loads(PROTECTED)


def carded(data: bytes) -> str:
    return card.PREFIX + base45.b45encode(data).decode()


def signed(
    payload: bytes = PAYLOAD,
    header: bytes | dict[Any, Any] = HEADER,
    unprotected: dict[Any, Any] | None = None,
    signer: Signer = m.KEY,
    tag: int | None = 18,
) -> str:
    """A card with a true signature over whatever is in it."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    signature = signer.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    value: Any = [protected, unprotected or {}, payload, signature]
    return carded(cbor2.dumps(value if tag is None else cbor2.CBORTag(tag, value), canonical=True))


def claiming(claims: dict[Any, Any]) -> str:
    return signed(cbor2.dumps({**CLAIMS, **claims}, canonical=True))


def rest(place: int, value: object) -> str:
    said = list(CLAIMS[card.CEIBA])
    said[place] = value
    return claiming({card.CEIBA: said})


def of(signer: Signer = m.KEY, **other: object) -> str:
    return card.written(m.constancia(**other), signer)


def flipped(at: int) -> str:
    return carded(DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :])


def unsigned(part: dict[Any, Any]) -> str:
    """The good signature under another payload."""
    return carded(
        cbor2.dumps(
            cbor2.CBORTag(18, [PROTECTED, {}, cbor2.dumps({**CLAIMS, **part}, canonical=True), SIGNATURE])
        )
    )


def twice(key: int) -> bytes:
    """The claims with one key a second time, as somebody would who hopes that readers differ in which they take."""
    items = [cbor2.dumps(k) + cbor2.dumps(v) for k, v in CLAIMS.items()]
    return bytes([0xA0 + len(items) + 1]) + b"".join([*items, cbor2.dumps(key) + cbor2.dumps(0)])


def respelled(letters: int, more: int) -> str:
    """A good card of which one group of letters says a number that, cut to its bytes, is the one of before."""
    text = next(each for each in (GOOD, *(of(name="A" * n) for n in range(9, 30))) if len(each) % 3 == 0)
    start = len(card.PREFIX)  # 7: what follows is whole groups and one of two letters
    places = range(start, len(text) - 2, 3) if letters == 3 else (len(text) - 2,)
    for place in places:
        values = [base45.BASE45_CHARSET.index(letter) for letter in text[place : place + letters]]
        number = sum(value * 45**power for power, value in enumerate(values)) + more
        if number < 45**letters:
            group = "".join(base45.BASE45_CHARSET[number // 45**power % 45] for power in range(letters))
            return text[:place] + group + text[place + letters :]
    raise AssertionError("no such group")


SHORT = HEADER[KID]
FORGERIES: dict[str, tuple[Callable[[], str], str]] = {
    "wrong prefix": (lambda: GOOD.replace("CEIBA1:", "CEIBA2:"), "proof.unknown_format"),
    "another country's health card": (lambda: GOOD.replace("CEIBA1:", "HC1:"), "proof.unknown_format"),
    "prefix in small letters": (GOOD.lower, "proof.unknown_format"),
    "no prefix": (lambda: GOOD.removeprefix("CEIBA1:"), "proof.unknown_format"),
    "nothing": (lambda: "", "proof.unknown_format"),
    "only the prefix": (lambda: "CEIBA1:", "proof.damaged"),
    "QR cut by one character": (lambda: GOOD[:-1], "proof.damaged"),
    "QR cut in half": (lambda: GOOD[: len(GOOD) // 2 + 1], "proof.damaged"),
    "a small letter in the text": (lambda: GOOD[:50] + "a" + GOOD[51:], "proof.damaged"),
    "base45 that overflows": (lambda: GOOD[:7] + ":::" + GOOD[10:], "proof.damaged"),
    "base45 of a number too large for two bytes": (lambda: respelled(3, 2**16), "proof.damaged"),
    "base45 of a number too large for one byte": (lambda: respelled(2, 2**8), "proof.damaged"),
    "a space after it": (lambda: GOOD + " ", "proof.damaged"),
    "oversized": (lambda: GOOD + "0" * 100, "proof.too_large"),
    "bytes after it": (lambda: carded(DATA + b"\x00\x00"), "proof.not_canonical"),
    "signature bit": (lambda: flipped(len(DATA) - 1), "proof.signature"),
    "name altered": (lambda: unsigned({card.CEIBA: ["Ana", *CLAIMS[card.CEIBA][1:]]}), "proof.signature"),
    "life lengthened": (lambda: unsigned({card.EXP: 2**33}), "proof.signature"),
    "signature cut": (
        lambda: carded(cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, PAYLOAD, SIGNATURE[:63]]))),
        "proof.signature",
    ),
    "empty signature": (
        lambda: carded(cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, PAYLOAD, b""]))),
        "proof.signature",
    ),
    "signed by nobody known, under a known name": (lambda: signed(signer=m.STRANGER), "proof.signature"),
    "signed by nobody known": (
        lambda: signed(header={ALG: -8, KID: m.STRANGER.public.short_name}, signer=m.STRANGER),
        "proof.key_unknown",
    ),
    "another issuer's key for this issuer": (
        lambda: signed(header={ALG: -8, KID: m.OTHER.public.short_name}, signer=m.OTHER),
        "proof.issuer_other",
    ),
    "another issuer named by this key": (lambda: claiming({card.ISS: m.OTHER_DID}), "proof.issuer_other"),
    "kid in the unprotected header only": (
        lambda: signed(header={ALG: -8}, unprotected={KID: SHORT}),
        "proof.unprotected",
    ),
    "algorithm in the unprotected header only": (
        lambda: signed(header={KID: SHORT}, unprotected={ALG: -8}),
        "proof.unprotected",
    ),
    "kid in both headers": (lambda: signed(unprotected={KID: SHORT}), "proof.unprotected"),
    "no kid": (lambda: signed(header={ALG: -8}), "proof.key_name"),
    "kid as text": (lambda: signed(header={ALG: -8, KID: "abc"}), "proof.key_name"),
    "no algorithm": (lambda: signed(header={KID: SHORT}), "proof.algorithm"),
    "no protected header": (lambda: signed(header=b""), "proof.algorithm"),
    "algorithm none": (lambda: signed(header={ALG: 0, KID: SHORT}), "proof.algorithm"),
    "HMAC 256": (lambda: signed(header={ALG: 5, KID: SHORT}), "proof.algorithm"),
    "ES256 named for an Ed25519 key": (lambda: signed(header={ALG: -7, KID: SHORT}), "proof.algorithm"),
    "algorithm as text": (lambda: signed(header={ALG: "EdDSA", KID: SHORT}), "proof.algorithm"),
    "algorithm true": (lambda: signed(header={ALG: True, KID: SHORT}), "proof.algorithm"),
    "a header of a large number alone": (lambda: signed(header={2**63: 1}), "proof.algorithm"),
    "algorithm under true": (lambda: signed(header={True: -8, KID: SHORT}), "proof.header"),
    "kid under a fraction": (lambda: signed(header={ALG: -8, 4.0: SHORT}), "proof.header"),
    "issuer under true": (
        lambda: signed(
            cbor2.dumps({True if k == card.ISS else k: v for k, v in CLAIMS.items()}, canonical=True)
        ),
        "proof.extra",
    ),
    "critical header unknown": (lambda: signed(header={ALG: -8, CRIT: [99], KID: SHORT}), "proof.critical"),
    "critical header empty": (lambda: signed(header={ALG: -8, CRIT: [], KID: SHORT}), "proof.critical"),
    "a certificate in the header": (lambda: signed(header={**HEADER, 33: b"x"}), "proof.header"),
    "a header of no map": (lambda: signed(header=cbor2.dumps([ALG, -8])), "proof.damaged"),
    "header out of order": (
        lambda: signed(header=b"\xa2" + cbor2.dumps(KID) + cbor2.dumps(SHORT) + b"\x01\x27"),
        "proof.not_canonical",
    ),
    "header key twice": (lambda: signed(header=b"\xa3\x01\x27" + PROTECTED[1:]), "proof.not_canonical"),
    "untagged": (lambda: signed(tag=None), "proof.type"),
    "tagged as COSE_Sign": (lambda: signed(tag=98), "proof.type"),
    "tagged as COSE_Mac0": (lambda: signed(tag=17), "proof.type"),
    "CWT tag around it": (lambda: carded(b"\xd8\x3d" + DATA), "proof.type"),
    "tag within tag": (lambda: carded(b"\xd2" + DATA), "proof.damaged"),
    "longer tag": (lambda: carded(b"\xd8\x12" + DATA[1:]), "proof.not_canonical"),
    "array of no end": (lambda: carded(b"\xd2\x9f" + DATA[2:] + b"\xff"), "proof.not_canonical"),
    "nothing under the tag": (lambda: carded(b"\xd2\xf6"), "proof.damaged"),
    "unprotected header a list": (
        lambda: carded(cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, [], PAYLOAD, SIGNATURE]))),
        "proof.damaged",
    ),
    "five parts": (lambda: carded(b"\xd2\x85" + DATA[2:] + b"\x00"), "proof.damaged"),
    "detached payload": (
        lambda: carded(cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {}, None, SIGNATURE]))),
        "proof.damaged",
    ),
    "claims key twice": (lambda: signed(twice(card.EXP)), "proof.not_canonical"),
    "claims in another order": (
        lambda: signed(
            b"\xa4" + b"".join(cbor2.dumps(k) + cbor2.dumps(v) for k, v in reversed(CLAIMS.items()))
        ),
        "proof.not_canonical",
    ),
    "claims of no map": (lambda: signed(cbor2.dumps([1, 2])), "proof.damaged"),
    "a claim more": (lambda: claiming({3: "a visa"}), "proof.extra"),
    "a right claimed": (lambda: claiming({"visa": True}), "proof.extra"),
    "no issuer": (
        lambda: signed(cbor2.dumps({k: v for k, v in CLAIMS.items() if k != 1}, canonical=True)),
        "proof.claim",
    ),
    "expiry as text": (lambda: claiming({card.EXP: "2030"}), "proof.claim"),
    "expiry as a fraction": (lambda: claiming({card.EXP: 2e9}), "proof.claim"),
    "expiry without end": (lambda: claiming({card.EXP: 2**62}), "proof.claim"),
    "the rest no list": (lambda: claiming({card.CEIBA: "x" * 8}), "proof.claim"),
    "the rest longer": (lambda: claiming({card.CEIBA: [*CLAIMS[card.CEIBA], "a visa"]}), "proof.claim"),
    "the rest shorter": (lambda: claiming({card.CEIBA: CLAIMS[card.CEIBA][:-1]}), "proof.claim"),
    "name empty": (lambda: rest(0, ""), "proof.claim"),
    "name a list": (lambda: rest(0, ["Ana"]), "proof.claim"),
    "name of two lines": (lambda: rest(0, "Ana\nMeses aceptados: 99"), "proof.claim"),
    "name that turns the reading": (lambda: rest(0, "Ana \u202eznum"), "proof.claim"),
    "programme with a letter nobody sees": (lambda: rest(2, "Sembrando\u200bVida"), "proof.claim"),
    "birth date as a fraction": (lambda: rest(1, -307.0), "proof.claim"),
    "birth date true": (lambda: rest(1, True), "proof.claim"),
    "months as text": (lambda: rest(3, "36"), "proof.claim"),
    "months true": (lambda: rest(3, True), "proof.claim"),
    "month below nothing": (lambda: rest(4, -1), "proof.claim"),
    "birth date beyond the calendar": (lambda: rest(1, 2**40), "proof.claim"),
    "status index below nothing": (lambda: rest(7, -1), "proof.claim"),
    "status index beyond the list": (lambda: of(status_index=m.SIZE + 1), "status.index"),
    "expired": (lambda: of(expires=m.NOW), "proof.expired"),
    "not yet issued": (lambda: of(issued=m.NOW + timedelta(minutes=6)), "proof.not_yet"),
    "issued with the old key after its end": (lambda: of(m.OLD), "proof.key_period"),
    "issued before its key began": (lambda: of(issued=m.ROTATED - timedelta(days=1)), "proof.key_period"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_card_is_refused_with_its_reason(name: str) -> None:
    forge, code = FORGERIES[name]
    with pytest.raises(CeibaError) as refusal:
        verify(forge(), m.TRUST, m.NOW, m.CLEAR)
    assert [problem.code for problem in refusal.value.problems] == [code]


@pytest.mark.parametrize(
    "hostile",
    [
        "c0c4821b7fffffffffffffff01",  # a date of a decimal of endless exponent
        "c0c5821b7fffffffffffffff01",  # a date of a bigfloat of endless exponent
        "d81e820100",  # a fraction over nothing
        "d823612a",  # a pattern that is none
        "d81c81d81d00",  # a list within itself
        "9b7fffffffffffffff",  # a list longer than any memory
        "5b000000ffffffffff",
        "81" * 3000 + "00",
        "d2" * 3000 + "00",
    ],
)
def test_hostile_cbor_is_refused_like_any_other(hostile: str) -> None:
    for data in (bytes.fromhex(hostile), b"\xd2" + bytes.fromhex(hostile)):
        with pytest.raises(CeibaError):
            cose.read(data)
        with pytest.raises(CeibaError):
            verify(data, m.TRUST, m.NOW)


def test_the_card_that_they_were_forged_from_holds_as_text_and_as_bytes() -> None:
    for form in (GOOD, GOOD.encode(), GOOD + "\n", signed()):
        verdict = verify(form, m.TRUST, m.NOW, m.CLEAR)
        assert (verdict.form, verdict.proven) == (Form.CARD, m.constancia().subject)
        assert (verdict.issuer_name, verdict.as_of) == ("Programa de ejemplo", m.LISTED)


def test_a_card_signed_before_the_rotation_still_holds() -> None:
    issued = m.ROTATED - timedelta(seconds=1)
    verdict = verify(of(m.OLD, issued=issued), m.TRUST, m.NOW, m.CLEAR)
    assert verdict.issued == issued


def test_a_card_of_an_issuer_taken_off_the_list_falls() -> None:
    other = Trust(8, m.LISTED, m.TRUST.expires, (m.TRUST.issuers[1],))
    with pytest.raises(CeibaError) as refusal:
        verify(GOOD, other, m.NOW)
    assert refusal.value.problems[0].code == "proof.key_unknown"
    other = Trust(8, m.LISTED, m.TRUST.expires, (Issuer(m.DID, "x", (m.OLD.public,)),))
    with pytest.raises(CeibaError):
        verify(GOOD, other, m.NOW)


def test_other_signed_texts_of_the_issuer_are_no_card() -> None:
    data = vc.written_cose(m.constancia(name="Ana"), m.KEY)
    with pytest.raises(CeibaError) as refusal:
        verify(carded(data)[:400], m.TRUST, m.NOW)
    assert refusal.value.problems[0].code == "proof.damaged"
    with pytest.raises(CeibaError) as refusal:
        verify(trust.signed(m.TRUST, m.KEY), m.TRUST, m.NOW)
    assert refusal.value.problems[0].code == "proof.type"


@pytest.mark.parametrize("kind", Kind)
def test_the_longest_plausible_card_fits_its_qr(kind: Kind) -> None:
    key = made(kind, m.START)
    text = of(
        key,
        name="María de los Ángeles Guadalupe Xitumul Hernández de la Cruz Ramírez Ixcoy",
        months_accepted=40,
    )
    assert len(text) <= card.LONGEST
    drawn = card.drawn(text)
    assert (drawn.mode, drawn.error) == ("alphanumeric", "M")


def test_a_card_that_does_not_fit_is_not_written() -> None:
    with pytest.raises(CeibaError) as refusal:
        of(name="Ñ" * 120)
    assert refusal.value.problems[0].code == "card.too_long"


def test_a_card_of_as_many_characters_as_it_may_have_is_written_and_read() -> None:
    key, most = made(Kind.ED25519, m.ROTATED), ""
    for letters in range(40, 120):
        try:
            most = of(key, name="A" * letters)
        except CeibaError:
            break
    assert len(most) == card.LONGEST
    believed = Trust(8, m.LISTED, m.TRUST.expires, (Issuer(m.DID, "x", (key.public,)),))
    assert verify(most, believed, m.NOW).form is Form.CARD


def test_a_status_elsewhere_is_written_whole() -> None:
    text = of(name="Ana", status_list="https://otro.ejemplo/9")
    _, held = card.opened(text, m.TRUST)
    claimed, _ = card.opened(text, m.TRUST)
    assert claimed.status_list == "https://otro.ejemplo/9"
    assert held.issuer.did == m.DID
