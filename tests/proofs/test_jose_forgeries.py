"""Credentials (`vc+jwt`, `vc+cose`) and SD-JWTs that somebody forged or altered: refused, each for its reason."""

import hashlib
import hmac
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import cose, sd_jwt, vc
from ceiba.proofs.base64url import packed, unpacked, written
from ceiba.proofs.keys import Signer, key_name
from ceiba.proofs.sd_jwt import Asked, bound, digest, presented
from ceiba.proofs.verifying import Form, verify
from tests.proofs import made as m

GOOD = vc.written_jose(m.constancia(), m.KEY)
HEADER, PAYLOAD = (json.loads(unpacked(part)) for part in GOOD.split(".")[:2])
SD = m.sd()
SD_TOKEN, *DISCLOSURES, _ = SD.split("~")
SD_HEADER, SD_PAYLOAD = (json.loads(unpacked(part)) for part in SD_TOKEN.split(".")[:2])
ASKED = Asked("n-0S6_WzA2Mj", "https://consulado.ejemplo")
BOUND = m.sd(holder=m.HOLDER)
NAMED = key_name(m.DID, m.KEY.public)


def jws(header: dict[str, Any] | bytes, payload: dict[str, Any] | bytes, signer: Signer = m.KEY) -> str:
    """A truly signed JWS of whatever is in it."""
    parts = [part if isinstance(part, bytes) else written(part) for part in (header, payload)]
    text = ".".join(packed(part) for part in parts)
    return f"{text}.{packed(signer.sign(text.encode()))}"


def head(**other: object) -> str:
    return jws({**HEADER, **other}, PAYLOAD)


def says(**other: object) -> str:
    return jws(HEADER, {**PAYLOAD, **other})


def lacks(name: str) -> str:
    return jws(HEADER, {k: v for k, v in PAYLOAD.items() if k != name})


def of_subject(**other: object) -> str:
    return says(credentialSubject={**PAYLOAD["credentialSubject"], **other})


def mac(key: bytes) -> str:
    """The old trick: the public key, which everybody has, as the secret of an HMAC."""
    text = f"{packed(written({**HEADER, 'alg': 'HS256'}))}.{packed(written(PAYLOAD))}"
    return f"{text}.{packed(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def none(alg: str) -> str:
    return f"{packed(written({**HEADER, 'alg': alg}))}.{packed(written(PAYLOAD))}."


def altered(**other: object) -> str:
    """Another payload under the good signature."""
    head_, _, signature = GOOD.split(".")
    return f"{head_}.{packed(written({**PAYLOAD, **other}))}.{signature}"


