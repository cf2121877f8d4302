"""Finding a person: every word counts, accents and case do not, the scope always does."""

import pytest

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.registry.selectors import participant_search
from tests.apps.registry.helpers import base, sheet_file, take

pytestmark = pytest.mark.django_db

GUATEMALA = Scope(Role.OFFICE, ("GT",))
PEOPLE = [
    {"code": "GT-00012", "given_names": "María José", "family_names": "Núñez Ixcoy"},
    {"code": "GT-00120", "given_names": "Josefa", "family_names": "de León Nuñez"},
    {"code": "GT-00345", "given_names": "Juan", "family_names": "100%_Real"},
    {"code": "HN-00012", "given_names": "María", "family_names": "Núñez", "area": "HN-01", "group": None},
]


@pytest.fixture(autouse=True)
def people(tmp_path):
    base(0)
    take("participants", sheet_file(tmp_path, "participants", *PEOPLE))


def found(text, scope=GUATEMALA, limit=20):
    return [person.code for person in participant_search(scope, text, limit).people]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("maria", ["GT-00012"]),
        ("MARÍA núñez", ["GT-00012"]),
        ("ixcoy maria", ["GT-00012"]),
        ("nunez", ["GT-00012", "GT-00120"]),
        ("jose", ["GT-00012", "GT-00120"]),
        ("osef", ["GT-00120"]),
        ("jo nu", ["GT-00012", "GT-00120"]),
        ("de", ["GT-00120"]),
        ("gt-00012", ["GT-00012"]),
        ("0012", ["GT-00012", "GT-00120"]),
        ("maria juan", []),
        ("%", []),
        ("_", []),
        ("100%", ["GT-00345"]),
        ("ju%n", []),
        ("\\", []),
        ("' OR 1=1 --", []),
        ("", []),
        ("   ", []),
        ("zzz", []),
    ],
)
def test_every_word_must_match(text, codes):
    assert sorted(found(text)) == codes


def test_an_exact_code_comes_first_and_the_others_by_name():
    assert found("gt-0012") == ["GT-00120"]
    assert found("GT-00120")[0] == "GT-00120"
    assert found("gt-00")[0] == "GT-00345"


def test_nobody_outside_the_scope_is_found():
    assert found("hn-00012") == []
    assert found("maria", Scope(Role.OFFICE, ("HN",))) == ["HN-00012"]


def test_more_than_is_shown_is_said():
    assert participant_search(GUATEMALA, "gt", 2).more
    assert not participant_search(GUATEMALA, "gt", 3).more
    assert len(participant_search(GUATEMALA, "gt", 2).people) == 2


def test_a_search_that_matches_too_many_is_cut(monkeypatch):
    monkeypatch.setattr("ceiba.registry.selectors.search.HITS_MAX", 1)
    result = participant_search(GUATEMALA, "gt")
    assert len(result.people) == 1
    assert result.more
