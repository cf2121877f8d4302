"""Determinations, the counts drawn from them, and the seals that let anyone recompute them.

Rows come half a million at a time, and a foreign key costs a look-up a row; so references are checked once a
statement instead (sql/guard.sql): a payment line follows from a determination, a determination from its facts,
and facts belong to a participant by a foreign key. The month leads every key: a run appends at the end of the
index, and a person's months are looked up by their list.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ceiba.core.kernel.frames import OUTCOMES


class Determination(models.Model):
    """What was decided for a participant-month, and all the reasons.

    Revision 0 is decided in the month itself; a later revision is a difference: late evidence (`causes`) decided
    again in the run of `decided_in`. Rows are never changed; the highest revision holds.
    """

    pk = models.CompositePrimaryKey("month", "participant", "revision", "programme")
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="determinations",
        db_index=False,
        db_constraint=False,
    )
    revision = models.SmallIntegerField()
    run = models.ForeignKey(
        "runs.Run",
        on_delete=models.PROTECT,
        related_name="determinations",
        db_index=False,
        db_constraint=False,
    )
    decided_in = models.DateField()
    area_code = models.CharField(max_length=16)
    outcome = models.CharField(max_length=6)
    amount_minor = models.BigIntegerField()
    amounts = models.JSONField(help_text="component -> minor units; empty unless pay")
    failed = ArrayField(models.CharField(max_length=60))
    unknown = ArrayField(models.CharField(max_length=60))
    causes = ArrayField(models.BigIntegerField(), default=list, help_text="ids of the late evidence")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="determination_outcome_known", condition=models.Q(outcome__in=OUTCOMES)
            ),
            models.CheckConstraint(
                name="determination_pays_only_pay",
                condition=models.Q(outcome="pay") | models.Q(amount_minor=0),
            ),
            models.CheckConstraint(
                name="determination_says_why",
                condition=models.Q(outcome="pay") | ~models.Q(failed=[], unknown=[]),
            ),
        ]
        indexes = [
            models.Index(fields=["run"], condition=models.Q(revision__gt=0), name="determination_revised"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} {self.outcome}"


class MonthCount(models.Model):
    """How many participant-months of an area ended how. `reason` is empty for the totals of the outcome."""

    run = models.ForeignKey("runs.Run", on_delete=models.CASCADE, related_name="counts")
    area_code = models.CharField(max_length=16)
    outcome = models.CharField(max_length=6)
    reason = models.CharField(max_length=60, blank=True)
    verdict = models.CharField(max_length=8, blank=True, help_text="fail or unknown, for a reason")
    participants = models.IntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["run", "area_code"], name="count_by_area")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.outcome} {self.reason}"


class Seal(models.Model):
    """The digests of a month's files. `folder` is relative to the data folder."""

    run = models.OneToOneField("runs.Run", on_delete=models.PROTECT, related_name="seal")
    folder = models.CharField(max_length=200)
    digests = models.JSONField(help_text="part (snapshot, rulebook, result, ...) -> SHA-256")
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.folder
