"""Areas and lines walked, as phones write them: `lat lon alt acc;` a point. What is no polygon is found here."""

from typing import Final

import shapely

from ceiba.core.forms.answers import Answers, read_place
from ceiba.core.forms.definition import FormDefinition
from ceiba.core.forms.plan import plan_of
from ceiba.core.kernel.errors import Problem, Where, register_messages

CORNERS_MIN: Final = 3

register_messages(
    {
        "form.shape_unreadable": {
            "es": "El recorrido no se puede leer como puntos. Se guardó tal cual; recórrala de nuevo o dibújela.",
            "en": "What was walked cannot be read as points. It is kept as it is; walk it again, or draw it.",
        },
        "form.shape_open": {
            "es": "El recorrido tiene menos de tres esquinas distintas. Recorra toda la orilla.",
            "en": "What was walked has fewer than three different corners. Walk the whole edge.",
        },
        "form.shape_crosses": {
            "es": "La orilla del recorrido se cruza a sí misma. Una persona debe revisarla o recorrerla de nuevo.",
            "en": "The edge that was walked crosses itself. A person must look at it, or walk it again.",
        },
    }
)


def has_shapes(definition: FormDefinition) -> bool:
    """Whether the form asks for areas to be walked."""
    return bool(plan_of(definition).traces)


def shape_points(text: str) -> list[tuple[float, float]] | None:
    """The points (lon, lat) of a geoshape or geotrace; None for what cannot be read."""
    places = [read_place(part) for part in text.split(";") if part.strip()]
    return None if None in places else [(p.lon, p.lat) for p in places if p is not None]


def shape_problems(definition: FormDefinition, answers: Answers) -> list[Problem]:
    """What is wrong with the areas of a submission, each placed by its question's path."""
    plan = plan_of(definition)
    found = []
    for place in plan.traces:
        text = answers.rows[0][0][place]
        field = plan.fields[place]
        if text and field.type == "geoshape" and (code := _fault(text)):
            found.append(Problem(code, Where(item=field.path)))
    return found


def _fault(text: str) -> str:
    points = shape_points(text)
    if points is None:
        return "form.shape_unreadable"
    if len(set(points)) < CORNERS_MIN:
        return "form.shape_open"
    return "" if shapely.is_valid(shapely.Polygon(points)) else "form.shape_crosses"
