"""What technicians answer, form by form. Paths are those of the forms in `programmes/<code>/forms`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import numpy as np
import shapely

from ceiba.core.geometry import area_m2
from ceiba.synth.field.pictures import Picture

Answers = dict[str, Any]
_CLASSES: Final = {
    "soil": "Preparar la tierra, conservar suelo y agua", "weeding": "Limpiar, chapear", "milpa": "Milpa y cultivos",
    "plant_health": "Cuidar de plagas y abonar", "pruning": "Podar, poner tutores", "nursery": "Vivero",
    "protection": "Cercar, brecha contra fuego",
}  # fmt: skip
_WHY: Final = ("weather", "family", "materials", "other_work")
_SPECIES: Final = (("timber", "cedrela_odorata"), ("fruit", "persea_americana"), ("fruit", "musa"),
                   ("agroindustrial", "theobroma_cacao"), ("agroindustrial", "coffea_arabica"))  # fmt: skip
_PRODUCTS: Final = ("maíz", "frijol", "café", "cacao", "plátano")


@dataclass(frozen=True, slots=True)
class Land:
    """A plot as a phone carries it; `outline` are (lon, lat) of its corners, in degrees."""

    uuid: str
    version: int
    code: str
    lon: float
    lat: float
    outline: tuple[tuple[float, float], ...]
    nominal_ha: float


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as a phone carries them, with the first of their plots."""

    uuid: str
    version: int
    code: str
    group_uuid: str
    group: str
    is_75: bool
    land: Land


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A technician's people."""

    technician: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A form filled in on a phone. `name` tells it from all others; `version`: instead of the form's own.

    `at` is when it was begun, by the phone's clock; `minutes` later it was done. `answers` hold no files: those are
    in `pictures`, by the path of the question. `planted` names the fault, if it is one.
    """

    name: str
    form: str
    technician: str
    person: Person
    at: datetime
    received_at: datetime
    answers: Answers
    pictures: Mapping[str, Picture]
    entities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    minutes: int = 25
    phone: str = ""
    replaces: str = ""
    version: str = ""
    instance: str = ""
    lost: str = ""
    extra: str = ""
    planted: str = ""


def head(person: Person) -> Answers:
    """Of whom it is."""
    return {
        "who/group": person.group_uuid, "who/group_code": person.group, "who/person": person.uuid,
        "who/participant_code": person.code, "who/plot": person.land.uuid, "who/plot_code": person.land.code,
    }  # fmt: skip


def point(lon: float, lat: float, accuracy_m: float) -> str:
    """A geopoint."""
    return f"{lat:.7f} {lon:.7f} 900.0 {accuracy_m:.1f}"


def place(person: Person, rng: np.random.Generator) -> str:
    """Where somebody stands who is on the plot, to some metres."""
    lon, lat = np.array((person.land.lon, person.land.lat)) + rng.normal(0, 6e-5, 2)
    return point(lon, lat, rng.uniform(3.5, 9))


def visit(person: Person, rng: np.random.Generator, at: datetime, sessions: int) -> Answers:
    """The month's visit: two or three classes of tasks, most of them done; the plan for next month."""
    classes = rng.choice(list(_CLASSES), rng.integers(2, 4), replace=False).tolist()
    due = rng.integers(2, 9, len(classes))
    done = np.maximum(0, due - np.where(rng.random(len(classes)) < 0.35, rng.integers(1, 3, len(classes)), 0))
    tasks = [
        {"task_class": each, "class_label": _CLASSES[each], "counts/due": d, "counts/done": n}
        | ({"counts/why": rng.choice(_WHY)} if n < d else {})
        for each, d, n in zip(classes, due.tolist(), done.tolist(), strict=True)
    ]  # fmt: skip
    return {
        **head(person), "when/month_of": "this", "when/month": f"{at:%Y-%m}-01", "place": place(person, rng),
        "plan/classes": " ".join(classes), "plan/task": tasks, "plan/task_count": len(tasks),
        "plan/plan_due": due.sum(), "plan/plan_done": done.sum(), "sessions/sessions_held": sessions,
        "sessions/sessions_attended": max(0, sessions - int(rng.random() < 0.3)), "has_minutes": "no",
        "ahead/next_due": rng.integers(6, 16), "last_visit": f"{at:%Y-%m-%d}", "signs": "signature",
    }  # fmt: skip


