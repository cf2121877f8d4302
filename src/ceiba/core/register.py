"""The register as files: the columns of each sheet that is imported and exported, in the order of loading.

Every sheet has a key given by the sender: the same key again updates the row, an equal row changes nothing.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from ceiba.core.kernel.frames import Column, Dtype, FrameSchema

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
class SheetColumn:
    """A column of a sheet: `refers` names the sheet whose key it holds (or "area"); `choices` bound text."""

    name: str
    dtype: Dtype
    es: str
    en: str
    required: bool = True
    choices: tuple[str, ...] = ()
    refers: str | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of register file; `key` columns identify a row."""

    name: str
    es: str
    en: str
    key: tuple[str, ...]
    columns: tuple[SheetColumn, ...]

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
                SheetColumn("code", _text, "clave", "code"),
                SheetColumn("name", _text, "nombre", "name"),
                SheetColumn("kind", _text, "tipo", "kind", choices=TECHNICIAN_KINDS),
                SheetColumn("area", _text, "área", "area", refers="area"),
            ),
        ),
        Sheet(
            "groups",
            "Comunidades de aprendizaje (CAC)",
            "Groups (CAC)",
            ("code",),
            (
                SheetColumn("code", _text, "clave", "code"),
                SheetColumn("name", _text, "nombre", "name"),
                SheetColumn("area", _text, "área", "area", refers="area"),
                SheetColumn(
                    "technician_productive",
                    _text,
                    "técnico productivo",
                    "productive technician",
                    False,
                    refers="technicians",
                ),
                SheetColumn(
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
                SheetColumn("code", _text, "clave", "code"),
                SheetColumn("given_names", _text, "nombres", "given names"),
                SheetColumn("family_names", _text, "apellidos", "family names"),
                SheetColumn("birth_date", _day, "fecha de nacimiento", "birth date"),
                SheetColumn("sex", _text, "sexo", "sex", choices=SEXES),
                SheetColumn("language", _text, "lengua", "language", False),
                SheetColumn("phone", _text, "teléfono", "phone", False),
                SheetColumn("area", _text, "municipio", "municipality", refers="area"),
                SheetColumn("group", _text, "CAC", "group", False, refers="groups"),
                SheetColumn(
                    "home_lon", pl.Float64, "longitud de la casa", "home longitude", False, low=-180, high=180
                ),
                SheetColumn(
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
                SheetColumn(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                SheetColumn("document", _text, "documento", "document"),
                SheetColumn("number", _text, "número", "number", False),
                SheetColumn("held", _yes, "lo tiene", "held"),
                SheetColumn("expires_on", _day, "vence el", "expires on", False),
                SheetColumn("seen_on", _day, "cotejado el", "seen on"),
            ),
        ),
        Sheet(
            "officers",
            "Cargos en la CAC",
            "Group officers",
            ("group", "office"),
            (
                SheetColumn("group", _text, "CAC", "group", refers="groups"),
                SheetColumn("office", _text, "cargo", "office", choices=OFFICES),
                SheetColumn(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                SheetColumn("since", _day, "desde", "since"),
            ),
        ),
        Sheet(
            "plots",
            "Parcelas",
            "Plots",
            ("code",),
            (
                SheetColumn("code", _text, "clave", "code"),
                SheetColumn(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                SheetColumn("area", _text, "municipio", "municipality", refers="area"),
                SheetColumn("tenure", _text, "tenencia", "tenure", choices=TENURES),
                SheetColumn("tenure_until", _day, "contrato hasta", "contract until", False),
                SheetColumn(
                    "nominal_m2",
                    pl.Int32,
                    "superficie declarada, m²",
                    "stated area, m²",
                    low=1,
                    high=50_000_000,
                ),
                SheetColumn("geometry", _text, "polígono (WKT, lon lat)", "polygon (WKT, lon lat)", False),
            ),
        ),
        Sheet(
            "enrolments",
            "Inscripciones",
            "Enrolments",
            ("participant", "programme"),
            (
                SheetColumn(
                    "participant", _text, "clave de la persona", "participant code", refers="participants"
                ),
                SheetColumn("programme", _text, "programa", "programme"),
                SheetColumn("variant", _text, "modalidad", "variant"),
                SheetColumn("state", _text, "estado", "state", choices=ENROLMENT_STATES),
                SheetColumn("applied_on", _day, "solicitud", "applied on"),
                SheetColumn("active_on", _day, "alta", "active on", False),
                SheetColumn("state_since", _day, "en este estado desde", "in this state since"),
                SheetColumn("cause", _text, "causa", "cause", False, choices=EXIT_CAUSES),
            ),
        ),
    )
}
