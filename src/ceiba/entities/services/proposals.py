"""What a person decides of what phones propose. Accepted, it goes into the register by the register's own door."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction

from ceiba.accounts.models import User
from ceiba.accounts.permissions import Action, may
from ceiba.accounts.selectors import scope_of
from ceiba.audit.services import event_record
from ceiba.core.entities import GEOMETRY, LABEL, LISTS, Guard, Reason, guard_of, register_stamp
from ceiba.core.kernel.errors import CeibaError, Problem, register_messages
from ceiba.entities.models import Entity, EntityVersion, Proposal, ProposalState, Source, Touched
from ceiba.entities.selectors.cells import cells_of
from ceiba.entities.selectors.proposals import proposals_in, row_with, values_of
from ceiba.entities.services.refresh import entities_draw, entities_lock
from ceiba.registry.services import row_put

register_messages(
    {
        "proposal.not_found": {
            "es": "El cambio no existe o está fuera de su ámbito.",
            "en": "There is no such change, or it is outside your areas.",
        },
        "proposal.not_allowed": {
            "es": "Su cuenta no decide cambios del padrón; lo hace una oficina.",
            "en": "Your account does not decide changes of the register; an office does.",
        },
        "proposal.own": {
            "es": "Usted envió este cambio: lo decide otra persona.",
            "en": "You sent this change: somebody else decides it.",
        },
        "proposal.decided": {
            "es": "El cambio ya se decidió. Vuelva a cargar la página.",
            "en": "The change has been decided already. Load the page again.",
        },
        "proposal.why": {
            "es": "Para rechazar un cambio escriba por qué; quien lo envió debe poder saberlo.",
            "en": "To refuse a change, write why; whoever sent it must be able to know.",
        },
        "proposal.by_hand": {
            "es": "Desde aquí no se puede pasar al padrón: {names}. Corríjalo con un archivo y acepte después.",
            "en": "What cannot go into the register from here: {names}. Correct it with a file, then accept.",
        },
        "proposal.no_row": {
            "es": "En su ámbito del padrón no hay «{code}». Regístrelo primero con un archivo, o revise la clave.",
            "en": 'There is no "{code}" in your areas of the register. Add it with a file first, or check the code.',
        },
        "proposal.row_taken": {
            "es": "«{code}» ya viene de otro envío. Si es la misma persona o cosa, rechace este.",
            "en": '"{code}" already comes from another form. If it is the same person or thing, refuse this one.',
        },
    }
)

# What the register writes of each list, and what it computes: that follows, and is not written.
_WRITTEN: Final[Mapping[str, frozenset[str]]] = {
    "participants": frozenset({"group", "phone", "given_names", "family_names"}),
    "plots": frozenset({GEOMETRY, "participant", "participant_code", "nominal_ha"}),
    "groups": frozenset(),
}
_FOLLOWS: Final[Mapping[str, frozenset[str]]] = {
    "participants": frozenset({LABEL, "plot_count", "age_75"}),
    "plots": frozenset({LABEL, "measured_ha", "lon", "lat", "group"}),
}


def proposal_open(*, proposal: int, actor: User, today: date) -> Proposal:
    """The proposal, if the actor may decide it now; nobody else writes entities until the transaction ends.

    Raises CeibaError when the actor's role or scope does not let them, when they sent it, and when it is decided.
    """
    if not may(actor, Action.DECIDE_CHANGES):
        raise CeibaError(Problem("proposal.not_allowed"))
    entities_lock()
    entities_draw(today=today)
    row = proposals_in(scope_of(actor)).filter(pk=proposal).first()
    if row is None:
        raise CeibaError(Problem("proposal.not_found"))
    if row.state != ProposalState.OPEN:
        raise CeibaError(Problem("proposal.decided"))
    if row.update.sent_by_id == actor.pk:
        raise CeibaError(Problem("proposal.own"))
    return row


def proposal_accept(*, proposal: int, actor: User, now: datetime, code: str = "") -> Proposal:
    """Let a proposal hold: the register says it from now on, and the entity's next version with it.

    `code` is the row of the register that somebody or something new became. Raises CeibaError when the actor may not
    decide it (role, scope, having sent it), when it is decided, and for what the register does not take (proposal.*,
    and as an import does).
    """
    with transaction.atomic():
        row = proposal_open(proposal=proposal, actor=actor, today=now.date())
        if row.entity.row is None and row.entity.list_name in LISTS:
            _backed(row, actor, code.strip(), now)
            if row.reason == Reason.NEW:  # whoever enrolled them wrote down what holds
                return _decided(row, ProposalState.ACCEPTED, actor, now, "")
        _written(row, actor, now)
        return _decided(row, ProposalState.ACCEPTED, actor, now, "")


def proposal_refuse(*, proposal: int, actor: User, now: datetime, why: str) -> Proposal:
    """Let a proposal not hold, and say why. What was never enrolled leaves the phone; the rest goes back to what is.

    A refusal is a version too: a phone keeps its own values while its number is the higher one. Raises CeibaError as
    `proposal_accept`, and without a reason.
    """
    with transaction.atomic():
        row = proposal_open(proposal=proposal, actor=actor, today=now.date())
        if not why.strip():
            raise CeibaError(Problem("proposal.why"))
        _version_next(row, {}, now)
        if row.reason == Reason.NEW:
            Entity.objects.filter(pk=row.entity_id).update(deleted_at=now, updated_at=now)
        return _decided(row, ProposalState.REFUSED, actor, now, why.strip())


def _decided(row: Proposal, state: str, actor: User, now: datetime, why: str) -> Proposal:
    row.state, row.decided_by, row.decided_at, row.why = state, actor, now, why
    row.save(update_fields=["state", "decided_by", "decided_at", "why"])
    detail = {
        "entity": str(row.entity.uuid),
        "list": row.entity.list_name,
        "properties": sorted(row.proposed),
    }
    event_record(actor=actor, action=f"proposal.{state}", subject=f"proposal {row.pk}", detail=detail)
    return row


def _written(row: Proposal, actor: User, now: datetime) -> None:
    """Write what is proposed of an entity: to the register what is the register's, to the version the rest."""
    before, name = row.entity.version, row.entity.list_name
    said = {n: v for n, v in row.proposed.items() if v != values_of(row.entity).get(n)}
    kept = {n: v for n, v in said.items() if n not in _WRITTEN.get(name, ()) and _is_kept(row.entity, n)}
    written = {n: v for n, v in said.items() if n in _WRITTEN.get(name, ()) and n not in kept}
    follows = _FOLLOWS.get(name, frozenset()) if written else frozenset()
    rest = sorted(set(said) - set(kept) - set(written) - follows)
    if rest:
        raise CeibaError(Problem("proposal.by_hand", values={"names": ", ".join(rest)}))
    if written:
        cells = cells_of(name, written)
        code = values_of(row.entity)["code"]
        row_put(
            sheet=name, code=code, cells=cells, actor=actor, today=now.date(), client_key=f"proposal {row.pk}"
        )
        entities_draw(today=now.date(), source=Source.PERSON, update=row.update_id)
        row.entity.refresh_from_db()
    if kept or row.entity.version == before:
        _version_next(row, kept, now)


