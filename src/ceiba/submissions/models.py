"""Submissions of forms as they arrived, their attachments, what disagrees with them, and how each stands.

`Submission`, `Attachment` and `Conflict` are never changed, only erased with their person's data: triggers refuse all
else. `Standing` is what became of a submission, and is written again as that becomes known. Rows come by the hundred
a second: what they refer to was read in the same request, and is not checked again by foreign keys.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Submission(models.Model):
    """One form as sent: its XML byte for byte. The same instanceID is the same submission."""

    instance_id = models.CharField(max_length=120, unique=True)
    form_code = models.CharField(max_length=64)
    form_version = models.CharField(max_length=64)
    deprecated_id = models.CharField(max_length=120, blank=True, help_text="the submission it replaces")
    xml = models.BinaryField()
    sha256 = models.BinaryField()
    device = models.ForeignKey(
        "devices.Device",
        on_delete=models.PROTECT,
        related_name="submissions",
        db_constraint=False,
        db_index=False,
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    received_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["form_code", "id"], name="submission_by_form"),
            models.Index(
                fields=["deprecated_id"], condition=~models.Q(deprecated_id=""), name="submission_by_replaced"
            ),
        ]

    def __str__(self) -> str:
        return self.instance_id


class Attachment(models.Model):
    """A file that came with a submission; its bytes are a blob. `is_named`: the form's answers name it."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="attachments", db_constraint=False
    )
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    content_type = models.CharField(max_length=100, blank=True)
    is_named = models.BooleanField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The same name with other bytes is kept too, for a person to look at.
            models.UniqueConstraint(fields=["submission", "name", "sha256"], name="attachment_once"),
        ]
        indexes = [models.Index(fields=["sha256"], name="attachment_by_bytes")]

    def __str__(self) -> str:
        return self.name


class Conflict(models.Model):
    """Other bytes under an instanceID that was received before: kept, answered 409, and looked at by a person."""

    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="conflicts", db_constraint=False
    )
    xml = models.BinaryField()
    sha256 = models.BinaryField()
    device = models.ForeignKey(
        "devices.Device", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "sha256"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.submission_id}"


class State(models.TextChoices):
    """What became of a submission."""

    RECEIVED = "received"  # durable, not looked at yet
    TAKEN = "taken"  # it became evidence, or was read and holds none
    WAITING = "waiting"  # what it follows on has not arrived, or whom it enrols is not in the register yet
    QUARANTINED = "quarantined"  # it cannot become evidence as it is: a person decides
    SET_ASIDE = "set_aside"  # a person decided that it becomes none
    ERASED = "erased"  # it spoke of somebody alone whose data were erased: what it said is gone


class Clock(models.TextChoices):
    """Whose clock told when it was observed."""

    PHONE = "phone"
    SERVER = "server"


class Standing(models.Model):
    """How a submission stands, and what was read of it: whom, where, when."""

    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, primary_key=True, related_name="standing", db_constraint=False
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    root = models.ForeignKey(
        Submission, null=True, on_delete=models.PROTECT, related_name="versions", db_constraint=False, db_index=False,
        help_text="the submission that this one, by edits of edits, replaces; itself when it replaces none",
    )  # fmt: skip
    waits_for = models.CharField(
        max_length=64, blank=True, help_text="code of the participant who is to be enrolled first"
    )
    problems = models.JSONField(default=list, help_text="[{code, place, values}], as `core.kernel.errors`")
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    area_code = models.CharField(max_length=16, blank=True)
    group_code = models.CharField(max_length=64, blank=True)
    plot_code = models.CharField(max_length=64, blank=True)
    month = models.DateField(null=True)
    observed_at = models.DateTimeField(null=True)
    stated_at = models.DateTimeField(null=True, help_text="by the phone's clock, whether it decided or not")
    clock = models.CharField(max_length=6, choices=Clock.choices, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    outside = ArrayField(
        models.BigIntegerField(), null=True,
        help_text="the people it speaks of, by number, whom its sender did not reach when it was taken",
    )  # fmt: skip
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="standing_state_known", condition=models.Q(state__in=State.values)),
        ]
        indexes = [
            models.Index(
                fields=["submission"],
                condition=models.Q(state__in=("received", "waiting")),
                name="standing_open",
            ),
            models.Index(fields=["root"], name="standing_by_root"),
            models.Index(fields=["participant", "month"], name="standing_by_person"),
            models.Index(fields=["area_code", "observed_at"], name="standing_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.state}"
