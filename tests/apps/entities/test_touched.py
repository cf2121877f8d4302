"""The database writes down which entities a change of the register may have changed, and no others."""

import pytest

from ceiba.entities.models import Touched
from ceiba.registry.models import Group, Participant, Plot
from tests.apps.entities.helpers import country, plot
from tests.apps.registry.helpers import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people() -> list[Participant]:
    return country()


def touched() -> set[tuple[str, str]]:
    """The rows noted, each by its list and code, once."""
    tables = {"participants": Participant, "plots": Plot, "groups": Group}
    found = list(Touched.objects.values_list("list_name", "row"))
    assert len(found) == len(set(found))
    return {(name, tables[name].objects.get(pk=row).code) for name, row in found}


def test_what_changes_nothing_counted_is_noted_alone() -> None:
    Participant.objects.filter(code__in=["P-1", "P-2"]).update(phone="5")
    Plot.objects.filter(code="PL-P-3").update(nominal_m2=1)
    Group.objects.filter(code="CAC-9").update(name="N")
    assert touched() == {
        ("participants", "P-1"), ("participants", "P-2"), ("plots", "PL-P-3"), ("groups", "CAC-9"),
    }  # fmt: skip


def test_who_moves_is_noted_with_both_groups() -> None:
    Participant.objects.filter(code__in=["P-1", "P-2"]).update(group=Group.objects.get(code="CAC-9"))
    assert touched() == {
        ("participants", "P-1"),
        ("participants", "P-2"),
        ("groups", "CAC-1"),
        ("groups", "CAC-9"),
    }


def test_who_leaves_a_group_for_none_is_noted_with_it() -> None:
    Participant.objects.filter(code="P-1").update(group=None)
    assert touched() == {("participants", "P-1"), ("groups", "CAC-1")}


def test_who_comes_is_noted_with_the_group_and_without_one_alone() -> None:
    person("P-4", group=Group.objects.get(code="CAC-1"))
    person("P-5", group=None)
    assert touched() == {("participants", "P-4"), ("groups", "CAC-1"), ("participants", "P-5")}


def test_a_plot_that_changes_hands_is_noted_with_both_people(people: list[Participant]) -> None:
    Plot.objects.filter(code="PL-P-1").update(participant=people[1])
    assert touched() == {("plots", "PL-P-1"), ("participants", "P-1"), ("participants", "P-2")}


def test_what_comes_and_goes_is_noted_with_what_it_is_of(people: list[Participant]) -> None:
    gone = Plot.objects.get(code="PL-P-1")
    number = gone.pk
    gone.delete()
    assert set(Touched.objects.values_list("list_name", "row")) == {
        ("plots", number),
        ("participants", people[0].pk),
    }
    Touched.objects.all().delete()
    plot("PL-new", people[1])
    assert touched() == {("plots", "PL-new"), ("participants", "P-2")}