def dangling(text: str) -> str:
    """The same bytes with a bit set that base64url ignores."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


def entries(**other: str) -> list[dict[str, str]]:
    return [{**entry, **other} for entry in PAYLOAD["credentialStatus"]]


def coded(header: dict[int, Any] | None = None, signer: Signer = m.KEY, kid: str = NAMED) -> bytes:
    said = vc.COSE_HEADER if header is None else header
    return cose.signed(signer, kid.encode(), written(PAYLOAD), said)


FORGERIES: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "algorithm none": (lambda: none("none"), "proof.algorithm"),
    "algorithm None": (lambda: none("None"), "proof.algorithm"),
    "HS256 with the public key": (lambda: mac(unpacked(m.KEY.public.jwk["x"])), "proof.algorithm"),
    "HS256 with the JWK": (lambda: mac(written(dict(m.KEY.public.jwk))), "proof.algorithm"),
    "ES256 named for an Ed25519 key": (lambda: head(alg="ES256"), "proof.algorithm"),
    "algorithm of no name": (lambda: head(alg=None), "proof.algorithm"),
    "algorithm a list": (lambda: head(alg=["Ed25519"]), "proof.algorithm"),
    "signature empty": (lambda: GOOD.rpartition(".")[0] + ".", "proof.signature"),
    "signature of another credential": (
        lambda: GOOD.rpartition(".")[0] + "." + says(id="urn:x").rpartition(".")[2],
        "proof.signature",
    ),
    "signature spelled otherwise": (lambda: dangling(GOOD), "proof.damaged"),
    "padding": (lambda: GOOD + "==", "proof.damaged"),
    "subject altered": (
        lambda: altered(credentialSubject={**PAYLOAD["credentialSubject"], "name": "Ana"}),
        "proof.signature",
    ),
    "life lengthened": (lambda: altered(validUntil="2099-01-01T00:00:00Z"), "proof.signature"),
    "status taken away": (lambda: altered(credentialStatus=[]), "proof.signature"),
    "another's key under this kid": (lambda: jws(HEADER, PAYLOAD, m.OTHER), "proof.signature"),
    "another issuer's key and kid": (
        lambda: jws({**HEADER, "kid": key_name(m.OTHER_DID, m.OTHER.public)}, PAYLOAD, m.OTHER),
        "proof.issuer_other",
    ),
    "another issuer's key as this one's": (
        lambda: jws({**HEADER, "kid": key_name(m.DID, m.OTHER.public)}, PAYLOAD, m.OTHER),
        "proof.key_unknown",
    ),
    "an issuer nobody knows": (
        lambda: vc.written_jose(m.constancia(issuer="did:web:nadie.ejemplo"), m.STRANGER),
        "proof.issuer_unknown",
    ),
    "no kid": (lambda: jws({k: v for k, v in HEADER.items() if k != "kid"}, PAYLOAD), "proof.key_name"),
    "kid a number": (lambda: head(kid=1), "proof.key_name"),
    "kid a bare thumbprint": (lambda: head(kid=m.KEY.public.thumbprint), "proof.issuer_unknown"),
    "its own key in the header": (lambda: head(jwk=dict(m.STRANGER.public.jwk)), "proof.header"),
    "an address for the key": (lambda: head(jku="https://x.ejemplo/k"), "proof.header"),
    "critical header unknown": (lambda: head(crit=["visa"], visa=True), "proof.critical"),
    "payload not encoded (b64)": (lambda: head(crit=["b64"], b64=False), "proof.critical"),
    "typ JWT": (lambda: head(typ="JWT"), "proof.type"),
    "typ of a presentation": (lambda: head(typ="vp+jwt"), "proof.type"),
    "no typ": (lambda: jws({k: v for k, v in HEADER.items() if k != "typ"}, PAYLOAD), "proof.type"),
    "cty of a presentation": (lambda: head(cty="vp"), "proof.type"),
    "header with a name twice": (
        lambda: jws(written(HEADER)[:-1] + b',"alg":"none"}', PAYLOAD),
        "proof.damaged",
    ),
    "payload with a name twice": (
        lambda: jws(HEADER, written(PAYLOAD)[:-1] + b',"issuer":"did:web:x"}'),
        "proof.damaged",
    ),
    "payload a list": (lambda: jws(HEADER, b"[]"), "proof.damaged"),
    "payload no JSON": (lambda: jws(HEADER, b"{"), "proof.damaged"),
    "payload without end": (lambda: jws(HEADER, b'{"a":' * 2000), "proof.damaged"),
    "payload NaN": (lambda: jws(HEADER, b'{"a":NaN}'), "proof.damaged"),
    "half a character": (lambda: jws(HEADER, b'{"a":"\\ud800"}'), "proof.damaged"),
    "two parts": (lambda: GOOD.rpartition(".")[0], "proof.unknown_format"),
    "four parts": (lambda: GOOD + ".x", "proof.unknown_format"),
    "cut": (lambda: GOOD[:-2], "proof.signature"),
    "oversized": (lambda: says(description="x" * 20_000), "proof.too_large"),
    "letters beyond ASCII": (lambda: GOOD + "ñ", "proof.unknown_format"),
    "another type of credential": (lambda: says(type=["VerifiableCredential", "Visa"]), "proof.type"),
    "a type more": (lambda: says(type=[*vc.TYPES, "Visa"]), "proof.type"),
    "another vocabulary": (lambda: says(**{"@context": [vc.CONTEXT[0], {"@vocab": "urn:x:"}]}), "proof.type"),
    "a right claimed beside": (lambda: says(evidence=[{"visa": True}]), "proof.extra"),
    "a right claimed of the person": (lambda: of_subject(visa="H-2B"), "proof.extra"),
    "subject a list": (lambda: says(credentialSubject=[PAYLOAD["credentialSubject"]]), "proof.claim"),
    "no subject": (lambda: lacks("credentialSubject"), "proof.claim"),
    "months as text": (lambda: of_subject(monthsAccepted="36"), "proof.claim"),
    "name a list": (lambda: of_subject(name=["Ana"]), "proof.claim"),
    "name of two lines": (lambda: of_subject(name="Ana\n\nMeses aceptados: 99"), "proof.claim"),
    "name that turns the reading": (lambda: of_subject(name="Ana \u202eznum"), "proof.claim"),
    "expiry spelled otherwise": (lambda: says(validUntil="2028-3-02T12:00:00Z"), "proof.claim"),
    "birth date spelled otherwise": (lambda: of_subject(birthDate="19690228"), "proof.claim"),
    "month spelled otherwise": (lambda: of_subject(firstMonth=" 2022-11"), "proof.claim"),
    "no expiry": (lambda: lacks("validUntil"), "proof.claim"),
    "expiry in another zone": (lambda: says(validUntil="2028-03-02T12:00:00+00:00"), "proof.claim"),
    "no status": (lambda: lacks("credentialStatus"), "proof.claim"),
    "one status only": (lambda: says(credentialStatus=entries()[:1]), "proof.claim"),
    "status of another purpose": (
        lambda: says(credentialStatus=entries(statusPurpose="message")),
        "proof.claim",
    ),
    "status index below nothing": (
        lambda: says(credentialStatus=entries(statusListIndex="-1")),
        "proof.claim",
    ),
    "expired": (lambda: vc.written_jose(m.constancia(expires=m.NOW), m.KEY), "proof.expired"),
    "not yet valid": (
        lambda: vc.written_jose(m.constancia(issued=m.NOW + timedelta(days=1)), m.KEY),
        "proof.not_yet",
    ),
    "old key after its end": (lambda: vc.written_jose(m.constancia(), m.OLD), "proof.key_period"),
    "COSE without its type": (lambda: coded({}), "proof.type"),
    "COSE of a presentation": (lambda: coded({3: "application/vp", 16: "application/vp+cose"}), "proof.type"),
    "COSE signed by another": (lambda: coded(signer=m.STRANGER), "proof.signature"),
    "COSE under a name of no issuer": (lambda: coded(kid="x"), "proof.issuer_unknown"),
    "COSE altered": (lambda: coded()[:-1] + bytes([coded()[-1] ^ 1]), "proof.signature"),
    "COSE cut": (lambda: coded()[:-1], "proof.damaged"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_credential_is_refused_with_its_reason(name: str) -> None:
    forge, code = FORGERIES[name]
    with pytest.raises(CeibaError) as refusal:
        verify(forge(), m.TRUST, m.NOW, m.CLEAR)
    assert [problem.code for problem in refusal.value.problems] == [code]


@pytest.mark.parametrize("signer", [m.KEY, m.WALLET_KEY], ids=["Ed25519", "P-256"])
def test_credentials_that_nobody_forged_hold(signer: Signer) -> None:
    for form, proof in (
        (Form.VC_JOSE, vc.written_jose(m.constancia(), signer)),
        (Form.VC_COSE, vc.written_cose(m.constancia(), signer)),
        (Form.SD_JWT, sd_jwt.written_sd(m.constancia(), signer, m.SALTS)),
    ):
        verdict = verify(proof, m.TRUST, m.NOW, m.CLEAR)
        assert (verdict.form, verdict.proven) == (form, m.constancia().subject)


def test_what_the_forgeries_are_made_with_is_true() -> None:
    for proof in (jws(HEADER, PAYLOAD), coded(), sd_of(), sd_of(disclosures=DISCLOSURES[:2])):
        assert verify(proof, m.TRUST, m.NOW, m.CLEAR).issuer == m.DID


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_whatever_an_issuer_signs_is_read_or_refused_and_breaks_nothing(data: st.DataObject) -> None:
    """An issuer's key in wrong hands, or another maker's mistakes: any member may be any JSON."""
    member = data.draw(st.sampled_from(sorted({*PAYLOAD, *SD_PAYLOAD})))
    anything = data.draw(JSON)
    for proof in (says(**{member: anything}), sd_of(**{member: anything})):
        with suppress(CeibaError):
            verify(proof, m.TRUST, m.NOW, m.CLEAR)
    with suppress(CeibaError):
        verify(jws({**HEADER, data.draw(st.sampled_from(sorted(HEADER))): anything}, PAYLOAD), m.TRUST, m.NOW)


def sd_of(
    payload: dict[str, Any] | None = None,
    disclosures: list[str] | None = None,
    header: dict[str, Any] | None = None,
    **other: object,
) -> str:
    """A truly signed SD-JWT of whatever is in it."""
    token = jws(header or SD_HEADER, {**(SD_PAYLOAD if payload is None else payload), **other})
    return "~".join([token, *(DISCLOSURES if disclosures is None else disclosures), ""])


def revealed(*contents: Any) -> str:
    """An SD-JWT whose one digest is truly of `contents`."""
    disclosure = packed(written(list(contents)))
    return sd_of(_sd=[digest(disclosure)], disclosures=[disclosure])


def rewritten(place: int, *contents: Any) -> str:
    """A disclosure replaced, its digest not."""
    shown = [*DISCLOSURES]
    shown[place] = packed(written(list(contents)))
    return sd_of(disclosures=shown)


def nested() -> str:
    """A disclosure with the digest of itself cannot be; one whose value has a digest used above can be tried."""
    inner = packed(written(["s" * 22, "name", "Ana"]))
    outer = packed(written(["t" * 22, "description", {"_sd": [digest(inner)]}]))
    return sd_of(
        {k: v for k, v in SD_PAYLOAD.items() if k != "description"},
        [inner, outer],
        _sd=[digest(inner), digest(outer)],
    )


def binding(holder: Signer = m.HOLDER, asked: Asked = ASKED, late: int = 0, **header: str) -> str:
    shown = presented(BOUND, ["months_accepted"])
    text = bound(shown, holder, asked, m.NOW - timedelta(minutes=late))
    if header:
        payload = json.loads(unpacked(text.rpartition("~")[2].split(".")[1]))
        text = shown + jws({"alg": holder.public.algorithm, "typ": "kb+jwt", **header}, payload, holder)
    return text


def moved() -> str:
    """The holder's signature over one presentation, under another that shows more."""
    return presented(BOUND, ["months_accepted", "name"]) + binding().rpartition("~")[2]