def _is_kept(entity: Entity, name: str) -> bool:
    """Whether only entities say it, so that a version is all there is to write."""
    return guard_of(entity.list_name, name, backed=entity.row is not None) is not Guard.HELD


def _backed(row: Proposal, actor: User, code: str, now: datetime) -> None:
    """Put the row of the register that something new became behind its entity, which keeps its uuid.

    The phone goes on with the uuid it made; the entity that was drawn from the row meanwhile leaves.
    """
    entity, pk = row.entity, row_with(row.entity.list_name, code, scope_of(actor))
    if pk is None:
        raise CeibaError(Problem("proposal.no_row", values={"code": code}))
    drawn = Entity.objects.get(list_name=entity.list_name, row=pk, deleted_at=None)
    if drawn.made_by_id is not None:
        raise CeibaError(Problem("proposal.row_taken", values={"code": code}))
    Entity.objects.filter(pk=drawn.pk).update(deleted_at=now, updated_at=now)
    Entity.objects.filter(pk=entity.pk).update(row=pk)
    Touched.objects.create(list_name=entity.list_name, row=pk)
    entities_draw(today=now.date(), source=Source.PERSON, update=row.update_id)
    entity.refresh_from_db()


def _version_next(row: Proposal, changes: Mapping[str, str], now: datetime) -> None:
    """The entity's next version, with some values changed or none; older observations do not come in behind them."""
    entity = row.entity
    last = EntityVersion.objects.get(entity=entity, number=entity.version)
    changed = {n: v for n, v in changes.items() if n != LABEL}
    EntityVersion.objects.create(
        entity=entity,
        number=entity.version + 1,
        label=changes.get(LABEL, last.label),
        properties={**last.properties, **changed},
        stamps={**last.stamps, **dict.fromkeys(changed, register_stamp(now))},
        source=Source.PERSON,
        update=row.update,
        at=now,
    )
    entity.version += 1
    entity.updated_at = now
    entity.save(update_fields=["version", "updated_at"])
