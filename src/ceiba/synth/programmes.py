"""The three programmes that can be made: where they work, on what land, under which variants.

After the programme definitions gathered from the real ones (Sembrando Vida, its Central American extension,
Guatemala's forest incentives); shares that no source gives are assumptions for plausible data.
"""

from dataclasses import dataclass
from typing import Final

BASIC_DOCUMENTS: Final = ("identity_document", "commitment_letter", "land_document", "privacy_consent")


@dataclass(frozen=True, slots=True)
class Measured:
    """What plots measure in m²: most spread by `spread` about `middle`, a share smaller, all within bounds."""

    middle: int
    spread: int
    low: int
    high: int
    small: float = 0
    small_low: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as the generator needs it; shares are weights, in any unit."""

    code: str
    countries: dict[str, float]  # ISO code -> share of the participants
    states: dict[str, tuple[str, ...]]  # country -> the states it works in; all of them when absent
    marginalisation_min: int | None  # municipalities below this grade, or without one, are left out
    variants: dict[str, float]
    terms: dict[str, range]  # variant -> how many months until a participant graduates
    tenures: dict[str, float]
    nominal_m2: int | None  # stated area of every plot; None: near what is measured
    measured: Measured
    documents: tuple[str, ...] = BASIC_DOCUMENTS
    assembly_tenures: tuple[str, ...] = ()  # tenures that need the minutes of an assembly
    excuses: bool = False  # whether its rules excuse absences


_DRY_CORRIDOR_AND_HIGHLANDS: Final = (
    "GT-07",  # Sololá
    "GT-08",  # Totonicapán
    "GT-12",  # San Marcos
    "GT-13",  # Huehuetenango
    "GT-14",  # Quiché
    "GT-15",  # Baja Verapaz
    "GT-16",  # Alta Verapaz
    "GT-17",  # Petén
    "GT-18",  # Izabal
    "GT-19",  # Zacapa
    "GT-20",  # Chiquimula
    "GT-21",  # Jalapa
    "GT-22",  # Jutiapa
)
_HONDURAS_MAINLAND: Final = (
    "HN-AT",
    "HN-CH",
    "HN-CL",
    "HN-CM",
    "HN-CP",
    "HN-CR",
    "HN-EP",
    "HN-FM",
    "HN-IN",
    "HN-LE",
    "HN-LP",
    "HN-OC",
    "HN-OL",
    "HN-SB",
    "HN-VA",
    "HN-YO",
)

PROGRAMMES: Final[dict[str, Programme]] = {
    "ca": Programme(
        code="ca",
        excuses=True,
        countries={"GT": 14, "HN": 13, "SV": 13},
        states={"GT": _DRY_CORRIDOR_AND_HIGHLANDS, "HN": _HONDURAS_MAINLAND},
        marginalisation_min=None,
        variants={"us36": 0.88, "amexcid": 0.12},
        terms={"us36": range(36, 40), "amexcid": range(8, 9)},
        tenures={"private": 0.40, "possession": 0.42, "communal": 0.08, "lease": 0.10},
        nominal_m2=25_000,
        measured=Measured(22_500, 1_800, 18_000, 26_000, small=0.06, small_low=6_000),
    ),
    "mx": Programme(
        code="mx",
        countries={"MX": 1},
        states={},
        marginalisation_min=3,
        variants={"standard": 1},
        terms={},
        tenures={
            "ejidal": 0.44,
            "communal": 0.14,
            "private": 0.12,
            "possession": 0.08,
            "sharecropping": 0.07,
            "usufruct": 0.12,
            "lease": 0.03,
        },
        nominal_m2=25_000,
        measured=Measured(24_500, 800, 20_000, 26_000, small=0.03, small_low=8_000),
        documents=(*BASIC_DOCUMENTS, "person_key"),
        assembly_tenures=("ejidal", "communal", "sharecropping", "usufruct"),
    ),
    "pes": Programme(
        code="pes",
        countries={"GT": 1},
        states={"GT": _DRY_CORRIDOR_AND_HIGHLANDS},
        marginalisation_min=None,
        variants={"standard": 1},
        terms={},
        tenures={"possession": 0.6, "private": 0.4},
        nominal_m2=None,
        measured=Measured(20_000, 25_000, 1_200, 150_000),
    ),
}
