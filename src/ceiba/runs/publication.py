"""Publishing a programme: its rulebook, what the register must ask for because of it, and its forms."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.forms.services import forms_publish_folder
from ceiba.registry.services import required_documents_set
from ceiba.rulebook.models import RulebookVersion
from ceiba.rulebook.selectors import rulebook_of
from ceiba.rulebook.services import rulebook_publish


def programme_publish(
    *, files: Mapping[str, bytes], actor: User | None, at: datetime, forms: Path | None = None
) -> RulebookVersion:
    """Publish the rulebook `files` (name -> bytes); the register asks for its documents from then on.

    The XLSForms in the folder `forms`, where there is one, are published with it. All or nothing. Raises CeibaError
    with every problem of the rulebook, or else of the forms.
    """
    with transaction.atomic():
        version = rulebook_publish(files=files, actor=actor, at=at)
        documents = rulebook_of(version).documents
        required_documents_set(programme=version.programme_id, documents=documents, actor=actor)
        if forms is not None:
            forms_publish_folder(programme=version.programme_id, folder=forms, actor=actor, at=at)
    return version
