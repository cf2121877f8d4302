"""Programmes and the versions of their rulebook, as published."""

from django.conf import settings
from django.db import models


class Programme(models.Model):
    """A programme by its code (mx, ca, pes); everything else about it is in its rulebook."""

    code = models.CharField(max_length=16, primary_key=True)
    currency = models.CharField(max_length=3)
    name = models.JSONField()

    def __str__(self) -> str:
        return self.code


class RulebookVersion(models.Model):
    """A published rulebook: the folder's files as they were, and the digest of their bytes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    digest = models.CharField(max_length=64)
    files = models.JSONField(help_text="file name -> text")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "digest"], name="rulebook_version_once")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.digest[:12]}"
