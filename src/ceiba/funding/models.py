"""Who pays: funders, their agreements, what they promised and paid in, and how lines are divided between agreements.

Every row is an *entry*: entered by one person, accepted or refused by another, and never changed. A correction is
a new entry that replaces the old one once it is accepted; until then, and if it is refused, the old one stands.
The database holds all of this (`sql/guard.sql`).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ceiba.core.shares import WHOLE


class Organisation(models.TextChoices):
    """What kind of organisation a funder is: codes of the IATI codelist OrganisationType."""

    GOVERNMENT = "10"
    OTHER_PUBLIC = "15"
    INTERNATIONAL_NGO = "21"
    MULTILATERAL = "40"
    FOUNDATION = "60"
    PRIVATE = "70"
    ACADEMIC = "80"
    OTHER = "90"


class Entry(models.Model):
    """What every entry has. It *stands* when it was accepted and no accepted entry replaces it."""

    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replacements")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="%(class)s_decided_whole",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, accepted__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False, accepted__isnull=False),
            ),
            models.UniqueConstraint(
                name="%(class)s_replaced_once",
                fields=["replaces"],
                condition=Q(replaces__isnull=False) & (Q(accepted__isnull=True) | Q(accepted=True)),
            ),
        ]


class Funder(Entry):
    """An organisation that pays. Its replacements keep its code."""

    code = models.CharField(max_length=32)
    name_es = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166-1; XM: several")
    reference = models.CharField(max_length=64, help_text="IATI organisation identifier")
    kind = models.CharField(max_length=2, choices=Organisation.choices)

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(replaces__isnull=True) & ~Q(accepted=False),
                name="funder_code_once",
            ),
            models.CheckConstraint(name="funder_kind_known", condition=Q(kind__in=Organisation.values)),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> dict[str, str]:
        """What it is called, by language."""
        return {"es": self.name_es, "en": self.name_en}


class Agreement(Entry):
    """A funder's agreement with a programme, in its currency. Replacements keep code, programme and currency."""

    code = models.CharField(max_length=32)
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="agreements")
    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="agreements")
    title_es = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    provider_activity = models.CharField(max_length=100, blank=True, help_text="IATI identifier")
    receiver_activity = models.CharField(max_length=100, blank=True, help_text="IATI identifier")
    conditions_es = models.TextField(max_length=2_000, blank=True)
    conditions_en = models.TextField(max_length=2_000, blank=True)

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(replaces__isnull=True) & ~Q(accepted=False),
                name="agreement_code_once",
            ),
            models.CheckConstraint(
                name="agreement_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> dict[str, str]:
        """What it is called, by language."""
        return {"es": self.title_es, "en": self.title_en}

    @property
    def conditions(self) -> dict[str, str]:
        """What it asks for, by language."""
        return {"es": self.conditions_es, "en": self.conditions_en}


class Commitment(Entry):
    """Money promised, with the document and the very sentence that promises it, in the sentence's own language.

    An amount of nothing is for a replacement: it turned out that nothing was promised.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="commitments")
    amount_minor = models.BigIntegerField()
    dated = models.DateField()
    document = models.CharField(max_length=300, help_text="where it is said: title, article, address")
    sentence = models.TextField(max_length=2_000)
    sentence_language = models.CharField(max_length=8, help_text="BCP 47; und: another")

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="commitment_of_something",
                condition=Q(amount_minor__gt=0) | Q(amount_minor=0, replaces__isnull=False),
            ),
            models.CheckConstraint(name="commitment_is_said", condition=~Q(sentence="") & ~Q(document="")),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.dated} {self.amount_minor}"


class Instalment(Entry):
    """A disbursement that a funder plans: how much, between which days, and the document that says so.

    An amount of nothing is for a replacement: nothing is planned.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="instalments")
    amount_minor = models.BigIntegerField()
    due_from = models.DateField()
    due_until = models.DateField()
    document = models.CharField(max_length=300, help_text="where it is said: title, article, address")

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="instalment_of_something",
                condition=Q(amount_minor__gt=0) | Q(amount_minor=0, replaces__isnull=False),
            ),
            models.CheckConstraint(name="instalment_forward", condition=Q(due_until__gte=F("due_from"))),
            models.CheckConstraint(name="instalment_is_said", condition=~Q(document="")),
            models.UniqueConstraint(
                name="instalment_once",
                fields=["agreement", "due_from"],
                condition=Q(replaces__isnull=True) & ~Q(accepted=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.due_from} {self.amount_minor}"


class Disbursement(Entry):
    """Money of a funder's that arrived. Accepting it books it: bank to fund; its replacement books the old one back.

    An amount of nothing is for a replacement: nothing had arrived.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="disbursements")
    amount_minor = models.BigIntegerField()
    value_date = models.DateField()
    bank_account = models.CharField(max_length=32, help_text="code of the account it arrived on")
    reference = models.CharField(max_length=64, help_text="the bank's")

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="disbursement_of_something",
                condition=Q(amount_minor__gt=0) | Q(amount_minor=0, replaces__isnull=False),
            ),
            models.UniqueConstraint(
                name="disbursement_once",
                fields=["bank_account", "reference"],
                condition=Q(replaces__isnull=True) & ~Q(accepted=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.value_date} {self.amount_minor}"


class Division(Entry):
    """How payment lines of a place, variant, component and time are divided: its shares add up to 1000."""

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="divisions")
    area = models.CharField(max_length=16, blank=True, help_text="code, with all below it; empty: everywhere")
    variant = models.CharField(max_length=24, blank=True, help_text="empty: any")
    component = models.CharField(max_length=40, blank=True, help_text="empty: any")
    from_month = models.DateField()
    until_month = models.DateField(null=True, blank=True, help_text="included; null: no end set")

    class Meta(Entry.Meta):
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                name="division_of_months",
                condition=Q(from_month__day=1) & (Q(until_month__isnull=True) | Q(until_month__day=1)),
            ),
            models.CheckConstraint(
                name="division_forward",
                condition=Q(until_month__isnull=True) | Q(until_month__gte=F("from_month")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.area} {self.variant} {self.component} {self.from_month:%Y-%m}"


class FundingShare(models.Model):
    """What an agreement pays of the lines of a division, in thousandths; added before the division is decided."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="shares")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="shares")
    permille = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="share_of_a_thousand", condition=Q(permille__gte=1, permille__lte=WHOLE)
            ),
            models.UniqueConstraint(fields=["division", "agreement"], name="share_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.permille}"


class Figures(models.Model):
    """What an agreement's transfers add up to, or a programme's people, counted once and kept: a Parquet file.

    It is so while `stamp` is that of what it was counted from; it can be thrown away and made again.
    """

    subject = models.CharField(max_length=32, help_text="code of the agreement, or of the programme")
    name = models.CharField(max_length=16, help_text="which figures")
    stamp = models.CharField(max_length=160)
    places = models.BigIntegerField(help_text="stands for where everybody lived")
    decided = models.DateField(null=True, help_text="the last month decided")
    counted_at = models.DateTimeField()
    took_ms = models.IntegerField(help_text="to count all of the agreement's")
    rows = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "name"], name="figures_once")]

    def __str__(self) -> str:
        return f"{self.subject} {self.name}"
