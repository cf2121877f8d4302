"""Parties, what they said and where, what they promised, and what came of it. Nothing in these tables is ever
changed.

Everything that enters the register is an `Entry` by one person; it holds when another person confirms it
(`Decision`). A correction is a new entry that `replaces` one that holds. How a commitment stands is in no column:
`core.commitments`.
"""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from ceiba.core.commitments import Answered, Kind
from ceiba.core.kernel.errors import LANGUAGES
from ceiba.core.kernel.partial_date import PATTERN

TEXT_MAX: Final = 100_000  # characters of a statement: some thirty pages
_NO_DAY: Final = rf"^$|{PATTERN}"


class PartyKind(models.TextChoices):
    """What a party is."""

    GOVERNMENT = "government"
    AGENCY = "agency"
    ORGANISATION = "organisation"


class Made(models.Model):
    """A row that somebody made."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


class Party(Made):
    """Who promises or is promised to. What it is called is its last `PartyNaming`."""

    kind = models.CharField(max_length=12, choices=PartyKind.choices)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1; empty: of no one country")

    class Meta:
        constraints = [
            models.CheckConstraint(name="party_kind_known", condition=models.Q(kind__in=PartyKind.values)),
            models.CheckConstraint(
                name="party_country_code", condition=models.Q(country__regex=r"^$|^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class PartyNaming(Made):
    """What a party is called, in both languages and otherwise (short names, adjectives); the last one holds."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="namings")
    name_es = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    aliases = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="party_named_in_both", condition=~models.Q(name_es="") & ~models.Q(name_en="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.name_en}"


class Source(Made):
    """Where something was said: a document or an address, and the text that a person pasted. Nothing is fetched."""

    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=1_000, blank=True)
    published_on = models.CharField(max_length=10, blank=True, help_text="a partial date")
    language = models.CharField(max_length=2)
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the text in UTF-8")

    class Meta:
        constraints = [
            models.CheckConstraint(name="source_titled", condition=~models.Q(title="")),
            models.CheckConstraint(
                name="source_language_known", condition=models.Q(language__in=LANGUAGES)
            ),
            models.CheckConstraint(
                name="source_published_on", condition=models.Q(published_on__regex=_NO_DAY)
            ),
            models.CheckConstraint(
                name="source_text_has_hash",
                condition=models.Q(text="",
                sha256="") | (~models.Q(text="") & models.Q(sha256__regex=r"^[0-9a-f]{64}$")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class Dismissal(Made):
    """A candidate that somebody looked at and did not take: the place of it in the statement."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="dismissals")
    place = models.IntegerField()
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "place"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.place}"


class Commitment(models.Model):
    """A commitment by its number; what it says are its entries."""

    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.pk)


class EntryKind(models.TextChoices):
    """What an entry says of a commitment."""

    TERMS = "terms"
    DELIVERY = "delivery"
    ANSWER = "answer"
    RETRACTION = "retraction"  # what it replaces does not hold, and nothing holds instead


class Entry(Made):
    """Something that one person wants the register to say. `why` says why what it replaces is wrong."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="entry_kind_known", condition=models.Q(kind__in=EntryKind.values)),
            models.CheckConstraint(
                name="entry_replaces_with_reason", condition=models.Q(replaces=None) | ~models.Q(why="")
            ),
            models.CheckConstraint(
                name="entry_retracts_something",
                condition=~models.Q(kind="retraction") | models.Q(replaces__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["commitment"],
                condition=models.Q(kind="terms", replaces=None),
                name="entry_first_terms_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Decision(Made):
    """What another person said of an entry: it holds, or it does not and why. The database knows the two apart."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    is_confirmed = models.BooleanField()
    why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="entry_refused_with_reason", condition=models.Q(is_confirmed=True) | ~models.Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.is_confirmed}"


class Cited(models.Model):
    """Where an entry is from: the very sentence, its place in the source's text or in words, as far as known.

    `found_at` is the place of the candidate that it was taken from (`core.statements.Candidate.at`).
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    sentence = models.TextField(blank=True)
    start = models.IntegerField(null=True)
    end = models.IntegerField(null=True)
    place = models.CharField(max_length=200, blank=True, help_text="page, paragraph, minute")
    found_at = models.IntegerField(null=True)

    class Meta:
        abstract = True


class Terms(Cited):
    """What was promised, by whom, to whom. Empty is what was not told: to whom, how much, by when."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="terms")
    promiser = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in Kind])
    quantity = models.DecimalField(max_digits=22, decimal_places=2, null=True)
    unit = models.CharField(
        max_length=20, blank=True, help_text="a currency, or one of core.commitments.UNITS"
    )
    subject_es = models.CharField(max_length=500, blank=True)
    subject_en = models.CharField(max_length=500, blank=True)
    said_on = models.CharField(max_length=10)
    due_on = models.CharField(max_length=10, blank=True)
    agreement = models.CharField(max_length=64, blank=True, help_text="code of a funding agreement")

    class Meta:
        constraints = [
            models.CheckConstraint(name="terms_kind_known", condition=models.Q(kind__in=list(Kind))),
            models.CheckConstraint(
                name="terms_between_two", condition=models.Q(receiver=None) | ~models.Q(receiver=models.F("promiser"))
            ),
            models.CheckConstraint(
                name="terms_counted_in_a_unit",
                condition=models.Q(quantity=None, unit="") | (models.Q(quantity__gt=0) & ~models.Q(unit="")),
            ),
            models.CheckConstraint(
                name="terms_say_what", condition=~models.Q(subject_es="") | ~models.Q(subject_en="")
            ),
            models.CheckConstraint(name="terms_said_on", condition=models.Q(said_on__regex=PATTERN)),
            models.CheckConstraint(name="terms_due_on", condition=models.Q(due_on__regex=_NO_DAY)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry_id} {self.subject_en or self.subject_es}"


class Delivery(Cited):
    """Evidence that something was delivered: when and how much; `completes` where the source says that it was all."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="delivery")
    on = models.CharField(max_length=10)
    quantity = models.DecimalField(max_digits=22, decimal_places=2, null=True)
    unit = models.CharField(max_length=20, blank=True)
    completes = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="delivery_on", condition=models.Q(on__regex=PATTERN)),
            models.CheckConstraint(
                name="delivery_counted_in_a_unit",
                condition=models.Q(quantity=None, unit="") | (models.Q(quantity__gt=0) & ~models.Q(unit="")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.entry_id} {self.on}"


class Answer(Cited):
    """What was said afterwards: of a proposal yes, no or nothing; of a promise, that it is taken back."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="answer")
    on = models.CharField(max_length=10)
    said = models.CharField(max_length=12, choices=[(said, said) for said in Answered])
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="answer_on", condition=models.Q(on__regex=PATTERN)),
            models.CheckConstraint(name="answer_known", condition=models.Q(said__in=list(Answered))),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.said}"
