"""The register as files: the columns of each sheet that is imported and exported, in the order of loading.

Every sheet has a key given by the sender: the same key again updates the row, an equal row changes nothing.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.cells import CELL_LENGTH_MAX, ColumnSpec
from ceiba.core.kernel.frames import Column, FrameSchema

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
NEEDS_DOCUMENTS: Final = ("active", "suspended", "graduated")


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
                ColumnSpec("sex", _text, "sexo", "sex", choices=SEXES),
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
