"""Payee accounts, their history, and the files they came in. Guarded by sql/guard.sql.

An account is proposed and confirmed by two people. From `usable_from` (included) until `usable_until` (excluded;
null: still) it is where the person is paid; a constraint lets no two of a person's accounts be so on one day. Who
changed what is written to `PayeeChange` by the table's own trigger.
"""

from datetime import date
from enum import StrEnum

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from ceiba.core.banking import Scheme
from ceiba.core.payees import TAIL, AccountState, Cause

PROPOSED, CONFIRMED, FROZEN, CLOSED, REFUSED, WITHDRAWN = (state.value for state in AccountState)
CASH = Scheme.CASH.value


def _one_of(name: str, field: str, values: type[StrEnum]) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(**{f"{field}__in": [value.value for value in values]})
    )


def _user(null: bool = False) -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=null, on_delete=models.PROTECT, related_name="+", db_index=False
    )


class PayeeImport(models.Model):
    """A file of accounts taken in whole, each row a proposal of its sender. The same file is taken once."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    rows = models.IntegerField()
    proposed = models.IntegerField()
    unchanged = models.IntegerField(help_text="rows that say what is already so")
    at = models.DateTimeField()
    by = _user()

    def __str__(self) -> str:
        return self.file_name


class PayeeAccount(models.Model):
    """Where a person is paid, or may come to be.

    The number is encrypted and bound to the person and scheme; its keyed hash finds the same number of two people
    (cash has none: a place is no account). `document` is the reference of the paper that says so. The last change
    is `changed_at`, `changed_by` and `why`.
    """

    participant = models.ForeignKey(
        "registry.Participant", on_delete=models.PROTECT, related_name="payee_accounts"
    )
    scheme = models.CharField(max_length=8)
    bank = models.CharField(max_length=11, blank=True)
    number_cipher = models.BinaryField()
    number_hash = models.BinaryField(null=True)
    tail = models.CharField(max_length=TAIL, blank=True)
    holder = models.CharField(max_length=140)
    cause = models.CharField(max_length=12)
    document = models.CharField(max_length=120)
    expires_on = models.DateField(null=True, help_text="of cash: the first day on which it no longer holds")
    source = models.ForeignKey(PayeeImport, null=True, on_delete=models.PROTECT, related_name="accounts")
    proposed_by = _user()
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=PROPOSED)
    confirmed_by = _user(null=True)
    confirmed_at = models.DateTimeField(null=True)
    usable_from = models.DateField(null=True)
    usable_until = models.DateField(null=True)
    changed_by = _user()
    changed_at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            _one_of("account_scheme_known", "scheme", Scheme),
            _one_of("account_cause_known", "cause", Cause),
            _one_of("account_state_known", "state", AccountState),
            models.CheckConstraint(
                name="account_two_people", condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by"))
            ),
            models.CheckConstraint(
                name="account_usable_when_confirmed",
                condition=(Q(usable_from=None) & ~Q(state=CONFIRMED))
                | Q(usable_from__isnull=False, confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="account_ended_is_not_usable",
                condition=~Q(state__in=[FROZEN, CLOSED])
                | Q(usable_from=None)
                | Q(usable_until__isnull=False),
            ),
            models.CheckConstraint(
                name="account_forward",
                condition=Q(usable_until=None) | Q(usable_until__gte=F("usable_from")),
            ),
            models.CheckConstraint(
                name="account_ended_with_reason",
                condition=Q(state__in=[PROPOSED, CONFIRMED]) | ~Q(why=""),
            ),
            models.CheckConstraint(
                name="account_cash_is_an_exception",
                condition=~Q(scheme=CASH) | Q(expires_on__isnull=False, cause=Cause.NO_BANK.value),
            ),
            models.CheckConstraint(
                name="account_expires",
                condition=Q(expires_on=None)
                | Q(usable_from=None)
                | Q(usable_until__isnull=False, usable_until__lte=F("expires_on")),
            ),
            models.CheckConstraint(
                name="account_found_by_hash",
                condition=Q(scheme=CASH, number_hash=None)
                | (~Q(scheme=CASH) & Q(number_hash__isnull=False))
                | Q(number_cipher=b"", number_hash=None),  # erased
            ),
            models.CheckConstraint(name="account_tail_alone", condition=Q(tail__regex=f"^.{{0,{TAIL}}}$")),
            models.UniqueConstraint(
                fields=["participant"], condition=Q(state=PROPOSED), name="account_one_proposal"
            ),
            # Ranges of one person and of days: PostgreSQL excludes by ranges without an extension.
            ExclusionConstraint(
                name="account_one_usable",
                expressions=[
                    (
                        Func(
                            "participant", "participant", Value("[]"), function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    (
                        Func(
                            "usable_from", "usable_until", function="daterange", output_field=DateRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(usable_from__isnull=False),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["number_hash"], name="account_by_number"),
            models.Index(fields=["state", "id"], name="account_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.scheme} …{self.tail}"

    def standing(self, on: date) -> str:
        """Its state on a day, in a word: what is confirmed rests, is in use, or is over."""
        if self.state != CONFIRMED or self.usable_from is None:
            return str(self.state)
        if self.usable_until is not None and self.usable_until <= max(on, self.usable_from):
            return "over"
        return "in_use" if self.usable_from <= on else "resting"


class PayeeChange(models.Model):
    """What an account became, when and by whom: written by the trigger of `PayeeAccount`, never changed."""

    account = models.ForeignKey(
        PayeeAccount, on_delete=models.PROTECT, related_name="changes", db_constraint=False
    )
    state = models.CharField(max_length=12)
    usable_from = models.DateField(null=True)
    usable_until = models.DateField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    why = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
