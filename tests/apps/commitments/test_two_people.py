"""Nothing enters the register by one person alone, and nothing in it is ever changed: who must not pass is first."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from ceiba.accounts.models import Role
from ceiba.accounts.selectors import Scope
from ceiba.commitments.models import Decision, Entry, EntryKind
from ceiba.commitments.selectors.entries import commitment_standing, history, waiting
from ceiba.commitments.selectors.register import register
from ceiba.commitments.services import (
    candidate_dismiss,
    commitment_correct,
    delivery_enter,
    entry_confirm,
    entry_refuse,
    entry_retract,
)
from ceiba.core.commitments import Answered, Kind, State
from ceiba.core.kernel.errors import CeibaError
from tests.apps.commitments.given import TODAY, Register
from tests.refusals import append_only

OFFICE = Scope(Role.OFFICE, ("GT",))
FUNDER = Scope(Role.FUNDER, ("GT",))


def codes(error: pytest.ExceptionInfo[CeibaError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def states(made: Register, scope: Scope = OFFICE) -> list[State]:
    return [each.state for each in register(scope, TODAY)]


def test_nobody_confirms_what_they_entered(made: Register) -> None:
    entry = made.entered()
    for act in (entry_confirm, entry_refuse):
        with pytest.raises(CeibaError) as error:
            act(entry=entry.pk, actor=made.ana, **({"why": "no"} if act is entry_refuse else {}))  # type: ignore[operator]
        assert codes(error) == ["commitments.own_entry"]
    assert states(made) == [State.PROPOSED]


def test_the_database_itself_knows_the_two_apart(made: Register) -> None:
    entry = made.entered()
    with pytest.raises(IntegrityError, match="whoever enters"), transaction.atomic():
        Decision.objects.create(entry=entry, is_confirmed=True, by=made.ana)


def test_what_nobody_confirmed_is_shown_to_no_outsider(made: Register) -> None:
    entry = made.entered()
    assert register(FUNDER, TODAY) == []
    assert commitment_standing(FUNDER, entry.commitment_id, TODAY) is None
    assert history(FUNDER, entry.commitment_id) == waiting(FUNDER) == []


def test_an_entry_is_decided_once(made: Register) -> None:
    entry = made.entered()
    entry_confirm(entry=entry.pk, actor=made.beto)
    for act, extra in ((entry_confirm, {}), (entry_refuse, {"why": "no"})):
        with pytest.raises(CeibaError) as error:
            act(entry=entry.pk, actor=made.beto, **extra)  # type: ignore[operator]
        assert codes(error) == ["commitments.decided"]


def test_a_refusal_has_a_reason_and_leaves_the_register(made: Register) -> None:
    entry = made.entered()
    with pytest.raises(CeibaError) as error:
        entry_refuse(entry=entry.pk, why=" ", actor=made.beto)
    assert codes(error) == ["commitments.refused_why"]
    entry_refuse(entry=entry.pk, why="No lo dice la fuente.", actor=made.beto)
    assert states(made) == []
    assert [line.stands for line in history(OFFICE, entry.commitment_id)] == ["refused"]


def test_nothing_is_changed_or_deleted(made: Register) -> None:
    number = made.confirmed(kind=Kind.PROPOSAL)
    made.delivered(number, 5)
    made.answered(number, Answered.NONE)
    candidate_dismiss(source=made.source.pk, place=3, why="", actor=made.ana)
    tables = list(apps.get_app_config("commitments").get_models())
    assert len(tables) == 10
    for table in tables:
        append_only(table)


def test_evidence_waits_for_the_second_person_too(made: Register) -> None:
    number = made.confirmed(due_on="")
    entry = made.delivered(number, 30_000_000, confirmed=False)
    assert states(made) == [State.OPEN]
    assert [each.pk for each in waiting(OFFICE)] == [entry.pk]
    entry_confirm(entry=entry.pk, actor=made.beto)
    assert states(made) == [State.MET]


def test_nothing_is_delivered_of_what_is_not_confirmed(made: Register) -> None:
    entry = made.entered()
    with pytest.raises(CeibaError) as error:
        made.delivered(entry.commitment_id, 5)
    assert codes(error) == ["commitments.nothing_holds"]


def test_a_correction_replaces_and_its_history_stays(made: Register) -> None:
    number = made.confirmed()
    fixed = made.terms(due_on="2027")
    with pytest.raises(CeibaError) as error:
        commitment_correct(commitment=number, given=fixed, why="", actor=made.beto, today=TODAY)
    assert codes(error) == ["commitments.why"]
    entry = commitment_correct(commitment=number, given=fixed, why="Otra fecha", actor=made.beto, today=TODAY)
    assert states(made) == [State.LATE]
    entry_confirm(entry=entry.pk, actor=made.ana)
    assert states(made) == [State.OPEN]
    assert [line.stands for line in history(OFFICE, number)] == ["holds", "replaced"]


def test_of_two_corrections_one_holds(made: Register) -> None:
    number = made.confirmed()
    one, two = (
        commitment_correct(
            commitment=number, given=made.terms(due_on=due), why="x", actor=made.ana, today=TODAY
        )
        for due in ("2027", "2028")
    )
    entry_confirm(entry=two.pk, actor=made.beto)
    with pytest.raises(CeibaError) as error:
        entry_confirm(entry=one.pk, actor=made.beto)
    assert codes(error) == ["commitments.replaced"]
    with pytest.raises(IntegrityError, match="has been replaced"), transaction.atomic():
        Decision.objects.create(entry=one, is_confirmed=True, by=made.beto)


def test_an_entry_replaces_only_its_like_of_its_own_commitment(made: Register) -> None:
    number, other = made.confirmed(), made.confirmed()
    terms = Entry.objects.get(commitment=number)
    tried = [
        {"commitment_id": other, "kind": EntryKind.TERMS, "replaces": terms},
        {"commitment_id": number, "kind": EntryKind.DELIVERY, "replaces": terms},
        {"commitment_id": number, "kind": EntryKind.RETRACTION, "replaces": terms},
        {"commitment_id": number, "kind": EntryKind.TERMS, "replaces": made.entered()},
    ]
    for wrong in tried:
        with pytest.raises(IntegrityError, match="that holds"), transaction.atomic():
            Entry.objects.create(why="x", by=made.ana, **wrong)
    with pytest.raises(IntegrityError, match="entry_first_terms_once"), transaction.atomic():
        Entry.objects.create(commitment_id=number, kind=EntryKind.TERMS, by=made.ana)


def test_a_wrong_delivery_is_retracted_by_two(made: Register) -> None:
    number = made.confirmed(due_on="")
    wrong = made.delivered(number, 30_000_000)
    entry = entry_retract(entry=wrong.pk, why="Era de otro programa.", actor=made.ana)
    assert states(made) == [State.MET]
    entry_confirm(entry=entry.pk, actor=made.beto)
    assert states(made) == [State.OPEN]
    with pytest.raises(CeibaError) as error:
        entry_retract(entry=wrong.pk, why="otra vez", actor=made.ana)
    assert codes(error) == ["commitments.does_not_hold"]


def test_states_follow_from_what_two_people_entered(made: Register) -> None:
    met, late, asked = (
        made.confirmed(),
        made.confirmed(),
        made.confirmed(kind=Kind.PROPOSAL, quantity=None, unit=""),
    )
    made.delivered(met, 30_000_000)
    made.delivered(late, 10_000_000)
    assert states(made) == [State.LATE, State.UNANSWERED, State.MET]
    made.answered(asked, Answered.DECLINED)
    assert states(made, FUNDER) == [State.LATE, State.MET, State.DECLINED]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"receiver": 1, "promiser": 1}, "commitments.same_party"),
        ({"unit": "doses"}, "commitments.unit"),
        ({"unit": ""}, "commitments.unit"),
        ({"unit": "XXX"}, "commitments.unit"),
        ({"quantity": None}, "commitments.unit"),
        ({"quantity": 0}, "commitments.quantity"),
        ({"subject_es": "", "subject_en": ""}, "commitments.subject"),
        ({"said_on": "ayer"}, "commitments.not_a_day"),
        ({"said_on": ""}, "commitments.not_a_day"),
        ({"said_on": "2026-12", "due_on": ""}, "commitments.in_the_future"),
        ({"due_on": "2019-06-19"}, "commitments.due_before_said"),
        ({"due_on": "pronto"}, "commitments.not_a_day"),
    ],
)
def test_terms_that_are_not_taken(made: Register, changed: dict[str, object], code: str) -> None:
    with pytest.raises(CeibaError) as error:
        made.entered(**changed)
    assert codes(error) == [code]
    assert Entry.objects.count() == 0


def test_a_sentence_is_in_its_source_word_for_word(made: Register) -> None:
    from ceiba.commitments.given import Citation, DeliveryGiven

    with pytest.raises(CeibaError) as error:
        made.entered(
            cited=Citation(source=made.source.pk, sentence="México aportará 300 millones de dólares.")
        )
    assert codes(error) == ["commitments.sentence"]
    terms = made.entered().terms
    assert made.source.text[terms.start : terms.end] == terms.sentence
    number = made.confirmed()
    for given, code in (
        (DeliveryGiven(cited=Citation(source=0), on="2020"), "commitments.no_source"),
        (
            DeliveryGiven(cited=Citation(source=made.source.pk), on="2020", quantity=1, unit="MXN"),
            "commitments.other_unit",
        ),
    ):
        with pytest.raises(CeibaError) as error:
            delivery_enter(commitment=number, given=given, actor=made.ana, today=TODAY)
        assert codes(error) == [code]


def test_a_promise_of_money_is_not_answered_but_may_be_withdrawn(made: Register) -> None:
    number = made.confirmed()
    with pytest.raises(CeibaError) as error:
        made.answered(number, Answered.ACCEPTED)
    assert codes(error) == ["commitments.no_proposal"]
    made.answered(number, Answered.WITHDRAWN)
    assert states(made) == [State.WITHDRAWN]
