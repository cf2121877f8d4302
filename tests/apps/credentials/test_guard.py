"""What the database refuses of constancias and keys, whoever writes."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import DEFAULT_DB_ALIAS, IntegrityError, connection, transaction

from ceiba.accounts.models import Role, User
from ceiba.credentials.models import (
    TRIES_MAX,
    Credential,
    CredentialEvent,
    IssuerKey,
    Offer,
    StatusList,
    WalletCopy,
)
from ceiba.credentials.states import CredentialState, Happening
from ceiba.proofs.status_list import LEAST
from ceiba.registry.models import Participant
from ceiba.rulebook.models import Programme
from tests.apps.credentials.helpers import NOW, START, credential_row, key_row, list_row
from tests.apps.registry.helpers import base, user
from tests.refusals import append_only, refused

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
PATHS = {
    "valid": [],
    "suspended": ["suspended"],
    "asked": ["asked"],
    "revoked": ["asked", "revoked"],
}
ALLOWED = {
    ("valid", "suspended"), ("valid", "asked"), ("suspended", "valid"), ("suspended", "asked"),
    ("asked", "valid"), ("asked", "suspended"), ("asked", "revoked"),
}  # fmt: skip


@dataclass
class Desk:
    person: Participant
    other: Participant
    third: Participant
    office: User
    second: User
    key: IssuerKey
    place: StatusList

    def issue(self, **values: Any) -> Credential:
        return credential_row(
            **{"person": self.person, "by": self.office, "key": self.key, "place": self.place} | values
        )

    def change(self, row: Credential, state: str, by: User | None = None, **values: Any) -> None:
        """As a service does it, but for `values`."""
        by = by or (self.second if state == "revoked" else self.office)
        asked = {"asked": {"asked_by": by}, "valid": {"asked_by": None}, "suspended": {"asked_by": None}}
        said = {
            "state": state,
            "changed_by": by,
            "changed_at": LATER,
            "reason": "identity",
            **asked.get(state, {}),
        }
        with transaction.atomic():
            Credential.objects.filter(pk=row.pk).update(**said | values)

    def at(self, state: str) -> Credential:
        row = self.issue()
        for step in PATHS[state]:
            self.change(row, step)
        return Credential.objects.get(pk=row.pk)

    def at_end(self, row: Credential) -> Credential:
        for step in PATHS["revoked"]:
            self.change(row, step)
        return row


@pytest.fixture
def desk(db: None) -> Desk:
    people = base(3)
    Programme.objects.get_or_create(code="ca", defaults={"currency": "USD", "name": {"es": "Sembrando Vida"}})
    return Desk(*people, user(Role.OFFICE, "a"), user(Role.OFFICE, "b"), key_row(), list_row())


def test_it_goes_only_where_it_may(desk: Desk) -> None:
    for before, after in product(CredentialState, CredentialState):
        with transaction.atomic():
            row = desk.at(before)
            if (before, after) in ALLOWED:
                desk.change(row, after)
            else:
                with pytest.raises(IntegrityError, match=r"credential_transition|credential_revoked_by_two"):
                    desk.change(row, after)
            transaction.set_rollback(True)


def test_nobody_revokes_alone(desk: Desk) -> None:
    row = desk.at("asked")
    for values in ({"by": desk.office}, {"by": desk.office, "asked_by": desk.second}, {"asked_by": None}):
        with pytest.raises(IntegrityError, match=r"credential_revoked_by_two|credential_transition"):
            desk.change(row, "revoked", **values)
    other = desk.issue(person=desk.other)
    for state, values in (
        ("asked", {"asked_by": desk.second}),  # nor asks in another's name
        ("revoked", {"asked_by": desk.office}),  # nor says that somebody asked
        ("suspended", {"changed_at": NOW - timedelta(seconds=1)}),  # nor before it was
    ):
        with refused("credential_transition"):
            desk.change(other, state, **values)
    with refused("credential_transition"):  # nor by a newer one, while others look at it
        desk.change(
            row, "revoked", by=desk.office, superseded_by=other, reason="superseded", asked_by=desk.office
        )


def test_what_it_claims_stays(desk: Desk) -> None:
    row = desk.issue()
    list_row(2)
    Programme.objects.create(code="mx", currency="MXN", name={"es": "Otro"})
    for change in (
        {"participant": desk.other}, {"months_accepted": 37}, {"first_month": date(2022, 1, 1)},
        {"last_month": date(2026, 1, 1)}, {"programme_name": "Otro"}, {"status_index": 77}, {"status_list_id": 2},
        {"subject_cipher": b"other"}, {"card_cipher": b"other"}, {"card_cipher": None}, {"issued_by": desk.second},
        {"issued_at": NOW - timedelta(days=1)}, {"expires_at": NOW + timedelta(days=9_999)},
        {"key": key_row()}, {"id": uuid4()}, {"programme_id": "mx"},
    ):  # fmt: skip
        with refused("credential_claims_stay"):
            desk.change(row, "suspended", **change)
    with refused("append-only"):
        Credential.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


def test_one_live_for_a_person_and_a_programme(desk: Desk) -> None:
    row = desk.issue()
    with refused("credential_one_live"):
        desk.issue()
    with refused("credential_place_once"):
        desk.issue(person=desk.other, status_index=row.status_index)


def test_a_newer_takes_its_place_or_nothing_does(desk: Desk) -> None:
    row = desk.issue()
    superseded = {"state": "revoked", "by": desk.office, "reason": "superseded"}
    stranger = desk.issue(person=desk.other)
    with pytest.raises(IntegrityError, match="superseded_by_own"), transaction.atomic():
        desk.change(row, superseded_by=stranger, **superseded)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    older = desk.at_end(desk.issue(person=desk.third))
    newer = desk.issue(person=desk.third, issued_at=LATER, changed_at=LATER)
    for gone, of in ((row, row), (newer, older)):
        with refused("superseded_by_own"):
            desk.change(gone, superseded_by=of, **superseded)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("credential_revoked_by_two"):
        desk.change(row, superseded_by=None, **superseded | {"reason": "identity"})
    with refused("credential_superseded_is_revoked"):
        desk.change(row, "suspended", superseded_by=stranger)
    desk.change(stranger, "suspended")
    with refused("credential_transition"):  # what is suspended is not got rid of by a newer one
        desk.change(stranger, superseded_by=row, **superseded)


def test_it_begins_valid_and_signed_in_time(desk: Desk) -> None:
    ended = key_row(valid_until=NOW)
    for values, constraint in (
        ({"state": "suspended", "reason": "lost"}, "credential_begins_valid"),
        ({"state": "asked", "reason": "lost", "asked_by": desk.office}, "credential_begins_valid"),
        ({"changed_by": desk.second}, "credential_begins_valid"),
        ({"changed_at": LATER}, "credential_begins_valid"),
        ({"reason": "lost"}, "credential_begins_valid"),
        ({"subject_cipher": None, "card_cipher": None, "erased_at": NOW}, "credential_begins_valid"),
        ({"status_index": -1}, "credential_place_in_list"),
        ({"first_month": date(2026, 1, 1)}, "credential_claims_months"),
        ({"state": "suspended"}, "credential_ended_with_reason"),
        ({"state": "suspended", "reason": "because"}, "credential_reason_known"),
        ({"state": "asked", "reason": "lost"}, "credential_asked_by_someone"),
        ({"asked_by": desk.office}, "credential_asked_by_someone"),
        ({"key": ended}, "credential_key_in_use"),
        ({"key": key_row(withdrawn_at=START)}, "credential_key_in_use"),
        ({"key": key_row(purpose="trust")}, "credential_key_in_use"),
        ({"key": key_row(valid_from=LATER)}, "credential_key_in_use"),
        ({"status_index": desk.place.size}, "credential_place_in_list"),
        ({"expires_at": NOW}, "credential_forward"),
        ({"months_accepted": 0}, "credential_claims_months"),
        ({"state": "lost"}, "credential_state_known|credential_asked_by_someone"),
        ({"subject_cipher": None}, "credential_erased_whole"),
    ):
        with refused(constraint):
            desk.issue(**values)


def test_erasing_takes_all_of_the_person_and_once(desk: Desk) -> None:
    row = desk.issue()
    gone = {"subject_cipher": None, "card_cipher": None, "erased_at": LATER}
    with refused("credential_erased_whole"):
        desk.change(row, "valid", reason="", **gone | {"card_cipher": b"kept"})
    desk.change(row, "valid", reason="", **gone)
    with refused("credential_erased_whole"):
        desk.change(row, "suspended", subject_cipher=b"back")
    with refused("credential_claims_stay"):
        desk.change(row, "suspended", subject_cipher=b"back", erased_at=None)
    with refused("credential_claims_stay"):
        desk.change(row, "suspended", erased_at=LATER + timedelta(hours=1))
    desk.change(row, "suspended")  # it can still be suspended and revoked
    held = desk.issue(person=desk.other)
    desk.change(held, "suspended")
    with refused("credential_transition"):  # to erase is to erase, and nothing beside
        desk.change(held, "suspended", **gone | {"reason": "lost"})
    told = list(row.events.order_by("pk").values_list("happening", "reason"))
    assert told == [("issued", ""), ("erased", ""), ("suspended", "identity")]


def test_each_change_is_written_down_and_stays(desk: Desk) -> None:
    row = desk.issue()
    for state in ("suspended", "valid", "asked", "suspended", "asked", "revoked"):
        desk.change(row, state)
    told = list(CredentialEvent.objects.order_by("pk").values_list("happening", "by_id"))
    first, second = desk.office.pk, desk.second.pk
    assert told == [
        (Happening.ISSUED, first), (Happening.SUSPENDED, first), (Happening.REINSTATED, first),
        (Happening.ASKED, first), (Happening.REFUSED, first), (Happening.ASKED, first), (Happening.REVOKED, second),
    ]  # fmt: skip
    append_only(CredentialEvent)
    append_only(StatusList)


def test_a_key_is_public_and_stays_itself(desk: Desk) -> None:
    private = {**desk.key.jwk, "d": "c2VjcmV0"}
    with refused("key_public_alone"):
        key_row(jwk=private)
    for change in (
        {"valid_from": START - timedelta(days=1)},
        {"kind": "P-256"},
        {"purpose": "trust"},
        {"jwk": private},
        {"thumbprint": "x" * 43},
        {"published_at": LATER},
        {"published_by": desk.office},
    ):
        with refused("issuer_key_stays_itself|key_public_alone"):
            IssuerKey.objects.filter(pk=desk.key.pk).update(**change)
    IssuerKey.objects.filter(pk=desk.key.pk).update(valid_until=LATER, withdrawn_at=LATER)
    for change in (
        {"valid_until": None},
        {"valid_until": NOW},
        {"withdrawn_at": None},
        {"withdrawn_at": NOW},
    ):
        with refused("issuer_key_stays_itself"):
            IssuerKey.objects.filter(pk=desk.key.pk).update(**change)
    with refused("append-only"):
        IssuerKey.objects.all()._raw_delete(DEFAULT_DB_ALIAS)


def test_keys_lists_and_events_are_what_they_can_be(desk: Desk) -> None:
    for row, constraint in (
        (lambda: key_row(kind="RSA"), "key_kind_known"),
        (lambda: key_row(purpose="all"), "key_purpose_known"),
        (lambda: key_row(valid_until=START), "key_forward"),
        (lambda: key_row(jwk={"kty": "OKP", "crv": "Ed25519"}), "key_public_alone"),
        (lambda: list_row(0), "status_list_from_one"),
        (lambda: StatusList.objects.create(number=3, issuer="did:web:x", opened_at=START, size=LEAST - 1),
            "status_list_hides"),
        (lambda: CredentialEvent.objects.create(credential_id=uuid4(), happening="sold", at=NOW, by=desk.office),
            "credential_happening_known"),
    ):  # fmt: skip
        with refused(constraint):
            row()


def test_an_offer_is_one_of_its_states_and_gives_each_proof_a_copy_once(desk: Desk) -> None:
    said: dict[str, Any] = {
        "credential": desk.issue(), "tx_digest": "x", "asked_by": desk.office, "asked_at": NOW, "expires_at": LATER,
    }  # fmt: skip

    def offer(**values: Any) -> Offer:
        return Offer.objects.create(**said | {"reference_digest": uuid4(), "code_digest": uuid4()} | values)

    made = offer()
    token = {"token_digest": "x", "token_expires_at": LATER}
    for values, constraint in (
        ({}, "offer_one_open"),
        ({"state": "lost"}, "offer_state_known"),
        ({"state": "closed", "expires_at": NOW}, "offer_forward"),
        ({"state": "taken"}, "offer_taken_with_token"),
        ({"state": "taken", "token_digest": "x"}, "offer_taken_with_token"),
        ({"state": "taken", "token_expires_at": LATER}, "offer_taken_with_token"),
        ({"state": "open", **token}, "offer_taken_with_token"),
        ({"state": "taken", **token, "tries": TRIES_MAX}, "offer_tries_few"),
        ({"state": "closed", "tries": TRIES_MAX + 1}, "offer_tries_few"),
        ({"state": "closed", "tries": -1}, "offer_tries_few"),
        ({"state": "closed", "code_digest": made.code_digest}, "code_digest"),
        ({"state": "closed", "reference_digest": made.reference_digest}, "reference_digest"),
    ):
        with refused(constraint):
            offer(**values)
    copy: dict[str, Any] = {
        "offer": made, "configuration": "a", "holder": "h", "nonce_digest": "n", "key": desk.key, "given_at": NOW,
    }  # fmt: skip
    for values in (
        {},
        {"configuration": "b"},
        {"nonce_digest": "o"},
        {"holder": "i"},
        {"holder": ""},
        {"holder": ""},
    ):
        WalletCopy.objects.create(**copy | values)
    with refused("wallet_copy_proof_once"):
        WalletCopy.objects.create(**copy)
