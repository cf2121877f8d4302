"""A constancia into a wallet (OpenID4VCI 1.0): each way that must not lead there, and another maker's wallet."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from joserfc.jwk import ECKey, OKPKey
from jwcrypto.jwk import JWK

from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.models import TRIES_MAX, Offer, WalletCopy
from ceiba.credentials.services import credential_erase, credential_suspend
from ceiba.credentials.wallet import rates
from ceiba.credentials.wallet.configurations import BATCH, SD_JWT, VC_JWT
from ceiba.credentials.wallet.giving import credentials_give
from ceiba.credentials.wallet.offering import LASTS, Made, link_by_reference, link_by_value, offer_make
from ceiba.credentials.wallet.refusals import Refusal
from ceiba.credentials.wallet.secrets_of import NONCE_SECONDS, code_of
from ceiba.credentials.wallet.tokens import TOKEN_LASTS
from ceiba.proofs import sd_jwt
from ceiba.proofs.keys import Kind, SigningKey, made
from ceiba.proofs.sd_jwt import Asked
from ceiba.proofs.verifying import verify
from tests.apps.credentials.conftest import Office
from tests.apps.credentials.helpers import START
from tests.apps.credentials.wallets import (
    access_token,
    credential_request,
    key_of,
    nonce,
    offer_uri,
    other_makers,
    proof,
    token_request,
)
from tests.apps.modules import savepoint

SECONDS = 1


@pytest.fixture(autouse=True)
def db(office: Office) -> Iterator[None]:
    """The office as it was made, for each test."""
    with savepoint():
        yield


@pytest.fixture
def offered(office: Office) -> Made:
    row = office.issued()
    return offer_make(credential=row, by=office.users["office"], at=timezone.now())


def now() -> int:
    return int(timezone.now().timestamp())


def asks(*proofs: str, **other: Any) -> dict[str, Any]:
    return {"credential_configuration_id": SD_JWT.id, "proofs": {"jwt": list(proofs)}} | other


def at_time(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    """The site's clock, so much later."""
    at = timezone.now() + later
    monkeypatch.setattr("ceiba.credentials.wallet.endpoints.timezone.now", lambda: at)


@pytest.mark.parametrize("alg", ["ES256", "Ed25519"])
@pytest.mark.parametrize("by_reference", [True, False], ids=["by reference", "by value"])
def test_the_wallet_of_another_maker_gets_a_copy_for_each_of_its_keys(
    office: Office, offered: Made, tmp_path: Path, alg: str, by_reference: bool
) -> None:
    link = (
        link_by_reference(offered.reference)
        if by_reference
        else link_by_value(offered.reference, "Pregunte.")
    )
    got = other_makers(tmp_path, link, offered.tx_code, alg)
    assert "error" not in got, got
    assert got["version"] == "V1"
    copies, (vc,) = got["given"][SD_JWT.id], got["given"][VC_JWT.id]
    assert verify(vc, office.trust, timezone.now()).proven["months_accepted"] >= 36
    assert len(set(copies)) == len(got["keys"]) == 2
    for copy, jwk in zip(copies, got["keys"], strict=True):
        shown = sd_jwt.presented(copy, ["months_accepted"])
        asked = Asked("de una sola vez", "https://consulado.ejemplo")
        at = timezone.now()
        holder = _holder(jwk)
        verdict = verify(sd_jwt.bound(shown, holder, asked, at), office.trust, at, (), asked)
        assert set(verdict.proven) == {"months_accepted"}
        assert "unchecked.holder" not in [problem.code for problem in verdict.not_checked]
        for forged, code in (
            (shown, "sd.no_binding"),
            (sd_jwt.bound(shown, made(Kind.P256, START), asked, at), "sd.binding"),
            (sd_jwt.bound(shown, holder, Asked("otra", asked.audience), at), "sd.binding"),
            (sd_jwt.bound(shown, holder, Asked(asked.nonce, "https://otro.ejemplo"), at), "sd.binding"),
        ):
            with pytest.raises(CeibaError) as refusal:
                verify(forged, office.trust, at, (), asked)
            assert refusal.value.problems[0].code == code


def _holder(jwk: dict[str, str]) -> SigningKey:
    of = OKPKey if jwk["kty"] == "OKP" else ECKey
    private = of.import_key({"kid": "x", **jwk}).get_op_key("sign")
    public = {name: value for name, value in jwk.items() if name != "d"}
    return SigningKey(private, sd_jwt.PublicKey.of_jwk(public, START))  # type: ignore[arg-type]


