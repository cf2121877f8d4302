"""The kinds of evidence: what a record of each kind must say, and within which bounds.

A record of evidence has a head, the same for every kind (`HEAD`), and a body, the columns of its kind.
Bodies are stored as canonical JSON and hashed; a correction is a new record whose `corrects` names the one
it replaces.
Counts are bounded so that no product of a fact and a threshold can leave 64 bits.
"""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from ceiba.core.cells import ColumnSpec
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema

HEAD: Final = FrameSchema(
    "evidence head",
    (
        Column(
            "key",
            pl.String,
            meaning="the sender's own identifier of the record: the same key is the same record",
        ),
        Column(
            "participant",
            pl.String,
            nullable=True,
            meaning="participant code; empty where the kind is of an area",
        ),
        Column("month", pl.Date, meaning="the month the record speaks of, as its first day"),
        Column(
            "observed_at",
            pl.Datetime("us", "UTC"),
            meaning="when it was seen or happened, by the observer's clock",
        ),
        Column("received_at", pl.Datetime("us", "UTC"), meaning="when it reached the programme"),
        Column(
            "reporter", pl.String, nullable=True, meaning="technician code, or the office that answers for it"
        ),
        Column("area", pl.String, nullable=True, meaning="area code of the place"),
        Column("corrects", pl.String, nullable=True, meaning="key of the record that this one replaces"),
    ),
    key=("key",),
)

HEAD_COLUMNS: Final = (
    ColumnSpec("key", pl.String, "clave del registro", "record key", length=120),
    ColumnSpec(
        "participant", pl.String, "clave de la persona", "participant code", False, refers="participants"
    ),
    ColumnSpec("month", pl.Date, "mes", "month", when="month"),
    ColumnSpec("observed_at", pl.Datetime("us", "UTC"), "observado", "observed at", when="past"),
    ColumnSpec("received_at", pl.Datetime("us", "UTC"), "recibido", "received at", when="past"),
    ColumnSpec("reporter", pl.String, "informante", "reporter", False),
    ColumnSpec("area", pl.String, "municipio", "municipality", False, refers="area"),
    ColumnSpec("corrects", pl.String, "corrige a", "corrects", False, length=120),
)


RECORD_OF_PERSON: Final = Column("participant_id", pl.Int64, meaning="the register's number of the person")
RECORD_OF_AREA: Final = Column("area", pl.String, meaning="area code")
RECORD_HEAD: Final = tuple(
    column for column in HEAD if column.name in ("key", "month", "observed_at", "received_at", "corrects")
)


@dataclass(frozen=True, slots=True)
class BodyColumn:
    """A column of a kind's body. `low` and `high` bound numbers; `choices` and `length`, text; `when`, dates."""

    name: str
    dtype: Dtype
    es: str
    en: str
    nullable: bool = False
    low: int | None = None
    high: int | None = None
    choices: tuple[str, ...] = ()
    when: str = "any"
    length: int = 64


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of evidence: whether it is about a person or an area, its body, and how records combine."""

    code: str
    es: str
    en: str
    body: tuple[BodyColumn, ...]
    of_person: bool = True

    @property
    def by_form(self) -> bool:
        """Whether forms may give it: it is of a person or of a group, and none that reviewers write."""
        return (self.of_person or self.of_group) and self.code not in REVIEW_KINDS

    @property
    def of_group(self) -> bool:
        """Whether it is about a group, which its column `group` names; its area is the group's municipality."""
        return any(column.name == "group" for column in self.body)

    @property
    def schema(self) -> FrameSchema:
        """Head and body, as a drop of this kind is read."""
        return HEAD.extended(f"evidence {self.code}", self._body())

    @property
    def records(self) -> FrameSchema:
        """The kind's records as they are read back to make facts of: whose they are, then head and body."""
        head = (RECORD_OF_PERSON if self.of_person else RECORD_OF_AREA, *RECORD_HEAD)
        return FrameSchema(f"{self.code} records", (*head, *self._body()), ("key",))

    def _body(self) -> tuple[Column, ...]:
        return tuple(Column(c.name, c.dtype, c.nullable, c.en) for c in self.body)

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """Head and body as the columns of a file; what is of a person must say of whom."""
        head = (
            replace(c, required=c.required or (self.of_person and c.name == "participant"))
            for c in HEAD_COLUMNS
        )
        body = (
            ColumnSpec(
                name=c.name,
                dtype=c.dtype,
                es=c.es,
                en=c.en,
                required=not c.nullable,
                choices=c.choices,
                low=c.low,
                high=c.high,
                length=c.length,
                when=c.when,
            )
            for c in self.body
        )
        return (*head, *body)


