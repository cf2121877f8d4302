"""Somebody changes the database behind the log's back, its guards off: it is found, and where."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from ceiba.accounts.models import Role
from ceiba.accounts.services import scope_set
from ceiba.core.kernel.errors import CeibaError
from ceiba.determinations.models import Determination
from ceiba.evidence.models import Evidence
from ceiba.transparency.models import Checkpoint
from ceiba.transparency.selectors.checkpoints import last_checkpoint
from ceiba.transparency.selectors.entries import entry_of, log_size
from ceiba.transparency.services.appending import LOCK, batch_append, entries_append
from ceiba.transparency.services.checkpoints import checkpoint_sign
from ceiba.transparency.services.erasing import salts_erase
from ceiba.transparency.sources import determination_key
from ceiba.transparency.verification import row_faults, since_fault, tree_faults
from tests.factories import World

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@contextmanager
def guards_off() -> Iterator[None]:
    """As whoever owns the tables can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")


def changed(statement: str, *values: object) -> None:
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount == 1


def faults() -> list[tuple[str, int | None]]:
    return [(fault.code, fault.values["index"]) for fault in row_faults()]


def index_of(row: Determination) -> int:
    entry = entry_of(
        "determination", determination_key(row.month, row.participant_id, row.revision, row.programme_id)
    )
    assert entry is not None
    return entry.index


def test_a_log_that_nobody_touched_is_whole(made: World) -> None:
    checkpoint_sign(now=NOW)
    salts_erase(participant=made.people[4].pk, by=None)
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])  # waits to be logged: nothing is wrong with it
    assert list(tree_faults()) == []
    assert faults() == []


def test_a_determination_changed_removed_or_added_is_named(made: World) -> None:
    first, second, third = Determination.objects.exclude(outcome="pay").order_by("month", "participant_id")[
        :3
    ]
    indices = [index_of(row) for row in (first, second)]
    where = "WHERE month = %s AND participant_id = %s AND revision = 0"
    table = "determinations_determination"
    changed(
        f"UPDATE {table} SET outcome = 'pay', amount_minor = 75000, failed = '{{}}', unknown = '{{}}' {where}",  # noqa: S608
        first.month, first.participant_id,
    )  # fmt: skip
    changed(f"DELETE FROM {table} {where}", second.month, second.participant_id)  # noqa: S608
    changed(
        f"INSERT INTO {table} SELECT (d).* FROM (SELECT jsonb_populate_record(t, '{{\"revision\": 7}}') AS d"  # noqa: S608
        f" FROM {table} t {where}) made",
        third.month, third.participant_id,
    )  # fmt: skip
    found = list(row_faults())
    assert sorted((fault.code, fault.values["index"]) for fault in found if fault.values["index"] is not None) == [
        ("log.row_changed", indices[0]), ("log.row_removed", indices[1]),
    ]  # fmt: skip
    (added,) = [fault for fault in found if fault.code == "log.row_added"]
    assert added.values["key"] == determination_key(third.month, third.participant_id, 7, "ca")
    by_code = {fault.code: fault for fault in found}
    assert first.participant.code in by_code["log.row_changed"].text("es")
    assert list(tree_faults()) == []


@pytest.mark.parametrize(
    "assignment",
    [
        """body = jsonb_set(body, '{accuracy_m}', '9999')""",
        "sha256 = decode(repeat('00', 32), 'hex')",
        "received_at = received_at - interval '1 month'",
        "month = month - interval '1 month'",
        "participant_id = (SELECT max(id) FROM registry_participant WHERE id <> participant_id)",
        "reporter = 'T-X'",
    ],
)
def test_evidence_changed_in_any_part_is_found(made: World, assignment: str) -> None:
    record = Evidence.objects.filter(kind="visit").order_by("pk")[5]
    changed(f"UPDATE evidence_evidence SET {assignment} WHERE id = %s", record.pk)  # noqa: S608
    entry = entry_of("evidence", f"{record.pk:012d}")
    assert entry is not None
    assert faults() == [("log.row_changed", entry.index)]


