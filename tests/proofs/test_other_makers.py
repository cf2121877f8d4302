"""What Ceiba issues is accepted by other makers' verifiers: python-cwt, jwcrypto, sd-jwt. And where one is lax."""

import io
import json
from typing import Any

import base45
import cbor2
import pytest
import zxingcpp
from cwt import COSE, COSEKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSSignature
from PIL import Image
from sd_jwt.common import SDObj
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import card, keys, sd_jwt, status_list, trust, vc
from ceiba.proofs.base64url import packed, unpacked, written
from ceiba.proofs.keys import Kind, SigningKey
from ceiba.proofs.sd_jwt import Asked, bound, presented
from ceiba.proofs.verifying import verify
from tests.proofs import made as m

SIGNERS = pytest.mark.parametrize("signer", [m.KEY, m.WALLET_KEY], ids=["Ed25519", "P-256"])


def cose_key(signer: SigningKey, kid: bytes) -> Any:
    """A COSE_Key (RFC 9052, section 7): kty, kid, alg, crv, x and y."""
    public = signer.public
    x = {-2: unpacked(public.jwk["x"])}
    if public.kind is Kind.ED25519:
        return COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, **x})
    return COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, **x, -3: unpacked(public.jwk["y"])})


def jwk(signer: SigningKey) -> JWK:
    return JWK(**keys.jwk_set([signer.public])["keys"][0])


def jws(token: str, signer: SigningKey) -> dict[str, Any]:
    read = JWS()
    read.allowed_algs = ["Ed25519", "ES256"]
    read.deserialize(token)
    read.verify(jwk(signer))
    payload: dict[str, Any] = json.loads(read.payload)
    return payload


@SIGNERS
def test_python_cwt_verifies_the_card(signer: SigningKey) -> None:
    data = base45.b45decode(card.written(m.constancia(), signer).removeprefix(card.PREFIX))
    key = cose_key(signer, signer.public.short_name)
    claims = cbor2.loads(COSE.new().decode(data, key))
    assert (claims[1], claims[card.CEIBA][3]) == (m.DID, 36)
    with pytest.raises(Exception, match="verify"):
        COSE.new().decode(data[:-1] + bytes([data[-1] ^ 1]), key)


@SIGNERS
def test_zxing_reads_the_printed_qr(signer: SigningKey) -> None:
    text, png = card.written(m.constancia(), signer), io.BytesIO()
    card.drawn(text).save(png, kind="png", scale=4)
    # Its dots are others each time: somewhere among them there may be a bar code, for who looks for one.
    [found] = zxingcpp.read_barcodes(Image.open(png), formats=zxingcpp.BarcodeFormat.QRCode)
    assert found.text == text
    assert verify(found.text, m.TRUST, m.NOW, m.CLEAR).issuer == m.DID


@SIGNERS
def test_python_cwt_verifies_vc_cose(signer: SigningKey) -> None:
    key = cose_key(signer, keys.key_name(m.DID, signer.public).encode())
    payload = COSE.new().decode(vc.written_cose(m.constancia(), signer), key)
    assert json.loads(payload) == vc.credential(m.constancia())


def test_we_verify_a_card_that_python_cwt_signed() -> None:
    payload = cbor2.loads(
        base45.b45decode(card.written(m.constancia(), m.KEY).removeprefix("CEIBA1:"))
    ).value[2]
    private = m.KEY.private.private_bytes_raw()  # type: ignore[union-attr]
    key = COSEKey.from_jwk({**m.KEY.public.jwk, "alg": "EdDSA", "d": packed(private)})
    data = COSE.new().encode(payload, key, protected={1: -8, 4: m.KEY.public.short_name})
    text = card.PREFIX + base45.b45encode(data).decode()
    assert verify(text, m.TRUST, m.NOW, m.CLEAR).proven == m.constancia().subject


@SIGNERS
def test_jwcrypto_verifies_credentials_and_both_lists(signer: SigningKey) -> None:
    assert jws(vc.written_jose(m.constancia(), signer), signer) == vc.credential(m.constancia())
    assert jws(status_list.signed(m.listed(), signer), signer)["issuer"] == m.DID
    assert jws(trust.signed(m.TRUST, signer), signer)["number"] == 7
    with pytest.raises(InvalidJWSSignature):
        jws(vc.written_jose(m.constancia(), signer), m.STRANGER)


@SIGNERS
def test_openwallets_sd_jwt_reads_what_the_holder_showed(signer: SigningKey) -> None:
    full = sd_jwt.written_sd(m.constancia(), signer, m.SALTS, m.HOLDER.public)
    shown = bound(presented(full, ["months_accepted", "name"]), m.HOLDER, Asked("n", "https://x"), m.NOW)
    payload = SDJWTVerifier(shown, lambda *_: jwk(signer), "https://x", "n").get_verified_payload()
    assert (payload["months_accepted"], payload["name"]) == (36, m.constancia().name)
    assert "birth_date" not in payload


def test_we_read_what_openwallets_sd_jwt_issued() -> None:
    said = {
        SDObj(name): found for name, found in {"programme": "Sembrando Vida", "months_accepted": 36}.items()
    }
    own = {
        "iss": m.DID,
        "iat": int(m.ISSUED.timestamp()),
        "exp": int(m.EXPIRES.timestamp()),
        "vct": sd_jwt.VCT,
    }
    status = {"bitstring_status_list": {"uri": m.ADDRESS, "idx": m.INDEX}}
    private = m.WALLET_KEY.private.private_numbers().private_value.to_bytes(32)  # type: ignore[union-attr]
    issued = SDJWTIssuer(
        {**own, "status": status, **said},
        JWK(**m.WALLET_KEY.public.jwk, d=packed(private)),
        add_decoy_claims=True,
        extra_header_parameters={"typ": "dc+sd-jwt", "kid": keys.key_name(m.DID, m.WALLET_KEY.public)},
    ).sd_jwt_issuance
    verdict = verify(issued, m.TRUST, m.NOW, m.CLEAR)
    assert verdict.proven == {"programme": "Sembrando Vida", "months_accepted": 36}


def test_openwallets_sd_jwt_lets_pass_what_nothing_refers_to_and_we_do_not() -> None:
    """Why SD-JWT is written here. When this fails because theirs refuses, theirs can be looked at again."""
    text = m.sd(m.WALLET_KEY) + packed(written(["s" * 22, "visa", True])) + "~"
    assert SDJWTVerifier(text, lambda *_: jwk(m.WALLET_KEY)).get_verified_payload()["months_accepted"] == 36
    with pytest.raises(CeibaError) as refusal:
        verify(text, m.TRUST, m.NOW, m.CLEAR)
    assert refusal.value.problems[0].code == "sd.unreferenced"


def test_the_did_document_has_the_keys_that_other_makers_look_for() -> None:
    document = keys.did_document(m.DID, [m.OLD.public, m.KEY.public])
    header = json.loads(unpacked(vc.written_jose(m.constancia(), m.KEY).split(".")[0]))
    found = {method["id"]: method["publicKeyJwk"] for method in document["verificationMethod"]}
    assert JWK(**found[header["kid"]]).thumbprint() == m.KEY.public.thumbprint
    assert header["kid"] in document["assertionMethod"]
    assert not any("expires" in method for method in document["verificationMethod"])
