"""A programme in which some people have thirty-six months, with an issuer and a key, built once a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.credentials.models import Credential
from ceiba.credentials.services import credential_issue, key_publish
from ceiba.proofs import keys
from ceiba.proofs.key_folder import KeyFolder
from ceiba.proofs.keys import Kind, SigningKey
from ceiba.proofs.trust import Issuer, Trust
from ceiba.registry.models import Participant
from ceiba.service_record.models import ServiceRecord
from tests.apps.credentials.helpers import DID, START
from tests.apps.modules import kept_for_module
from tests.factories import World, user_make, users_make, world

PASSPHRASE = "una frase de paso para pruebas"


@dataclass
class Office:
    """A programme's office: nobody was issued anything yet."""

    made: World
    key: SigningKey
    folder: KeyFolder

    @property
    def users(self) -> dict[str, User]:
        return self.made.users

    @property
    def person(self) -> Participant:
        """The participant who signs in; has the months."""
        return self.made.people[0]

    @property
    def trust(self) -> Trust:
        """The trust list a verifier holds."""
        now = timezone.now().replace(microsecond=0)
        return Trust(
            1, now, now + timedelta(days=30), (Issuer(DID, "Programa de prueba", (self.key.public,)),)
        )

    def issued(self, person: Participant | None = None, **values: Any) -> Credential:
        said = {"actor": self.users["office"], "at": timezone.now()} | values
        return credential_issue(programme="ca", participant_id=(person or self.person).pk, **said)


def months_of(person: Participant, marks: str) -> None:
    """The person's record, from December 2022 on."""
    record = {
        "first_month": date(2022, 12, 1), "last_month": date(2026, 10, 1), "marks": marks,
        "months_decided": len(marks.replace("-", "")), "months_accepted": marks.count("A"),
        "months_missed_running": 0,
        "break_months_longest": max(map(len, marks.strip("HR-").replace("A", " ").split(" "))),
    }  # fmt: skip
    ServiceRecord.objects.update_or_create(participant=person, programme_id="ca", defaults=record)


@pytest.fixture(scope="module")
def office(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Eight people, of whom 0 to 5 have the months, 6 misses one and 7 stayed away too long."""
    keys_dir: Path = tmp_path_factory.mktemp("keys")
    passphrase = tmp_path_factory.mktemp("secret") / "passphrase"
    passphrase.write_text(PASSPHRASE + "\n")
    chosen = {
        "ISSUER": DID,
        "ISSUER_NAME": "Programa de prueba",
        "KEYS_DIR": keys_dir,
        "KEYS_PASSPHRASE_FILE": passphrase,
    }
    with override_settings(**chosen), kept_for_module(django_db_blocker.unblock):
        made = world(people=8, months=1)
        users_make(made)
        user_make("office-2", Role.OFFICE)
        made.users["second"] = User.objects.get(username="office-2")
        for person in made.people[:6]:
            months_of(person, "HAAAAAR" + "A" * 31 + "H")
        months_of(made.people[6], "A" * 35)
        months_of(made.people[7], "A" * 10 + "H" * 13 + "A" * 26)
        key = keys.made(Kind.ED25519, START)
        folder = KeyFolder(keys_dir, PASSPHRASE)
        folder.keep(key)
        key_publish(public=key.public, at=START)
        yield Office(made, key, folder)
