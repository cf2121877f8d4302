"""What goes into the log, in which order, once, and all or nothing."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ceiba.accounts.models import Role
from ceiba.accounts.services import scope_set, user_close
from ceiba.core.kernel.canonical import object_bytes
from ceiba.core.merkle.tree import Frontier, appended, leaf_hash
from ceiba.core.salted import opens
from ceiba.determinations.models import Determination
from ceiba.evidence.models import Drop, Evidence
from ceiba.transparency.models import Checkpoint, Entry, Nodes
from ceiba.transparency.selectors.entries import entry_of, leaf_of, log_size
from ceiba.transparency.selectors.nodes import frontier_of
from ceiba.transparency.services import appending
from ceiba.transparency.services.appending import batch_append, entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.transparency.services.erasing import salts_erase
from ceiba.transparency.sources import determination_key
from tests.factories import World, late_decide

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def counted() -> dict[str, int]:
    kinds = list(Entry.objects.values_list("kind", flat=True))
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def salted(entry: Entry, data: bytes) -> bool:
    assert entry.salt is not None
    return opens(bytes(entry.value), bytes(entry.salt), data)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transparency_nodes SET hashes = hashes",
        "DELETE FROM transparency_nodes",
        "UPDATE transparency_entry SET value = value",
        "DELETE FROM transparency_entry",
        "DELETE FROM transparency_checkpoint",
        "UPDATE transparency_cosignature SET line = ''",
        "UPDATE transparency_entry SET salt = value WHERE salt IS NOT NULL",
        "UPDATE transparency_entry SET salt = value WHERE salt IS NULL",
        "UPDATE transparency_entry SET salt = NULL",  # and whose it was
        "UPDATE transparency_entry SET participant_id = NULL",
        "UPDATE transparency_entry SET salt = NULL, participant_id = NULL, value = salt WHERE salt IS NOT NULL",
    ],
)
def test_the_database_refuses_to_change_the_log(made: World, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_hashes_and_salts_of_another_length_are_refused(made: World) -> None:
    for write in (
        lambda: Nodes.objects.create(level=50, first=0, count=2, hashes=bytes(63)),
        lambda: Entry.objects.create(index=10**6, kind="evidence", key="x", value=bytes(31)),
        lambda: Entry.objects.create(index=10**6, kind="visa", key="x", value=bytes(32)),
        lambda: Entry.objects.create(index=10**6, kind="evidence", key="x", value=bytes(32), salt=bytes(31)),
        lambda: Checkpoint.objects.create(size=0, root=bytes(32), note="", signed_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_everything_that_was_decided_and_seen_is_in_it_once(made: World) -> None:
    assert counted() == {
        "determination": Determination.objects.count(),
        "evidence": Evidence.objects.count(),
        "sealed_month": len(made.runs),
    }
    before = frontier_of(log_size())
    assert entries_append() == 0
    assert frontier_of(log_size()) == before


def test_the_tree_is_that_of_the_leaves(made: World) -> None:
    entries = list(Entry.objects.order_by("index"))
    assert [entry.index for entry in entries] == list(range(len(entries)))
    grown = appended(Frontier(), [leaf_hash(leaf_of(entry).data()) for entry in entries])
    assert grown.frontier == frontier_of(len(entries))


def test_a_commitment_is_to_the_row_and_a_seal_is_open_to_anybody(made: World) -> None:
    row = Determination.objects.exclude(outcome="pay").select_related("participant")[0]
    entry = entry_of("determination", determination_key(row.month, row.participant_id, 0, row.programme_id))
    assert entry is not None
    lists = {
        name: "[" + ",".join(f'"{each}"' for each in getattr(row, name)) + "]"
        for name in ("failed", "unknown")
    }
    data = (
        f'{{"amount_minor":0,"amounts":{{}},"area":"{row.area_code}","causes":[],"decided_in":"{row.month:%Y-%m}",'
        f'"failed":{lists["failed"]},"month":"{row.month:%Y-%m}","outcome":"{row.outcome}",'
        f'"participant":"{row.participant.code}","programme":"ca","revision":0,"unknown":{lists["unknown"]}}}'
    )
    assert salted(entry, data.encode())
    assert not salted(entry, data.replace('"hold"', '"pay"').replace('"refuse"', '"pay"').encode())
    seal = Entry.objects.filter(kind="sealed_month").order_by("index")[0]
    digests = '{"digests":{"result":"' + "5e" * 32 + '"},"month":"2026-09","programme":"ca"}'
    assert bytes(seal.value) == sha256(digests.encode()).digest()
    assert seal.salt is None
    salts = [bytes(salt) for salt in Entry.objects.exclude(salt=None).values_list("salt", flat=True)]
    assert len(set(salts)) == len(salts) == Entry.objects.count() - len(made.runs)


def test_later_rows_follow_in_order_of_kind_and_key(made: World) -> None:
    size, person = log_size(), made.people[3]
    cause = Evidence.objects.create(
        drop=Drop.objects.get(), kind="visit", key="late-1", participant=person, area_code=person.area_id,
        month=made.month, observed_at=NOW, received_at=NOW, reporter="", body={}, sha256=b"\1" * 32,
    )  # fmt: skip
    user = made.users[Role.OFFICE]
    scope_set(user=user, areas=["HN"])
    user_close(user=user, by=made.users[Role.AUDITOR])
    assert entries_append() == 3
    kinds = Entry.objects.filter(pk__gte=size).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["evidence", "role_change", "role_change"]
    entry = Entry.objects.get(pk=size)
    said = {"evidence": cause.pk, "received_at": "2026-11-26T12:00:00.000000Z", "sha256": "01" * 32}
    assert salted(entry, object_bytes(said))
    with transaction.atomic():  # a run's differences are there together with what it decided
        run = made.runs[-1]
        made.runs[-1] = type(run).objects.create(
            programme=made.programme, month="2026-11-01", rulebook=made.version, state="decided", cutoff=NOW,
            started_at=NOW,
        )  # fmt: skip
        late_decide(made, person, made.runs[0].month, {}, cause)
        made.runs[-1] = run
    assert entries_append() == 1
    last = Entry.objects.order_by("-pk")[0]
    assert last.key == determination_key(made.runs[0].month, person.pk, 1, "ca")


def test_a_crash_in_between_leaves_what_was_there(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])
    size, before = log_size(), frontier_of(log_size())

    def broken(_: object) -> None:
        raise OSError

    monkeypatch.setattr(appending, "_nodes", broken)
    with pytest.raises(OSError), transaction.atomic():
        batch_append()
    assert (log_size(), frontier_of(size)) == (size, before)
    monkeypatch.undo()
    assert entries_append() == 1


def test_rows_of_nodes_of_bounded_size_give_the_same_tree(
    made: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appending, "NODES_MAX", 2)
    for area in ("HN", "GT-13", "GT-14", "GT", "HN-LE"):
        scope_set(user=made.users[Role.OFFICE], areas=[area])
    assert entries_append() == 5
    leaves = [leaf_hash(leaf_of(entry).data()) for entry in Entry.objects.order_by("index")]
    for size in range(1, len(leaves) + 1):
        assert frontier_of(size) == appended(Frontier(), leaves[:size]).frontier


def test_a_person_s_salts_go_and_the_checkpoint_holds(made: World) -> None:
    first = checkpoint_sign(now=NOW)
    person = made.people[2]
    of_them = Determination.objects.filter(participant=person).count()
    of_them += Evidence.objects.filter(participant=person).count()
    assert salts_erase(participant=person.pk, by=made.users[Role.OFFICE]) == of_them
    assert Entry.objects.filter(salt=None, participant_id=None).count() == of_them + len(made.runs)
    assert not Entry.objects.filter(participant_id=person.pk).exists()
    assert checkpoint_sign(now=NOW) == first
