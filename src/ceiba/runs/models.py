"""The run of a month: which stage it has reached, so that it can go on after a crash."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.db import models


class RunState(models.TextChoices):
    """The stages in order; each is reached in one transaction."""

    STARTED = "started"
    SNAPSHOT = "snapshot"
    DECIDED = "decided"
    LISTED = "listed"
    SEALED = "sealed"
    COUNTED = "counted"


AT_WORK: Final[Mapping[str, Mapping[str, str]]] = {
    RunState.SNAPSHOT: {"es": "reuniendo los hechos", "en": "gathering the facts"},
    RunState.DECIDED: {"es": "decidiendo", "en": "deciding"},
    RunState.LISTED: {"es": "haciendo la lista de pago", "en": "making the payment list"},
    RunState.SEALED: {"es": "sellando", "en": "sealing"},
    RunState.COUNTED: {"es": "contando los meses de servicio", "en": "counting months of service"},
}
"""What is being done on the way to each stage, in the order of the stages."""


class Run(models.Model):
    """One month of one programme. Evidence received after `cutoff` is late and counts in the next month."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="runs")
    month = models.DateField()
    rulebook = models.ForeignKey("rulebook.RulebookVersion", on_delete=models.PROTECT, related_name="runs")
    cutoff = models.DateTimeField()
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.STARTED)
    started_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "month"], name="run_once"),
            models.CheckConstraint(name="run_state_known", condition=models.Q(state__in=RunState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.month:%Y-%m} {self.state}"
