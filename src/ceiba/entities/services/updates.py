"""Takes in what submissions say of entities, many at once; `core.entities` says what becomes of each.

Everything an update says is kept as sent, whatever becomes of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from ceiba.accounts.selectors import Scope, scopes_of
from ceiba.core.entities import Decision, Known, Update, force, is_named, settle
from ceiba.entities.models import EntityUpdate, Fate
from ceiba.entities.selectors.known import Key, Stored, StoredUpdate, as_update, key_of, stored_of, updates_of
from ceiba.entities.services.recording import Outcome, outcomes_record
from ceiba.entities.services.refresh import entities_draw, entities_lock
from ceiba.registry.selectors import reaches

WAIT_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the submissions whose updates were taken, by their numbers.

    `waiting`: an update of theirs waits for its predecessor. `released`: one that waited has been decided.
    `proposals`: what of theirs a person must decide, by the proposals' numbers. `unreadable`: an update of theirs
    names its entity, list or branch by what is no name, and was not taken: it belongs in quarantine.
    """

    waiting: frozenset[int] = frozenset()
    released: frozenset[int] = frozenset()
    proposals: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    unreadable: frozenset[int] = frozenset()


def entity_updates_apply(*, updates: Sequence[Update], now: datetime) -> Taken:
    """Take in updates of entities and decide what follows on what is there; the rest waits.

    An update taken before (the same submission and block) changes nothing. Meant for a thousand at a time, in the
    transaction of whoever takes the submissions in.
    """
    named = {each.key: is_named(each.list_name, each.entity, each.branch) for each in updates}
    readable = [each for each in updates if named[each.key]]
    unreadable = frozenset(each.submission for each in updates if not named[each.key])
    with transaction.atomic():
        entities_lock()
        entities_draw(today=now.date())
        new = _unknown(readable)
        if not new:
            return Taken(unreadable=unreadable)
        outcome = _settled(new, now)
        proposals = outcomes_record(outcome=outcome, now=now)
    return Taken(
        waiting=frozenset(each.submission for each in outcome.waiting),
        released=frozenset(each.update.submission for each in outcome.released),
        proposals=proposals,
        unreadable=unreadable,
    )


def entity_updates_force(*, now: datetime, days: int = WAIT_DAYS) -> Taken:
    """Give what has waited for more than `days` days to a person, and decide what waited for that in its turn."""
    with transaction.atomic():
        entities_lock()
        entities_draw(today=now.date())
        old = EntityUpdate.objects.filter(fate=Fate.WAITING, arrived_at__lt=now - timedelta(days=days))
        forced = [as_update(row) for row in old.order_by("pk")]
        if not forced:
            return Taken()
        outcome = _settled([], now, forced=forced)
        proposals = outcomes_record(outcome=outcome, now=now)
    released = frozenset(each.update.submission for each in outcome.released)
    return Taken(released=released, proposals=proposals)


def _unknown(updates: Sequence[Update]) -> list[Update]:
    """The updates that were not taken before, each once."""
    taken = set(
        EntityUpdate.objects.filter(submission__in={each.submission for each in updates}).values_list(
            "submission", "block"
        )
    )
    return [each for key, each in {each.key: each for each in updates}.items() if key not in taken]


def _settled(new: Sequence[Update], now: datetime, forced: Sequence[Update] = ()) -> Outcome:
    spoken = [*new, *forced]
    earlier = updates_of(spoken)
    stored = stored_of(earlier, spoken)
    outside = _outside(stored, earlier, spoken)
    by_entity: dict[Key, list[Update]] = defaultdict(list)
    for update in new:
        by_entity[key_of(update)].append(update)
    decided: dict[Key, list[Decision]] = {}
    waiting: list[Update] = []
    for key in {key_of(update): None for update in spoken}:
        known = stored[key].known if key in stored else None
        pending = [*by_entity[key], *(each.update for each in earlier.get(key, ()) if each.waits)]
        overdue = [each for each in forced if key_of(each) == key]
        decided[key], left = _entity_settled(known, pending, overdue, outside)
        waiting += left
    numbers = {each.update.key: each.pk for rows in earlier.values() for each in rows}
    return Outcome(tuple(new), stored, decided, tuple(waiting), numbers)


def _entity_settled(
    known: Known | None,
    pending: Sequence[Update],
    overdue: Sequence[Update],
    outside: frozenset[tuple[int, int]],
) -> tuple[list[Decision], tuple[Update, ...]]:
    """Decide what can be of one entity; then force what is overdue, the first of a chain first, and go on."""
    settled = settle(known, pending, outside=outside)
    made = list(settled.decisions)
    due = {each.key for each in overdue}
    while late := [each for each in settled.waiting if each.key in due]:
        made.append(force(settled.known, late[0]))
        left = [each for each in settled.waiting if each is not late[0]]
        settled = settle(made[-1].after, left, outside=outside)
        made += settled.decisions
    return made, settled.waiting


def _outside(
    stored: Mapping[Key, Stored], earlier: Mapping[Key, list[StoredUpdate]], spoken: Iterable[Update]
) -> frozenset[tuple[int, int]]:
    """The updates whose sender does not reach the entity, or whose entity is no more."""
    pending = [*spoken, *(each.update for rows in earlier.values() for each in rows if each.waits)]
    scopes = scopes_of({each.sent_by for each in pending if each.sent_by is not None})
    return frozenset(
        each.key
        for each in pending
        if (entity := stored.get(key_of(each))) is not None and not _reached(entity, each, scopes)
    )


def _reached(entity: Stored, update: Update, scopes: Mapping[int, Scope]) -> bool:
    """Whether an update may change the entity: its sender reaches the row, or made what stands in none."""
    if entity.is_deleted or update.sent_by is None:
        return False
    if entity.row is None:
        return entity.made_by == update.sent_by
    scope = scopes.get(update.sent_by)
    return scope is not None and entity.where is not None and reaches(scope, entity.where)
