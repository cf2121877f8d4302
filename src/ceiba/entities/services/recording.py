"""Writes down what became of updates: the updates, the entities, their versions, the proposals, the register."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from ceiba.accounts.selectors import scopes_of
from ceiba.core.entities import LABEL, Decision, Reason, Update
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.entities.models import Entity, Fate, Proposal, Source
from ceiba.entities.selectors.known import Key, Stored, key_of
from ceiba.frames.postgres import copy_frame, execute, read_frame
from ceiba.registry.selectors import areas_of
from ceiba.registry.services import Contact, participants_contact_set

_FATES: Final = """
    UPDATE entities_entityupdate u SET fate = n.fate, lost = n.lost::jsonb
    FROM unnest(%(ids)s::bigint[], %(fates)s::text[], %(lost)s::text[]) AS n (id, fate, lost) WHERE u.id = n.id
"""
_PRESENT: Final = """
    UPDATE entities_entity e SET version = n.version, updated_at = %(now)s
    FROM unnest(%(ids)s::bigint[], %(versions)s::integer[]) AS n (id, version) WHERE e.id = n.id
"""
# The numbers are drawn first, so that what follows from an update can name it though it goes in by COPY.
_NUMBERS: Final = """
    SELECT nextval(pg_get_serial_sequence('entities_entityupdate', 'id')) AS id FROM generate_series(1, %(many)s)
"""
_NUMBER: Final = FrameSchema("numbers of updates", (Column("id", pl.Int64),), ("id",))
_UPDATES: Final = FrameSchema(
    "updates of entities",
    (
        Column("submission", pl.Int64),
        Column("block", pl.Int32),
        Column("list_name", pl.String),
        Column("uuid", pl.String),
        Column("creates", pl.Boolean),
        Column("updates", pl.Boolean),
        Column("base_version", pl.Int32, True),
        Column("trunk_version", pl.Int32, True),
        Column("branch", pl.String),
        Column("label", pl.String),
        Column("values", pl.String),
        Column("observed_at", pl.Datetime("us", "UTC")),
        Column("sent_by_id", pl.Int64, True),
        Column("fate", pl.String),
        Column("lost", pl.String),
    ),
    ("submission", "block"),
)
_VERSIONS: Final = FrameSchema(
    "versions of entities",
    (
        Column("entity_id", pl.Int64),
        Column("number", pl.Int32),
        Column("label", pl.String),
        Column("properties", pl.String),
        Column("stamps", pl.String),
        Column("update_id", pl.Int64, True),
    ),
    ("entity_id", "number"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch of updates.

    `new` are the updates that were not stored before; `numbers` the numbers of those that were. `decided` holds the
    decisions of each entity in their order.
    """

    new: tuple[Update, ...]
    stored: Mapping[Key, Stored]
    decided: Mapping[Key, list[Decision]]
    waiting: tuple[Update, ...]
    numbers: Mapping[tuple[int, int], int]

    @property
    def decisions(self) -> list[Decision]:
        """All decisions, those of an entity in their order."""
        return [each for decisions in self.decided.values() for each in decisions]

    @property
    def released(self) -> list[Decision]:
        """The decisions on updates that had waited."""
        return [each for each in self.decisions if each.update.key in self.numbers]


def outcomes_record(*, outcome: Outcome, now: datetime) -> Mapping[int, tuple[int, ...]]:
    """Write the outcome down; returns the numbers of the proposals by submission. In the caller's transaction."""
    numbers = {**outcome.numbers, **_updates_made(outcome, now)}
    _fates_written(outcome.released, numbers)
    entities = _entities_made(outcome, now)
    _versions_made(outcome, entities, numbers, now)
    _contacts_set(outcome)
    return _proposals_made(outcome, entities, numbers, now)


def _fate(decision: Decision) -> str:
    return Fate.PROPOSED.value if decision.proposed else Fate.APPLIED.value


def _updates_made(outcome: Outcome, now: datetime) -> dict[tuple[int, int], int]:
    """Store the updates as they were sent; returns their numbers."""
    decisions = {each.update.key: each for each in outcome.decisions}
    ids = read_frame(_NUMBERS, {"many": len(outcome.new)}, _NUMBER)["id"].to_list()
    rows = [_as_row(each, decisions.get(each.key)) for each in outcome.new]
    made = pl.DataFrame(rows, _UPDATES.dtypes, orient="row")
    copy_frame(
        made.with_columns(id=pl.Series(ids, dtype=pl.Int64), arrived_at=pl.lit(now)), "entities_entityupdate"
    )
    return {each.key: pk for each, pk in zip(outcome.new, ids, strict=True)}


def _as_row(update: Update, decision: Decision | None) -> tuple[object, ...]:
    """An update and what became of it, as `_UPDATES`."""
    return (
        update.submission,
        update.block,
        update.list_name,
        str(key_of(update)[0]),
        update.creates,
        update.updates,
        update.base_version,
        update.trunk_version,
        update.branch,
        update.label,
        json.dumps(dict(update.values)),
        update.observed_at,
        update.sent_by,
        Fate.WAITING.value if decision is None else _fate(decision),
        json.dumps([] if decision is None else sorted(decision.lost)),
    )


