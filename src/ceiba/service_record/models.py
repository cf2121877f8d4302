"""The service record of each person, from determinations alone."""

from django.db import models


class ServiceRecord(models.Model):
    """Months of a person in a programme. `marks` is a letter a month from `first_month` on.

    A accepted, H held, R refused, - not active. Everything else here is computed from it (core.service_record).
    Each month changes nearly every row: no index but the key, and room left in each page for the new version, so that
    no index has to be changed (heap-only tuples; a third of the time).
    """

    pk = models.CompositePrimaryKey("participant", "programme")
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="service_records",
        db_index=False,
        db_constraint=False,
    )
    first_month = models.DateField()
    last_month = models.DateField()
    marks = models.TextField()
    months_decided = models.IntegerField()
    months_accepted = models.IntegerField()
    months_missed_running = models.IntegerField()
    break_months_longest = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.participant_id} {self.months_accepted}"