def _count(name: str, es: str, en: str, high: int) -> BodyColumn:
    return BodyColumn(name, pl.Int32, es, en, low=0, high=high)


def _group() -> BodyColumn:
    return BodyColumn("group", pl.String, "clave de la CAC", "group code")


def _subject() -> BodyColumn:
    """What is looked at. An edit takes the place of what it edits, and so do its flags and reviews."""
    es, en = "formulario (su primer instanceID)", "submission (the instanceID it was first sent with)"
    return BodyColumn("subject", pl.String, es, en, length=120)


PLANT_CLASSES: Final = ("timber", "fruit", "agroindustrial", "spice")
PLANT_SOURCES: Final = ("group_nursery", "other_group", "public_nursery", "commercial", "own")
TASK_CLASSES: Final = (
    "soil", "planting", "replanting", "weeding", "plant_health", "pruning", "milpa", "nursery", "biofactory",
    "protection", "training", "other",
)  # fmt: skip
INPUTS: Final = (
    "compost",
    "bokashi",
    "worm_compost",
    "liquid_fertiliser",
    "mineral_broth",
    "repellent",
    "other",
)
GOODS: Final = ("plants", "seed", "tools", "nursery_material", "bio_input", "irrigation", "other")
UNITS: Final = ("piece", "kg", "litre", "bag")
INCIDENTS: Final = (
    "fire", "drought", "flood", "frost", "wind", "pest", "livestock", "theft", "land_conflict", "accident", "other",
)  # fmt: skip
ABSENCES: Final = ("illness", "maternity", "disaster")
"""Why somebody could not work for a time, where that is coded and documented. What they are ill with is nobody's."""
ATTESTORS: Final = ("health_centre", "midwife", "civil_protection", "authority")
"""Who put an absence in writing: a health centre, a midwife, civil protection, an authority of the community."""
LISTS: Final = ("deaths", "sanctions")
FLAGS: Final = (
    "duplicate_photo", "near_photo", "outside_plot", "outside_area", "impossible_speed", "accuracy_zero",
    "copied_counts", "heaped_counts", "odd_hour", "shared_device", "outside_portfolio",
)  # fmt: skip
DECISIONS: Final = ("approved", "returned", "second_visit")
"""What a review of a submission comes to, the least grave first."""

REVIEW_KINDS: Final = ("flag", "review")
"""Kinds that are written while what arrived is looked at. No form gives them: nobody reviews their own work."""

OF_ONES_OWN: Final = ("absence",)
"""Kinds that a form gives of whom its sender looks after, and of nobody else: they excuse somebody from something."""

