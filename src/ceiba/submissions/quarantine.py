"""What a person does with a submission that could not become evidence: set it aside, or have it taken again."""

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.submissions.models import Standing, State

register_messages(
    {
        "submission.not_quarantined": {
            "es": "Este envío ya no está en cuarentena. Vuelva a cargar la página.",
            "en": "This submission is no longer in quarantine. Load the page again.",
        },
        "submission.needs_why": {
            "es": "Escriba por qué se aparta el envío.",
            "en": "Write why the submission is set aside.",
        },
    }
)


@transaction.atomic
def submission_set_aside(*, submission: int, why: str, by: User) -> None:
    """Decide that a submission in quarantine becomes no evidence. It stays, and may be taken again later.

    Raises CeibaError (submission.needs_why, submission.not_quarantined). The caller has checked the scope.
    """
    if not why.strip():
        raise CeibaError(Problem("submission.needs_why"))
    _move(submission, State.QUARANTINED, State.SET_ASIDE)
    event_record(
        actor=by,
        action="submission.set_aside",
        subject=f"submission {submission}",
        detail={"why": why.strip()[:1_000]},
    )


@transaction.atomic
def submission_take_again(*, submission: int, by: User) -> None:
    """Have a submission taken in once more, after what stood against it has been put right.

    Raises CeibaError (submission.not_quarantined). The caller has checked the scope.
    """
    _move(submission, (State.QUARANTINED, State.SET_ASIDE), State.RECEIVED)
    event_record(actor=by, action="submission.take_again", subject=f"submission {submission}")


def _move(submission: int, since: State | tuple[State, ...], to: State) -> None:
    states = since if isinstance(since, tuple) else (since,)
    moved = Standing.objects.filter(pk=submission, state__in=states).update(state=to)
    if not moved:
        raise CeibaError(Problem("submission.not_quarantined"))
