"""People, documents, groups (CAC), technicians, areas, plots and enrolments.

The columns a file may bring are in `core.register`; the tables here add what Ceiba computes (measured areas,
search text) and what the database itself must guarantee.
"""

import shapely
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from ceiba.core.register import (
    ENROLMENT_STATES,
    EXIT_CAUSES,
    NEEDS_DOCUMENTS,
    OFFICES,
    SEXES,
    TECHNICIAN_KINDS,
    TENURES,
)


def _one_of(name: str, field: str, values: tuple[str, ...]) -> models.CheckConstraint:
    return models.CheckConstraint(name=name, condition=models.Q(**{f"{field}__in": values}))


class Area(models.Model):
    """A country, department or state, or municipality. Codes are prefixes of their children's: GT, GT-01, GT-0101."""

    code = models.CharField(max_length=16, primary_key=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    marginalisation = models.SmallIntegerField(null=True)
    geometry = models.BinaryField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    bounds = models.JSONField(null=True, help_text="[west, south, east, north]")

    def __str__(self) -> str:
        return self.name


class Technician(models.Model):
    """A productive or social technician; the portfolio is the groups that name them."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)

    class Meta:
        constraints = [_one_of("technician_kind_known", "kind", TECHNICIAN_KINDS)]

    def __str__(self) -> str:
        return self.code


class Group(models.Model):
    """A comunidad de aprendizaje campesino (CAC): about 25 people with their technicians."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    technician_productive = models.ForeignKey(
        Technician, null=True, on_delete=models.PROTECT, related_name="groups_productive"
    )
    technician_social = models.ForeignKey(
        Technician, null=True, on_delete=models.PROTECT, related_name="groups_social"
    )

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """A sower (sembradora, sembrador). `search_text` is names and code, lower case, without accents.

    Of whom everything was erased (`erased_at`) there is the number, the code, which stands where the name did, and
    the municipality: what was decided of them is found by these, and by nothing that says who they are.
    """

    code = models.CharField(max_length=64, unique=True)
    given_names = models.CharField(max_length=120)
    family_names = models.CharField(max_length=120)
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=1)
    language = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="participants")
    home_lon = models.FloatField(null=True)
    home_lat = models.FloatField(null=True)
    search_text = models.TextField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            _one_of("participant_sex_known", "sex", SEXES),
            models.CheckConstraint(
                name="participant_erased_whole",
                condition=models.Q(erased_at=None, birth_date__isnull=False)
                | models.Q(
                    erased_at__isnull=False, given_names="", family_names=models.F("code"), birth_date=None,
                    sex="X", language="", phone="", group=None, home_lon=None, home_lat=None,
                ),
            ),
        ]  # fmt: skip
        indexes = [
            GinIndex(fields=["search_text"], name="participant_search", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["family_names", "given_names", "id"], name="participant_by_name"),
        ]

    def __str__(self) -> str:
        return self.code


class Document(models.Model):
    """A document of a person's file. The number is encrypted; its keyed hash finds the same number twice."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="documents", db_index=False
    )
    document = models.CharField(max_length=40)
    number_cipher = models.BinaryField(null=True)
    number_hash = models.BinaryField(null=True)
    held = models.BooleanField()
    expires_on = models.DateField(null=True)
    seen_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "document"], name="document_once")]
        indexes = [models.Index(fields=["number_hash"], name="document_by_number")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.document}"


class Officer(models.Model):
    """An elected office in a group."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="officers")
    office = models.CharField(max_length=12)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="offices")
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "office"], name="office_once"),
            _one_of("officer_office_known", "office", OFFICES),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.office}"


class Plot(models.Model):
    """A plot (unidad de producción). Nominal and measured area are two columns and are never added together."""

    code = models.CharField(max_length=64, unique=True)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="plots")
    area = models.ForeignKey(Area, on_delete=models.PROTECT)
    tenure = models.CharField(max_length=16)
    tenure_until = models.DateField(null=True)
    nominal_m2 = models.IntegerField()
    measured_m2 = models.IntegerField(null=True)
    overlap_m2 = models.IntegerField(
        null=True, help_text="measured area that other people's plots also cover"
    )
    geometry = models.BinaryField(null=True, help_text="polygon as WKB, lon lat")
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)

    class Meta:
        constraints = [
            _one_of("plot_tenure_known", "tenure", TENURES),
            models.CheckConstraint(name="plot_nominal_positive", condition=models.Q(nominal_m2__gt=0)),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def shape(self) -> shapely.Geometry | None:
        """The outline; None where there is none."""
        return None if self.geometry is None else shapely.from_wkb(bytes(self.geometry))


class Enrolment(models.Model):
    """A person's place in a programme, in its present state; `EnrolmentSpan` keeps the states it went through."""

    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="enrolments", db_index=False
    )
    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="enrolments", db_index=False
    )
    variant = models.CharField(max_length=24)
    state = models.CharField(max_length=12)
    applied_on = models.DateField()
    active_on = models.DateField(null=True)
    state_since = models.DateField()
    cause = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "programme"], name="enrolment_once"),
            _one_of("enrolment_state_known", "state", ENROLMENT_STATES),
            models.CheckConstraint(
                name="enrolment_exit_has_cause",
                condition=~models.Q(state="exited") | models.Q(cause__in=EXIT_CAUSES),
            ),
            models.CheckConstraint(
                name="enrolment_active_has_day",
                condition=~models.Q(state__in=NEEDS_DOCUMENTS) | models.Q(active_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="enrolment_by_state")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.programme_id} {self.state}"


class EnrolmentSpan(models.Model):
    """A state of an enrolment from a day (included) until another (excluded; null: still).

    The database guards what foreign keys would, once a statement (sql/guard.sql). What the register knew at a
    cutoff is told by when a span was recorded and when its end was; the spans that an
    enrolment was loaded with (`at_load`) count as known from the start.
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="spans", db_constraint=False
    )
    state = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True)
    cause = models.CharField(max_length=24, blank=True)
    at_load = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, help_text="when `until` was recorded; null for loaded spans")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(until__isnull=True), name="span_one_open"
            ),
            _one_of("span_state_known", "state", ENROLMENT_STATES),
            models.CheckConstraint(
                name="span_forward",
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
            ),
        ]
        indexes = [models.Index(fields=["state", "since"], name="span_by_state")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state} {self.since}"


class RequiredDocument(models.Model):
    """A document that a programme asks for before anyone becomes active, as its published rulebook says.

    A row with a tenure asks it of whoever has a plot so held; a row with a country, of whoever lives there.
    """

    programme = models.ForeignKey(
        "rulebook.Programme", on_delete=models.PROTECT, related_name="required_documents"
    )
    document = models.CharField(max_length=40)
    tenure = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "document", "tenure", "country"], name="required_document_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.document}"


class Import(models.Model):
    """A register file taken in whole. The same file, or the same client key, is taken once."""

    sheet = models.CharField(max_length=20)
    client_key = models.CharField(max_length=120, unique=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.IntegerField()
    created = models.IntegerField()
    updated = models.IntegerField()
    unchanged = models.IntegerField()
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.sheet} {self.file_name}"
