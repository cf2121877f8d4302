"""The service record of each person, from determinations alone."""

from django.db import models


class ServiceRecord(models.Model):
    """Months of a person in a programme. `marks` is a letter a month from `first_month` on.

    A accepted, H held, R refused, - not active. Everything else here is computed from it (core.service_record).
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

    class Meta:
        indexes = [models.Index(fields=["programme", "months_accepted"], name="record_by_accepted")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.months_accepted}"