def test_another_makers_wallet_is_told_that_its_transaction_code_is_wrong(
    offered: Made, tmp_path: Path
) -> None:
    wrong = "000000" if offered.tx_code != "000000" else "111111"
    got = other_makers(tmp_path, link_by_reference(offered.reference), wrong, "ES256")
    assert got["answer"]["error"] == "invalid_grant"
    assert Offer.objects.get().tries == 1


@pytest.mark.parametrize(
    ("other", "status", "error"),
    [
        ({"grant_type": None}, 400, "invalid_request"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"pre__authorized_code": None}, 400, "invalid_request"),
        ({"pre__authorized_code": "adivinado"}, 400, "invalid_grant"),
        ({"tx_code": None}, 400, "invalid_request"),
        ({"tx_code": ""}, 400, "invalid_request"),
        ({"tx_code": ["1", "2"]}, 400, "invalid_request"),
        ({"authorization_details": "[]"}, 400, "invalid_authorization_details"),
    ],
)
def test_a_token_request_that_is_not_whole_is_refused_as_the_standard_says(
    offered: Made, other: dict[str, Any], status: int, error: str
) -> None:
    response = token_request(offered, **other)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response["Cache-Control"] == "no-store"
    assert Offer.objects.get().token_digest is None


def test_a_wrong_transaction_code_is_counted_and_the_fifth_ends_the_offer(offered: Made) -> None:
    wrong = "000000" if offered.tx_code != "000000" else "111111"
    for tries in range(1, TRIES_MAX + 1):
        assert token_request(offered, tx_code=wrong).json()["error"] == "invalid_grant"
        assert Offer.objects.get().tries == tries
    assert token_request(offered).json()["error"] == "invalid_grant"
    assert Client().get(offer_uri(link_by_reference(offered.reference))).status_code == 404
    assert Offer.objects.get().state == "closed"


def test_a_code_is_good_once_and_the_second_time_ends_the_token_of_the_first(offered: Made) -> None:
    token = access_token(offered)
    assert token_request(offered, tx_code="000000" if offered.tx_code != "000000" else "1").status_code == 400
    assert credential_request(token, {"credential_configuration_id": VC_JWT.id}).status_code == 200
    assert token_request(offered).json()["error"] == "invalid_grant"
    response = credential_request(token, {"credential_configuration_id": VC_JWT.id})
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    body = {"credential_configuration_id": VC_JWT.id}
    with pytest.raises(Refusal):  # as in a request whose token was looked at before
        credentials_give(offer=Offer.objects.get(), body=body, at=timezone.now())
    assert WalletCopy.objects.count() == 1


