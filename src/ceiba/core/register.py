"""The register as files: the columns of each sheet that is imported and exported, in the order of loading.

Every sheet has a key given by the sender: the same key again updates the row, an equal row changes nothing.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.banking import Scheme
from ceiba.core.cells import CELL_LENGTH_MAX, PROBLEMS, ROW, ColumnSpec
from ceiba.core.kernel.errors import register_messages
from ceiba.core.kernel.frames import Column, FrameSchema
from ceiba.core.payees import PLACE_LENGTH_MAX, Cause
from ceiba.core.sheets import folded_expr

SEXES: Final = ("F", "M", "X")
TECHNICIAN_KINDS: Final = ("productive", "social")
TENURES: Final = ("ejidal", "communal", "private", "possession", "sharecropping", "usufruct", "lease")
CONTRACT_TENURES: Final = ("sharecropping", "usufruct", "lease")
OFFICES: Final = ("coordinator", "secretary", "treasurer")
ENROLMENT_STATES: Final = ("applied", "waiting", "active", "suspended", "exited", "graduated", "deceased")
EXIT_CAUSES: Final = (
    "resignation",
    "breach",
    "abandonment",
    "moved_away",
    "land_lost",
    "duplicate",
    "ineligible",
)
TRANSITIONS: Final[dict[str | None, tuple[str, ...]]] = {
    None: ("applied",),
    "applied": ("waiting", "active", "exited", "deceased"),
    "waiting": ("active", "exited", "deceased"),
    "active": ("suspended", "exited", "graduated", "deceased"),
    "suspended": ("active", "exited", "deceased"),
    "exited": ("applied",),  # re-entry (reingreso) starts again as an application
    "graduated": (),
    "deceased": (),
}
ENDED: Final = ("exited", "graduated", "deceased")
NEEDS_DOCUMENTS: Final = ("active", "suspended", "graduated")
# Whoever enrols a person does not decide the exit: technicians take applications and no more.
MOVES_BY_ROLE: Final[dict[str, tuple[str, ...]]] = {
    "office": ENROLMENT_STATES,
    "technician": ("applied", "waiting"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of register file; `key` columns identify a row. Columns refer to a sheet, "area" or "programme"."""

    name: str
    es: str
    en: str
    key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]

    @property
    def schema(self) -> FrameSchema:
        """The sheet as a frame, keyed; optional columns may hold nulls."""
        columns = (Column(c.name, c.dtype, not c.required, c.en) for c in self.columns)
        return FrameSchema(f"register {self.name}", tuple(columns), self.key)


_text, _day, _yes = pl.String, pl.Date, pl.Boolean

