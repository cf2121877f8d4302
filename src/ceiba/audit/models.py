"""Who did what, when: rows are added and never changed (a trigger refuses it)."""

from django.conf import settings
from django.db import models


class Event(models.Model):
    """One act of a person or of the system. `subject` is an identifier, never a name; `detail` names nobody."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"]),
            models.Index(fields=["action", "id"], name="event_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject}"
