"""Which stages people have reached: the same for one and for everybody, with every reason."""

from ceiba.core.pathway import REACHED
from ceiba.registry.models import Enrolment
from ceiba.rulebook.selectors import latest_version, rulebook_of
from ceiba.service_record.models import ServiceRecord
from ceiba.service_record.selectors import stages_of_person, stages_reached
from tests.factories import CODE


def served(person, marks: str) -> None:
    """Give a person the record of `marks` (core.service_record counts them)."""
    accepted = marks.count("A")
    ServiceRecord.objects.filter(participant=person).update(
        marks=marks,
        months_accepted=accepted,
        months_decided=len(marks) - marks.count("-"),
        break_months_longest=0,
    )


def test_nobody_reaches_a_stage_a_month_early(made):
    person = made.people[1]
    served(person, "A" * 35)
    record, visa, residence = stages_of_person(rulebook_of(latest_version(CODE)), person.pk)
    assert (record.state, [rule.id for rule in record.missing]) == ("not_yet", ["pathway.accepted"])
    assert "36" in record.reasons[0]["es"]
    served(person, "A" * 36)
    record, visa, residence = stages_of_person(rulebook_of(latest_version(CODE)), person.pk)
    assert (record.state, visa.state, residence.state) == ("reached", "reached", "not_yet")
    assert [rule.id for rule in residence.missing] == ["pathway.seasons"]
    assert residence.missing[0].verdict == "unknown"
    assert visa.stage.proposal
    assert residence.stage.proposal


def test_another_variant_is_told_that_the_stage_is_not_theirs(made):
    person = made.people[1]
    served(person, "A" * 40)
    Enrolment.objects.filter(participant=person).update(variant="amexcid")
    assert stages_of_person(rulebook_of(latest_version(CODE)), person.pk)[0].state == "excluded"


def test_everybody_at_once_says_what_each_is_told(made):
    served(made.people[1], "A" * 36)
    found = stages_reached(CODE)
    assert found.height == 3 * len(made.people)
    for person in made.people[:4]:
        rows = found.filter(participant_id=person.pk).sort("stage")
        told = sorted(
            stages_of_person(rulebook_of(latest_version(CODE)), person.pk), key=lambda each: each.stage.id
        )
        assert rows["state"].to_list() == [each.state for each in told]
        assert rows["failed"].to_list() == [[r.id for r in s.rules if r.verdict == "fail"] for s in told]
        assert rows["unknown"].to_list() == [[r.id for r in s.rules if r.verdict == "unknown"] for s in told]
    one = stages_reached(CODE, [made.people[1].pk], stages=["record"])
    assert one.to_dicts() == [
        {
            "participant_id": made.people[1].pk,
            "stage": "record",
            "state": "reached",
            "failed": [],
            "unknown": [],
        }
    ]


def test_who_is_not_in_the_programme_and_a_programme_without_months_have_none(made):
    assert stages_of_person(rulebook_of(latest_version(CODE)), 10**9) == ()
    assert stages_reached(CODE, [10**9]).equals(REACHED.empty())
    assert stages_reached("zz").equals(REACHED.empty())
