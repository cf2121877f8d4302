"""Who may be shown what of whom, every look, and referral batches from opening to return. Append-only, all of it.

How anything stands is in no column: a consent is live while it is neither withdrawn nor past its last day; how a
batch stands follows from the rows that came after it (`selectors`). Guards in `sql/` hold what must hold, whatever
path a row comes by.
"""

from datetime import UTC, date, timedelta
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from ceiba.core.dossier import Part, Reading
from ceiba.core.referrals import OUTSIDE_NUMBER, Moved, Said

NOTE_MAX: Final = 500
_HEX = r"^[0-9a-f]{64}$"


class RecipientKind(models.TextChoices):
    """Who a dossier can be shared with."""

    CONSULATE = "consulate"
    MINISTRY = "ministry"


class Kept(models.Model):
    """A row, and when it was made. The database keeps the time."""

    at = models.DateTimeField(db_default=Now())

    class Meta:
        abstract = True


class Made(Kept):
    """A row that somebody made."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class MadeOrDue(Kept):
    """A row that somebody made, or that came by itself on its day (`by` null)."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Recipient(Made):
    """A consulate or ministry, registered by an office. Its officers' accounts have its `code`."""

    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=RecipientKind.choices)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2, help_text="ISO 3166-1: whose authority it is")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recipient_code_form", condition=models.Q(code__regex=r"^[A-Z0-9][A-Z0-9-]{1,63}$")
            ),
            models.CheckConstraint(
                name="recipient_kind_known", condition=models.Q(kind__in=RecipientKind.values)
            ),
            models.CheckConstraint(name="recipient_named", condition=~models.Q(name="")),
            models.CheckConstraint(
                name="recipient_country_code", condition=models.Q(country__regex=r"^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Consent(Made):
    """What a person shares, with whom, for which stage, up to and with which day.

    `reading` says how it was told to them: on their own page, or by the office with the person present (then `by` is
    of the office, and `language` the one it was told in).
    """

    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="consents")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="consents")
    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=40)
    parts = ArrayField(models.CharField(max_length=12))
    until = models.DateField()
    reading = models.CharField(max_length=12, choices=[(each, each) for each in Reading])
    language = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=NOTE_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_parts_known",
                condition=models.Q(parts__contained_by=list(Part))
                & models.Q(parts__contains=[Part.IDENTITY]),
            ),
            models.CheckConstraint(
                name="consent_reading_known", condition=models.Q(reading__in=list(Reading))
            ),
            models.CheckConstraint(
                name="consent_says_the_language",
                condition=models.Q(reading=Reading.OWN) | ~models.Q(language=""),
            ),
        ]
        indexes = [models.Index(fields=["recipient", "participant"], name="consent_by_recipient")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.recipient_id} {self.stage}"


class Withdrawal(Made):
    """A consent taken back: from this moment nothing is shown. By the person, or by the office at their word."""

    consent = models.OneToOneField(
        Consent, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    replaced = models.BooleanField(default=False, help_text="the person gave another in its place")

    def __str__(self) -> str:
        return str(self.consent_id)


class Look(Made):
    """A recipient's officer looked: at whom, at which parts. Written before anything is answered."""

    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="looks")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="looks")
    parts = ArrayField(models.CharField(max_length=12))

    class Meta:
        indexes = [models.Index(fields=["participant", "-at"], name="look_of_person")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.participant_id}"


