"""What banks said: the files it came in, its entries, what payments came to, and the cents that nobody explained yet.

Files, entries and notes are append-only. Entries come half a million at a time: what they refer to is no foreign key
of the database.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ceiba.core.banking import Said
from ceiba.core.matching import Direction, Kind, Outcome


class BankFile(models.Model):
    """A bank's file as received; its bytes are kept in the data folder under their hash (`ceiba.blobs`)."""

    bank_account = models.ForeignKey(
        "ledger.BankAccount", on_delete=models.PROTECT, related_name="bank_files"
    )
    rail = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    entries = models.IntegerField(help_text="different ones in it")
    added = models.IntegerField(help_text="of these, the ones that no file had said before")
    stated_until = models.DateField(null=True, help_text="the last day on which it books something")
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["bank_account", "id"], name="bank_file_by_account")]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]}"


class StatedBalance(models.Model):
    """What a statement says there is on an account at the end of a day."""

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="balances")
    bank_account = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    balance_minor = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["bank_account", "on"], name="stated_balance_by_day")]

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.on} {self.balance_minor}"


class BankEntry(models.Model):
    """One thing a bank said (`core.banking.ENTRIES`), once. The same entry with other content is another row."""

    content = models.UUIDField(primary_key=True, help_text="of the account and all that it says")
    file = models.ForeignKey(
        BankFile, on_delete=models.PROTECT, related_name="rows", db_constraint=False
    )  # the one that said it first
    bank_account = models.ForeignKey(
        "ledger.BankAccount", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    payment = models.UUIDField(
        null=True, help_text="of the payment that it names, where it could be one of ours"
    )
    entry = models.TextField()
    said = models.CharField(max_length=8)
    end_to_end_id = models.TextField(null=True)  # noqa: DJ001 - COPY writes null where there is none
    message = models.TextField(null=True)  # noqa: DJ001
    batch = models.TextField(null=True)  # noqa: DJ001
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)  # noqa: DJ001
    credit = models.BooleanField()
    own_account = models.TextField(null=True)  # noqa: DJ001
    booked = models.BooleanField()
    stated = models.BooleanField(help_text="told by a statement of the account")
    booked_on = models.DateField(null=True)
    reference = models.TextField(null=True)  # noqa: DJ001
    reason = models.TextField(null=True)  # noqa: DJ001
    text = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        indexes = [
            models.Index(
                fields=["payment"], condition=Q(payment__isnull=False), name="bank_entry_by_payment"
            ),
            models.Index(
                fields=["bank_account", "batch", "message"],
                condition=Q(payment__isnull=True),
                name="bank_entry_by_group",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="bank_entry_says_something", condition=Q(said__in=list(Said))),
            models.CheckConstraint(
                name="bank_entry_booked_with_amount", condition=Q(booked=False) | Q(amount_minor__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said} {self.entry}"


class Matching(models.Model):
    """A time that what a bank said was matched: up to which of its files, by whom, and what it changed."""

    bank_account = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="matchings")
    last_file = models.ForeignKey(BankFile, null=True, on_delete=models.PROTECT, related_name="+")
    payments = models.IntegerField(help_text="looked at")
    settled = models.IntegerField(help_text="of these, the ones that came to another state")
    items_found = models.IntegerField()
    items_gone = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.bank_account_id} {self.at:%Y-%m-%d %H:%M}"


class OutcomeCount(models.Model):
    """What the payments of a message have come to, by municipality: written anew whenever it is matched."""

    bank_account = models.ForeignKey("ledger.BankAccount", on_delete=models.PROTECT, related_name="+")
    message = models.CharField(max_length=35)
    run_id = models.BigIntegerField(help_text="payment run")
    month = models.DateField()
    area_code = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16)
    payments = models.IntegerField()
    amount_minor = models.BigIntegerField(help_text="as ordered")
    left_minor = models.BigIntegerField(help_text="booked out")
    back_minor = models.BigIntegerField(help_text="booked in again")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "area_code", "outcome"], name="outcome_counted_once"),
            models.CheckConstraint(name="outcome_known", condition=Q(outcome__in=list(Outcome))),
        ]
        indexes = [models.Index(fields=["bank_account", "message"], name="outcome_by_message")]

    def __str__(self) -> str:
        return f"{self.message} {self.area_code} {self.outcome}"


