"""What views ask the worker for, by the names of its tasks: they do not import them."""

from typing import Final

from ceiba.accounts.models import User
from ceiba.jobs.queue import job_defer
from ceiba.jobs.state import JobState, open_job
from ceiba.payees.models import PayeeImport

IMPORT_TASK: Final = "payees.import"
DECIDE_TASK: Final = "payees.decide"
AT_ONCE: Final = 5_000
"""So many accounts are decided while somebody waits for the page: within a second."""


def file_decide(*, file: PayeeImport, actor: User, decision: str, why: str) -> None:
    """Have the worker confirm or refuse all that waits of a file, in the actor's name; asked twice, done once."""
    arguments = {"user": actor.pk, "file": file.pk, "decision": decision, "why": why}
    job_defer(task=DECIDE_TASK, key=_key(file.pk), lock="payees", arguments=arguments)


def file_deciding(file: int) -> JobState | None:
    """The worker's work on a file, where it waits or is at work."""
    return open_job(_key(file))


def _key(file: int) -> str:
    return f"payees decide {file}"
