"""Constancias are issued to whom the rules let, hold for who verifies them, and are taken back by the right ones."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.month import Month
from ceiba.credentials.formats import card_of, claims_of, sd_jwt_of, vc_of
from ceiba.credentials.models import Credential, CredentialEvent, StatusList
from ceiba.credentials.selectors.standing import standings
from ceiba.credentials.selectors.status import places_set
from ceiba.credentials.services import (
    credential_erase,
    credential_reinstate,
    credential_suspend,
    credentials_issue,
    key_publish,
    revocation_ask,
    revocation_confirm,
    revocation_refuse,
)
from ceiba.credentials.signing import signer
from ceiba.proofs import keys, status_list
from ceiba.proofs.keys import Kind
from ceiba.proofs.status_list import Purpose, bitstring, list_address
from ceiba.proofs.status_list import StatusList as Published
from ceiba.proofs.verifying import Verdict, verify
from ceiba.registry.models import Participant
from tests.apps.credentials.conftest import Office, months_of
from tests.apps.credentials.helpers import DID, START
from tests.apps.modules import savepoint

NAME = "Ana Pérez López"


@pytest.fixture(autouse=True)
def db(office: Office) -> Iterator[None]:
    """The office as it was made, for each test."""
    with savepoint():
        yield


def refused(code: str) -> Any:
    class Refused:
        def __enter__(self) -> None:
            self.expected = pytest.raises(CeibaError)
            self.found = self.expected.__enter__()

        def __exit__(self, *error: Any) -> Any:
            handled = self.expected.__exit__(*error)
            assert [problem.code for problem in self.found.value.problems] == [code]
            return handled

    return Refused()


def ask(office: Office, row: Credential, **values: Any) -> Credential:
    said = {"reason": "identity", "actor": office.users["office"], "at": timezone.now()} | values
    return revocation_ask(credential=row.id, **said)


def published(office: Office, row: Credential) -> list[Published]:
    """Both lists as they would be published now."""
    now = timezone.now().replace(microsecond=0)
    address, size = row.status_list.address, row.status_list.size
    lists = (
        Published(
            list_address(address, purpose), purpose, DID, now, now + timedelta(days=7),
            bitstring(places_set(row.status_list_id, purpose), size),
        )
        for purpose in Purpose
    )  # fmt: skip
    return [status_list.opened(status_list.signed(each, office.key), office.trust) for each in lists]


def verified(office: Office, row: Credential, proof: str | None = None) -> Verdict:
    return verify(proof or card_of(row) or "", office.trust, timezone.now(), published(office, row))


def test_nobody_without_the_months_is_issued_one(office: Office) -> None:
    short, away = office.made.people[6], office.made.people[7]
    for person in (short, away):
        with refused("credential.not_reached"):
            office.issued(person)
    stranger = Participant.objects.exclude(pk__in=[p.pk for p in office.made.people]).first()
    assert stranger is None
    done = credentials_issue(
        programme="ca", people=[short.pk, away.pk, -1], actor=office.users["office"], at=timezone.now()
    )
    assert (done.issued, sum(done.others.values())) == (0, 2)
    assert not Credential.objects.exists()
    found = standings("ca", "record", timezone.now(), [short.pk, away.pk])
    assert found["failed"].to_list() == [["pathway.accepted"], ["pathway.breaks"]]


def test_nothing_is_issued_without_issuer_key_or_passphrase(office: Office, tmp_path: Any) -> None:
    for values, code in (
        ({"ISSUER": ""}, "credentials.no_issuer"),
        ({"KEYS_PASSPHRASE_FILE": tmp_path / "none"}, "credentials.no_passphrase"),
        ({"KEYS_DIR": tmp_path}, "key.absent"),
    ):
        with override_settings(**values), refused(code):
            office.issued()
    with refused("credentials.no_key"):
        office.issued(at=START - timedelta(days=1))


def test_what_is_issued_is_verified_in_every_format(office: Office) -> None:
    row = office.issued()
    signing, now = signer(timezone.now()), timezone.now()
    for proof in (card_of(row), vc_of(row, signing, now), sd_jwt_of(row, signing, now)):
        verdict = verified(office, row, proof)
        assert verdict.proven == {
            "name": NAME, "birth_date": date(1980, 5, 1), "programme": "Sembrando Vida", "months_accepted": 36,
            "first_month": Month(2023, 1), "last_month": Month(2026, 1),
        } | {"programme": row.programme_name}  # fmt: skip
        assert verdict.issued == row.issued_at
        assert [p.code for p in verdict.not_checked] == ["unchecked.holder"]
    assert NAME.encode() not in bytes(row.subject_cipher or b"") + bytes(row.card_cipher or b"")
    assert claims_of(Credential.objects.get(pk=row.pk)).name == NAME


def test_suspended_it_does_not_hold_and_reinstated_it_does(office: Office) -> None:
    row, by = office.issued(), office.users["office"]
    with refused("credential.reason"):
        credential_suspend(credential=row.id, reason="deceased", actor=by, at=timezone.now())
    with refused("credential.changed_since"):
        credential_reinstate(credential=row.id, reason="doubt_cleared", actor=by, at=timezone.now())
    credential_suspend(credential=row.id, reason="lost", actor=by, at=timezone.now())
    with refused("proof.suspended"):
        verified(office, row)
    with refused("credential.held_back"):  # and asking for another does not undo it
        office.issued()
    credential_reinstate(credential=row.id, reason="doubt_cleared", actor=by, at=timezone.now())
    assert verified(office, row).proven["months_accepted"] == 36


def test_two_people_revoke_and_it_never_comes_back(office: Office) -> None:
    row, first, second = office.issued(), office.users["office"], office.users["second"]
    with refused("credential.changed_since"):
        revocation_confirm(credential=row.id, actor=second, at=timezone.now())
    ask(office, row)
    with refused("proof.suspended"):  # at once, for it is doubted
        verified(office, row)
    with refused("credential.own_ask"):
        revocation_confirm(credential=row.id, actor=first, at=timezone.now())
    revocation_confirm(credential=row.id, actor=second, at=timezone.now())
    with refused("proof.revoked"):
        verified(office, row)
    for again in (credential_reinstate, credential_suspend, revocation_ask):
        with refused("credential.changed_since"):
            again(
                credential=row.id, actor=second, at=timezone.now(),
                reason="doubt_cleared" if again is credential_reinstate else "identity",
            )  # fmt: skip
    told = (
        CredentialEvent.objects.filter(credential=row)
        .order_by("pk")
        .values_list("happening", "by_id", "reason")
    )
    assert list(told) == [
        ("issued", first.pk, ""), ("asked", first.pk, "identity"), ("revoked", second.pk, "identity")
    ]  # fmt: skip
    everybody = [person.pk for person in office.made.people]
    done = credentials_issue(programme="ca", people=everybody, actor=first, at=timezone.now())
    assert done.issued == 5 and done.others["revoked_before"] == 1  # not with all the others
    assert office.issued().id != row.id  # but when somebody looks at this very person


def test_a_refused_revocation_leaves_it_as_it_was(office: Office) -> None:
    row, by, second = office.issued(), office.users["office"], office.users["second"]
    ask(office, row)
    assert (
        revocation_refuse(credential=row.id, reason="not_shown", actor=second, at=timezone.now()).state
        == "valid"
    )
    credential_suspend(credential=row.id, reason="identity", actor=by, at=timezone.now())
    ask(office, row)
    stands = revocation_refuse(credential=row.id, reason="not_shown", actor=second, at=timezone.now())
    assert (stands.state, stands.asked_by) == ("suspended", None)


def test_a_newer_one_supersedes_the_older(office: Office) -> None:
    older = office.issued(at=timezone.now() - timedelta(days=20))
    months_of(office.person, "A" * 47)
    newer = office.issued()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    older.refresh_from_db()
    assert (older.state, older.reason, older.superseded_by_id) == ("revoked", "superseded", newer.id)
    assert (older.months_accepted, newer.months_accepted) == (36, 47)
    with refused("proof.revoked"):
        verified(office, older)
    assert verified(office, newer).proven["months_accepted"] == 47


def test_all_who_are_to_have_one_and_nobody_twice(office: Office) -> None:
    office.issued()
    in_time = office.issued(office.made.people[1], at=timezone.now() - timedelta(days=100))
    with override_settings(CONSTANCIA_DAYS=30):
        old = office.issued(office.made.people[2], at=timezone.now() - timedelta(days=31))
    people = [person.pk for person in office.made.people]
    for expected in (4, 0):
        done = credentials_issue(
            programme="ca", people=people, actor=office.users["office"], at=timezone.now(), chunk=3
        )
        assert done.issued == expected  # persons 2 (whose had expired), 3, 4 and 5
    assert Credential.objects.get(pk=in_time.pk).state == "valid"
    assert Credential.objects.get(pk=old.pk).reason == "superseded"
    live = Credential.objects.exclude(state="revoked")
    assert live.count() == live.values("participant").distinct().count() == 6


def test_places_tell_no_order_and_lists_fill(office: Office) -> None:
    people = [person.pk for person in office.made.people]
    credentials_issue(programme="ca", people=people, actor=office.users["office"], at=timezone.now())
    in_order = list(Credential.objects.order_by("participant").values_list("status_index", flat=True))
    assert in_order != sorted(in_order) and max(in_order) > 100  # 1 in 720, and far less
    (only,) = StatusList.objects.all()
    full = Credential.objects.order_by("participant")[0]
    with connection.cursor() as cursor:  # as if all places but two of list 2 were taken
        cursor.execute("ALTER TABLE credentials_statuslist DROP CONSTRAINT status_list_hides")
        cursor.execute(
            "INSERT INTO credentials_statuslist (number, issuer, size, opened_at) VALUES (2, %s, 2, now())",
            [DID],
        )
    for person in office.made.people[:3]:
        months_of(person, "A" * 48)
        office.issued(person)
    newer = Credential.objects.filter(state="valid", months_accepted=48)
    assert sorted(newer.values_list("status_list", flat=True)) == [2, 2, 3]
    assert only.number == full.status_list_id == 1


def test_a_name_too_long_for_a_card_has_the_other_formats(office: Office) -> None:
    person = office.made.people[3]
    Participant.objects.filter(pk=person.pk).update(
        given_names="María Guadalupe " * 6, family_names="Xitumul " * 9
    )
    row = office.issued(person)
    now = timezone.now()
    assert card_of(row) is None
    assert verified(office, row, vc_of(row, signer(now), now)).proven["name"] == claims_of(row).name


def test_a_copy_signed_by_a_later_key_holds(office: Office) -> None:
    row = office.issued()
    later = keys.made(Kind.P256, timezone.now().replace(microsecond=0))
    office.folder.keep(later)
    key_publish(public=later.public, at=timezone.now())
    now = timezone.now() + timedelta(seconds=2)
    signing = signer(now)
    assert signing.public.thumbprint == later.public.thumbprint
    trust = office.trust
    both = type(trust)(
        1,
        trust.issued,
        trust.expires,
        (type(trust.issuers[0])(DID, "Prueba", (office.key.public, later.public)),),
    )
    for proof in (vc_of(row, signing, now), sd_jwt_of(row, signing, now), card_of(row)):
        assert verify(proof or "", both, now).proven["name"] == NAME


def test_erased_nothing_of_the_person_is_left(office: Office) -> None:
    row = office.issued()
    erased = credential_erase(credential=row.id, actor=office.users["office"], at=timezone.now())
    assert card_of(erased) is None
    with refused("credential.erased"):
        claims_of(Credential.objects.get(pk=row.pk))
    with refused("credential.changed_since"):
        credential_erase(credential=row.id, actor=office.users["office"], at=timezone.now())
    assert ask(office, row).state == "asked"  # it can still be revoked
