"""Which documents a programme asks for."""

from collections.abc import Iterable
from itertools import product

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.rules.rulebook import RequiredDocument as Rule
from ceiba.registry.models import RequiredDocument


def required_documents_set(*, programme: str, documents: Iterable[Rule], actor: User | None = None) -> int:
    """Make the programme ask for exactly these documents, as its published rulebook does; returns how many rows.

    Who is active stays active; a document newly asked for shows as missing from then on.
    """
    rows = {
        (rule.id, tenure, country)
        for rule in documents
        for tenure, country in product(rule.tenures or ("",), rule.countries or ("",))
    }
    with transaction.atomic():
        there = RequiredDocument.objects.select_for_update().filter(programme_id=programme)
        known = {(row.document, row.tenure, row.country): row.pk for row in there}
        gone = [pk for key, pk in known.items() if key not in rows]
        RequiredDocument.objects.filter(pk__in=gone).delete()
        RequiredDocument.objects.bulk_create(
            RequiredDocument(programme_id=programme, document=document, tenure=tenure, country=country)
            for document, tenure, country in sorted(rows - set(known))
        )
        if gone or rows - set(known):
            detail = {"documents": sorted({document for document, _, _ in rows})}
            event_record(
                actor=actor, action="programme.documents", subject=f"programme {programme}", detail=detail
            )
    return len(rows)