def test_an_offer_and_a_token_are_short_lived(offered: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    token = access_token(offered)
    with monkeypatch.context() as later:
        at_time(later, TOKEN_LASTS)
        assert credential_request(token, {"credential_configuration_id": VC_JWT.id}).status_code == 401
    newer = offer_make(credential=offered.offer.credential, by=offered.offer.asked_by, at=timezone.now())
    at_time(monkeypatch, LASTS)
    assert Client().get(offer_uri(link_by_reference(newer.reference))).status_code == 404
    assert token_request(newer).json()["error"] == "invalid_grant"


def test_a_newer_offer_ends_the_older_and_neither_is_made_of_what_does_not_hold(
    office: Office, offered: Made
) -> None:
    office_user, row = office.users["office"], offered.offer.credential
    newer = offer_make(credential=row, by=office_user, at=timezone.now())
    assert token_request(offered).json()["error"] == "invalid_grant"
    token = access_token(newer)
    credential_suspend(credential=row.pk, reason="lost", actor=office_user, at=timezone.now())
    response = credential_request(token, {"credential_configuration_id": VC_JWT.id})
    assert (response.status_code, response.json()["error"]) == (400, "credential_request_denied")
    with pytest.raises(CeibaError) as refusal:
        offer_make(credential=row, by=office_user, at=timezone.now())
    assert refusal.value.problems[0].code == "offer.not_valid"
    other = office.issued(office.made.people[1])
    credential_erase(credential=other.pk, actor=office_user, at=timezone.now())
    with pytest.raises(CeibaError):
        offer_make(credential=other, by=office_user, at=timezone.now())
    assert not WalletCopy.objects.exists()


P256, ED, OTHER = key_of(), key_of("Ed25519"), key_of()
FORGED: dict[str, tuple[Callable[[str], str], str]] = {
    "no JWT": (lambda _: "x.y", "invalid_proof"),
    "another audience": (lambda n: proof(P256, aud="https://otro.ejemplo", iat=now(), nonce=n), "invalid_proof"),
    "no audience": (lambda n: proof(P256, aud=None, iat=now(), nonce=n), "invalid_proof"),
    "no nonce": (lambda _: proof(P256, iat=now()), "invalid_proof"),
    "a nonce of nobody's": (lambda _: proof(P256, iat=now(), nonce="inventado"), "invalid_nonce"),
    "a nonce altered": (lambda n: proof(P256, iat=now(), nonce=f"{n}x"), "invalid_nonce"),
    "no time": (lambda n: proof(P256, nonce=n), "invalid_proof"),
    "long ago": (lambda n: proof(P256, iat=now() - 400, nonce=n), "invalid_proof"),
    "not yet": (lambda n: proof(P256, iat=now() + 400, nonce=n), "invalid_proof"),
    "another type": (lambda n: proof(P256, {"typ": "JWT"}, iat=now(), nonce=n), "invalid_proof"),
    "no algorithm": (lambda n: _unsigned(proof(P256, iat=now(), nonce=n)), "invalid_proof"),
    "another key's": (lambda n: proof(P256, by=OTHER, iat=now(), nonce=n), "invalid_proof"),
    "another curve": (lambda n: proof(key_of("P-384"), iat=now(), nonce=n), "invalid_proof"),
    "a key by name": (lambda n: proof(P256, {"jwk": None, "kid": "did:x"}, iat=now(), nonce=n), "invalid_proof"),
    "two ways to a key": (lambda n: proof(P256, {"kid": "x"}, iat=now(), nonce=n), "invalid_proof"),
    "a private key": (
        lambda n: proof(P256, {"jwk": P256.export_private(as_dict=True)}, iat=now(), nonce=n),
        "invalid_proof",
    ),
    "a secret for a key": (
        lambda n: proof(P256, {"alg": "HS256", "jwk": {"kty": "oct", "k": "AAAA"}},
            by=JWK(kty="oct", k="A" * 43), iat=now(), nonce=n),
        "invalid_proof",
    ),
    "demands rules": (lambda n: _critical(proof(P256, iat=now(), nonce=n)), "invalid_proof"),
}  # fmt: skip


def _unsigned(token: str) -> str:
    header = json.loads(sd_jwt.unpacked(token.split(".", maxsplit=1)[0])) | {"alg": "none"}
    return f"{sd_jwt.packed(sd_jwt.written(header))}.{token.split('.')[1]}."


def _critical(token: str) -> str:
    header = json.loads(sd_jwt.unpacked(token.split(".", maxsplit=1)[0])) | {"crit": ["b64"], "b64": False}
    return ".".join([sd_jwt.packed(sd_jwt.written(header)), *token.split(".")[1:]])


def test_a_key_that_was_not_proved_gets_nothing_and_each_refusal_has_the_standards_code(
    offered: Made,
) -> None:
    token = access_token(offered)
    for name, (forge, error) in FORGED.items():
        good = proof(ED, iat=now(), nonce=nonce())
        for proofs in ([forge(nonce())], [good, forge(nonce())]):
            response = credential_request(token, asks(*proofs))
            assert (response.status_code, response.json()["error"]) == (400, error), name
    assert not WalletCopy.objects.exists()
    for key in (P256, ED):
        assert credential_request(token, asks(proof(key, iat=now(), nonce=nonce()))).status_code == 200


def test_a_proof_is_good_once_and_while_its_nonce_is_fresh(
    offered: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, once = access_token(offered), proof(P256, iat=now(), nonce=nonce())
    assert credential_request(token, asks(once)).status_code == 200
    again = credential_request(token, asks(once))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_nonce")
    twice = proof(ED, iat=now(), nonce=nonce())
    assert credential_request(token, asks(twice, twice)).json()["error"] == "invalid_proof"
    old = nonce()
    monkeypatch.setattr(
        "django.core.signing.time.time", lambda: datetime.now(UTC).timestamp() + NONCE_SECONDS + 1
    )
    late = credential_request(token, asks(proof(ED, iat=now(), nonce=old)))
    assert late.json()["error"] == "invalid_nonce"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "invalid_credential_request"),
        ("[]", "invalid_credential_request"),
        (
            '{"credential_configuration_id": "a", "credential_configuration_id": "b"}',
            "invalid_credential_request",
        ),
        ({}, "invalid_credential_request"),
        ({"credential_configuration_id": "titulo_de_medico"}, "unknown_credential_configuration"),
        ({"credential_identifier": "x"}, "unknown_credential_identifier"),
        ({"credential_configuration_id": SD_JWT.id}, "invalid_proof"),
        ({"credential_configuration_id": SD_JWT.id, "proofs": {"jwt": []}}, "invalid_proof"),
        ({"credential_configuration_id": SD_JWT.id, "proofs": {"attestation": ["x"]}}, "invalid_proof"),
        ({"credential_configuration_id": SD_JWT.id, "proofs": {"jwt": ["x"] * (BATCH + 1)}}, "invalid_proof"),
        (
            {"credential_configuration_id": VC_JWT.id, "credential_response_encryption": {}},
            "invalid_encryption_parameters",
        ),
    ],
)
def test_a_credential_request_that_makes_no_sense_is_refused_as_the_standard_says(
    offered: Made, body: Any, error: str
) -> None:
    response = credential_request(access_token(offered), body)
    assert (response.status_code, response.json()["error"]) == (400, error)
    for token in ("", "inventado"):
        assert credential_request(token, body).status_code == 401


