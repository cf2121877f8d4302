"""What the database refuses of the log, each for its own reason, whoever writes."""

from datetime import UTC, datetime
from typing import Any

from ceiba.transparency.models import Checkpoint, Cosignature, Entry, Nodes, Witness
from ceiba.transparency.selectors.entries import log_size
from ceiba.transparency.services.checkpoints import checkpoint_sign
from tests.factories import World
from tests.refusals import refused

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def with_other(model: Any, row: dict[str, Any], refusals: tuple[tuple[dict[str, Any], str], ...]) -> None:
    """The row with something else in it is refused, each time by the constraint that is named."""
    for changed, constraint in refusals:
        with refused(constraint):
            model.objects.create(**row | changed)


def test_entries_are_of_a_kind_and_once(made: World) -> None:
    there = Entry.objects.order_by("index")[0]
    row = {"index": log_size(), "kind": "evidence", "key": "x", "value": bytes(32)}
    with_other(
        Entry,
        row,
        (
            ({"index": -1}, "log_entry_from_nothing"),
            ({"index": there.index}, "transparency_entry_pkey"),
            ({"kind": "visa"}, "log_entry_kind_known"),
            ({"kind": there.kind, "key": there.key}, "log_entry_once"),
            ({"value": bytes(31)}, "entry_value_whole"),
            ({"value": bytes(33)}, "entry_value_whole"),
        ),
    )


def test_nodes_are_whole_and_once(made: World) -> None:
    row = {"level": 50, "first": 0, "count": 2, "hashes": bytes(64)}
    with_other(
        Nodes,
        row,
        (
            ({"hashes": bytes(63)}, "nodes_whole"),
            ({"count": 0, "hashes": b""}, "log_nodes_in_range"),
            ({"level": -1}, "log_nodes_in_range"),
            ({"first": -1}, "log_nodes_in_range"),
            ({"level": 0}, "log_nodes_once"),
        ),
    )


def test_a_size_is_signed_once_and_by_a_witness_once(made: World) -> None:
    signed = checkpoint_sign(now=NOW)
    assert signed is not None
    row = {"size": signed.size, "root": bytes(32), "note": "", "signed_at": NOW}
    with_other(
        Checkpoint, row, (({}, "transparency_checkpoint_pkey"), ({"size": 0}, "log_checkpoint_of_some"))
    )
    witness = Witness.objects.create(name="Una ONG", key="k", added_at=NOW)
    with_other(
        Witness,
        {"name": "Otra", "key": "l", "added_at": NOW},
        (({"name": "Una ONG"}, "transparency_witness_name"), ({"key": "k"}, "transparency_witness_key")),
    )
    line: dict[str, Any] = {
        "checkpoint": signed,
        "witness": witness,
        "line": "x",
        "signed_at": NOW,
        "received_at": NOW,
    }
    Cosignature.objects.create(**line)
    with refused("log_cosigned_once"):
        Cosignature.objects.create(**line)
