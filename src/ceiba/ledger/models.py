"""Accounts and what moves between them, double entry in integer minor units.

Transfers and settlements are append-only. The four sums of an account are changed by the triggers of
`sql/guard.sql` alone; its check holds the floor, and counts against it what is pending.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from ceiba.core.ledger import CREDIT_NORMAL, AccountKind, TransferKind

_NO_FLOOR = -(2**62)


class BankAccount(models.Model):
    """An account of the programme's at a bank: what it is paid into and pays from, and what its bank asks for."""

    code = models.CharField(max_length=32, unique=True)
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="bank_accounts"
    )
    holder = models.CharField(max_length=140)
    scheme = models.CharField(max_length=8)
    number = models.CharField(max_length=34)
    bank = models.CharField(max_length=16, blank=True)
    currency = models.CharField(max_length=3)
    rail = models.CharField(max_length=24, help_text="by which its bank takes orders")
    asks = models.JSONField(
        default=dict, help_text="what its bank asks of the rail's files: parameters by name"
    )
    holds_savings = models.BooleanField(default=False, help_text="of the participants, and nothing else")
    orders_max = models.IntegerField(null=True, help_text="the most orders its bank takes in a file")
    file_minor_max = models.BigIntegerField(
        null=True, help_text="the most its bank takes in a file, all together"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="bank_account_once"),
        ]

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """An account of the ledger. Sums are in minor units and never fall."""

    code = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12)
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    subject = models.CharField(max_length=64)
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="savings_accounts"
    )
    floor_minor = models.BigIntegerField(null=True)
    debits_posted = models.BigIntegerField(default=0, db_default=0)
    credits_posted = models.BigIntegerField(default=0, db_default=0)
    debits_pending = models.BigIntegerField(default=0, db_default=0)
    credits_pending = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["programme", "kind", "subject"], name="account_by_kind")]
        constraints = [
            models.CheckConstraint(name="account_kind_known", condition=Q(kind__in=list(AccountKind))),
            models.CheckConstraint(
                name="account_of_a_person_holds_savings",
                condition=Q(kind=AccountKind.SAVINGS, participant__isnull=False)
                | (~Q(kind=AccountKind.SAVINGS) & Q(participant__isnull=True)),
            ),
            models.CheckConstraint(
                name="account_floor",
                condition=Q(
                    kind__in=CREDIT_NORMAL,
                    credits_posted__gte=F("debits_posted")
                    + F("debits_pending")
                    + Coalesce("floor_minor", _NO_FLOOR),
                )
                | (
                    ~Q(kind__in=CREDIT_NORMAL)
                    & Q(
                        debits_posted__gte=F("credits_posted")
                        + F("credits_pending")
                        + Coalesce("floor_minor", _NO_FLOOR)
                    )
                ),
            ),
            models.CheckConstraint(
                name="account_nothing_pending_below_nothing",
                condition=Q(debits_pending__gte=0, credits_pending__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def balance_minor(self) -> int:
        """What is posted, on the account's own side."""
        balance = self.credits_posted - self.debits_posted
        return balance if self.kind in CREDIT_NORMAL else -balance

    @property
    def available_minor(self) -> int:
        """What may still be taken, apart from the floor: the balance less what is pending against it."""
        pending = self.debits_pending if self.kind in CREDIT_NORMAL else self.credits_pending
        return self.balance_minor - pending


class Transfer(models.Model):
    """One movement; `cause` is what made it, as `run:12` or `entry:3f…`."""

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=16)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debits", db_constraint=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credits", db_constraint=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    pending = models.BooleanField()
    participant = models.ForeignKey(
        "registry.Participant",
        null=True,
        on_delete=models.PROTECT,
        related_name="transfers",
        db_index=False,
        db_constraint=False,
    )
    month = models.DateField(null=True)
    for_month = models.DateField(null=True)
    component = models.CharField(max_length=40, null=True)  # noqa: DJ001 - COPY writes null where there is none
    payment_id = models.UUIDField(null=True)
    claim_id = models.UUIDField(null=True)
    cause = models.CharField(max_length=80)
    booked_at = models.DateTimeField()

    class Meta:
        # A run is written in the order of its people, so this grows at its end, where an index by payment would not.
        # What people explained is little, and pages of funders ask for it.
        indexes = [
            models.Index(fields=["month", "participant"], name="transfer_by_month"),
            BrinIndex(fields=["booked_at"], name="transfer_by_day", autosummarize=True),
            models.Index(
                fields=["debit", "credit"],
                name="transfer_explained",
                condition=Q(kind=TransferKind.EXPLAINED),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="transfer_kind_known", condition=Q(kind__in=list(TransferKind))),
            models.CheckConstraint(name="transfer_of_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(name="transfer_between_two", condition=~Q(debit=F("credit"))),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Settlement(models.Model):
    """The end of a pending transfer: posted, or voided. One a transfer, for ever."""

    transfer = models.OneToOneField(
        Transfer, primary_key=True, on_delete=models.PROTECT, related_name="settlement", db_constraint=False
    )
    posted = models.BooleanField()
    cause = models.CharField(max_length=80)
    settled_at = models.DateTimeField()

    class Meta:
        indexes = [BrinIndex(fields=["settled_at"], name="settlement_by_day", autosummarize=True)]

    def __str__(self) -> str:
        return f"{self.transfer_id} {'posted' if self.posted else 'voided'}"
