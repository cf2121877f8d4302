"""A wallet's proof of its key: each with one thing wrong, truly signed, is refused for that."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs.base64url import packed, written
from ceiba.proofs.key_proof import LONGEST, TYPE, WINDOW, proved
from ceiba.proofs.keys import SMALL_ORDER, Kind, PublicKey, SigningKey, made
from tests.proofs import made as m
from tests.proofs.test_jose_forgeries import JSON

US = "https://constancias.ejemplo.gob"
ED = made(Kind.ED25519, m.START)
P384 = {"kty": "EC", "crv": "P-384", "x": "A" * 64, "y": "A" * 64}
HEADER: dict[str, Any] = {"typ": TYPE, "alg": "ES256", "jwk": dict(m.HOLDER.public.jwk)}
PAYLOAD: dict[str, Any] = {"aud": US, "iat": int(m.NOW.timestamp()), "nonce": "n-0S6"}


def head(signer: SigningKey = m.HOLDER, **other: Any) -> str:
    return _signed(HEADER | other, PAYLOAD, signer)


def says(**other: Any) -> str:
    return _signed(HEADER, PAYLOAD | other, m.HOLDER)


def _signed(header: dict[str, Any], payload: dict[str, Any], signer: SigningKey) -> str:
    """Truly signed; what is None is left out."""
    parts = ({k: v for k, v in part.items() if v is not None} for part in (header, payload))
    text = ".".join(packed(written(part)) for part in parts)
    return f"{text}.{packed(signer.sign(text.encode()))}"


def aged(by: timedelta) -> str:
    return says(iat=int((m.NOW + by).timestamp()))


def weak() -> str:
    """A key of small order, for which anybody can sign: that there is no secret is what would be sold."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": packed((1).to_bytes(32, "little"))}
    text = head(alg="Ed25519", jwk=jwk).rpartition(".")[0]
    return f"{text}.{packed(bytes([1]) + bytes(63))}"


FORGERIES: dict[str, tuple[Callable[[], str], str]] = {
    "one part less": (lambda: head().rpartition(".")[0], "JWT"),
    "one part more": (lambda: head() + ".x", "JWT"),
    "too long": (lambda: says(more="x" * LONGEST), "JWT"),
    "header no JSON": (lambda: "e3s." + head().partition(".")[2], "JWT"),
    "signature no base64url": (lambda: head() + "=", "JWT"),
    "another type": (lambda: head(typ="JWT"), "typ"),
    "demands rules": (lambda: head(crit=["exp"]), "crit"),
    "no key": (lambda: head(jwk=None), "jwk"),
    "key a list": (lambda: head(jwk=[HEADER["jwk"]]), "jwk"),
    "key by name as well": (lambda: head(kid="did:web:x#1"), "jwk"),
    "certificate as well": (lambda: head(x5c=["MII="]), "jwk"),
    "private key": (lambda: head(jwk=HEADER["jwk"] | {"d": "AAAA"}), "private key"),
    "another curve": (lambda: head(jwk=P384), "jwk"),
    "kind of key a list": (lambda: head(jwk=HEADER["jwk"] | {"kty": ["EC"]}), "jwk"),
    "coordinate a number": (lambda: head(jwk=HEADER["jwk"] | {"x": 5}), "jwk"),
    "key for which anybody can sign": (weak, "jwk"),
    "algorithm none": (lambda: head(alg="none"), "alg"),
    "another curve's algorithm": (lambda: head(alg="EdDSA"), "alg"),
    "ES256 of an Ed25519 key": (lambda: head(ED, jwk=dict(ED.public.jwk)), "alg"),
    "another's signature": (lambda: head(m.WALLET_KEY), "signature"),
    "no time": (lambda: says(iat=None), "iat, nonce"),
    "time as text": (lambda: says(iat="now"), "iat, nonce"),
    "no nonce": (lambda: says(nonce=None), "iat, nonce"),
    "nonce a number": (lambda: says(nonce=1), "iat, nonce"),
    "audience of others": (lambda: says(aud="https://otro.ejemplo"), "aud"),
    "audience a list": (lambda: says(aud=[US]), "aud"),
    "long ago": (lambda: aged(-WINDOW - timedelta(seconds=1)), "iat"),
    "not yet": (lambda: aged(WINDOW + timedelta(seconds=1)), "iat"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_key_that_was_not_proved_is_refused_and_it_is_said_why(name: str) -> None:
    forge, what = FORGERIES[name]
    with pytest.raises(CeibaError) as refusal:
        proved(forge(), US, m.NOW)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.values) == ("key_proof.refused", {"what": what})


def test_a_key_that_was_proved_is_given_with_its_nonce() -> None:
    longest = next(says(more="x" * n) for n in range(LONGEST) if len(says(more="x" * n)) >= LONGEST)
    of_ed = [head(ED, jwk=dict(ED.public.jwk), alg=alg) for alg in ("EdDSA", "Ed25519")]
    for token in (head(), longest, aged(WINDOW), aged(-WINDOW), *of_ed):
        found = proved(token, US, m.NOW)
        assert found.nonce == "n-0S6"
        assert found.key.thumbprint in {m.HOLDER.public.thumbprint, ED.public.thumbprint}


def test_no_key_is_one_for_which_anybody_can_sign() -> None:
    for y in SMALL_ORDER:
        for sign in (0, 1):
            x = packed((y | sign << 255).to_bytes(32, "little"))
            with pytest.raises(CeibaError):
                PublicKey.of_jwk({"kty": "OKP", "crv": "Ed25519", "x": x}, m.START)


@given(st.sampled_from(("typ", "alg", "jwk", "kty", "crv", "x", "aud", "iat", "nonce")), JSON)
def test_whatever_a_wallet_sends_is_read_or_refused_and_breaks_nothing(member: str, anything: Any) -> None:
    for token in (
        head(**{member: anything}),
        head(jwk=HEADER["jwk"] | {member: anything}),
        says(**{member: anything}),
    ):
        with suppress(CeibaError):
            proved(token, US, m.NOW)
