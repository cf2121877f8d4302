"""Examples that the standards publish, read by our code: RFC 9052 (COSE), RFC 9901 (SD-JWT), RFC 8037."""

import json
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.proofs import cose, sd_jwt
from ceiba.proofs.base64url import packed, unpacked, written
from ceiba.proofs.keys import PublicKey
from ceiba.proofs.sd_jwt import Asked, digest

START = datetime(2020, 1, 1, tzinfo=UTC)

# RFC 9052, appendix C.2.1; its key is that of C.7.1, kid "11".
SIGN1 = bytes.fromhex(
    "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c0831"
    "06c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36"
)
SIGN1_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "usWxHK2PmfnHKwXPS54m0kTcGJ90UiglWiGahtagnv8",
    "y": "IBOL-C3BttVivg-lSreASjpkttcsz-1rb7btKLv8EX4",
}
# RFC 9901, appendix A.5
SD_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}


def published(name: str) -> sd_jwt.Parts:
    text = (Path(__file__).parent / "vectors" / name).read_text()
    return sd_jwt.taken_apart(text.replace("\n", ""))


PARTS, PID = published("sd_jwt_section_5.txt"), published("sd_jwt_pid.txt")
SD_ASKED = Asked("1234567890", "https://verifier.example.org")
SD_BOUND_AT = datetime.fromtimestamp(1740817774, UTC)


def sd_payload(parts: sd_jwt.Parts = PARTS) -> dict[str, object]:
    payload: dict[str, object] = json.loads(unpacked(parts.token.split(".")[1]))
    return payload


def test_the_signature_of_rfc_9052_verifies_over_our_sig_structure() -> None:
    protected, unprotected, payload, signature = cbor2.loads(SIGN1).value
    key = PublicKey.of_jwk(SIGN1_KEY, START)
    assert unprotected == {cose.KID: b"11"}
    assert key.verifies(signature, cose.to_be_signed(protected, payload))
    assert not key.verifies(signature, cose.to_be_signed(protected, payload + b"!"))
    assert not key.verifies(signature, cose.to_be_signed(b"", payload))


def test_the_example_of_rfc_9052_is_refused_as_a_proof_because_its_kid_is_not_signed() -> None:
    with pytest.raises(CeibaError) as refusal:
        cose.opened(SIGN1, lambda _: PublicKey.of_jwk(SIGN1_KEY, START))
    assert refusal.value.problems[0].code == "proof.unprotected"


@pytest.mark.parametrize("parts", [PARTS, PID], ids=["section 5", "PID"])
def test_the_issuers_signature_of_rfc_9901_verifies(parts: sd_jwt.Parts) -> None:
    text, _, signature = parts.token.rpartition(".")
    assert PublicKey.of_jwk(SD_KEY, START).verifies(unpacked(signature), text.encode())


def test_the_presentation_of_rfc_9901_is_processed_as_it_says() -> None:
    assert sd_jwt.processed(sd_payload(), PARTS.disclosures) == {
        "iss": "https://issuer.example.com",
        "iat": 1683000000,
        "exp": 1883000000,
        "sub": "user_42",
        "nationalities": ["US"],
        "cnf": sd_payload()["cnf"],
        "family_name": "Doe",
        "address": {
            "street_address": "123 Main St",
            "locality": "Anytown",
            "region": "Anystate",
            "country": "US",
        },
        "given_name": "John",
    }


def test_its_key_binding_is_proved_for_its_nonce_and_no_other() -> None:
    cnf = sd_payload()["cnf"]
    assert sd_jwt.holder_proved(PARTS, cnf, SD_ASKED, SD_BOUND_AT)
    with pytest.raises(CeibaError):
        sd_jwt.holder_proved(PARTS, cnf, Asked("1234567891", SD_ASKED.audience), SD_BOUND_AT)


def test_the_pid_example_is_processed_through_a_disclosure_within_another() -> None:
    shown = sd_jwt.processed(sd_payload(PID), PID.disclosures)
    assert (shown["is_over_18"], shown["nationalities"]) == (True, ["DE"])
    assert set(shown) == {"iss", "iat", "exp", "vct", "cnf", "is_over_18", "nationalities"}
    at = datetime.fromtimestamp(1702316015, UTC)
    assert sd_jwt.holder_proved(PID, shown["cnf"], SD_ASKED, at)


def test_a_disclosure_taken_out_or_put_in_is_seen_in_the_example_too() -> None:
    shown = sd_jwt.processed(sd_payload(), PARTS.disclosures[1:])
    assert "family_name" not in shown
    foreign = packed(written(["salt", "given_name", "Eve"]))
    with pytest.raises(CeibaError) as refusal:
        sd_jwt.processed(sd_payload(), [*PARTS.disclosures, foreign])
    assert refusal.value.problems[0].code == "sd.unreferenced"


def test_disclosures_within_disclosures_are_processed_and_need_their_outer_one() -> None:
    """The structure of RFC 9901, section 6.3: the address is disclosed apart, and each part of it again."""
    street = packed(written(["a" * 22, "street", "Schulstr. 12"]))
    element = packed(written(["b" * 22, "DE"]))
    value = {"_sd": [digest(street), "decoy"], "in": [{"...": digest(element)}, {"...": "decoy too"}]}
    outer = packed(written(["c" * 22, "address", value]))
    payload = {"_sd": [digest(outer)], "_sd_alg": "sha-256"}
    assert sd_jwt.processed(payload, [element, street, outer]) == {
        "address": {"street": "Schulstr. 12", "in": ["DE"]}
    }
    assert sd_jwt.processed(payload, [outer]) == {"address": {"in": []}}
    assert sd_jwt.processed(payload, []) == {}
    for orphan in ([street], [element, street]):
        with pytest.raises(CeibaError) as refusal:
            sd_jwt.processed(payload, orphan)
        assert refusal.value.problems[0].code == "sd.unreferenced"


def test_the_thumbprint_of_rfc_8037() -> None:
    """Appendix A.3 of RFC 8037: the key of A.2 and its thumbprint."""
    key = PublicKey.of_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}, START
    )
    assert key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