KINDS: Final[dict[str, EvidenceKind]] = {
    kind.code: kind
    for kind in (
        EvidenceKind(
            "visit",
            "Plan de trabajo y visita del mes",
            "Monthly work plan and visit",
            (
                _count("plan_due", "tareas del plan del mes", "tasks in the month's plan", 1_000),
                _count("plan_done", "tareas cumplidas", "tasks done", 1_000),
                BodyColumn(
                    "accuracy_m", pl.Int32, "precisión del GPS, m", "GPS accuracy, m", True, 0, 100_000
                ),
            ),
        ),
        EvidenceKind(
            "second_visit",
            "Segunda visita, de quien no hizo la primera",
            "Second visit, by somebody other than who made the first",
            (
                _count("plan_due", "tareas del plan del mes", "tasks in the month's plan", 1_000),
                _count("plan_done", "tareas cumplidas", "tasks done", 1_000),
                BodyColumn(
                    "present", pl.Boolean, "se encontró a la persona", "the person was met", nullable=True
                ),
            ),
        ),
        EvidenceKind(
            "task",
            "Tareas del plan del mes, por clase",
            "Tasks of the month's plan, by class",
            (
                BodyColumn("task_class", pl.String, "clase de tarea", "class of task", choices=TASK_CLASSES),
                _count("due", "tareas del plan", "tasks in the plan", 1_000),
                _count("done", "tareas cumplidas", "tasks done", 1_000),
            ),
        ),
        EvidenceKind(
            "attendance",
            "Asistencia a las sesiones de la CAC",
            "Attendance at the group's sessions",
            (
                _count("sessions_held", "sesiones celebradas", "sessions held", 100),
                _count("sessions_attended", "sesiones asistidas", "sessions attended", 100),
            ),
        ),
        EvidenceKind(
            "assembly",
            "Asamblea de la CAC",
            "Assembly of the group",
            (
                _group(),
                BodyColumn("held_on", pl.Date, "fecha de la asamblea", "held on", when="past"),
                _count("members", "integrantes en la lista", "members on the list", 10_000),
                _count("present", "integrantes presentes", "members present", 10_000),
                BodyColumn("minutes", pl.Boolean, "hay acta firmada", "signed minutes exist"),
            ),
            of_person=False,
        ),
        EvidenceKind(
            "planting",
            "Siembra",
            "Planting",
            (
                BodyColumn("plant_class", pl.String, "clase", "class", choices=PLANT_CLASSES),
                _count("plants", "plantas sembradas", "plants planted", 100_000),
                BodyColumn("species", pl.String, "especie", "species", nullable=True),
                BodyColumn(
                    "source",
                    pl.String,
                    "de dónde vienen las plantas",
                    "where the plants are from",
                    nullable=True,
                    choices=PLANT_SOURCES,
                ),
                BodyColumn(
                    "in_window",
                    pl.Boolean,
                    "dentro de la temporada de siembra",
                    "within the planting window",
                    nullable=True,
                ),
            ),
        ),
        EvidenceKind(
            "survival",
            "Conteo de supervivencia",
            "Survival count",
            (
                # A sample of no plants counts nothing, and would pass any share that must live.
                BodyColumn(
                    "sampled", pl.Int32, "plantas de la muestra", "plants in the sample", low=1, high=100_000
                ),
                _count("alive", "plantas vivas", "plants alive", 100_000),
                _count("replanted", "plantas resembradas", "plants replanted", 100_000),
            ),
        ),
        EvidenceKind(
            "land_check",
            "Visita de verificación de la parcela",
            "Verification visit to the plot",
            (
                _count(
                    "forest_m2",
                    "bosque en la fecha de corte, m²",
                    "forest at the cut-off date, m²",
                    50_000_000,
                ),
                BodyColumn("possession", pl.Boolean, "posesión legal comprobada", "legal possession proven"),
            ),
        ),
        EvidenceKind(
            "document_check",
            "Revisión de un documento",
            "Check of a document",
            (
                BodyColumn("document", pl.String, "documento", "document"),
                BodyColumn("held", pl.Boolean, "lo tiene", "held"),
                BodyColumn("expires_on", pl.Date, "vence el", "expires on", nullable=True),
            ),
        ),
        EvidenceKind(
            "plot_walk",
            "Recorrido de la parcela",
            "Walk around the plot",
            (
                BodyColumn("plot", pl.String, "clave de la parcela", "plot code"),
                BodyColumn(
                    "measured_m2",
                    pl.Int32,
                    "superficie medida, m²",
                    "measured area, m²",
                    low=1,
                    high=50_000_000,
                ),
                BodyColumn(
                    "points", pl.Int32, "puntos del polígono", "points of the polygon", low=3, high=10_000
                ),
                BodyColumn(
                    "accuracy_m", pl.Int32, "precisión del GPS, m", "GPS accuracy, m", True, 0, 100_000
                ),
            ),
        ),
        EvidenceKind(
            "consent",
            "Aviso de privacidad leído y respuesta",
            "Privacy notice read aloud, and the answer",
            (
                BodyColumn("notice", pl.String, "versión del aviso", "version of the notice"),
                BodyColumn("agreed", pl.Boolean, "aceptó", "agreed"),
                BodyColumn("recorded", pl.Boolean, "hay grabación", "recorded"),
            ),
        ),
        EvidenceKind("proof_of_life", "Prueba de vida", "Proof of life", ()),
        EvidenceKind(
            "harvest",
            "Cosecha y venta",
            "Harvest and sale",
            (
                BodyColumn("product", pl.String, "producto", "product"),
                _count("harvested_kg", "cosechado, kg", "harvested, kg", 1_000_000),
                _count("sold_kg", "vendido de esa cosecha, kg", "sold of that harvest, kg", 1_000_000),
                BodyColumn(
                    "sale_minor",
                    pl.Int32,
                    "pagado por la venta, en centavos",
                    "paid for the sale, minor units",
                    True,
                    0,
                    1_000_000_000,
                ),
                BodyColumn("currency", pl.String, "moneda (ISO)", "currency (ISO)", nullable=True),
            ),
        ),
        EvidenceKind(
            "incident",
            "Incidente en la parcela",
            "Incident on the plot",
            (
                BodyColumn("cause", pl.String, "qué pasó", "what happened", choices=INCIDENTS),
                BodyColumn("happened_on", pl.Date, "cuándo pasó", "happened on", when="past"),
                BodyColumn("plants_lost", pl.Int32, "plantas perdidas", "plants lost", True, 0, 100_000),
                BodyColumn(
                    "area_m2", pl.Int32, "superficie dañada, m²", "damaged area, m²", True, 0, 50_000_000
                ),
            ),
        ),
        EvidenceKind(
            "absence",
            "Ausencia por enfermedad, maternidad o desastre",
            "Absence for illness, maternity or disaster",
            (
                BodyColumn("cause", pl.String, "causa", "cause", choices=ABSENCES),
                BodyColumn("since", pl.Date, "desde", "since", when="past"),
                BodyColumn("until", pl.Date, "hasta", "until", nullable=True),
                BodyColumn(
                    "attested_by", pl.String, "quién la acredita", "who attests it", choices=ATTESTORS
                ),
                # A correction without a paper withdraws it.
                BodyColumn(
                    "documented",
                    pl.Boolean,
                    "hay constancia de quien la acredita",
                    "somebody attests it in writing",
                ),
            ),
        ),
        EvidenceKind(
            "nursery",
            "Producción del vivero de la CAC",
            "Production of the group's nursery",
            (
                _group(),
                BodyColumn("plant_class", pl.String, "clase", "class", choices=PLANT_CLASSES),
                BodyColumn("species", pl.String, "especie", "species"),
                _count(
                    "sown",
                    "semillas o estacas puestas en el mes",
                    "seeds or cuttings set this month",
                    1_000_000,
                ),
                _count("living", "plantas vivas en el vivero", "plants alive in the nursery", 1_000_000),
                _count("ready", "plantas listas para sembrar", "plants ready for planting", 1_000_000),
            ),
            of_person=False,
        ),
        EvidenceKind(
            "biofactory",
            "Producción de la biofábrica de la CAC",
            "Production of the group's bio-input workshop",
            (
                _group(),
                BodyColumn("input", pl.String, "bioinsumo", "bio-input", choices=INPUTS),
                BodyColumn("unit", pl.String, "unidad", "unit", choices=UNITS),
                _count("made", "cantidad hecha en el mes", "quantity made this month", 1_000_000),
            ),
            of_person=False,
        ),
        EvidenceKind(
            "goods",
            "Insumos recibidos por la CAC",
            "Goods received by the group",
            (
                _group(),
                BodyColumn("item", pl.String, "insumo", "item", choices=GOODS),
                BodyColumn("supplier", pl.String, "quién entrega", "supplier"),
                BodyColumn("unit", pl.String, "unidad", "unit", choices=UNITS),
                _count("delivered", "cantidad entregada", "quantity delivered", 1_000_000),
                _count("rejected", "cantidad rechazada", "quantity rejected", 1_000_000),
            ),
            of_person=False,
        ),
        EvidenceKind(
            "death",
            "Aviso de defunción del registro civil",
            "Death notice of the civil registry",
            # A correction without a date withdraws the notice: people are declared dead by mistake.
            (BodyColumn("died_on", pl.Date, "fecha de defunción", "date of death", True, when="past"),),
        ),
        EvidenceKind(
            "sanction",
            "Sanción",
            "Sanction",
            (
                BodyColumn("cause", pl.String, "causa", "cause"),
                BodyColumn("until", pl.Date, "hasta", "until", nullable=True),
            ),
        ),
        EvidenceKind(
            "list_receipt",
            "Acuse de una lista completa del mes (también sin novedad)",
            "Receipt of a complete list for the month (also a nil return)",
            (BodyColumn("list", pl.String, "lista", "list", choices=LISTS),),
            of_person=False,
        ),
        EvidenceKind(
            "flag",
            "Señal sobre un formulario",
            "Flag on a submission",
            (
                BodyColumn("flag", pl.String, "señal", "flag", choices=FLAGS),
                _subject(),
                BodyColumn("holds", pl.Boolean, "se sostiene", "holds"),
            ),
        ),
        EvidenceKind(
            "review",
            "Revisión de un formulario",
            "Review of a submission",
            (BodyColumn("decision", pl.String, "decisión", "decision", choices=DECISIONS), _subject()),
        ),
    )
}
