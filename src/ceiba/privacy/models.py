"""Requests for erasure, and files that one of them left to be removed. Guarded by sql/guard.sql.

A request names the person by their number, and a reason by its code: it says nothing of them that stays behind.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ceiba.privacy.states import AskedFor, ErasureState, RefusedFor

REASONS = [each.value for each in AskedFor]
REFUSALS = [each.value for each in RefusedFor]
ASKED, CONFIRMED, REFUSED, WITHDRAWN = (state.value for state in ErasureState)


def _user(null: bool = False) -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+", db_index=False
    )


class Erasure(models.Model):
    """That what is held of a person be erased: asked for by one, confirmed or refused by another.

    `erased` is how much of each kind was (`holdings`: code -> rows), of a confirmed one.
    """

    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="erasures")
    reason = models.CharField(max_length=16)
    asked_by = _user()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=ASKED)
    decided_by = _user(null=True)
    decided_at = models.DateTimeField(null=True)
    refused_for = models.CharField(max_length=16, blank=True)
    erased = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(name="erasure_reason_known", condition=Q(reason__in=REASONS)),
            models.CheckConstraint(
                name="erasure_state_known", condition=Q(state__in=[ASKED, CONFIRMED, REFUSED, WITHDRAWN])
            ),
            models.CheckConstraint(
                name="erasure_refused_with_reason",
                condition=Q(state=REFUSED, refused_for__in=REFUSALS) | ~Q(state=REFUSED) & Q(refused_for=""),
            ),
            models.CheckConstraint(
                name="erasure_decided_by_another",
                condition=Q(state=ASKED, decided_by=None, decided_at=None)
                | Q(state=WITHDRAWN, decided_by=F("asked_by"), decided_at__isnull=False)
                | Q(state__in=[CONFIRMED, REFUSED], decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("asked_by")),
            ),
            models.UniqueConstraint(
                fields=["participant"], condition=Q(state__in=[ASKED, CONFIRMED]), name="erasure_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class FileLeft(models.Model):
    """A kept file that an erasure left without anything that names it; the row goes when the file has gone."""

    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="files")
    sha256 = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.sha256[:12]
