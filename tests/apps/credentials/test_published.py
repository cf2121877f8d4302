"""What verifiers fetch: the same for everybody, made again when it changed and before it expires, never half."""

import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from ceiba.core.kernel.errors import CeibaError
from ceiba.credentials.formats import card_of
from ceiba.credentials.models import Published
from ceiba.credentials.published.documents import RENEWED
from ceiba.credentials.published.making import documents_publish, files_write
from ceiba.credentials.published.type_metadata import type_metadata
from ceiba.credentials.services import credential_suspend, key_publish
from ceiba.credentials.services.rotation import key_rotate, key_withdraw
from ceiba.credentials.states import KeyPurpose
from ceiba.proofs import keys, sd_jwt, status_list, trust
from ceiba.proofs.keys import Kind, SigningKey
from ceiba.proofs.status_list import Purpose, list_address
from ceiba.proofs.trust import Trust
from ceiba.proofs.verifying import verify
from tests.apps.credentials.conftest import Office
from tests.apps.credentials.helpers import DID, START
from tests.apps.modules import savepoint
from tests.queue import worked

DOCUMENTS = {".well-known/did.json", "jwks.json", "trust-roots.json", "trust.jwt", "types/constancia.json"}


@pytest.fixture(autouse=True)
def db(office: Office) -> Iterator[None]:
    """The office as it was made, for each test."""
    with savepoint():
        yield


@pytest.fixture
def root(office: Office) -> SigningKey:
    key = keys.made(Kind.ED25519, START)
    office.folder.keep(key)
    key_publish(public=key.public, at=START, purpose=KeyPurpose.TRUST)
    return key


def fetched(path: str, **headers: str) -> bytes:
    response = Client(headers=headers).get(f"/{path}")
    assert response.status_code == 200, path
    return bytes(response.content)


def trusted(root: SigningKey) -> Trust:
    return trust.opened(fetched("trust.jwt").decode(), [root.public], timezone.now())


def test_nothing_is_published_without_a_key_and_nothing_is_there_for_a_guess(office: Office) -> None:
    for path in (*DOCUMENTS, "status/1/revocation", "status/1/secrets", "status/999/suspension"):
        assert Client().get(f"/{path}").status_code == 404
    assert Client().post("/jwks.json").status_code == 405


def test_whoever_has_the_root_key_verifies_a_card_with_what_is_published_alone(
    office: Office, root: SigningKey
) -> None:
    row = office.issued()
    assert set(documents_publish(at=timezone.now())) == {
        *DOCUMENTS,
        "status/1/revocation",
        "status/1/suspension",
    }
    held = trusted(root)
    assert [issuer.did for issuer in held.issuers] == [DID]
    lists = [status_list.opened(fetched(f"status/1/{p}").decode(), held) for p in Purpose]
    verdict = verify(card_of(row) or "", held, timezone.now(), lists)
    assert verdict.issuer_name == "Programa de prueba"
    assert [problem.code for problem in verdict.not_checked] == ["unchecked.holder"]

    document = json.loads(fetched(".well-known/did.json"))
    assert document["id"] == DID
    assert [method["id"] for method in document["verificationMethod"]] == [
        f"{DID}#{office.key.public.thumbprint}"
    ]
    assert [keys.read(jwk) for jwk in json.loads(fetched("jwks.json"))["keys"]] == [office.key.public]
    assert json.loads(fetched("types/constancia.json"))["vct"] == sd_jwt.VCT


