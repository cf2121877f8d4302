"""Keys, a status list and constancias as rows, for tests of what the database itself refuses."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from ceiba.accounts.models import User
from ceiba.credentials.models import Credential, IssuerKey, StatusList
from ceiba.proofs import keys
from ceiba.proofs.keys import Kind, SigningKey
from ceiba.registry.models import Participant

DID = "did:web:constancias.ejemplo.gob"
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def key_row(key: SigningKey | None = None, **values: Any) -> IssuerKey:
    """A key published, from the start of the year on."""
    made = key or keys.made(Kind.ED25519, START)
    said = {
        "thumbprint": made.public.thumbprint, "jwk": dict(made.public.jwk), "kind": made.public.kind.value,
        "valid_from": made.public.valid_from, "published_at": START,
    }  # fmt: skip
    return IssuerKey.objects.create(**said | values)


def list_row(number: int = 1) -> StatusList:
    return StatusList.objects.create(number=number, issuer=DID, opened_at=START)


def credential_row(
    person: Participant, by: User, key: IssuerKey, place: StatusList, **values: Any
) -> Credential:
    """A constancia as the issuing desk would write it, with `values` in place of what it would."""
    said = {
        "id": uuid4(), "participant": person, "programme_id": "ca", "programme_name": "Sembrando Vida",
        "months_accepted": 36, "first_month": date(2023, 1, 1), "last_month": date(2025, 12, 1),
        "subject_cipher": b"sealed", "card_cipher": b"sealed", "key": key, "status_list": place,
        "status_index": Credential.objects.count(), "issued_by": by, "issued_at": NOW,
        "expires_at": NOW + timedelta(days=730), "changed_by": by, "changed_at": NOW,
    }  # fmt: skip
    return Credential.objects.create(**said | values)
