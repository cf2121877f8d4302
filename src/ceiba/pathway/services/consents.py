"""Registers recipients, gives and withdraws consent, and writes down each look before it is answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.dossier import WITH_OFFICE, Reading, parts_of, until_last
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.pathway.models import Consent, Look, Recipient, RecipientKind, Withdrawal
from ceiba.pathway.selectors.dossiers import Dossier, dossier_of
from ceiba.pathway.selectors.sharing import live_consents, parts_shared, recipient_of
from ceiba.pathway.selectors.stages import pathways_of, stage_of
from ceiba.registry.models import Participant

register_messages(
    {
        "recipient.code": {
            "es": "«{code}» no sirve como clave: mayúsculas, cifras y guiones, por ejemplo CONSUL-GT.",
            "en": '"{code}" will not do as a code: capital letters, digits and hyphens, for example CONSUL-GT.',
        },
        "recipient.taken": {
            "es": "la clave {code} ya es de otro destinatario; elija otra.",
            "en": "the code {code} is of another recipient already; choose another.",
        },
        "recipient.incomplete": {
            "es": "un destinatario necesita nombre, tipo y el país del que es autoridad (dos letras).",
            "en": "a recipient needs a name, a kind and the country whose authority it is (two letters).",
        },
        "consent.until": {
            "es": "elija hasta cuándo vale: desde hoy hasta el {last}.",
            "en": "choose until when it holds: from today to {last}.",
        },
        "consent.stage": {
            "es": "la persona no está en un programa con esa etapa del camino.",
            "en": "the person is in no programme with that stage of the pathway.",
        },
        "consent.reading": {
            "es": "anote cómo se le explicó a la persona y en qué idioma.",
            "en": "say how it was explained to the person, and in which language.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """What a person agrees to share. `reading` and `language` say how it was told to them."""

    recipient: Recipient
    programme: str
    stage: str
    parts: tuple[str, ...]
    until: date | None
    reading: Reading = Reading.OWN
    language: str = ""
    note: str = ""


@transaction.atomic
def recipient_register(
    *, code: str, kind: str, name: str, country: str, by: User, now: datetime
) -> Recipient:
    """Register a consulate or ministry with whom people may share. Raises CeibaError (recipient.*)."""
    code, name, country = code.strip().upper(), " ".join(name.split()), country.strip().upper()
    if not (2 <= len(code) <= 64 and code[0] != "-" and code.isascii() and code.replace("-", "").isalnum()):
        raise CeibaError(Problem("recipient.code", values={"code": code}))
    if not name or kind not in RecipientKind.values or not (len(country) == 2 and country.isalpha()):
        raise CeibaError(Problem("recipient.incomplete"))
    if Recipient.objects.filter(code=code).exists():
        raise CeibaError(Problem("recipient.taken", values={"code": code}))
    made = Recipient.objects.create(code=code, kind=kind, name=name[:200], country=country, by=by, at=now)
    event_record(
        actor=by, action="recipient.registered", subject=f"recipient:{made.pk}", detail={"code": code}
    )
    return made


@transaction.atomic
def consent_give(*, participant: Participant, given: ConsentGiven, by: User, now: datetime) -> Consent:
    """Share what was chosen; a live consent to the same recipient for the same stage is replaced by it.

    By the person (`Reading.OWN`), or by an office with the person present. Raises CeibaError (consent.*).
    """
    until = _checked(participant, given, now)
    same = live_consents(now).filter(
        participant=participant, recipient=given.recipient, programme=given.programme, stage=given.stage
    )
    for old in list(same):
        Withdrawal.objects.create(consent=old, by=by, at=now, replaced=True)
    made = Consent.objects.create(
        participant=participant,
        recipient=given.recipient,
        programme_id=given.programme,
        stage=given.stage,
        parts=[str(part) for part in parts_of(given.parts)],
        until=until,
        reading=given.reading,
        language=given.language.strip()[:40],
        note=given.note.strip(),
        by=by,
        at=now,
    )
    event_record(
        actor=by,
        action="consent.given",
        subject=f"consent:{made.pk}",
        detail={"recipient": given.recipient.code, "parts": made.parts, "reading": str(given.reading)},
    )
    return made


@transaction.atomic
def consent_withdraw(*, consent: Consent, by: User, now: datetime) -> None:
    """Take a consent back: nothing is shown by it from now on. Once; withdrawn again, it stays as it was."""
    _, made = Withdrawal.objects.get_or_create(consent=consent, defaults={"by": by, "at": now})
    if made:
        event_record(actor=by, action="consent.withdrawn", subject=f"consent:{consent.pk}")


@transaction.atomic
def look_record(*, officer: User, code: str, now: datetime) -> Dossier | None:
    """Write down that an officer looks at the person with `code`, and give what that person shares with them.

    Both are one transaction: what was not written down is not answered. None for who shares nothing with the
    officer's consulate, whether or not there is such a person.
    """
    recipient = recipient_of(officer)
    if recipient is None:
        return None
    rows = live_consents(now).filter(recipient=recipient, participant__code=code)
    consents = list(rows.select_related("participant__area"))
    if not consents:
        return None
    person, parts = consents[0].participant, [str(part) for part in parts_shared(consents)]
    Look.objects.create(participant=person, recipient=recipient, parts=parts, by=officer, at=now)
    return dossier_of(person, consents)


def _checked(participant: Participant, given: ConsentGiven, now: datetime) -> date:
    """Until when it holds, when nothing is wrong with it."""
    problems = list(_problems(participant, given, now.astimezone(UTC).date()))
    if problems or given.until is None:
        raise CeibaError(problems)
    return given.until


def _problems(participant: Participant, given: ConsentGiven, today: date) -> Iterable[Problem]:
    last = until_last(today)
    if given.until is None or not today <= given.until <= last:
        yield Problem("consent.until", values={"last": last.isoformat()})
    books = {programme.code: book for programme, book in pathways_of(participant.pk)}
    if given.programme not in books or stage_of(books[given.programme], given.stage) is None:
        yield Problem("consent.stage")
    if given.reading in WITH_OFFICE and not given.language.strip():
        yield Problem("consent.reading")