SD_FORGERIES: dict[str, tuple[Callable[[], str], str]] = {
    "disclosure altered": (
        lambda: rewritten(3, packed(m.SALTS[3]), "months_accepted", 99),
        "sd.unreferenced",
    ),
    "disclosure of nothing signed": (
        lambda: SD + packed(written(["s" * 22, "visa", True])) + "~",
        "sd.unreferenced",
    ),
    "a person's disclosure in another's": (
        lambda: m.sd(name="Ana") + DISCLOSURES[0] + "~",
        "sd.unreferenced",
    ),
    "disclosure twice": (lambda: SD + DISCLOSURES[0] + "~", "sd.repeated"),
    "digest twice": (lambda: sd_of(_sd=[*SD_PAYLOAD["_sd"], SD_PAYLOAD["_sd"][0]]), "sd.digest_twice"),
    "digest twice, once nested": (nested, "sd.reserved"),
    "digest of a decoy twice": (
        lambda: sd_of(description=[{"...": "x"}], _sd=[*SD_PAYLOAD["_sd"], "x"]),
        "sd.digest_twice",
    ),
    "disclosure empty": (lambda: SD_TOKEN + "~~", "proof.damaged"),
    "no tilde at its end": (lambda: SD.removesuffix("~"), "sd.binding"),
    "only tildes": (lambda: "~~~", "proof.damaged"),
    "claim called _sd": (lambda: revealed("s" * 22, "_sd", []), "sd.reserved"),
    "claim called ...": (lambda: revealed("s" * 22, "...", "x"), "sd.reserved"),
    "issuer disclosed apart": (lambda: revealed("s" * 22, "iss", m.OTHER_DID), "sd.reserved"),
    "expiry disclosed apart": (lambda: revealed("s" * 22, "exp", 2**33), "sd.reserved"),
    "claim name a number": (lambda: revealed("s" * 22, 1, "x"), "sd.reserved"),
    "claim that is there already": (
        lambda: sd_of({**SD_PAYLOAD, "name": "Ana"}),
        "sd.overlap",
    ),
    "a right disclosed": (lambda: revealed("s" * 22, "visa", True), "proof.extra"),
    "disclosure of two in an object": (lambda: revealed("s" * 22, "name"), "sd.malformed"),
    "disclosure of four": (lambda: revealed("s" * 22, "name", "Ana", 1), "sd.malformed"),
    "salt a number": (lambda: revealed(1, "name", "Ana"), "sd.malformed"),
    "disclosure of no JSON": (
        lambda: sd_of(_sd=[digest("e3s")], disclosures=["e3s"]),
        "sd.malformed",
    ),
    "_sd of no list": (lambda: sd_of(_sd="x"), "sd.malformed"),
    "_sd of numbers": (lambda: sd_of(_sd=[1]), "sd.malformed"),
    "three dots as a claim": (lambda: sd_of(**{"...": "x"}), "sd.malformed"),
    "three dots with company": (lambda: sd_of(description=[{"...": "x", "a": 1}]), "sd.malformed"),
    "SHA-1": (lambda: sd_of(_sd_alg="sha-1"), "sd.hash"),
    "hash of no name": (lambda: sd_of(_sd_alg=None), "sd.hash"),
    "another vct": (lambda: sd_of(vct="urn:visa:1"), "sd.vct"),
    "no vct": (lambda: sd_of({k: v for k, v in SD_PAYLOAD.items() if k != "vct"}), "sd.vct"),
    "vct disclosed apart": (lambda: revealed("s" * 22, "vct", "urn:visa:1"), "sd.reserved"),
    "typ of the time before (vc+sd-jwt)": (
        lambda: sd_of(header={**SD_HEADER, "typ": "vc+sd-jwt"}),
        "proof.type",
    ),
    "algorithm none": (lambda: sd_of(header={**SD_HEADER, "alg": "none"}), "proof.algorithm"),
    "payload altered": (
        lambda: SD.replace(SD_TOKEN.split(".")[1], packed(written({**SD_PAYLOAD, "exp": 2**33}))),
        "proof.signature",
    ),
    "a claim more": (lambda: sd_of(visa=True), "proof.extra"),
    "another status": (lambda: sd_of(status={"status_list": {"uri": "x", "idx": 0}}), "proof.claim"),
    "a VC in the place of the SD-JWT": (lambda: GOOD + "~", "proof.type"),
    "an SD-JWT without its tilde": (lambda: SD_TOKEN, "proof.type"),
    "expired": (lambda: m.sd(expires=m.NOW), "proof.expired"),
    "signed by another issuer": (lambda: sd_of(iss=m.OTHER_DID), "proof.issuer_other"),
}
BINDINGS: dict[str, tuple[Callable[[], str], str]] = {
    "no answer": (lambda: presented(BOUND, ["months_accepted"]), "sd.no_binding"),
    "no answer, and no holder": (lambda: SD, "sd.no_binding"),
    "another's key": (lambda: binding(m.STRANGER), "sd.binding"),
    "another nonce (replayed)": (lambda: binding(asked=Asked("x", ASKED.audience)), "sd.binding"),
    "another audience": (lambda: binding(asked=Asked(ASKED.nonce, "https://x.ejemplo")), "sd.binding"),
    "answer too old": (lambda: binding(late=11), "sd.binding"),
    "answer from tomorrow": (lambda: binding(late=-11), "sd.binding"),
    "answer of another type": (lambda: binding(typ="JWT"), "sd.binding"),
    "answer of algorithm none": (lambda: binding(alg="none"), "sd.binding"),
    "answer moved to show more": (moved, "sd.binding"),
    "answer where no holder is named": (lambda: bound(SD, m.HOLDER, ASKED, m.NOW), "sd.binding"),
    "answer cut": (lambda: binding()[:-5], "sd.binding"),
}


