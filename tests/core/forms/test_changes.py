"""What another version of a form asks and gives otherwise, and what that means for facts and rules."""

import pytest

from ceiba.core.form_effects import facts_given, form_effects
from ceiba.core.forms.changes import given_changes, question_changes
from ceiba.core.kernel.month import Month
from tests.core.forms.helpers import VISIT, form, questions
from tests.core.helpers import rulebook

NOW = Month(2026, 11)
DUE = "integer | due | Due | visit.plan_due"
DONE = "integer | done | Done | visit.plan_done"
PLACE = "geopoint | place | Place | visit.accuracy_m"


def changed(old, new):
    return [(c.field.name, c.what, c.aspects) for c in question_changes(old, new)]


def told(old, new, elsewhere=None, book=None):
    return form_effects(given_changes(old, new), elsewhere or {}, book or rulebook(), NOW)


def test_the_same_form_changes_nothing():
    same = form(VISIT + " ")
    assert changed(form(), same) == []
    assert given_changes(form(), same) == ()
    assert told(form(), same) == ()


def test_questions_come_go_and_change():
    old = questions("text | a | A | ", "text | b | B | ", "text | c | C | ")
    new = questions("text | a | Other words | ", "integer | b | B | ", "text | d | D | ")
    assert changed(old, new) == [
        ("a", "changed", ("label",)),
        ("b", "changed", ("asked_as",)),
        ("d", "added", ()),
        ("c", "removed", ()),
    ]


def test_a_question_put_elsewhere_is_the_same_one():
    old = questions(DUE, DONE)
    new = questions("begin_group | g | G | ", DUE, "end_group | | | ", DONE)
    assert changed(old, new) == []
    assert given_changes(old, new) == ()


def test_conditions_are_compared_by_the_names_in_them():
    columns = "type | name | label | bind::ceiba:gives | relevant"
    old = questions("text | a | A | | ", "text | b | B | | ${a} = 'x'", columns=columns)
    new = questions("begin_group | g | G | | ", "text | a | A | | ", "text | b | B | | ${a} = 'x'",
                    "end_group | | | | ", columns=columns)  # fmt: skip
    assert changed(old, new) == []
    assert new.by_path["/data/g/b"].relevant == "${a} = 'x'"


def test_a_question_put_into_a_repeat_is_asked_otherwise():
    new = questions("begin_repeat | g | G | ", DUE, DONE, "end_repeat | | | ")
    effects = told(questions(DUE, DONE), new)
    assert [(e.name, e.message.code, e.holds) for e in effects] == [
        ("plan_due", "form_effect.asked_otherwise", False),
        ("plan_done", "form_effect.asked_otherwise", False),
    ]


def test_a_fact_that_nothing_answers_holds_the_months_of_rules_that_need_it():
    effects = told(questions(DUE, DONE, PLACE), questions("text | x | X | "))
    assert [(e.name, e.message.code, e.holds) for e in effects] == [
        ("plan_due", "form_effect.lost_rules", True),
        ("plan_done", "form_effect.lost_rules", True),
        # A rule that only warns holds nothing when it does not know.
        ("visit_accuracy_m", "form_effect.lost", False),
    ]
    assert "work.plan" in effects[1].text("es") and "tareas cumplidas" in effects[1].text("es")
    assert "tasks done" in effects[1].text("en")


def test_a_fact_that_another_form_answers_is_not_lost():
    (effect, _) = told(
        questions(DUE, DONE), questions(), {"visit.plan_due": ["ca-other"], "visit.plan_done": ["ca-other"]}
    )
    assert (effect.message.code, effect.holds) == ("form_effect.left_to_others", False)
    assert "ca-other" in effect.text("en")


def test_a_first_version_brings_what_it_gives():
    codes = [(e.name, e.message.code) for e in told(None, questions(DUE, DONE, PLACE))]
    assert codes == [
        ("head.participant", "form_effect.gained"),
        ("plan_due", "form_effect.gained_rules"),
        ("plan_done", "form_effect.gained_rules"),
        ("visit_accuracy_m", "form_effect.gained_rules"),
    ]


@pytest.mark.parametrize("language", ["es", "en"])
def test_another_question_may_answer(language):
    effects = told(questions(DUE, DONE), questions(DUE, "integer | made | Made | visit.plan_done"))
    assert [(e.name, e.message.code) for e in effects] == [("plan_done", "form_effect.moved")]
    assert "made" in effects[0].text(language)


def test_the_age_of_a_count_goes_with_the_count():
    count = [f"integer | {name} | Q | survival.{name}" for name in ("sampled", "alive", "replanted")]
    lost = {e.name for e in told(questions(*count), questions())}
    assert lost == {"survival_sampled", "survival_alive", "survival_age_months"}
    assert facts_given(["planting.plants", "head.place", "proof_of_life.holds"]) == (
        "plants_planted",
        "life_age_months",
    )


def test_without_a_rulebook_there_are_no_rules_to_name():
    effects = form_effects(given_changes(questions(DUE, DONE), questions()), {}, None, NOW)
    assert [e.holds for e in effects] == [False, False]
