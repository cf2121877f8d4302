"""The log as it is kept: hashes of the tree, entries with what opens them, checkpoints and who cosigned them.

Nothing refers to the rows that entries stand for: they are found by kind and key, and the log outlives them.
"""

from typing import Final

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from ceiba.core.log_entries import EntryKind

# Some 800 entries are in sixteen pages; of a thousand such ranges, one is read in vain.
BLOOM: Final = "bytea_bloom_ops (n_distinct_per_range=800, false_positive_rate=0.001)"


class Nodes(models.Model):
    """Hashes of complete subtrees beside each other (`core.merkle.tree.Run`): those of `level`, from number `first`.

    A batch gives one row a level (or one for each `NODES_MAX` hashes), not a row a hash: half a million leaves are
    written in the time that a database takes for some thirty rows. Append-only.
    """

    level = models.SmallIntegerField()
    first = models.BigIntegerField()
    count = models.IntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "first"], name="log_nodes_once"),
            models.CheckConstraint(
                name="log_nodes_in_range", condition=models.Q(level__gte=0, first__gte=0, count__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level}: {self.first}…{self.first + self.count - 1}"


class Entry(models.Model):
    """One leaf: what kind of thing was logged, which row (`core.log_data`), the commitment or digest.

    Append-only, but for the salt. It opens the commitment, so it is personal data: it is erased with the person's
    (`sql/erasing.sql`), and never changed.
    """

    index = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=60, db_collation="C")
    value = models.BinaryField(help_text="what the leaf shows: 32 bytes")
    salt = models.BinaryField(null=True, help_text="null: erased, or of nobody")
    participant_id = models.BigIntegerField(null=True, help_text="whose data the salt opens")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="log_entry_once"),
            models.CheckConstraint(name="log_entry_kind_known", condition=models.Q(kind__in=list(EntryKind))),
            models.CheckConstraint(name="log_entry_from_nothing", condition=models.Q(index__gte=0)),
        ]
        # Anybody may ask where a commitment stands: without it each question would read the whole table. Hashes are
        # in no order, so an index of each would be written all over; this one sums up pages, when they are full.
        indexes = [
            BrinIndex(fields=["value"], opclasses=[BLOOM], pages_per_range=16, name="log_entry_by_value")
        ]

    def __str__(self) -> str:
        return f"{self.index} {self.kind}"


class Checkpoint(models.Model):
    """What the log said it was, signed. Append-only: two of one size would be two logs."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField(help_text="the signed note, as published")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="log_checkpoint_of_some", condition=models.Q(size__gt=0))]

    def __str__(self) -> str:
        return str(self.size)


class Witness(models.Model):
    """Somebody outside who cosigns checkpoints: a funder, a civil-society body."""

    name = models.CharField(max_length=120, unique=True)
    key = models.CharField(max_length=240, unique=True, help_text="the key as text (vkey of signed-note)")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness's signature under a checkpoint. Append-only."""

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, on_delete=models.PROTECT, related_name="cosignatures")
    line = models.TextField(help_text="the line under the note, with its newline")
    signed_at = models.DateTimeField(help_text="as the witness says")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="log_cosigned_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness_id}"
