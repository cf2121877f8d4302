"""Publishing a programme: its rulebook, and what the register must ask for because of it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.registry.services import required_documents_set
from ceiba.rulebook.models import RulebookVersion
from ceiba.rulebook.selectors import rulebook_of
from ceiba.rulebook.services import rulebook_publish


def programme_publish(*, files: Mapping[str, bytes], actor: User | None, at: datetime) -> RulebookVersion:
    """Publish the folder `files` (name -> bytes); the register asks for its documents from then on.

    Both or neither. Raises CeibaError with every problem of the rulebook.
    """
    with transaction.atomic():
        version = rulebook_publish(files=files, actor=actor, at=at)
        documents = rulebook_of(version).documents
        required_documents_set(programme=version.programme_id, documents=documents, actor=actor)
    return version