def planting(person: Person, rng: np.random.Generator) -> Answers:
    """Two species planted, out of the season, with a reason."""
    chosen = [_SPECIES[n] for n in rng.choice(len(_SPECIES), 2, replace=False)]
    plants = rng.integers(12, 90, 2).tolist()
    planted = [
        {"kind/plant_class": kind, "kind/species": species, "kind/species_name": species, "kind/plants": n,
         "kind/source": "group_nursery"}
        for (kind, species), n in zip(chosen, plants, strict=True)
    ]  # fmt: skip
    return {**head(person), "place": place(person, rng), "in_window": "no", "why_outside": "irrigation",
            "planted": planted, "total": sum(plants), "signs": "signature"}  # fmt: skip


def survival(person: Person, rng: np.random.Generator) -> Answers:
    """Five rows counted."""
    alive, dead = rng.integers(14, 31, 5), rng.integers(0, 6, 5)
    rows = [
        {"row_number": 2 + 4 * n, "counts/alive": a, "counts/dead": d, "counts/replanted": 0}
        for n, (a, d) in enumerate(zip(alive.tolist(), dead.tolist(), strict=True))
    ]
    return {
        **head(person), "place": place(person, rng), "draw/rows_total": 23, "draw/sample_rows": 5, "row": rows,
        "total_alive": alive.sum(), "total_dead": dead.sum(), "sampled": alive.sum() + dead.sum(),
        "total_replanted": 0, "causes": "drought", "signs": "signature",
    }  # fmt: skip


def plot_walk(person: Person, rng: np.random.Generator) -> Answers:
    """The boundary as it was walked: the plot's, a few metres off."""
    corners = np.array(person.land.outline[:-1]) + rng.normal(0, 3e-5, (len(person.land.outline) - 1, 2))
    measured = round(float(area_m2(np.array([shapely.Polygon(corners)]))[0]))
    return {
        **head(person), "plot_walked": person.land.code, "nominal_ha": person.land.nominal_ha,
        "place": place(person, rng), "walk": walk(corners.tolist()), "points": len(corners),
        "measured_m2": measured, "measured_ha": round(measured / 10_000, 4), "is_far": "no", "neighbours": "yes",
        "signs": "signature",
    }  # fmt: skip


def walk(corners: list[tuple[float, float]]) -> str:
    """A geoshape: back to where it began."""
    return "; ".join(point(lon, lat, 5) for lon, lat in [*corners, corners[0]])


def nursery(person: Person, rng: np.random.Generator) -> Answers:
    """A lot of the group's nursery."""
    kind, species = _SPECIES[rng.integers(len(_SPECIES))]
    living = int(rng.integers(200, 900))
    lot = {
        "lot_counts/plant_class": kind, "lot_counts/species": species, "lot_counts/species_name": species,
        "lot_counts/sown": rng.integers(0, 300), "lot_counts/living": living, "lot_counts/ready": living // 3,
    }  # fmt: skip
    return {"who/group": person.group_uuid, "who/group_code": person.group, "place": place(person, rng),
            "has_nursery": "yes", "lot": [lot], "has_inputs": "no"}  # fmt: skip


def incident(person: Person, rng: np.random.Generator, at: datetime) -> Answers:
    """Loss by drought."""
    return {**head(person), "place": place(person, rng), "event/cause": "drought", "hurt": "no",
            "event/happened_on": f"{at:%Y-%m-%d}", "event/plants_lost": rng.integers(8, 60)}  # fmt: skip


def harvest(person: Person, rng: np.random.Generator) -> Answers:
    """One product, none of it sold."""
    kg = int(rng.integers(20, 140))
    crop = {"crop_counts/product": rng.choice(_PRODUCTS), "crop_counts/weight": "kg", "crop_counts/quantity": kg,
            "crop_counts/sells": "no", "harvested_kg": kg, "sold_kg": 0}  # fmt: skip
    return {**head(person), "place": place(person, rng), "crop": [crop]}


def life(person: Person, rng: np.random.Generator) -> Answers:
    """Somebody of 75 or more, seen alive."""
    return {**head(person), "seen": "yes", "present/place": place(person, rng), "present/signs": "signature"}
