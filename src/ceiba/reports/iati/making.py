"""The job that makes a programme's IATI files: who they are for, how it is asked for, what it leaves.

Everything that ever moved is read for them: minutes, in a grown country, that no page may take.
"""

from datetime import datetime
from typing import Final

from django.db import transaction

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import Scope, scope_of
from ceiba.core.kernel.errors import LANGUAGES, CeibaError
from ceiba.jobs.queue import job_defer
from ceiba.jobs.state import JobState, last_job
from ceiba.reports.iati.files import files_of
from ceiba.reports.iati.selectors import knowledge_of, publisher_of, reaches_whole, sees
from ceiba.reports.iati.shown import as_json, shown_of
from ceiba.reports.models import IatiFiles

MAKE_TASK: Final = "reports.iati"
ALL: Final = ""


def audience_of(programme: str, scope: Scope) -> str:
    """For whom files are made: all that is published, or what a funder is told, with results (`+`) or without."""
    if scope.role != Role.FUNDER:
        return ALL
    return f"{scope.code} +" if reaches_whole(programme, scope) else scope.code


def made_for(programme: str, scope: Scope) -> IatiFiles | None:
    """The files as they were made last for whoever has this scope, without their bytes."""
    rows = IatiFiles.objects.filter(programme=programme, audience=audience_of(programme, scope))
    return rows.defer("activities", "organisation").first()


def making_for(programme: str, scope: Scope) -> JobState | None:
    """How the making that was asked for last stands."""
    return last_job(_key(programme, audience_of(programme, scope)))


def files_ask(*, programme: str, user: User) -> None:
    """Have the worker make the files that a user may see; asked twice, made once."""
    audience = audience_of(programme, scope_of(user))
    arguments = {"programme": programme, "user": user.pk}
    job_defer(task=MAKE_TASK, key=_key(programme, audience), lock=MAKE_TASK, arguments=arguments)


@transaction.atomic
def files_make(*, programme: str, user: User, at: datetime) -> bool:
    """Make the files that a user may see, with the areas they have now; False when they may see none any more.

    Why they cannot be made is kept in their place.
    """
    scope, publisher = scope_of(user), publisher_of(programme)
    if publisher is None or not sees(programme, scope):
        return False
    found: dict[str, object]
    try:
        known = knowledge_of(programme, publisher, at, scope)
        files = files_of(known)
        found = {"page": as_json(shown_of(known, files)), **{file.kind: file.data for file in files}}
    except CeibaError as error:
        problem = {"problem": {language: error.text(language) for language in LANGUAGES}}
        found = {"page": problem, "activities": None, "organisation": None}
    IatiFiles.objects.update_or_create(
        programme_id=programme, audience=audience_of(programme, scope), defaults=found | {"made_at": at}
    )
    return True


def _key(programme: str, audience: str) -> str:
    return f"iati {programme} {audience}"
