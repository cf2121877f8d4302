"""A person's way through a programme: applied, waiting, active, suspended; exited, graduated or deceased.

`core.register.TRANSITIONS` says which steps there are; the database refuses the others, and refuses the active
states without the required documents. Every state is kept as a span of days: months are drawn from spans.
"""

from datetime import date
from typing import Final, LiteralString

from django.db import connection, transaction
from django.utils import timezone

from ceiba.accounts.models import Role, User
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.core.register import EXIT_CAUSES, MOVES_BY_ROLE, NEEDS_DOCUMENTS, TRANSITIONS
from ceiba.frames.postgres import analyze, execute
from ceiba.registry.models import Enrolment, EnrolmentSpan, Participant
from ceiba.registry.selectors.people import participants_in

register_messages(
    {
        "enrolment.not_allowed": {
            "es": "Su cuenta no puede llevar a una persona a «{to}». Lo decide una oficina.",
            "en": 'Your account cannot move a person to "{to}". An office decides that.',
        },
        "enrolment.not_found": {
            "es": "La persona no existe o está fuera de su ámbito.",
            "en": "There is no such person, or it is outside your areas.",
        },
        "enrolment.exists": {
            "es": "«{participant}» ya tiene inscripción en «{programme}».",
            "en": '"{participant}" already has an enrolment in "{programme}".',
        },
        "enrolment.exit_actor": {
            "es": "Una baja lleva el nombre de quien la decide. Inicie sesión.",
            "en": "An exit carries the name of whoever decides it. Sign in.",
        },
        "enrolment.exit_cause": {
            "es": "Una baja lleva su causa: {causes}.",
            "en": "An exit has its cause: {causes}.",
        },
        "enrolment.cause_unasked": {
            "es": "Solo una baja lleva causa.",
            "en": "Only an exit has a cause.",
        },
        "enrolment.future": {
            "es": "{on} todavía no llega.",
            "en": "{on} has not come yet.",
        },
    }
)

_MISSING: Final[LiteralString] = """
    SELECT document FROM ceiba_documents_missing(
        ARRAY[%(participant)s]::bigint[], ARRAY[%(programme)s], ARRAY[%(state)s], ARRAY[%(day)s]::date[])
    ORDER BY document
"""


def enrolment_open(
    *, participant: Participant, programme: str, variant: str, on: date, actor: User | None, today: date
) -> Enrolment:
    """Take a person's application to a programme.

    Raises CeibaError when the actor may not, for a person outside the actor's scope, for one already enrolled
    (after an exit, `enrolment_move` to "applied" is the way back), and for a day to come.
    """
    _check_actor(actor, participant, "applied", on, today)
    with transaction.atomic():
        enrolment, made = Enrolment.objects.get_or_create(
            participant=participant,
            programme_id=programme,
            defaults={"variant": variant, "state": "applied", "applied_on": on, "state_since": on},
        )
        if not made:
            values = {"participant": participant.code, "programme": programme}
            raise CeibaError(Problem("enrolment.exists", values=values))
        EnrolmentSpan.objects.create(enrolment=enrolment, state="applied", since=on, recorded_by=actor)
        _record(enrolment, "enrolment.open", actor, {"on": on.isoformat()})
    return enrolment


def enrolment_move(
    *, enrolment: Enrolment, to: str, on: date, actor: User | None, today: date, cause: str = ""
) -> Enrolment:
    """Take an enrolment to another state as of `on`; returns it as it is now.

    Raises CeibaError when the step is none of TRANSITIONS, when the actor's role may not take it or the person is
    outside the actor's scope, when whoever enrolled the person would decide the exit, when an exit has no coded
    cause or nobody answers for it, when `on` is before the present state began or to come, and when required
    documents are missing. The database refuses the last and the first by itself.
    """
    with transaction.atomic():
        now = Enrolment.objects.select_for_update().select_related("participant").get(pk=enrolment.pk)
        _check_actor(actor, now.participant, to, on, today)
        _check_step(now, to, on)
        _check_exit(now, to, cause, actor)
        _check_documents(now, to, on)
        was, now.state, now.state_since, now.cause = now.state, to, on, cause
        if to == "active" and was in ("applied", "waiting"):
            now.active_on = on
        if to == "applied":  # a re-entry starts again
            now.applied_on, now.active_on = on, None
        now.save()
        at = timezone.now()
        now.spans.filter(until=None).update(until=on, ended_at=at)
        EnrolmentSpan.objects.create(
            enrolment=now, state=to, since=on, cause=cause, recorded_at=at, recorded_by=actor
        )
        _record(now, "enrolment.move", actor, {"from": was, "to": to, "on": on.isoformat(), "cause": cause})
    return now


