"""Keys: kept, published, rotated; and keys that are none."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, keys
from ceiba.proofs.keys import Kind, PublicKey
from ceiba.proofs.verifying import verify
from tests.proofs import made as m

PHRASE = "una frase bastante larga"


def code(refusal: pytest.ExceptionInfo[CeibaError]) -> str:
    return refusal.value.problems[0].code


@pytest.mark.parametrize("kind", Kind)
def test_a_key_is_kept_under_its_passphrase_for_its_owner_alone(kind: Kind, tmp_path: Path) -> None:
    key, file = keys.made(kind, m.START), tmp_path / "key.pem"
    keys.kept(key, file, PHRASE)
    assert file.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = keys.taken(file, PHRASE, m.START)
    assert again.public == key.public
    assert key.public.verifies(again.sign(b"x"), b"x")
    assert len(again.sign(b"x")) == 64
    for wrong in ("otra frase bastante larga", ""):
        with pytest.raises(CeibaError) as refusal:
            keys.taken(file, wrong, m.START)
        assert code(refusal) == "key.file"
    with pytest.raises(CeibaError) as refusal:
        keys.kept(key, file, PHRASE)
    assert code(refusal) == "key.exists"


def test_a_short_passphrase_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(CeibaError) as refusal:
        keys.kept(m.KEY, tmp_path / "key.pem", "corta")
    assert code(refusal) == "key.passphrase"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "private", [generate_private_key(SECP384R1()), rsa(65537, 2048)], ids=["P-384", "RSA"]
)
def test_other_kinds_of_key_are_not_taken(private: object, tmp_path: Path) -> None:
    pem = private.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(PHRASE.encode()),
    )
    (tmp_path / "key.pem").write_bytes(pem)
    with pytest.raises(CeibaError) as refusal:
        keys.taken(tmp_path / "key.pem", PHRASE, m.START)
    assert code(refusal) == "key.file"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "OKP", "crv": "Ed25519"},
        {"kty": "OKP", "crv": "X25519", "x": m.KEY.public.jwk["x"]},
        {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"},
        {**m.OLD.public.jwk, "y": m.OLD.public.jwk["x"]},
    ],
)
def test_what_is_no_public_key_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(CeibaError) as refusal:
        PublicKey.of_jwk(jwk, m.START)
    assert code(refusal) == "key.file"


def test_the_published_set_holds_every_key_and_its_time_and_nothing_private() -> None:
    published = keys.jwk_set([m.OLD.public, m.KEY.public])["keys"]
    assert [keys.read(jwk) for jwk in published] == [m.OLD.public, m.KEY.public]
    assert ["exp" in jwk for jwk in published] == [True, False]
    assert not any("d" in jwk for jwk in published)


@pytest.mark.parametrize(
    "change", [{"kid": "x"}, {"nbf": "now"}, {"nbf": 2**70}, {"x": m.OTHER.public.jwk["x"]}]
)
def test_a_published_key_that_was_altered_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CeibaError) as refusal:
        keys.read({**keys.published(m.KEY.public), **change})
    assert code(refusal) == "key.file"


def test_a_key_signs_from_its_first_moment_to_just_before_its_last() -> None:
    moment = timedelta(seconds=1)
    assert [m.OLD.public.in_use(m.ROTATED - moment), m.OLD.public.in_use(m.ROTATED)] == [True, False]
    assert [m.KEY.public.in_use(m.ROTATED - moment), m.KEY.public.in_use(m.ROTATED)] == [False, True]


@pytest.mark.parametrize("key", [m.KEY, m.OLD], ids=["Ed25519", "P-256"])
@pytest.mark.parametrize("signature", [b"", b"x" * 63, b"x" * 64, bytes(64), b"\xff" * 64, b"x" * 72])
def test_what_is_no_signature_verifies_nothing(key: keys.SigningKey, signature: bytes) -> None:
    assert not key.public.verifies(signature, b"x")


def test_a_token_that_never_gives_its_key_away_can_sign() -> None:
    class Token:
        """As a hook to PKCS#11 would be: it signs, and shows the public key."""

        public = m.KEY.public

        def sign(self, data: bytes) -> bytes:
            return m.KEY.sign(data)

    assert verify(card.written(m.constancia(), Token()), m.TRUST, m.NOW).issuer == m.DID


@pytest.mark.parametrize(
    ("did", "base"),
    [
        ("did:web:ejemplo.gob", "https://ejemplo.gob/"),
        ("did:web:ejemplo.gob:constancias", "https://ejemplo.gob/constancias/"),
        ("did:web:localhost%3A8443", "https://localhost:8443/"),
    ],
)
def test_a_did_web_says_where_its_issuer_publishes(did: str, base: str) -> None:
    assert keys.web_base(did) == base


@pytest.mark.parametrize("did", ["", "did:web:", "did:key:z6Mk", "https://ejemplo.gob"])
def test_another_did_is_refused(did: str) -> None:
    with pytest.raises(CeibaError):
        keys.web_base(did)
