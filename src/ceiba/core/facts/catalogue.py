"""The catalogue of facts: one typed column each, with its unit, meaning and the evidence it comes from.

Rules may name these columns and nothing else. A fact is null when there is no evidence for it, never zero:
"no list of deaths arrived" (null) is not "nobody died" (false).
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.evidence import KINDS
from ceiba.core.kernel.frames import Column, Dtype, FrameSchema

STAGES: Final = ("enrolment", "month", "pathway")


@dataclass(frozen=True, slots=True)
class Fact:
    """A column that rules can name.

    `source` is "register", "record" (earlier determinations), "answer" (what came back of a
    referral) or a code of `evidence.KINDS`; `stages` says
    where it is known; `low` and `high` bound numbers.
    """

    name: str
    dtype: Dtype
    unit: str
    source: str
    es: str
    en: str
    stages: tuple[str, ...] = ("month",)
    low: int = 0
    high: int = 0


def _number(name: str, unit: str, source: str, high: int, es: str, en: str, *stages: str) -> Fact:
    return Fact(name, pl.Int32, unit, source, es, en, stages or ("month",), 0, high)


def _text(name: str, source: str, es: str, en: str, *stages: str) -> Fact:
    return Fact(name, pl.String, "code", source, es, en, stages or ("month",))


def _flag(name: str, source: str, es: str, en: str, *stages: str) -> Fact:
    return Fact(name, pl.Boolean, "true/false", source, es, en, stages or ("month",))


_ENTRY = ("enrolment", "month")
_ALL = ("enrolment", "month", "pathway")

FACTS: Final[dict[str, Fact]] = {
    fact.name: fact
    for fact in (
        _text("country", "register", "país (código ISO)", "country (ISO code)", *_ALL),
        _text("variant", "register", "modalidad del programa", "variant of the programme", *_ALL),
        _number(
            "age_years",
            "years",
            "register",
            130,
            "edad al fin del mes",
            "age at the end of the month",
            *_ENTRY,
        ),
        _number(
            "marginalisation",
            "grade 1-5",
            "register",
            5,
            "grado de marginación del municipio",
            "grade of marginalisation of the municipality",
            *_ENTRY,
        ),
        _number(
            "documents_missing",
            "documents",
            "document_check",
            50,
            "documentos obligatorios que faltan",
            "required documents missing",
            *_ENTRY,
        ),
        _number("plots", "plots", "register", 100, "parcelas registradas", "plots registered", *_ENTRY),
        _number(
            "plot_nominal_m2",
            "m²",
            "register",
            50_000_000,
            "superficie declarada",
            "stated (nominal) area",
            *_ENTRY,
        ),
        _number(
            "plot_measured_m2",
            "m²",
            "register",
            50_000_000,
            "superficie medida del polígono",
            "measured area of the polygon",
            *_ENTRY,
        ),
        _number(
            "plot_overlap_m2",
            "m²",
            "register",
            50_000_000,
            "superficie que también registró otra persona",
            "area that somebody else registered too",
            *_ENTRY,
        ),
        _text("tenure", "register", "forma de tenencia", "kind of tenure", *_ENTRY),
        _number(
            "tenure_months",
            "months",
            "register",
            1_200,
            "meses que quedan de contrato",
            "months of contract left",
            *_ENTRY,
        ),
        _number(
            "home_plot_m",
            "m",
            "register",
            10_000_000,
            "distancia de la casa a la parcela",
            "distance from home to plot",
            *_ENTRY,
        ),
        _number(
            "group_members",
            "people",
            "register",
            10_000,
            "integrantes activos de la CAC",
            "active members of the group",
            *_ENTRY,
        ),
        _number(
            "enrolled_months",
            "months",
            "register",
            1_200,
            "meses desde el alta, este incluido",
            "months since becoming active, this one included",
        ),
        _number(
            "forest_m2",
            "m²",
            "land_check",
            50_000_000,
            "bosque en la parcela en la fecha de corte",
            "forest on the plot at the cut-off date",
            *_ENTRY,
        ),
        _flag("possession", "land_check", "posesión legal comprobada", "legal possession proven", *_ENTRY),
        _number(
            "plan_due",
            "tasks",
            "visit",
            1_000,
            "tareas del plan de trabajo del mes",
            "tasks in the month's work plan",
        ),
        _number("plan_done", "tasks", "visit", 1_000, "tareas cumplidas", "tasks done"),
        _number(
            "second_plan_done",
            "tasks",
            "second_visit",
            1_000,
            "tareas cumplidas, según una segunda visita independiente",
            "tasks done, by an independent second visit",
        ),
        _number(
            "visit_accuracy_m",
            "m",
            "visit",
            100_000,
            "precisión del GPS en la visita",
            "GPS accuracy at the visit",
        ),
        _number(
            "sessions_held",
            "sessions",
            "attendance",
            100,
            "sesiones de la CAC celebradas",
            "sessions of the group held",
        ),
        _number(
            "sessions_attended", "sessions", "attendance", 100, "sesiones asistidas", "sessions attended"
        ),
        _number(
            "plants_planted",
            "plants",
            "planting",
            10_000_000,
            "plantas sembradas desde el alta",
            "plants planted since becoming active",
        ),
        _number(
            "survival_sampled",
            "plants",
            "survival",
            100_000,
            "plantas del último conteo",
            "plants in the latest survival count",
        ),
        _number(
            "survival_alive",
            "plants",
            "survival",
            100_000,
            "plantas vivas en el último conteo",
            "plants alive in the latest count",
        ),
        _number(
            "survival_age_months",
            "months",
            "survival",
            1_200,
            "meses desde el último conteo",
            "months since the latest count",
        ),
        _number(
            "life_age_months",
            "months",
            "proof_of_life",
            1_200,
            "meses desde la última prueba de vida",
            "months since the latest proof of life",
        ),
        _flag(
            "deceased",
            "death",
            "defunción avisada por el registro civil",
            "death notified by the civil registry",
        ),
        _number("sanctions", "sanctions", "sanction", 100, "sanciones vigentes", "sanctions in force"),
        _text(
            "absence",
            "absence",
            "causa de la ausencia que alguien acredita",
            "cause of an absence that somebody attests",
        ),
        _number(
            "flags_open",
            "flags",
            "flag",
            1_000,
            "señales que se sostienen sobre los formularios del mes",
            "flags that hold on the month's submissions",
        ),
        _text(
            "review_state",
            "review",
            "revisión de los formularios del mes (la más grave)",
            "review of the month's submissions (the gravest)",
        ),
        _number(
            "months_accepted",
            "months",
            "record",
            1_200,
            "meses aceptados antes de este",
            "months accepted before this one",
            "month",
            "pathway",
        ),
        _number(
            "months_missed_running",
            "months",
            "record",
            1_200,
            "meses seguidos sin aceptar antes de este",
            "months in a row not accepted before this one",
            "month",
            "pathway",
        ),
        _number("months_decided", "months", "record", 1_200, "meses decididos", "months decided", "pathway"),
        _number(
            "break_months_longest",
            "months",
            "record",
            1_200,
            "interrupción más larga",
            "longest break",
            "pathway",
        ),
        _number(
            "break_months_unexcused",
            "months",
            "record",
            1_200,
            "interrupción más larga, sin contar los meses justificados",
            "longest break, excused months left out",
            "pathway",
        ),
        _number(
            "months_excused",
            "months",
            "record",
            1_200,
            "meses sin aceptar que están justificados",
            "months not accepted that are excused",
            "pathway",
        ),
        _number(
            "months_accepted_in_a_row",
            "months",
            "record",
            1_200,
            "más meses aceptados seguidos, sin contar los justificados entre ellos",
            "most months accepted in a row, excused ones between left out",
            "pathway",
        ),
        _number(
            "seasons_completed",
            "seasons",
            "answer",
            100,
            "temporadas de las que se regresó a tiempo, a lo más una por año",
            "seasons from which the person returned on time, one a year at most",
            "pathway",
        ),
    )
}

SNAPSHOT_KEY: Final = (
    Column("participant_id", pl.Int64, meaning="the register's number of the person"),
    Column("area", pl.String, meaning="area code of the municipality"),
    Column("group", pl.String, nullable=True, meaning="group code"),
)


def stage_schema(stage: str) -> FrameSchema:
    """The frame that rules of `stage` are decided on: key, area, group, then the facts of the stage."""
    facts = (Column(f.name, f.dtype, True, f.en) for f in FACTS.values() if stage in f.stages)
    return FrameSchema(f"{stage} facts", (*SNAPSHOT_KEY, *facts), ("participant_id",))


def _month_facts(*sources: str) -> tuple[Fact, ...]:
    return tuple(f for f in FACTS.values() if "month" in f.stages and f.source in sources)


MONTH_FACTS: Final = stage_schema("month")
EVIDENCE_FACTS: Final = tuple(fact.name for fact in _month_facts(*KINDS))

REGISTER_FACTS: Final = FrameSchema(
    "register facts",
    (*SNAPSHOT_KEY, *(Column(f.name, f.dtype, True, f.en) for f in _month_facts("register"))),
    ("participant_id",),
)
RECORD_FACTS: Final = FrameSchema(
    "record facts",
    (SNAPSHOT_KEY[0], *(Column(f.name, f.dtype, False, f.en) for f in _month_facts("record"))),
    ("participant_id",),
)
DOCUMENTS: Final = FrameSchema(
    "documents required and held",
    (
        SNAPSHOT_KEY[0],
        Column("document", pl.String, meaning="a document that is required of the person"),
        Column("held", pl.Boolean, True, "what the register says; null: the register says nothing of it"),
        Column("expires_on", pl.Date, True),
        Column("seen_on", pl.Date, True, "when the register's word was checked"),
    ),
    ("participant_id", "document"),
)
