"""The payment list: one line a participant a month a component, and never two."""

from django.db import models


class PaymentLine(models.Model):
    """An amount to pay in `month` for `for_month` (an earlier one: arrears, or a recovery when negative)."""

    pk = models.CompositePrimaryKey("month", "participant", "for_month", "component", "programme")
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="payment_lines",
        db_index=False,
        db_constraint=False,
    )
    component = models.CharField(max_length=40)
    for_month = models.DateField()
    revision = models.SmallIntegerField(help_text="of the determination the line follows from")
    run = models.ForeignKey(
        "runs.Run", on_delete=models.PROTECT, related_name="lines", db_index=False, db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    cap_minor = models.BigIntegerField(
        help_text="the most this person may be paid in this month, all lines together"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="line_not_zero", condition=~models.Q(amount_minor=0)),
            models.CheckConstraint(
                name="line_in_arrears_or_now", condition=models.Q(for_month__lte=models.F("month"))
            ),
            models.CheckConstraint(
                name="line_recovers_only_earlier",
                condition=models.Q(amount_minor__gt=0) | models.Q(for_month__lt=models.F("month")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} {self.component}"