def test_an_offer_gives_only_so_many_copies(offered: Made) -> None:
    token, most = access_token(offered), 3
    for _ in range(most):
        keys = [key_of("Ed25519") for _ in range(BATCH)]
        response = credential_request(token, asks(*(proof(key, iat=now(), nonce=nonce()) for key in keys)))
        assert len(response.json()["credentials"]) == BATCH
    response = credential_request(token, {"credential_configuration_id": VC_JWT.id})
    assert response.json()["error"] == "credential_request_denied"


def test_no_secret_of_an_offer_is_in_the_database_or_in_a_log(offered: Made) -> None:
    token = access_token(offered)
    with connection.cursor() as cursor:
        cursor.execute("SELECT o::text FROM credentials_offer o")
        row = cursor.fetchone()[0]
    for secret in (offered.reference, code_of(offered.reference), token):
        assert secret not in row
    import logging

    from ceiba.devices.log import KeysMasked

    record = logging.LogRecord("x", 30, "", 0, "Not Found: /wallet/offers/%s", (offered.reference,), None)
    assert KeysMasked().filter(record)
    assert record.getMessage() == "Not Found: /wallet/offers/…"


def test_what_a_wallet_was_given_stays_written_down(offered: Made) -> None:
    assert (
        credential_request(access_token(offered), {"credential_configuration_id": VC_JWT.id}).status_code
        == 200
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        WalletCopy.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        WalletCopy.objects.update(holder="x")


def test_whoever_asks_too_often_waits(monkeypatch: pytest.MonkeyPatch, offered: Made) -> None:
    cache.clear()
    monkeypatch.setattr(rates, "MOST", 2)
    assert [Client().post("/wallet/nonce").status_code for _ in range(3)] == [200, 200, 429]
    assert Client().get(offer_uri(link_by_reference(offered.reference))).status_code == 429


@pytest.mark.parametrize("role", ["participant", "office"])
def test_its_holder_sees_the_digits_once_and_never_beside_the_code(office: Office, role: str) -> None:
    row, other = office.issued(), office.issued(office.made.people[1])
    client = Client()
    client.force_login(office.users[role], backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("credentials:wallet", args=[row.pk])
    assert client.get(address).status_code == 200
    assert not Offer.objects.exists()
    digits = client.post(address)
    tx_code, reference = digits.context["tx_code"], digits.context["reference"]
    assert f">{tx_code}<" in digits.content.decode()
    assert "data:image" not in digits.content.decode()
    assert digits["Cache-Control"] == "private, no-store"
    shown = client.post(address, {"reference": reference})
    assert "data:image" in shown.content.decode() and "openid-credential-offer://" in shown.content.decode()
    assert f">{tx_code}<" not in shown.content.decode()
    assert token_request(Made(Offer.objects.get(), reference, tx_code)).status_code == 200
    assert client.post(address, {"reference": reference}).status_code == 422  # it was taken

    others = offer_make(credential=other, by=office.users["office"], at=timezone.now())
    assert client.post(address, {"reference": others.reference}).status_code == 422
    credential_suspend(credential=row.pk, reason="lost", actor=office.users["office"], at=timezone.now())
    assert client.post(address).status_code == 422


def test_where_nobody_issues_there_is_nothing_to_ask() -> None:
    paths = (".well-known/openid-credential-issuer", ".well-known/oauth-authorization-server")
    for path in paths:
        response = Client().get(f"/{path}")
        assert response["Content-Type"] == "application/json"
        assert "https://constancias.ejemplo.gob/wallet/" in response.content.decode()
        with override_settings(ISSUER=""):
            assert Client().get(f"/{path}").status_code == 404
    assert Client().get("/wallet/token").status_code == 405
