"""Publishing a programme's rulebook."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.checking import check_rulebook
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.rules.reading import read_rulebook
from ceiba.core.rules.rulebook import Rulebook
from ceiba.rulebook.models import Programme, RulebookVersion

register_messages(
    {
        "rulebook.currency_changed": {
            "es": "el programa «{programme}» paga en {before}; no puede pasar a {after}: use otro código.",
            "en": 'programme "{programme}" pays in {before}; it cannot change to {after}: use another code.',
        },
    }
)


@transaction.atomic
def rulebook_publish(*, files: Mapping[str, bytes], actor: User | None, at: datetime) -> RulebookVersion:
    """Store the folder `files` (name -> bytes) as a version of its programme, made if it is new.

    The same bytes again are the version that is already there, whenever it was published: nothing is stored and
    nothing is audited. Raises CeibaError (toml.*, table.*, reading.*, expression.*, check.*,
    rulebook.currency_changed) with every problem; nothing is stored then.
    """
    rulebook = read_rulebook(files)
    report = check_rulebook(rulebook)
    if not report.ok:
        raise CeibaError(report.problems)
    programme = _programme(rulebook)
    version, created = RulebookVersion.objects.get_or_create(
        programme=programme,
        digest=rulebook.digest,
        defaults={
            "files": {name: data.decode() for name, data in files.items()},
            "published_at": at,
            "published_by": actor,
        },
    )
    if created:
        Programme.objects.filter(pk=programme.pk).update(name=dict(rulebook.name))
        event_record(
            actor=actor,
            action="rulebook.published",
            subject=f"rulebook:{rulebook.code}:{rulebook.digest[:12]}",
            detail={"digest": rulebook.digest, "counts": dict(report.counts)},
        )
    return version


def _programme(rulebook: Rulebook) -> Programme:
    """The rulebook's programme, locked so that two publications follow each other."""
    Programme.objects.get_or_create(
        code=rulebook.code, defaults={"currency": rulebook.currency, "name": dict(rulebook.name)}
    )
    programme = Programme.objects.select_for_update().get(pk=rulebook.code)
    if programme.currency != rulebook.currency:
        values = {"programme": rulebook.code, "before": programme.currency, "after": rulebook.currency}
        raise CeibaError(Problem("rulebook.currency_changed", values=values))
    return programme
