"""All the answers of a submission as JSON, in the form's order, with what cannot be read as it stands."""

import json

import pytest

from ceiba.core.forms.values import read_values
from tests.core.forms.helpers import form, questions, submission


def test_answers_stand_in_the_forms_order_and_those_not_given_are_null():
    values = read_values(form(), submission("<work><plan_due>3</plan_due></work><unknown>x</unknown>"))
    assert list(values) == ["start", "end", "participant", "work", "plants", "meta"]
    assert values["work"] == {"plan_due": 3, "plan_done": None, "place": None, "alive": None, "photo": None}
    assert values["plants"] == []
    assert values["meta"]["instanceID"] == "uuid:1"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "7", 7),
        ("integer", "seven", "seven"),
        ("decimal", "7.5", 7.5),
        ("decimal", "NaN", "NaN"),
        ("decimal", "1e999", "1e999"),
        ("geopoint", "1 2 3 4", {"type": "Point", "coordinates": [2, 1, 3], "properties": {"accuracy": 4}}),
        ("geopoint", "here", "here"),
        ("geotrace", "1 2 0 0; 3 4 0 0;", {"type": "LineString", "coordinates": [[2, 1, 0], [4, 3, 0]]}),
        ("geotrace", "1 2 0 0", "1 2 0 0"),
        (
            "geoshape",
            "1 2; 1 3; 2 2; 1 2",
            {"type": "Polygon", "coordinates": [[[2, 1], [3, 1], [2, 2], [2, 1]]]},
        ),
        ("geoshape", "1 2; x 3; 2 2", "1 2; x 3; 2 2"),
        ("date", "2026-11-26", "2026-11-26"),
        ("select_multiple l", "a b", "a b"),
    ],
)
def test_an_answer_has_its_type_where_it_can_be_read(kind, text, value):
    more = "| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b | B |"
    read = questions(f"{kind} | q | Q | ", more=more if "l" in kind.split() else "")
    found = read_values(read, submission(f"<q>{text}</q>"))["q"]
    assert found == value
    json.dumps(found, allow_nan=False)
