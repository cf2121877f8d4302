"""Withdrawals, interest by month, and the orders that bring cash into the account where savings are held.

Deposits have no table here: they are transfers of the ledger, made by the run that saved them.
"""

from django.db import models
from django.db.models import F, Q

from ceiba.core.savings import Asked, Cause, MoveState


class Withdrawal(models.Model):
    """What a person takes out of their savings: asked for by one, approved by another, paid by a run.

    One a person and month; a payment that was rejected or came back leaves it to be paid again.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey(
        "registry.Participant", on_delete=models.PROTECT, related_name="withdrawals"
    )
    month = models.DateField(help_text="in which it was asked for")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    cause = models.CharField(max_length=8)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=8, default=Asked.ASKED)
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="it was refused or given up")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "participant", "month"],
                name="withdrawal_once",
                condition=Q(state__in=[Asked.ASKED, Asked.APPROVED]),
            ),
            models.CheckConstraint(name="withdrawal_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="withdrawal_cause_known", condition=Q(cause__in=list(Cause))),
            models.CheckConstraint(name="withdrawal_state_known", condition=Q(state__in=list(Asked))),
            models.CheckConstraint(
                name="withdrawal_decided_by_another",
                condition=Q(state=Asked.ASKED, decided_by__isnull=True, decided_at__isnull=True)
                | (
                    ~Q(state=Asked.ASKED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("asked_by"))
                ),
            ),
        ]
        indexes = [models.Index(fields=["programme", "state", "month"], name="withdrawal_by_state")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.month:%Y-%m} {self.state}"


class Accrual(models.Model):
    """The interest of a month, with the rule it was given by. Append-only; months follow each other without a gap."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    month = models.DateField()
    rate_basis_points = models.IntegerField()
    method = models.SmallIntegerField()
    year_days = models.SmallIntegerField()
    assumed = models.BooleanField(help_text="nobody has established the rule")
    people = models.IntegerField(help_text="who had savings")
    amount_minor = models.BigIntegerField()
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "currency", "month"], name="accrual_once"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.currency} {self.month:%Y-%m}"


class AccrualLine(models.Model):
    """One person's part of it: what bore interest, what was given, and the fraction carried. Append-only."""

    accrual = models.ForeignKey(Accrual, on_delete=models.PROTECT, related_name="lines", db_constraint=False)
    participant = models.ForeignKey(
        "registry.Participant",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    base = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    carried = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["accrual", "participant"], name="accrual_line_once")]

    def __str__(self) -> str:
        return f"{self.accrual_id} {self.participant_id}"


class Move(models.Model):
    """An order of the treasury to bring the cash of some savings where savings are held: two people, then the bank.

    `cause` is what was saved: `run:12` or `interest:2026-03`.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    cause = models.CharField(max_length=40)
    amount_minor = models.BigIntegerField()
    source = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=MoveState.ORDERED)
    ordered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    transfer_id = models.UUIDField(null=True, help_text="pending from its confirmation")
    ended_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=80, blank=True, help_text="of the bank's statement, or why not")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "currency", "cause"],
                name="move_once",
                condition=~Q(state=MoveState.CANCELLED),
            ),
            models.CheckConstraint(name="move_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="move_state_known", condition=Q(state__in=list(MoveState))),
            models.CheckConstraint(
                name="move_confirmed_by_another",
                condition=(
                    Q(confirmed_by__isnull=True, transfer_id__isnull=True)
                    & Q(state__in=[MoveState.ORDERED, MoveState.CANCELLED])
                )
                | (
                    Q(confirmed_by__isnull=False, transfer_id__isnull=False)
                    & ~Q(confirmed_by=F("ordered_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.state}"


class MoveFile(models.Model):
    """The file that orders a confirmed move from the bank: written once, its bytes kept before it is sent.

    Once it is there, only the bank's word cancels the move: silence is unknown, never failed.
    """

    move = models.OneToOneField(Move, primary_key=True, on_delete=models.PROTECT, related_name="file")
    message = models.CharField(max_length=35, unique=True, help_text="also its end-to-end id")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    execute_on = models.DateField()
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class MoveName(models.Model):
    """What a bank calls its end of a move that no file ordered: a person found it on the statement. Append-only."""

    move = models.ForeignKey(Move, on_delete=models.PROTECT, related_name="names")
    bank_account = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64)
    booked_on = models.DateField()
    named_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "bank_account"], name="move_named_once"),
            models.UniqueConstraint(fields=["bank_account", "reference"], name="move_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.move_id} {self.reference}"
