"""Evidence: append-only rows, each hashed, and the files they came in, kept byte for byte.

`core.evidence` says what a record of each kind holds; `ceiba.blobs` where the files are. Records come half a
million at a time: what they refer to is checked once a statement (sql/guard.sql), not by foreign keys.
"""

from django.conf import settings
from django.db import models

from ceiba.core.evidence import KINDS


class Drop(models.Model):
    """A file of evidence as received; its bytes are kept in the data folder under their hash."""

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    rows = models.IntegerField()
    accepted = models.IntegerField(help_text="rows that were new; the others had been received before")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"


class Paper(models.Model):
    """The paper that attests what an office typed in (`drop`); its bytes are kept under their hash.

    One paper may attest several: a disaster, of a whole village.
    """

    drop = models.OneToOneField(Drop, on_delete=models.PROTECT, related_name="paper")
    sha256 = models.CharField(max_length=64, db_index=True)
    content_type = models.CharField(max_length=40)
    size_bytes = models.BigIntegerField()

    def __str__(self) -> str:
        return f"paper {self.sha256[:12]}"


class Evidence(models.Model):
    """One record. `body` holds the columns of its kind; `sha256` is of its canonical text (`core.evidence`).

    It came in a file of many (`drop`) or in a form (`submission`).
    """

    drop = models.ForeignKey(
        Drop, null=True, on_delete=models.PROTECT, related_name="records", db_constraint=False, db_index=False
    )
    submission = models.ForeignKey(
        "submissions.Submission",
        null=True,
        on_delete=models.PROTECT,
        related_name="records",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    participant = models.ForeignKey(
        "registry.Participant",
        null=True,
        on_delete=models.PROTECT,
        related_name="evidence",
        db_index=False,
        db_constraint=False,
    )
    area_code = models.CharField(max_length=16, blank=True)
    month = models.DateField()
    observed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    reporter = models.CharField(max_length=64, blank=True)
    corrects = models.CharField(max_length=120, blank=True)
    body = models.JSONField()
    sha256 = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="evidence_once"),
            models.UniqueConstraint(
                fields=["kind", "corrects"], condition=~models.Q(corrects=""), name="evidence_corrected_once"
            ),
            models.CheckConstraint(name="evidence_kind_known", condition=models.Q(kind__in=list(KINDS))),
            models.CheckConstraint(name="evidence_month_first_day", condition=models.Q(month__day=1)),
            models.CheckConstraint(
                name="evidence_came_in_one",
                condition=models.Q(drop__isnull=False, submission__isnull=True)
                | models.Q(drop__isnull=True, submission__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["participant", "month"], name="evidence_by_person"),
            models.Index(fields=["kind", "month"], name="evidence_by_kind"),
            models.Index(fields=["received_at"], name="evidence_by_receipt"),
            models.Index(
                fields=["submission"], condition=models.Q(submission__isnull=False), name="evidence_by_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Closing(models.Model):
    """Evidence received up to `cutoff` has been read to decide a month of a programme: none may be added to it.

    What comes in afterwards, whatever it says of itself, is received after the cut-off: it is late.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    cutoff = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "month"], name="closing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.month:%Y-%m} {self.cutoff:%Y-%m-%d %H:%M}"
