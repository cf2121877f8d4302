"""Evidence: append-only rows, each hashed, and the files they came in, kept byte for byte."""

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


class Evidence(models.Model):
    """One record. `body` holds the columns of its kind (`core.evidence`); `sha256` is of head and body."""

    drop = models.ForeignKey(Drop, on_delete=models.PROTECT, related_name="records")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="evidence"
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
            models.CheckConstraint(name="evidence_kind_known", condition=models.Q(kind__in=list(KINDS))),
            models.CheckConstraint(name="evidence_month_first_day", condition=models.Q(month__day=1)),
        ]
        indexes = [
            models.Index(fields=["participant", "month"], name="evidence_by_person"),
            models.Index(fields=["kind", "month"], name="evidence_by_kind"),
            models.Index(fields=["received_at"], name="evidence_by_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