SHEETS: Final[dict[str, Sheet]] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "technicians",
            "Personal técnico",
            "Technicians",
            ("code",),
            (
                ColumnSpec("code", _text, "clave", "code"),
                ColumnSpec("name", _text, "nombre", "name", length=200),
                ColumnSpec("kind", _text, "tipo", "kind", choices=TECHNICIAN_KINDS),
                ColumnSpec("area", _text, "área", "area", refers="area"),
            ),
        ),
        Sheet(
            "groups",
            "Comunidades de aprendizaje (CAC)",
            "Groups (CAC)",
            ("code",),
            (
                ColumnSpec("code", _text, "clave", "code"),
                ColumnSpec("name", _text, "nombre", "name", length=200),
                ColumnSpec("area", _text, "área", "area", refers="area"),
                ColumnSpec(
                    "technician_productive",
                    _text,
                    "técnico productivo",
                    "productive technician",
                    False,
                    refers="technicians",
                ),
                ColumnSpec(
                    "technician_social",
                    _text,
                    "técnico social",
                    "social technician",
                    False,
                    refers="technicians",
                ),
            ),
        ),
        Sheet(
            "participants",
            "Sembradoras y sembradores",
            "Participants (sowers)",
            ("code",),
            (
                ColumnSpec("code", _text, "clave", "code"),
                ColumnSpec("given_names", _text, "nombres", "given names", length=120),
                ColumnSpec("family_names", _text, "apellidos", "family names", length=120),
                ColumnSpec("birth_date", _day, "fecha de nacimiento", "birth date", when="birth"),
                ColumnSpec(
                    "sex",
                    _text,
                    "sexo",
                    "sex",
                    choices=SEXES,
                    choices_said="F (mujer, woman), M (hombre, man), X",
                ),
                ColumnSpec("language", _text, "lengua", "language", False, length=8),
                ColumnSpec("phone", _text, "teléfono", "phone", False, length=32),
                ColumnSpec("area", _text, "municipio", "municipality", refers="area"),
                ColumnSpec("group", _text, "CAC", "group", False, refers="groups"),
                ColumnSpec(
                    "home_lon", pl.Float64, "longitud de la casa", "home longitude", False, low=-180, high=180
                ),
                ColumnSpec(
                    "home_lat", pl.Float64, "latitud de la casa", "home latitude", False, low=-90, high=90
                ),
            ),
        ),
        Sheet(
            "documents",
            "Documentos",
            "Documents",
            ("participant", "document"),
            (
                ColumnSpec(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                ColumnSpec("document", _text, "documento", "document", length=40),
                ColumnSpec("number", _text, "número", "number", False),
                ColumnSpec("held", _yes, "lo tiene", "held"),
                ColumnSpec("expires_on", _day, "vence el", "expires on", False),
                ColumnSpec("seen_on", _day, "cotejado el", "seen on", when="past"),
            ),
        ),
        Sheet(
            "officers",
            "Cargos en la CAC",
            "Group officers",
            ("group", "office"),
            (
                ColumnSpec("group", _text, "CAC", "group", refers="groups"),
                ColumnSpec("office", _text, "cargo", "office", choices=OFFICES),
                ColumnSpec(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                ColumnSpec("since", _day, "desde", "since", when="past"),
            ),
        ),
        Sheet(
            "plots",
            "Parcelas",
            "Plots",
            ("code",),
            (
                ColumnSpec("code", _text, "clave", "code"),
                ColumnSpec(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                ColumnSpec("area", _text, "municipio", "municipality", refers="area"),
                ColumnSpec("tenure", _text, "tenencia", "tenure", choices=TENURES),
                ColumnSpec("tenure_until", _day, "contrato hasta", "contract until", False),
                ColumnSpec(
                    "nominal_m2",
                    pl.Int32,
                    "superficie declarada, m²",
                    "stated area, m²",
                    low=1,
                    high=50_000_000,
                ),
                ColumnSpec(
                    "geometry",
                    _text,
                    "polígono (WKT, lon lat)",
                    "polygon (WKT, lon lat)",
                    False,
                    length=CELL_LENGTH_MAX,
                ),
            ),
        ),
        Sheet(
            "enrolments",
            "Inscripciones",
            "Enrolments",
            ("participant", "programme"),
            (
                ColumnSpec(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                ColumnSpec("programme", _text, "programa", "programme", refers="programme", length=16),
                ColumnSpec("variant", _text, "modalidad", "variant", length=24),
                ColumnSpec("state", _text, "estado", "state", choices=ENROLMENT_STATES),
                ColumnSpec("applied_on", _day, "solicitud", "applied on", when="past"),
                ColumnSpec("active_on", _day, "alta", "active on", False, when="past"),
                ColumnSpec("state_since", _day, "en este estado desde", "in this state since", when="past"),
                ColumnSpec("cause", _text, "causa", "cause", False, choices=EXIT_CAUSES),
            ),
        ),
    )
}

PAYEE_ACCOUNTS: Final = Sheet(
    "payee_accounts",
    "Cuentas de pago",
    "Payee accounts",
    ("participant",),
    (
        ColumnSpec("participant", _text, "clave de la persona", "participant code", refers="participants"),
        ColumnSpec("scheme", _text, "tipo de cuenta", "scheme", choices=tuple(s.value for s in Scheme)),
        ColumnSpec("bank", _text, "clave del banco", "bank code", False, length=11),
        ColumnSpec("number", _text, "número o lugar", "number or place", length=PLACE_LENGTH_MAX),
        ColumnSpec("holder", _text, "titular", "holder", False, length=140),
        ColumnSpec("cause", _text, "causa", "cause", choices=tuple(c.value for c in Cause)),
        ColumnSpec("document", _text, "documento de respaldo", "supporting document", length=120),
        ColumnSpec("expires_on", _day, "vale hasta", "holds until", False),
    ),
)
"""Where people are paid: beside the register's sheets, for each row is a proposal that somebody else confirms."""

register_messages(
    {
        "row.home_half": {
            "es": "La casa lleva longitud y latitud, o ninguna de las dos. Complete la que falta.",
            "en": "A home has both longitude and latitude, or neither. Fill in the other one.",
        },
        "row.home_nowhere": {
            "es": "La casa está en 0, 0, en medio del océano. Deje vacías las dos celdas si no se midió.",
            "en": "The home is at 0, 0, in the middle of the ocean. Leave both cells empty if it was not measured.",
        },
        "row.exit_cause": {
            "es": "Una baja lleva su causa. Escriba una de: {detail}.",
            "en": "An exit has its cause. Write one of: {detail}.",
        },
        "row.cause_without_exit": {
            "es": "Solo una baja lleva causa, y el estado es {detail}. Deje vacía la celda.",
            "en": "Only an exit has a cause, and the state is {detail}. Leave the cell empty.",
        },
        "row.active_on_missing": {
            "es": "Quien está en {detail} tuvo un alta. Escriba su fecha.",
            "en": "Whoever is {detail} became active one day. Write that day.",
        },
        "row.active_on_early": {
            "es": "Quien está en {detail} todavía no tiene alta. Deje vacía la celda.",
            "en": "Whoever is {detail} has not become active yet. Leave the cell empty.",
        },
        "row.applied_since": {
            "es": "Quien está en solicitud lo está desde que la presentó, {detail}. Iguale las dos fechas.",
            "en": "Whoever has applied is so since the day of applying, {detail}. Make both dates the same.",
        },
        "row.order": {
            "es": "{text} es anterior a {detail}. El orden es solicitud, alta, estado actual.",
            "en": "{text} is before {detail}. The order is application, activation, present state.",
        },
    }
)


def incoherent(sheet: str, rows: pl.DataFrame) -> pl.DataFrame:
    """What typed rows of a sheet say that cannot be, cell against cell of the same row (`PROBLEMS`).

    `rows` are those of `sheets.typed`; cells that could not be read are null there and are not told twice.
    """
    state = pl.col("state")
    found: list[pl.LazyFrame] = []

    def fault(code: str, column: str, when: pl.Expr, detail: pl.Expr | str = "") -> None:
        wrong = rows.lazy().filter(when)
        said = pl.lit(detail) if isinstance(detail, str) else detail.cast(pl.String)
        text = pl.col(column).cast(pl.String)
        found.append(wrong.select(ROW, column=pl.lit(column), code=pl.lit(code), text=text, detail=said))

    if sheet == "participants":
        lon, lat = pl.col("home_lon"), pl.col("home_lat")
        fault("row.home_half", "home_lat", lon.is_not_null() & lat.is_null())
        fault("row.home_half", "home_lon", lat.is_not_null() & lon.is_null())
        fault("row.home_nowhere", "home_lon", (lon == 0) & (lat == 0))
    if sheet == "enrolments":
        applied, active, since = pl.col("applied_on"), pl.col("active_on"), pl.col("state_since")
        cause, early = pl.col("cause"), state.is_in(["applied", "waiting"])
        fault("row.exit_cause", "cause", (state == "exited") & cause.is_null(), ", ".join(EXIT_CAUSES))
        fault("row.cause_without_exit", "cause", (state != "exited") & cause.is_not_null(), state)
        fault("row.active_on_missing", "active_on", state.is_in(NEEDS_DOCUMENTS) & active.is_null(), state)
        fault("row.active_on_early", "active_on", early & active.is_not_null(), state)
        fault("row.applied_since", "state_since", (state == "applied") & (since != applied), applied)
        fault("row.order", "active_on", active < applied, applied)
        fault("row.order", "state_since", since < pl.coalesce(active, applied), pl.coalesce(active, applied))
    return PROBLEMS.check(pl.concat([PROBLEMS.empty().lazy(), *found], how="vertical_relaxed").collect())


def search_text(*columns: str) -> pl.Expr:
    """The words by which a row is found: folded, one space between and one before the first."""
    return pl.concat_str(pl.lit(" "), folded_expr(pl.concat_str(columns, separator=" ")))