def documents_missing(*, participant_id: int, programme: str, state: str, day: date) -> list[str]:
    """The required documents that stand between a person and a state on a day, sorted."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MISSING, {"participant": participant_id, "programme": programme, "state": state, "day": day}
        )
        return [document for (document,) in cursor.fetchall()]


def spans_store(*, actor: User | None) -> None:
    """Write the spans that follow from merged enrolments (`import_resolved`, see `services.staging`).

    Who was not enrolled before gets the states the row tells of: applied until the activation, active until the
    present state, the present state. Who was gets the present state, and the span before it ends.
    """
    params = {"actor": None if actor is None else actor.pk}
    execute(_SPANS_NEW, params)
    execute(_SPANS_END)
    execute(_SPANS_MOVED, params)
    analyze("registry_enrolmentspan")


_SPANS_NEW: Final[LiteralString] = """
    INSERT INTO registry_enrolmentspan (enrolment_id, state, since, until, cause, at_load, recorded_by_id)
    SELECT e.id, v.state, v.since, v.until, v.cause, true, %(actor)s
    FROM import_resolved x
    JOIN registry_enrolment e ON e.participant_id = x.participant_id AND e.programme_id = x.programme_id
    CROSS JOIN LATERAL (VALUES
        (1, 'applied', x.applied_on,
            CASE WHEN x.state <> 'applied' THEN coalesce(x.active_on, x.state_since) END, ''),
        (2, 'active', x.active_on, CASE WHEN x.state <> 'active' THEN x.state_since END, ''),
        (3, x.state, x.state_since, NULL, x.cause)
    ) AS v (part, state, since, until, cause)
    WHERE x.is_new AND v.since IS NOT NULL AND (v.part < 3 OR x.state NOT IN ('applied', 'active'))
    ORDER BY x.row, v.part
"""
_SPANS_END: Final[LiteralString] = """
    UPDATE registry_enrolmentspan p SET until = x.state_since, ended_at = now()
    FROM import_resolved x
    WHERE p.enrolment_id = x.present_id AND p.until IS NULL AND x.state <> x.was_state
"""
_SPANS_MOVED: Final[LiteralString] = """
    INSERT INTO registry_enrolmentspan (enrolment_id, state, since, cause, recorded_by_id, at_load)
    SELECT x.present_id, x.state, x.state_since, x.cause, %(actor)s, false FROM import_resolved x
    WHERE x.state <> x.was_state
    ORDER BY x.row
"""


def _check_actor(actor: User | None, participant: Participant, to: str, on: date, today: date) -> None:
    """The role may take the step, the person is within the scope, the day has come. No actor is the system."""
    if on > today:
        raise CeibaError(Problem("enrolment.future", values={"on": on}))
    if actor is None:
        return
    if to not in MOVES_BY_ROLE.get(actor.role, ()):
        raise CeibaError(Problem("enrolment.not_allowed", values={"to": to}))
    if not participants_in(scope_of(actor)).filter(pk=participant.pk).exists():
        raise CeibaError(Problem("enrolment.not_found"))


def _check_step(now: Enrolment, to: str, on: date) -> None:
    if to not in TRANSITIONS[now.state]:
        raise CeibaError(
            Problem("enrolment.transition", values={"text": to, "detail": f"{now.state} → {to}"})
        )
    if on < now.state_since:
        values = {"text": on, "detail": now.state_since}
        raise CeibaError(Problem("enrolment.since_backwards", values=values))


def _check_exit(now: Enrolment, to: str, cause: str, actor: User | None) -> None:
    """An exit has a coded cause and is decided by somebody who did not enrol the person."""
    if to != "exited":
        if cause:
            raise CeibaError(Problem("enrolment.cause_unasked"))
        return
    if cause not in EXIT_CAUSES:
        raise CeibaError(Problem("enrolment.exit_cause", values={"causes": ", ".join(EXIT_CAUSES)}))
    if actor is None or actor.role == Role.TECHNICIAN:
        raise CeibaError(Problem("enrolment.exit_actor"))
    if now.spans.filter(state__in=("applied", "active"), recorded_by=actor).exists():
        values = {"text": now.participant.code}
        raise CeibaError(Problem("enrolment.own_enrolment", values=values))


def _check_documents(now: Enrolment, to: str, on: date) -> None:
    if to not in NEEDS_DOCUMENTS:
        return
    missing = documents_missing(
        participant_id=now.participant_id, programme=now.programme_id, state=to, day=on
    )
    if missing:
        values = {"text": now.participant.code, "detail": ", ".join(missing)}
        raise CeibaError(Problem("enrolment.documents", values=values))


def _record(enrolment: Enrolment, action: str, actor: User | None, detail: dict[str, str]) -> None:
    event_record(actor=actor, action=action, subject=f"participant {enrolment.participant_id}", detail=detail)
