"""Entities, their versions, the updates that phones sent, and what of those a person decides.

Which rows of the register changed is written down by the database itself (sql/touch.sql), whatever changed them;
`services.refresh` draws the entities of those rows again.
"""

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now


class Entity(models.Model):
    """Somebody or something that a phone can carry. `row` is its row in the register, null for what stands in none.

    What it says is its version number `version`. `made_by` is who sent it, null for what the register began.
    """

    uuid = models.UUIDField()
    list_name = models.CharField(max_length=64)
    row = models.BigIntegerField(null=True)
    version = models.IntegerField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uuid", "list_name"], name="entity_once"),
            models.UniqueConstraint(
                fields=["list_name", "row"],
                condition=models.Q(row__isnull=False, deleted_at__isnull=True),
                name="entity_of_row_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_by", "list_name"],
                condition=models.Q(row__isnull=True, deleted_at__isnull=True),
                name="entity_by_maker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} {self.uuid}"


class Source(models.TextChoices):
    """Where a version comes from."""

    REGISTER = "register"
    SUBMISSION = "submission"
    PERSON = "person"


class EntityVersion(models.Model):
    """What an entity said from a moment on; never changed. Its `id` grows in the order in which versions are seen.

    `stamps` say when what it says was observed, of the properties of which the last observation holds. `update` is
    the submission's update that it follows from.
    """

    entity = models.ForeignKey(
        Entity, on_delete=models.PROTECT, related_name="versions", db_constraint=False, db_index=False
    )
    number = models.IntegerField()
    label = models.TextField()
    properties = models.JSONField()
    stamps = models.JSONField(default=dict)
    source = models.CharField(max_length=12, choices=Source.choices)
    update = models.ForeignKey(
        "EntityUpdate",
        null=True,
        on_delete=models.PROTECT,
        related_name="versions",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entity", "number"], name="entity_version_once"),
            models.CheckConstraint(name="entity_source_known", condition=models.Q(source__in=Source.values)),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} v{self.number}"


class Fate(models.TextChoices):
    """What became of an update."""

    WAITING = "waiting"  # what it follows on has not arrived
    APPLIED = "applied"
    PROPOSED = "proposed"  # a part of it, or all, goes to a person


class EntityUpdate(models.Model):
    """What a submission said of an entity, as sent; only what became of it is written later.

    `submission` is a number of `submissions`, which stand above this app. `lost` names the properties of which
    something observed later holds.
    """

    submission = models.BigIntegerField()
    block = models.IntegerField()
    list_name = models.CharField(max_length=64)
    uuid = models.UUIDField()
    creates = models.BooleanField()
    updates = models.BooleanField()
    base_version = models.IntegerField(null=True)
    trunk_version = models.IntegerField(null=True)
    branch = models.CharField(max_length=64, blank=True)
    label = models.TextField(blank=True)
    values = models.JSONField()
    observed_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    arrived_at = models.DateTimeField()
    fate = models.CharField(max_length=12, choices=Fate.choices)
    lost = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "block"], name="entity_update_once"),
            models.CheckConstraint(name="entity_fate_known", condition=models.Q(fate__in=Fate.values)),
        ]
        indexes = [
            models.Index(fields=["uuid", "list_name"], name="entity_update_by_entity"),
            models.Index(
                fields=["arrived_at"], condition=models.Q(fate="waiting"), name="entity_update_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}/{self.block}"


class ProposalState(models.TextChoices):
    """What a person decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Proposal(models.Model):
    """A change that a person decides: what was `seen` on the phone, what is `proposed` instead, and why it is asked.

    Its place is that of the person it is about, `participant`, or `area_code` where there is none yet.
    """

    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="proposals")
    update = models.OneToOneField(EntityUpdate, on_delete=models.PROTECT, related_name="proposal")
    reason = models.CharField(max_length=12)
    seen = models.JSONField()
    proposed = models.JSONField()
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    area_code = models.CharField(max_length=16, blank=True)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="proposal_state_known", condition=models.Q(state__in=ProposalState.values)
            ),
            models.CheckConstraint(
                name="proposal_decided_by_somebody",
                condition=models.Q(state="open")
                | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_refused_with_reason", condition=~models.Q(state="refused") | ~models.Q(why="")
            ),
        ]
        indexes = [
            models.Index(fields=["made_at"], condition=models.Q(state="open"), name="proposal_open"),
            models.Index(
                KeyTextTransform("code", "proposed"),
                condition=models.Q(reason="new", state="accepted"),
                name="proposal_enrolled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_enrolment(self) -> bool:
        """Whether it is about somebody who is to enter the register."""
        return self.enters and self.entity.list_name == "participants"

    @property
    def enters(self) -> bool:
        """Whether it is about somebody, or a plot, to enter the register."""
        is_new = self.reason == "new" and self.entity.row is None
        return is_new and self.entity.list_name in ("participants", "plots")


class Touched(models.Model):
    """A row of the register whose entity may say something else now. Written by triggers, taken by the refresh."""

    list_name = models.CharField(max_length=64)
    row = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.list_name} {self.row}"


class Refreshed(models.Model):
    """The day for which the entities were last drawn: ages change without anybody changing a row. One row."""

    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.day}"