def test_a_suspension_is_published_by_the_worker_and_until_then_the_same_bytes_are_served(
    office: Office, root: SigningKey
) -> None:
    row = office.issued()
    documents_publish(at=timezone.now())
    assert documents_publish(at=timezone.now()) == []
    first = Client().get("/status/1/suspension")
    assert first["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in first.headers and "Cookie" not in first.headers.get("Vary", "")
    again = Client(headers={"If-None-Match": first["ETag"]}).get("/status/1/suspension")
    assert (again.status_code, again.content) == (304, b"")

    credential_suspend(credential=row.id, reason="lost", actor=office.users["office"], at=timezone.now())
    assert worked() == ["succeeded"]
    newer = Client(headers={"If-None-Match": first["ETag"]}).get("/status/1/suspension")
    assert newer.status_code == 200
    lists = [status_list.opened(newer.content.decode(), trusted(root))]
    with pytest.raises(CeibaError) as refusal:
        verify(card_of(row) or "", trusted(root), timezone.now(), lists)
    assert refusal.value.problems[0].code == "proof.suspended"


def test_signed_documents_are_made_anew_before_they_expire_and_the_trust_lists_number_grows(
    office: Office, root: SigningKey
) -> None:
    office.issued()
    now = timezone.now()
    documents_publish(at=now)
    assert documents_publish(at=now + RENEWED - timedelta(minutes=1)) == []
    older = trusted(root)
    renewed = documents_publish(at=now + RENEWED)
    assert renewed == ["trust.jwt", "status/1/revocation", "status/1/suspension"]
    assert trusted(root).number > older.number
    with pytest.raises(CeibaError):
        trust.opened(trust.signed(older, root), [root.public], now, trusted(root))


def test_the_trust_lists_number_grows_over_a_restored_backup_and_a_clock_set_back(
    office: Office, root: SigningKey
) -> None:
    """Or verifiers would go on with the list of before, and believe a key that was taken off since."""
    now = timezone.now()
    documents_publish(at=now)
    older = trusted(root)
    Published.objects.all().delete()
    documents_publish(at=now + timedelta(seconds=1))
    newer = trusted(root)
    assert newer.number > older.number
    Published.objects.filter(path="trust.jwt").update(made_from="")
    documents_publish(at=now - timedelta(hours=1))
    assert trusted(root).number > newer.number


def test_after_a_rotation_old_constancias_verify_and_after_a_leak_none_of_that_key_does(
    office: Office, root: SigningKey
) -> None:
    row, old = office.issued(), office.key.public
    new = keys.made(Kind.P256, timezone.now().replace(microsecond=0) + timedelta(hours=1))
    office.folder.keep(new)
    key_rotate(old=old.thumbprint, new=new.public, at=timezone.now())
    later = timezone.now() + timedelta(hours=2)
    documents_publish(at=later)
    assert [key.thumbprint for key in trusted(root).issuers[0].keys] == [
        old.thumbprint,
        new.public.thumbprint,
    ]
    assert verify(card_of(row) or "", trusted(root), later).proven["months_accepted"] >= 36
    assert status_list.opened(fetched("status/1/revocation").decode(), trusted(root)).issuer == DID
    for at in (old.thumbprint, "no-such-key"):
        with pytest.raises(CeibaError):
            key_rotate(old=at, new=keys.made(Kind.P256, later).public, at=later)

    key_withdraw(thumbprint=old.thumbprint, at=later)
    documents_publish(at=later)
    assert old.thumbprint not in fetched("jwks.json").decode() + fetched(".well-known/did.json").decode()
    with pytest.raises(CeibaError) as refusal:
        verify(card_of(row) or "", trusted(root), later)
    assert refusal.value.problems[0].code == "proof.key_unknown"


def test_what_cannot_be_signed_leaves_everything_as_it_was(
    office: Office, root: SigningKey, tmp_path: Path
) -> None:
    office.issued()
    documents_publish(at=timezone.now())
    before = dict(Published.objects.values_list("path", "etag"))
    lacking = tmp_path / "none"
    with override_settings(KEYS_PASSPHRASE_FILE=lacking), pytest.raises(CeibaError) as refusal:
        documents_publish(at=timezone.now() + RENEWED)
    assert refusal.value.problems[0].code == "credentials.no_passphrase"
    assert dict(Published.objects.values_list("path", "etag")) == before
    with override_settings(ISSUER="did:web:ejemplo.gob:con:ruta"), pytest.raises(CeibaError) as refusal:
        documents_publish(at=timezone.now())
    assert refusal.value.problems[0].code == "credentials.issuer_path"


def test_a_mirror_gets_the_same_bytes_under_the_same_paths(
    office: Office, root: SigningKey, tmp_path: Path
) -> None:
    office.issued()
    documents_publish(at=timezone.now())
    written = {str(file.relative_to(tmp_path)): file.read_bytes() for file in files_write(tmp_path)}
    assert written == {path: fetched(path) for path in written}
    assert {*DOCUMENTS, "status/1/revocation"} <= set(written)
    assert {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*") if file.is_file()} == set(written)


def test_the_type_metadata_say_of_every_claim_what_it_is_called_and_whether_it_can_be_withheld(
    office: Office,
) -> None:
    row = office.issued()
    from ceiba.credentials.formats import sd_jwt_of
    from ceiba.credentials.signing import signer

    token = sd_jwt_of(row, signer(timezone.now()), timezone.now())
    claims = {claim["path"][0]: claim for claim in type_metadata()["claims"]}
    apart = {name for name, claim in claims.items() if claim["sd"] == "always"}
    assert apart == set(sd_jwt.FIELDS)
    assert all({label["locale"] for label in claims[name]["display"]} == {"es", "en"} for name in apart)
    payload = sd_jwt.read_json(sd_jwt.unpacked(token.split(".")[1]))
    assert set(payload) - {"_sd", "_sd_alg", "vct"} == set(claims) - apart


def test_a_million_entries_stay_small() -> None:
    """A hundred thousand of a million at random places: far more than ever will be, and the hardest to compress."""
    places = Random(7).sample(range(1_000_000), 100_000)  # noqa: S311
    now = timezone.now().replace(microsecond=0)
    key = keys.made(Kind.P256, START)
    address = list_address("https://constancias.ejemplo.gob/status/1", Purpose.REVOCATION)
    bits = status_list.bitstring(places, 1_000_000)
    written = status_list.signed(
        status_list.StatusList(address, Purpose.REVOCATION, DID, now, now + timedelta(days=7), bits), key
    )
    assert len(gzip.compress(written.encode())) < 200_000
