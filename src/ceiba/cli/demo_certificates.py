"""The certificates of `ceiba demo`: a key, people who have theirs, one suspended, one revoked, one to be decided.

Looks first at what is there, so that a demo that was broken off goes on, and one that is whole stays.
"""

import os
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ceiba.cli.session import console, said
from ceiba.core.kernel.errors import CeibaError

if TYPE_CHECKING:
    from ceiba.accounts.models import User
    from ceiba.credentials.models import Credential

ISSUER: Final = "did:web:ceiba.example"
NAME: Final = "Programa de muestra (no emite nada verdadero)"
SINCE: Final = timedelta(days=30)
LEFT_TO_ISSUE: Final = 3
"""People who have the months and whom the desk still shows, so that there is something to do."""


def demo_issuer() -> None:
    """Say who issues, before the settings are read; who issues in earnest says it themselves."""
    os.environ.setdefault("CEIBA_ISSUER", ISSUER)
    os.environ.setdefault("CEIBA_ISSUER_NAME", NAME)


def demo_certificates(programme: str) -> None:
    """Bring a programme's certificates to where the demonstration shows them; without a pathway there are none."""
    from ceiba.credentials.models import Credential
    from ceiba.credentials.published.making import documents_publish
    from ceiba.credentials.selectors import Standing, constancia_stage, standings
    from ceiba.credentials.services import credentials_issue
    from ceiba.registry.models import Participant
    from ceiba.rulebook.selectors import latest_version, rulebook_of
    from ceiba.transparency.services.appending import entries_append
    from ceiba.transparency.services.checkpoints import checkpoint_sign

    stage = constancia_stage(rulebook_of(latest_version(programme)))
    if stage is None or Credential.objects.filter(programme=programme).exists():
        return
    at = datetime.now(UTC) - SINCE
    found = standings(programme, stage.id, at)
    ready = found.filter(found["standing"] == Standing.READY)["participant_id"].to_list()
    signing_in = Participant.objects.filter(pk__in=ready, code=_user("sembradora").code)
    first = list(signing_in.values_list("pk", flat=True))
    people = first + [pk for pk in ready if pk not in first]
    try:
        _keys(at)
        few = people[: max(len(people) - LEFT_TO_ISSUE, len(people) // 2)]
        credentials_issue(programme=programme, people=few, actor=_user("oficina"), at=at)
    except CeibaError as error:
        console.print(error.text("es" if said("es", "en") == "es" else "en"), markup=False)
        return
    issued = (
        Credential.objects.filter(programme=programme).exclude(participant__in=first).order_by("participant")
    )
    _happened(list(issued[:4]), at)
    entries_append()
    checkpoint_sign(now=datetime.now(UTC))  # before the list of who is trusted, which names the log
    documents_publish(at=datetime.now(UTC))


def _happened(issued: "list[Credential]", at: datetime) -> None:
    from ceiba.credentials.services import credential_suspend, revocation_ask, revocation_confirm

    office, second = _user("oficina"), _user("coordinadora")
    for place, (row, reason) in enumerate(
        zip(issued, ("lost", "record_changed", "data_wrong"), strict=False)
    ):
        later = at + timedelta(days=3 + place)
        if place == 0:
            credential_suspend(credential=row.id, reason=reason, actor=office, at=later)
            continue
        revocation_ask(credential=row.id, reason=reason, actor=second, at=later)
        if place == 1:
            revocation_confirm(credential=row.id, actor=office, at=later + timedelta(days=1))


def _keys(at: datetime) -> None:
    """Keys for each purpose that sign since before the first certificate, in encrypted files of the demo's folder."""
    from django.conf import settings

    from ceiba.credentials.models import IssuerKey
    from ceiba.credentials.services import key_publish
    from ceiba.credentials.signing import key_folder
    from ceiba.credentials.states import KeyPurpose
    from ceiba.proofs import keys
    from ceiba.proofs.keys import Kind

    if IssuerKey.objects.exists():
        return
    if not settings.KEYS_PASSPHRASE_FILE.exists():
        settings.KEYS_PASSPHRASE_FILE.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings.KEYS_PASSPHRASE_FILE.touch(mode=0o600)
        settings.KEYS_PASSPHRASE_FILE.write_text(secrets.token_urlsafe(24))
    for purpose in KeyPurpose:
        key = keys.made(Kind.P256, (at - SINCE).replace(microsecond=0))
        key_folder().keep(key)
        key_publish(public=key.public, at=at - SINCE, purpose=purpose)


def _user(username: str) -> "User":
    from ceiba.accounts.models import User

    return User.objects.get(username=username)