class ItemState(models.TextChoices):
    """What has been done about an open item."""

    OPEN = "open"
    EXPLAINED = "explained"  # a person said what it was, and the books follow
    MATCHED = "matched"  # it is a deposit or an end of a move that was recorded by itself (`core.expected`)
    CLOSED = "closed"  # the bank's later entries explain it, or a person did without moving money


class OpenItem(models.Model):
    """A cent that nobody has explained yet, or something that a bank must be asked.

    `key` is derived from what it is about (`core.matching`), so that it is found again. What moved on our account is
    in the ledger's suspense until it is explained: `suspended_minor` is what was put there (money gone is plus, money
    that came is minus), `explained_minor` what a person has taken out again.
    """

    bank_account = models.ForeignKey(
        "ledger.BankAccount", on_delete=models.PROTECT, related_name="open_items"
    )
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    direction = models.CharField(max_length=4)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    end_to_end_id = models.TextField(blank=True)
    message = models.TextField(blank=True)
    batch = models.TextField(blank=True)
    entry = models.TextField(blank=True)
    reference = models.TextField(blank=True, help_text="the bank's own")
    booked_on = models.DateField(null=True)
    expected = models.CharField(
        max_length=40,
        blank=True,
        help_text="the recorded movement that this booking is, as `disbursement:12`",
    )
    participant = models.ForeignKey(
        "registry.Participant", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    area_code = models.CharField(
        max_length=16, blank=True, help_text="of the person paid; empty: of nobody's payment"
    )
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.OPEN)
    found = models.BooleanField(default=True, help_text="the last matching still finds it")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    suspended_minor = models.BigIntegerField(default=0)
    explained_minor = models.BigIntegerField(default=0)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "key"], name="open_item_once"),
            models.UniqueConstraint(
                fields=["expected"], condition=~Q(expected=""), name="expected_movement_booked_once"
            ),
            models.CheckConstraint(
                name="open_item_matched_with_its_movement",
                condition=~Q(state=ItemState.MATCHED) | ~Q(expected=""),
            ),
            models.CheckConstraint(name="open_item_kind_known", condition=Q(kind__in=list(Kind))),
            models.CheckConstraint(
                name="open_item_direction_known", condition=Q(direction__in=list(Direction))
            ),
            models.CheckConstraint(name="open_item_state_known", condition=Q(state__in=ItemState.values)),
            models.CheckConstraint(
                name="open_item_done_with_nothing_left",
                condition=Q(state=ItemState.OPEN) | Q(suspended_minor=F("explained_minor")),
            ),
        ]
        indexes = [models.Index(fields=["state", "area_code"], name="open_item_by_state")]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"

    @property
    def shown_kind(self) -> str:
        """What it is called on pages: its kind, or what kind of record it is."""
        return f"recorded_{self.expected.partition(':')[0]}" if self.expected else self.kind

    @property
    def left_minor(self) -> int:
        """What of it is in suspense still; plus: gone, minus: came."""
        return self.suspended_minor - self.explained_minor


class Act(models.TextChoices):
    """What happened to an open item."""

    FOUND = "found"
    CHANGED = "changed"  # another amount than before
    MATCHED = "matched"  # with what was recorded by itself
    GONE = "gone"  # later entries explain it
    OWNED = "owned"
    NOTED = "noted"
    PROPOSED = "proposed"  # an explanation that a second person must confirm
    EXPLAINED = "explained"
    WITHDRAWN = "withdrawn"  # a proposed explanation
    CLOSED = "closed"


class ItemNote(models.Model):
    """Who did what about an open item, when. Append-only."""

    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="notes")
    act = models.CharField(max_length=10, choices=Act.choices)
    text = models.TextField(blank=True)
    amount_minor = models.BigIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="item_act_known", condition=Q(act__in=Act.values))]

    def __str__(self) -> str:
        return f"{self.item_id} {self.act}"


class Explanation(models.Model):
    """What a person says an open item was: the account of the ledger that it belongs to.

    Above the limit for one person (`needs_two`) it moves nothing until a second one confirms it.
    """

    item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="explanations")
    account = models.ForeignKey("ledger.Account", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField(help_text="plus: money gone, minus: money that came")
    why = models.TextField()
    needs_two = models.BooleanField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="explanation_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | Q(needs_two=False)
                | ~Q(confirmed_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="explanation_ends_one_way",
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(name="explanation_of_something", condition=~Q(amount_minor=0)),
            models.UniqueConstraint(
                fields=["item"],
                name="explanation_one_waits",
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.amount_minor}"
