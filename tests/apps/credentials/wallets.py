"""Wallets for tests: one by another maker, and one that does wrong what a test wants done wrong."""

import gzip
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import playwright
from django.http import HttpResponse
from django.test import Client
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from ceiba.credentials.wallet.configurations import GRANT
from ceiba.credentials.wallet.offering import Made
from ceiba.credentials.wallet.secrets_of import code_of

HERE = Path(__file__).parent / "wallet"
NODE = Path(playwright.__file__).parent / "driver" / "node"
URL = "https://constancias.ejemplo.gob"
Json = dict[str, Any]


def other_makers(folder: Path, offer: str, tx_code: str, alg: str, keys: int = 2) -> Json:
    """What the wallet of another maker makes of an offer; the network is Django's test client."""
    library = folder / "openid4vci.mjs"
    library.write_bytes(gzip.decompress((HERE / "openid4vci-0.4.6.mjs.gz").read_bytes()))
    command = [str(NODE), str(HERE / "wallet.mjs"), str(library)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as wallet:
        assert wallet.stdin is not None
        assert wallet.stdout is not None
        said: Json = {"offer": offer, "tx_code": tx_code, "alg": alg, "keys": keys}
        while True:
            wallet.stdin.write(json.dumps(said) + "\n")
            wallet.stdin.flush()
            heard: Json = json.loads(wallet.stdout.readline())
            if "fetch" not in heard:
                return heard
            said = _asked(heard["fetch"])


def _asked(request: Json) -> Json:
    assert request["url"].startswith(f"{URL}/")
    headers = dict(request["headers"])
    sent = Client(headers=headers).generic(
        request["method"],
        request["url"].removeprefix(URL),
        request["body"],
        content_type=headers.pop("content-type", "application/octet-stream"),
    )
    return {"status": sent.status_code, "headers": dict(sent.headers), "body": sent.content.decode()}


def key_of(kind: str = "P-256") -> JWK:
    return JWK.generate(kty="OKP", crv="Ed25519") if kind == "Ed25519" else JWK.generate(kty="EC", crv=kind)


def proof(key: JWK, header: Mapping[str, Any] | None = None, by: JWK | None = None, **payload: Any) -> str:
    """A proof of possession of `key`, signed with it or `by` another; what is None is left out."""
    alg = {"P-256": "ES256", "P-384": "ES384", "Ed25519": "EdDSA"}[key.export_public(as_dict=True)["crv"]]
    said = {"typ": "openid4vci-proof+jwt", "alg": alg, "jwk": key.export_public(as_dict=True)} | dict(
        header or {}
    )
    said = {name: value for name, value in said.items() if value is not None}
    claims = {name: value for name, value in ({"aud": URL} | payload).items() if value is not None}
    token = JWS(json.dumps(claims))
    token.allowed_algs = ["ES256", "ES384", "EdDSA", "HS256"]
    token.add_signature(by or key, None, json.dumps(said), None)
    return str(token.serialize(compact=True))


def nonce() -> str:
    response = Client().post("/wallet/nonce")
    assert response["Cache-Control"] == "no-store"
    return str(response.json()["c_nonce"])


def token_request(made: Made, **other: str | list[str] | None) -> HttpResponse:
    """A token request; `other` replaces what is sent, None leaves it out."""
    sent = {"grant_type": GRANT, "pre-authorized_code": code_of(made.reference), "tx_code": made.tx_code}
    sent |= {name.replace("__", "-"): value for name, value in other.items()}
    body = urlencode({name: value for name, value in sent.items() if value is not None}, doseq=True)
    return Client().post("/wallet/token", body, content_type="application/x-www-form-urlencoded")


def access_token(made: Made) -> str:
    response = token_request(made)
    assert response.status_code == 200, response.content
    return str(response.json()["access_token"])


def credential_request(token: str, body: Any) -> HttpResponse:
    data = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(headers=headers).post("/wallet/credential", data, content_type="application/json")


def offer_uri(link: str) -> str:
    """The address that a QR code's link leads to, without its site."""
    found = parse_qs(urlsplit(link).query)["credential_offer_uri"][0]
    assert found.startswith(f"{URL}/")
    return found.removeprefix(URL)
