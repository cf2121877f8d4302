"""The shipped areas in the register, and the documents a programme asks for."""

import pytest

from ceiba.audit.models import Event
from ceiba.core.rules.rulebook import RequiredDocument as Rule
from ceiba.registry.models import Area, RequiredDocument
from ceiba.registry.services import areas_load, required_documents_set
from tests.apps.registry.helpers import base

pytestmark = pytest.mark.django_db


def test_areas_are_loaded_once_and_mended_again():
    loaded = areas_load()
    assert loaded == Area.objects.count() > 2_800
    place = Area.objects.get(code="MX-07059")
    assert (place.parent_id, place.parent.parent_id, place.level) == ("MX-07", "MX", "municipality")
    assert place.bounds[0] < place.lon < place.bounds[2]
    assert areas_load() == 0
    Area.objects.filter(code="MX-07059").update(name="otro")
    assert areas_load() == 1


def rows():
    return sorted(RequiredDocument.objects.values_list("document", "tenure", "country"))


def test_a_programme_asks_for_exactly_what_its_rulebook_says():
    base(0)
    first = [Rule("a", {}), Rule("b", {}, tenures=("ejidal", "communal"), countries=("MX", "GT"))]
    assert required_documents_set(programme="ca", documents=first) == 5
    assert rows() == [
        ("a", "", ""), ("b", "communal", "GT"), ("b", "communal", "MX"), ("b", "ejidal", "GT"), ("b", "ejidal", "MX"),
    ]  # fmt: skip
    assert required_documents_set(programme="ca", documents=first) == 5
    assert Event.objects.count() == 1
    required_documents_set(programme="ca", documents=[Rule("a", {}), Rule("c", {})])
    assert rows() == [("a", "", ""), ("c", "", "")]
    required_documents_set(programme="ca", documents=[])
    assert rows() == []
