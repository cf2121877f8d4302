"""The kinds of flags in words, and every number above or below which one is raised.

No number here is laid down by any rule of a programme: all are assumptions, to be set from what is found.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FlagKind:
    """A kind of flag: what it means, and what it does not. Its name is in `web.labels`."""

    code: str
    es: str
    en: str


@dataclass(frozen=True, slots=True)
class FlagLimits:
    """When a flag is raised. Assumptions, one and all; units last in each name."""

    photo_distance_bits: int = 3  # of 64; at most `photos.BITS_MAX`
    photo_pairs_max: int = 20  # how many like photos one photo names
    plot_margin_m: int = 100  # beyond the accuracy told by the phone
    area_margin_m: int = 2_000  # the areas shipped with Ceiba are simplified
    speed_km_h: int = 120
    speed_slack_m: int = 500  # so that two readings of one place are no journey
    copied_people: int = 5
    copied_numbers: int = 3  # fewer numbers than this are alike by chance
    heaped_n: int = 40
    heaped_p_per_million: int = 1_000  # p below 0.001
    hour_from: int = 5  # by the sun: 12 is noon wherever it is
    hour_until: int = 20
    shared_minutes: int = 15


FLAG_KINDS: Final[dict[str, FlagKind]] = {
    kind.code: kind
    for kind in (
        FlagKind(
            "duplicate_photo",
            "El mismo archivo, byte por byte, llegó antes en otro envío.",
            "The same file, byte for byte, came before in another submission.",
        ),
        FlagKind(
            "near_photo",
            "Una foto que se ve casi igual llegó antes en otro envío. Dos fotos del mismo lugar pueden parecerse.",
            "A photo that looks nearly the same came before in another submission. Two of one place can be alike.",
        ),
        FlagKind(
            "outside_plot",
            "El lugar queda más lejos del polígono de la parcela que la precisión del GPS y el margen.",
            "The place lies farther from the plot's polygon than the GPS's accuracy and the margin.",
        ),
        FlagKind(
            "outside_area",
            "El lugar queda más lejos del municipio de la persona que la precisión del GPS y el margen.",
            "The place lies farther from the person's municipality than the GPS's accuracy and the margin.",
        ),
        FlagKind(
            "impossible_speed",
            "Entre dos envíos de la misma cuenta hay más camino del que cabe en el tiempo entre ellos.",
            "Between two submissions of one account there is more way than fits into the time between them.",
        ),
        FlagKind(
            "accuracy_zero",
            "Así llega un punto puesto a mano en el mapa o simulado; también de algunos teléfonos honestos.",
            "So come points set by hand on the map, or simulated; also those of some honest phones.",
        ),
        FlagKind(
            "copied_counts",
            "La misma serie de números para muchas personas, del mismo técnico y el mismo día.",
            "The same set of numbers for many people, by one technician on one day.",
        ),
        FlagKind(
            "heaped_counts",
            "Más números terminados en 0 o 5, o más planes cumplidos del todo, de lo que da el azar.",
            "More numbers that end in 0 or 5, or more plans wholly done, than chance gives.",
        ),
        FlagKind(
            "odd_hour",
            "Se observó de noche, según el sol en ese lugar.",
            "It was observed at night, by the sun at that place.",
        ),
        FlagKind(
            "shared_device",
            "Dos cuentas enviaron desde un teléfono, o una cuenta desde dos aparatos en pocos minutos.",
            "Two accounts sent from one phone, or one account from two devices within minutes.",
        ),
        FlagKind(
            "outside_portfolio",
            "Cuando llegó, la persona no era de ningún grupo de quien envió, ni le tocaba una segunda visita. "
            "Un grupo pudo cambiar de manos mientras el teléfono estaba sin señal.",
            "When it came, the person was in no group of the sender's, nor had the sender a second visit to make to "
            "them. A group may have changed hands while the phone had no signal.",
        ),
    )
}
