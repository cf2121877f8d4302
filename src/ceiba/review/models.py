"""What is looked at: a row a submission in the tray, its flags, its reviews, and what was read of its photos.

`InTray` is drawn from what others hold, and may be drawn again at any time; so are flags and photos, but for what a
person said of a flag. Reviews are never changed: the last one holds.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now

from ceiba.core.evidence import DECISIONS
from ceiba.core.flags import FLAG_KINDS


class InTray(models.Model):
    """A submission as reviewers list it: of whom, of where, its flags that hold and the last decision.

    `area_code` is the person's; of a submission that names nobody, the sender's. `technician` is the sender's code.
    """

    submission = models.OneToOneField(
        "submissions.Submission",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="tray",
        db_constraint=False,
    )
    family = models.CharField(
        max_length=120, help_text="the instanceID of the first of those that replace each other"
    )
    is_replaced = models.BooleanField(default=False, help_text="an edit of it has come")
    form_code = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    user_id = models.BigIntegerField()
    technician = models.CharField(max_length=64, blank=True)
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="+",
        db_constraint=False, db_index=False,
    )  # fmt: skip
    area_code = models.CharField(max_length=16, blank=True)
    month = models.DateField(null=True)
    received_at = models.DateTimeField()
    observed_at = models.DateTimeField(null=True)
    phone = models.CharField(
        max_length=80, blank=True, help_text="the phone's own identifier, as the form tells it"
    )
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    decision = models.CharField(max_length=12, blank=True)
    looked_at = models.DateTimeField(null=True, help_text="when its photos were read and compared")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tray_decision_known", condition=models.Q(decision__in=("", *DECISIONS))
            ),
        ]
        indexes = [
            models.Index(fields=["user_id", "submission"], name="tray_by_sender"),
            models.Index(fields=["user_id", "observed_at"], name="tray_by_sender_and_time"),
            models.Index(
                fields=["phone", "observed_at"], condition=~models.Q(phone=""), name="tray_by_phone"
            ),
            models.Index(fields=["technician", "submission"], name="tray_by_technician"),
            models.Index(fields=["lon", "lat"], condition=models.Q(lon__isnull=False), name="tray_by_place"),
            models.Index(
                fields=["user_id"],
                condition=models.Q(decision="returned", is_replaced=False),
                name="tray_returned",
            ),
            models.Index(fields=["form_code", "submission"], name="tray_by_form"),
            models.Index(
                OpClass("area_code", "varchar_pattern_ops"), "submission", name="tray_by_area"
            ),
            models.Index(fields=["participant"], name="tray_by_person"),
            models.Index(fields=["decision", "submission"], name="tray_by_decision"),
            models.Index(fields=["state", "submission"], name="tray_by_state"),
            models.Index(fields=["received_at"], name="tray_by_receipt"),
            models.Index(fields=["family"], name="tray_by_family"),
            models.Index(
                fields=["submission"], condition=~models.Q(flags=[]), name="tray_flagged"
            ),
            models.Index(
                fields=["submission"], condition=models.Q(looked_at__isnull=True), name="tray_unseen"
            ),
            GinIndex(fields=["flags"], name="tray_by_flag"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.submission_id} {self.state}"


class Flag(models.Model):
    """A flag on a submission with the figures and the other submissions that show it; a person may dismiss it."""

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="flags", db_constraint=False
    )
    flag = models.CharField(max_length=20)
    other_ids = ArrayField(models.BigIntegerField(), default=list)
    detail = models.JSONField()
    computed_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    dismissed_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "flag"], name="flag_once"),
            models.CheckConstraint(name="flag_known", condition=models.Q(flag__in=list(FLAG_KINDS))),
            models.CheckConstraint(
                name="flag_dismissed_by_somebody",
                condition=models.Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | models.Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
            ),
        ]
        indexes = [GinIndex(fields=["other_ids"], name="flag_by_other")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.flag}"


class Review(models.Model):
    """What somebody decided of a submission, and why. Append-only."""

    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="reviews", db_constraint=False
    )
    decision = models.CharField(max_length=12)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_decision_known", condition=models.Q(decision__in=DECISIONS)),
            models.CheckConstraint(
                name="review_says_why",
                condition=models.Q(decision="approved") | ~models.Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.decision}"


class Photo(models.Model):
    """What was read of a photo, once for its bytes; the thumbnail is a blob. `band_n`: `core.flags.bands`."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    fault = models.CharField(max_length=20, blank=True)
    width = models.IntegerField(default=0)
    height = models.IntegerField(default=0)
    phash = models.BigIntegerField(null=True)
    band_0 = models.IntegerField(null=True)
    band_1 = models.IntegerField(null=True)
    band_2 = models.IntegerField(null=True)
    band_3 = models.IntegerField(null=True)
    thumbnail = models.CharField(max_length=64, blank=True, help_text="SHA-256 of its bytes (WebP)")
    taken_at = models.DateTimeField(null=True)
    taken_local = models.CharField(max_length=80, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    camera = models.CharField(max_length=170, blank=True)
    software = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=[f"band_{band}"], condition=models.Q(phash__isnull=False), name=f"photo_by_band_{band}"
            )
            for band in range(4)
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.sha256[:12]


class Lane(models.Model):
    """How far a lane has come that goes through what arrives: up to which number of its kind."""

    name = models.CharField(max_length=20, primary_key=True)
    reached = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.reached}"


class Draw(models.Model):
    """A month's draw of second visits: its seed, published first, and what was drawn from. Append-only."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    seed = models.CharField(max_length=200)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "month"], name="draw_once"),
            models.CheckConstraint(name="draw_month_first_day", condition=models.Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.month:%Y-%m}"


class Drawing(models.Model):
    """What came of a draw: from the visits received up to when, which share, by whom. Append-only."""

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="drawing")
    received_until = models.DateTimeField()
    percent = models.SmallIntegerField()
    visits = models.IntegerField()
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.draw_id)


class SecondVisit(models.Model):
    """A visit that was drawn, or that a reviewer sent for one, and who goes. Append-only."""

    draw = models.ForeignKey(Draw, null=True, on_delete=models.PROTECT, related_name="visits")
    key = models.CharField(max_length=120, help_text="of the record of evidence of the first visit")
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    month = models.DateField()
    submission = models.ForeignKey(
        "submissions.Submission", on_delete=models.PROTECT, related_name="second_visits", db_constraint=False
    )
    technician = models.CharField(max_length=64, blank=True, help_text="who goes; empty: nobody can")
    asked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="second_visit_once")]
        indexes = [models.Index(fields=["technician"], name="second_visit_by_technician")]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.technician}"
