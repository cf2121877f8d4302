"""The payment list, one line a participant a month a component; and the runs, payments and claims that pay it."""

from django.db import models

from ceiba.core.payment_run import FOUR_PEOPLE, HoldCause, LeftOutFor, PaymentState, RunKind, RunState, Step


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


class PaymentRun(models.Model):
    """Lines of one month's list on their way to the bank, or savings that people take out.

    Its state moves by `core.payment_run.RUN_NEXT` alone.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="payment_runs")
    kind = models.CharField(max_length=12, default=RunKind.SUPPORT, db_default=RunKind.SUPPORT)
    month = models.DateField()
    areas = models.JSONField(help_text='codes of the areas it pays, with all below them; all of them: [""]')
    bank_account = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="runs")
    currency = models.CharField(max_length=3)
    execute_on = models.DateField(help_text="the day the bank is asked to pay")
    state = models.CharField(max_length=12, default=RunState.DRAFT)
    payments = models.IntegerField(help_text="orders to the bank")
    amount_minor = models.BigIntegerField(help_text="of these orders")
    saved_minor = models.BigIntegerField(help_text="into savings, without an order")
    left_out = models.IntegerField(help_text="people of its areas whom it does not pay, each with a reason")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_run_state_known", condition=models.Q(state__in=list(RunState))
            ),
            models.CheckConstraint(name="payment_run_kind_known", condition=models.Q(kind__in=list(RunKind))),
        ]
        indexes = [models.Index(fields=["programme", "month"], name="payment_run_by_month")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.month:%Y-%m} {self.pk}"


class RunStep(models.Model):
    """Who moved a run on, when, and what they wrote beside it. Append-only."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=8)
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="run_step_known", condition=models.Q(step__in=list(Step))),
            models.UniqueConstraint(fields=["run", "step"], name="run_step_once"),
            models.UniqueConstraint(
                fields=["run", "actor"],
                name="run_steps_by_four_people",
                condition=models.Q(step__in=FOUR_PEOPLE),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.step}"


class StepLimit(models.Model):
    """The most that a user may move on in one run. Who has none approves and releases nothing."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="step_limits")
    step = models.CharField(max_length=8)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "step", "currency"], name="step_limit_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.step} {self.currency}"


class Alert(models.Model):
    """What a run pays that the month before did not (`core.variance`). It blocks the run until it is explained."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="alerts")
    code = models.CharField(max_length=16)
    area = models.CharField(max_length=16, blank=True)
    now = models.BigIntegerField()
    before = models.BigIntegerField()
    explanation = models.TextField(blank=True)
    explained_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "code", "area"], name="alert_once"),
            models.CheckConstraint(
                name="alert_explained_by_somebody",
                condition=models.Q(explanation="", explained_by__isnull=True, explained_at__isnull=True)
                | (
                    ~models.Q(explanation="")
                    & models.Q(explained_by__isnull=False, explained_at__isnull=False)
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.code} {self.area}"


class LeftOut(models.Model):
    """Somebody of a run's areas whom it does not pay, and why: held, no account, nothing left to pay."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="people_left_out")
    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=16)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "participant"], name="left_out_once"),
            models.CheckConstraint(name="left_out_known", condition=models.Q(reason__in=list(LeftOutFor))),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.participant_id} {self.reason}"


class Hold(models.Model):
    """One person's pay kept back, with its cause, until somebody lets it go. What is due stays due."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="holds")
    cause = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    placed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lifted_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "participant"],
                name="held_once",
                condition=models.Q(lifted_at__isnull=True),
            ),
            models.CheckConstraint(name="hold_cause_known", condition=models.Q(cause__in=list(HoldCause))),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.cause}"


class Payment(models.Model):
    """One order to pay one person; its end-to-end id is its own, in capitals and without dashes."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="orders", db_constraint=False)
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="payments",
        db_constraint=False,
    )
    attempt = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True, help_text="payee account")
    part = models.SmallIntegerField(null=True, help_text="the file of the run it goes in")
    state = models.CharField(max_length=10, default=PaymentState.ORDERED, db_default=PaymentState.ORDERED)
    reason = models.CharField(max_length=35, blank=True, default="", db_default="")
    state_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="payment_state_known", condition=models.Q(state__in=list(PaymentState))
            ),
            models.CheckConstraint(name="payment_not_below_nothing", condition=models.Q(amount_minor__gte=0)),
            models.CheckConstraint(
                name="payment_goes_somewhere",
                condition=models.Q(amount_minor=0) | models.Q(account_id__isnull=False, part__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.end_to_end_id

    @property
    def end_to_end_id(self) -> str:
        """What banks know it by."""
        return self.id.hex.upper()


class RunTally(models.Model):
    """What one statement changed of how many payments of a run are in a state: added up, how many there are.

    Written by a guard alone (`sql/tally.sql`). Append-only.
    """

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="tallies", db_constraint=False)
    state = models.CharField(max_length=10)
    payments = models.IntegerField()
    amount_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.run_id} {self.state} {self.payments}"


class Claim(models.Model):
    """What ties a line to the payment that pays it, or to the run that saves it. One live claim a line."""

    id = models.UUIDField(primary_key=True)
    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    payment = models.ForeignKey(
        Payment, null=True, on_delete=models.PROTECT, related_name="claims", db_constraint=False
    )
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    month = models.DateField()
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    for_month = models.DateField()
    component = models.CharField(max_length=40)
    attempt = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    live = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "participant", "for_month", "component", "programme"],
                name="claim_live_once",
                condition=models.Q(live=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} {self.component} {self.attempt}"


class PaymentFile(models.Model):
    """A file of orders for the bank: its bytes are kept before anything is sent, and are never written again."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="files")
    part = models.SmallIntegerField()
    rail = models.CharField(max_length=24)
    message = models.CharField(max_length=35, unique=True)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    orders = models.IntegerField()
    amount_minor = models.BigIntegerField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "part"], name="payment_file_once")]

    def __str__(self) -> str:
        return self.name