@pytest.mark.parametrize("name", SD_FORGERIES)
def test_a_forged_sd_jwt_is_refused_with_its_reason(name: str) -> None:
    forge, code = SD_FORGERIES[name]
    with pytest.raises(CeibaError) as refusal:
        verify(forge(), m.TRUST, m.NOW, m.CLEAR)
    assert [problem.code for problem in refusal.value.problems] == [code]


@pytest.mark.parametrize("name", BINDINGS)
def test_who_does_not_prove_to_be_the_holder_is_refused(name: str) -> None:
    forge, code = BINDINGS[name]
    with pytest.raises(CeibaError) as refusal:
        verify(forge(), m.TRUST, m.NOW, m.CLEAR, ASKED)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_holder_shows_the_months_and_withholds_the_rest() -> None:
    verdict = verify(presented(SD, ["months_accepted"]), m.TRUST, m.NOW, m.CLEAR)
    assert verdict.proven == {"months_accepted": 36}
    assert set(verdict.withheld) == {"name", "birth_date", "programme", "first_month", "last_month"}
    assert "María" not in presented(SD, ["months_accepted"])
    assert packed("María".encode())[:4] not in presented(SD, [])


def test_a_holder_who_answers_is_proved_and_an_answer_nobody_asked_for_is_not() -> None:
    assert verify(binding(), m.TRUST, m.NOW, m.CLEAR, ASKED).not_checked == ()
    unasked = verify(binding(), m.TRUST, m.NOW, m.CLEAR)
    assert [problem.code for problem in unasked.not_checked] == ["unchecked.holder"]
    with pytest.raises(CeibaError):
        verify(moved(), m.TRUST, m.NOW, m.CLEAR)


@pytest.mark.parametrize("salts", [m.SALTS[:5], [m.SALTS[0]] * 6, [*m.SALTS[:5], b"short"]])
def test_salts_must_be_enough_long_and_distinct(salts: list[bytes]) -> None:
    with pytest.raises(CeibaError) as refusal:
        sd_jwt.written_sd(m.constancia(), m.KEY, salts)
    assert refusal.value.problems[0].code == "sd.salts"
