"""The facts of each participant-month, one typed column each, as they were known when they were decided on."""

import polars as pl
from django.db import models

from ceiba.core.facts import FACTS


def _field(dtype: object) -> models.Field:  # type: ignore[type-arg]  # any of three kinds of field
    if dtype == pl.Int32:
        return models.IntegerField(null=True)
    if dtype == pl.Boolean:
        return models.BooleanField(null=True)
    return models.CharField(max_length=24, null=True)  # null is "no evidence"; "" would be a value


class MonthFacts(models.Model):
    """A participant-month. Revision 0 is what the month was decided on; late evidence adds revisions 1, 2, ...

    The fact columns are those of `core.facts.FACTS`, declared there once.
    """

    pk = models.CompositePrimaryKey("month", "participant", "revision", "programme")
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant", on_delete=models.PROTECT, related_name="facts", db_index=False
    )
    revision = models.SmallIntegerField()
    run = models.ForeignKey(
        "runs.Run", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    area_code = models.CharField(max_length=16)
    group_code = models.CharField(max_length=64, blank=True)
    vars().update({fact.name: _field(fact.dtype) for fact in FACTS.values() if "month" in fact.stages})

    class Meta:
        indexes = [models.Index(fields=["run"], condition=models.Q(revision__gt=0), name="facts_revised")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} r{self.revision}"