class Batch(Made):
    """A batch of referrals as it was opened: whose places, how many, of which area, until when, which order.

    Seasonal stages have a season. `class_months` is how many months accepted make a class of priority;
    `seed_sha256` is of the seed, which is told when the list is drawn; `outside` says which number of whom is waited
    for.
    """

    programme = models.ForeignKey("rulebook.Programme", on_delete=models.PROTECT, related_name="+")
    rulebook = models.ForeignKey("rulebook.RulebookVersion", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=40)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="batches")
    area_code = models.CharField(max_length=16)
    places = models.IntegerField()
    closes_on = models.DateField(help_text="whoever consented until the end of this day (UTC) is on the list")
    class_months = models.SmallIntegerField()
    season_from = models.DateField(null=True)
    season_until = models.DateField(null=True)
    outside = models.CharField(
        max_length=200, help_text="which number of whom, that nobody at the programme makes"
    )
    seed_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(name="batch_has_places", condition=models.Q(places__gt=0)),
            models.CheckConstraint(
                name="batch_class_months", condition=models.Q(class_months__gte=1, class_months__lte=120)
            ),
            models.CheckConstraint(name="batch_seed_promised", condition=models.Q(seed_sha256__regex=_HEX)),
            models.CheckConstraint(name="batch_outside_named", condition=~models.Q(outside="")),
            models.CheckConstraint(
                name="batch_season_whole",
                condition=models.Q(season_from=None, season_until=None)
                | models.Q(  # what compares with nothing is not false, and a check lets it pass
                    season_from__isnull=False,
                    season_until__isnull=False,
                    season_from__gt=models.F("closes_on"),
                    season_until__gte=models.F("season_from"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.stage} {self.places}"


class Seed(models.Model):
    """A batch's seed, made when it was opened. No page tells it before the list is drawn."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, primary_key=True, related_name="secret")
    seed = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(name="seed_form", condition=models.Q(seed__regex=_HEX))]

    def __str__(self) -> str:
        return str(self.batch_id)


class Closing(MadeOrDue):
    """A batch's list closed: how many are on it, and the digest of it (`core.referrals.entrants_digest`)."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, primary_key=True, related_name="closing")
    entrants = models.IntegerField()
    entries_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.batch_id)


class Entry(models.Model):
    """A person on a closed list: an anonymous number, and what their priority follows from."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries")
    participant = models.ForeignKey("registry.Participant", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=8)
    months_accepted = models.IntegerField()
    klass = models.IntegerField(db_column="class")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "participant"], name="entry_once"),
            models.UniqueConstraint(fields=["batch", "number"], name="entry_number_once"),
            models.CheckConstraint(
                name="entry_number_form", condition=models.Q(number__regex=r"^[0-9a-f]{8}$")
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OutsideNumber(Made):
    """The outside number as somebody wrote it down: of which day, and where it can be read.

    It is published at once, and the list is drawn on a later day. Until then whoever finds it wrong can have it
    corrected: the correction says which one it replaces and why, and both stay published.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="outside_numbers")
    number = models.CharField(max_length=80)
    on = models.DateField()
    source = models.CharField(max_length=300)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=NOTE_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outside_number_said",
                condition=models.Q(number__regex=f"^{OUTSIDE_NUMBER}$") & ~models.Q(source=""),
            ),
            models.CheckConstraint(
                name="outside_number_replaces_with_reason",
                condition=models.Q(replaces=None) | ~models.Q(why=""),
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=models.Q(replaces=None), name="outside_number_first_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"

    @property
    def drawn_on(self) -> date:
        """The day from which on the list is drawn with it: the one after it was written down (UTC)."""
        return self.at.astimezone(UTC).date() + timedelta(days=1)


class Drawing(MadeOrDue):
    """A list drawn: the outside number that holds, as it was written down, and the seed that was promised."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, primary_key=True, related_name="drawing")
    seed = models.CharField(max_length=64)
    outside_number = models.CharField(max_length=80)
    outside_on = models.DateField()
    source = models.CharField(max_length=300)

    def __str__(self) -> str:
        return str(self.batch_id)


class Place(models.Model):
    """The place of a person in the order that was drawn. The database draws it again and refuses another."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="place")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="places_drawn")
    place = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="place_once")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.place}"


class Leaving(Made):
    """Somebody whose turn came and who shares nothing with the recipient any more: off this list for good."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="leaving")

    def __str__(self) -> str:
        return str(self.entry_id)


class Referral(Made):
    """A place offered to the next in the order, and the day by which an answer is to come."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True, related_name="referral")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="referrals")
    answer_by = models.DateField()

    def __str__(self) -> str:
        return str(self.entry_id)


class Answer(MadeOrDue):
    """What came back of a referral, on which day, by which source. A correction says which one it replaces.

    By itself, once its day is past, comes that none did: such an answer has no source.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="answers")
    said = models.CharField(max_length=12, choices=[(each, each) for each in Said])
    on = models.DateField()
    source = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    why = models.CharField(max_length=NOTE_MAX, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="answer_said_known", condition=models.Q(said__in=list(Said))),
            models.CheckConstraint(
                name="answer_has_source",
                condition=(models.Q(by__isnull=False) & ~models.Q(source=""))
                | models.Q(by=None, source="", said=Said.NO_ANSWER.value, replaces=None),
            ),
            models.CheckConstraint(
                name="answer_replaces_with_reason", condition=models.Q(replaces=None) | ~models.Q(why="")
            ),
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(replaces=None), name="answer_first_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.said}"


class Movement(Made):
    """A departure, a return home or a no-show of somebody accepted for a season, and where it is known from."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="movements")
    moved = models.CharField(max_length=12, choices=[(each, each) for each in Moved])
    on = models.DateField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.CheckConstraint(name="movement_known", condition=models.Q(moved__in=list(Moved))),
            models.CheckConstraint(name="movement_has_source", condition=~models.Q(source="")),
            models.UniqueConstraint(fields=["referral", "moved"], name="movement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} {self.moved}"