def _fates_written(released: Iterable[Decision], numbers: Mapping[tuple[int, int], int]) -> None:
    rows = [(numbers[each.update.key], _fate(each), json.dumps(sorted(each.lost))) for each in released]
    if rows:
        ids, fates, lost = map(list, zip(*rows, strict=True))
        execute(_FATES, {"ids": ids, "fates": fates, "lost": lost})


def _entities_made(outcome: Outcome, now: datetime) -> dict[Key, int]:
    """The number of every entity decided on; those that were not there are made."""
    entities = {key: each.pk for key, each in outcome.stored.items()}
    fresh = [key for key, decisions in outcome.decided.items() if decisions and key not in entities]
    made = Entity.objects.bulk_create(
        Entity(
            uuid=uuid,
            list_name=name,
            version=outcome.decided[uuid, name][-1].after.version,
            made_at=now,
            updated_at=now,
            made_by_id=outcome.decided[uuid, name][0].update.sent_by,
        )
        for uuid, name in fresh
    )
    return entities | {(row.uuid, row.list_name): row.pk for row in made}


def _versions_made(
    outcome: Outcome, entities: Mapping[Key, int], numbers: Mapping[tuple[int, int], int], now: datetime
) -> None:
    rows: list[tuple[int | None, int, str, str, str, int | None]] = []
    for key, decisions in outcome.decided.items():
        entity = entities.get(key)
        if decisions and key not in outcome.stored and decisions[0].version is None:
            rows.append((entity, 1, "", "{}", "{}", None))  # forced without ever having been made
        rows += [(entity, *_said(each), numbers[each.update.key]) for each in decisions if each.version]
    made = pl.DataFrame(rows, _VERSIONS.dtypes, orient="row")
    copy_frame(
        made.with_columns(source=pl.lit(Source.SUBMISSION.value), at=pl.lit(now)), "entities_entityversion"
    )
    last = made.group_by("entity_id", maintain_order=True).agg(pl.col("number").max())
    params = {"ids": last["entity_id"].to_list(), "versions": last["number"].to_list(), "now": now}
    execute(_PRESENT, params)


def _said(decision: Decision) -> tuple[int, str, str, str]:
    """Number, label, properties and stamps of the version that a decision made."""
    after = decision.after
    properties = {name: value for name, value in after.values.items() if name != LABEL}
    return after.version, after.values.get(LABEL, ""), json.dumps(properties), json.dumps(dict(after.stamps))


def _contacts_set(outcome: Outcome) -> None:
    """Put the telephones that now hold in the register, which is where the entities are drawn from."""
    heard = {}
    for key, decisions in outcome.decided.items():
        row = outcome.stored[key].row if key in outcome.stored else None
        for each in decisions:
            if row is not None and key[1] == "participants" and "phone" in each.applied:
                heard[row] = Contact(row, each.applied["phone"], each.update.sent_by)
    participants_contact_set(contacts=heard.values())


def _proposals_made(
    outcome: Outcome, entities: Mapping[Key, int], numbers: Mapping[tuple[int, int], int], now: datetime
) -> Mapping[int, tuple[int, ...]]:
    asked = [each for each in outcome.decisions if each.proposed]
    places = _places(outcome, asked)
    made = Proposal.objects.bulk_create(
        Proposal(
            entity_id=entities[key_of(each.update)],
            update_id=numbers[each.update.key],
            reason=each.reason or Reason.GUARDED,
            seen=dict(each.seen),
            proposed=dict(each.proposed),
            participant_id=places[each.update.key][0],
            area_code=places[each.update.key][1],
            made_at=now,
        )
        for each in asked
    )
    found: dict[int, list[int]] = defaultdict(list)
    for decision, proposal in zip(asked, made, strict=True):
        found[decision.update.submission].append(proposal.pk)
    return {submission: tuple(pks) for submission, pks in found.items()}


def _places(outcome: Outcome, asked: Iterable[Decision]) -> Mapping[tuple[int, int], tuple[int | None, str]]:
    """The person and area of each proposal: those of the row, else of the group it names, else the sender's."""
    asked = list(asked)
    groups = areas_of("groups", {each.after.values.get("group", "") for each in asked})
    scopes = scopes_of({each.update.sent_by for each in asked if each.update.sent_by is not None})
    technicians = areas_of("technicians", {scope.code for scope in scopes.values()})
    places = {}
    for each in asked:
        stored = outcome.stored.get(key_of(each.update))
        if stored is not None and stored.where is not None:
            places[each.update.key] = (stored.where.participant, stored.where.area)
            continue
        scope = scopes.get(each.update.sent_by or 0)
        own = () if scope is None else (technicians.get(scope.code, ""), *scope.areas)
        named = groups.get(each.after.values.get("group", ""), "")
        places[each.update.key] = (None, next(filter(None, (named, *own)), ""))
    return places
