"""The facts of each participant-month, one typed column each, as they were known when they were decided on."""

import polars as pl
from django.db import models

from ceiba.core.facts import EVIDENCE_FACTS, FACTS


def _field(dtype: object) -> models.Field:  # type: ignore[type-arg]  # any of three kinds of field
    if dtype == pl.Int32:
        return models.IntegerField(null=True)
    if dtype == pl.Boolean:
        return models.BooleanField(null=True)
    return models.CharField(max_length=24, null=True)  # null is "no evidence"; "" would be a value


_COLUMNS = {fact.name: fact.dtype for fact in FACTS.values() if "month" in fact.stages}


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
    vars().update({name: _field(dtype) for name, dtype in _COLUMNS.items()})

    class Meta:
        indexes = [models.Index(fields=["run"], condition=models.Q(revision__gt=0), name="facts_revised")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} r{self.revision}"


class FactsSoFar(models.Model):
    """What the evidence of a month that is still open says until now, of those of whom any has come.

    It is drawn again as more comes. Nothing is decided on it: a month is decided on facts that are drawn anew when
    it is closed.
    """

    pk = models.CompositePrimaryKey("month", "participant", "programme")
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant", on_delete=models.PROTECT, related_name="facts_so_far", db_constraint=False
    )
    updated_at = models.DateTimeField()
    vars().update({name: _field(_COLUMNS[name]) for name in EVIDENCE_FACTS})

    class Meta:
        indexes = [models.Index(fields=["updated_at"], name="facts_so_far_by_time")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m}"
