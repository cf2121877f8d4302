"""Audit packs that somebody asked for on the site: each made for one account, kept for some days, then removed."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Pack(models.Model):
    """A pack: what was asked for, and, once it is made, the zip that holds it (a blob) and until when it is kept.

    `pack_id` is the manifest's, as the audit log has it. The row stays when the zip has gone. `job` is the last that
    was asked for; how it stands is the queue's to say.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    area_code = models.CharField(max_length=16)
    sample_size = models.IntegerField(null=True)
    seed = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    job = models.BigIntegerField(null=True)
    pack_id = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the zip")
    size_bytes = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pack_sample_has_seed",
                condition=Q(sample_size=None, seed="") | Q(sample_size__gt=0) & ~Q(seed=""),
            ),
            models.CheckConstraint(
                name="pack_made_whole",
                condition=Q(made_at=None)
                | Q(size_bytes__gt=0, expires_at__isnull=False) & ~Q(pack_id="") & ~Q(sha256=""),
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-id"], name="pack_by_asker")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.month:%Y-%m} {self.area_code}"