def test_evidence_removed_and_a_seal_or_a_power_changed_are_found(made: World) -> None:
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])
    entries_append()
    last = Evidence.objects.order_by("-pk")[0]
    changed("DELETE FROM evidence_evidence WHERE id = %s", last.pk)
    changed(
        """UPDATE determinations_seal SET digests = '{"result": "00"}' WHERE run_id = %s""", made.runs[0].pk
    )
    changed("""UPDATE audit_event SET detail = '{"areas": ["GT"]}' WHERE action = 'user.scope_set'""")
    kinds = [(fault.code, fault.values["kind"]) for fault in row_faults()]
    assert kinds == [
        ("log.row_removed", "evidence"), ("log.row_changed", "sealed_month"), ("log.row_changed", "role_change"),
    ]  # fmt: skip


def test_a_node_changed_is_located(made: World) -> None:
    checkpoint_sign(now=NOW)
    flip = "UPDATE transparency_nodes SET hashes = set_byte(hashes, 32 * 3, get_byte(hashes, 32 * 3) # 1)"
    changed(f"{flip} WHERE level = 1 AND first = 0")
    (fault,) = tree_faults()
    assert fault.code == "log.node_changed"
    assert [fault.values[name] for name in ("level", "number", "first", "last")] == [1, 3, 6, 7]


def test_nodes_removed_are_located(made: World) -> None:
    """Also where the row before them ends long before: checkpoints divide what is compared."""
    size = log_size()
    for batch in ([["HN"]], [["GT", "HN"], ["GT"]]):
        checkpoint_sign(now=NOW)
        for areas in batch:
            scope_set(user=made.users[Role.OFFICE], areas=areas)
        assert entries_append() == len(batch)
    for first in (size, size + 1):
        changed("DELETE FROM transparency_nodes WHERE level = 0 AND first = %s", first)
    found = [(fault.code, fault.values["number"]) for fault in tree_faults() if fault.values["level"] == 0]
    assert found == [("log.node_changed", number) for number in range(size, size + 3)]


def test_an_entry_changed_is_located_and_its_checkpoint_does_not_agree(made: World) -> None:
    checkpoint_sign(now=NOW)
    changed(
        'UPDATE transparency_entry SET value = set_byte(value, 0, get_byte(value, 0) # 1) WHERE "index" = 9'
    )
    found = list(tree_faults())
    assert next(fault.values["first"] for fault in found if fault.code == "log.node_changed") == 9
    assert found[-1].code == "log.checkpoint_differs"
    assert faults() == [("log.row_changed", 9)]
    changed('DELETE FROM transparency_entry WHERE "index" = 11')
    assert [(fault.code, fault.values["index"]) for fault in tree_faults()] == [("log.entry_missing", 11)]


def test_a_log_written_anew_is_not_signed_and_not_believed(made: World) -> None:
    """Whoever holds the database and the key makes all of it agree again; a checkpoint kept outside does not."""
    checkpoint_sign(now=NOW)
    kept = last_checkpoint()
    assert kept is not None
    assert since_fault(kept.note.encode()) == (log_size(), None)
    row = Determination.objects.exclude(outcome="pay").order_by("month", "participant_id")[0]
    changed(
        "UPDATE determinations_determination SET area_code = 'HN' WHERE month = %s AND participant_id = %s",
        row.month, row.participant_id,
    )  # fmt: skip
    with guards_off(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM transparency_entry; DELETE FROM transparency_nodes")
    entries_append()
    with pytest.raises(CeibaError, match="does not continue"):
        checkpoint_sign(now=NOW)
    with guards_off():
        Checkpoint.objects.all().delete()
    checkpoint_sign(now=NOW)
    assert (list(tree_faults()), faults()) == ([], [])
    size, fault = since_fault(kept.note.encode())
    assert (size, fault and fault.code) == (kept.size, "log.not_continued")


def test_a_log_that_lost_entries_is_not_signed(made: World) -> None:
    checkpoint_sign(now=NOW)
    kept = last_checkpoint()
    assert kept is not None
    changed('DELETE FROM transparency_entry WHERE "index" = %s', log_size() - 1)
    with pytest.raises(CeibaError, match="entries were lost"):
        checkpoint_sign(now=NOW)
    assert [fault.code for fault in tree_faults()] == ["log.checkpoint_beyond"]
    assert since_fault(kept.note.encode())[1] is not None


def test_a_second_worker_waits_for_the_first(made: World) -> None:
    scope_set(user=made.users[Role.OFFICE], areas=["HN"])
    assert batch_append() == 1  # its transaction is still open
    told = connection.get_connection_params()
    wanted = {name: told[name] for name in ("dbname", "user", "password", "host", "port") if told.get(name)}
    with psycopg.connect(**wanted) as other:
        other.execute("SET lock_timeout = '50ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(LOCK)
