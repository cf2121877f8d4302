"""Writes parties and what they are called."""

from collections.abc import Iterable

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.commitments.models import Party, PartyKind, PartyNaming
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "commitments.party_unnamed": {
            "es": "Una parte lleva nombre en español y en inglés.",
            "en": "A party has a name in Spanish and in English.",
        },
        "commitments.party_kind": {
            "es": "Diga si es un gobierno, una agencia u otra organización.",
            "en": "Say whether it is a government, an agency or another organisation.",
        },
        "commitments.party_country": {
            "es": "El país lleva su código de dos letras (MX, GT, US), o nada.",
            "en": "The country has its code of two letters (MX, GT, US), or nothing.",
        },
    }
)


@transaction.atomic
def party_record(
    *, kind: str, country: str, name_es: str, name_en: str, aliases: Iterable[str], actor: User
) -> Party:
    """Record a party with its names. Raises CeibaError (commitments.party_*)."""
    problems = [] if kind in PartyKind.values else [Problem("commitments.party_kind")]
    code = country.strip().upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        problems.append(Problem("commitments.party_country"))
    if problems:
        raise CeibaError(problems)
    party = Party.objects.create(kind=kind, country=code, by=actor)
    party_name(party=party.pk, name_es=name_es, name_en=name_en, aliases=aliases, actor=actor)
    return party


@transaction.atomic
def party_name(*, party: int, name_es: str, name_en: str, aliases: Iterable[str], actor: User) -> PartyNaming:
    """Say what a party is called from now on; what it was called stays in its history. Raises CeibaError."""
    if not (name_es.strip() and name_en.strip()):
        raise CeibaError(Problem("commitments.party_unnamed"))
    naming = PartyNaming.objects.create(
        party_id=party,
        name_es=name_es.strip()[:200],
        name_en=name_en.strip()[:200],
        aliases=list(dict.fromkeys(alias.strip()[:200] for alias in aliases if alias.strip())),
        by=actor,
    )
    event_record(actor=actor, action="commitments.party_named", subject=f"party:{party}")
    return naming
