"""What questions give is checked against the kinds of evidence before a form is published."""

import pytest

from ceiba.core.forms.gives import gives_problems
from tests.core.forms.helpers import form, questions

VISIT = ("integer | due | Due | visit.plan_due", "integer | done | Done | visit.plan_done")
CHOICES = "| choices |\n| | list_name | name | label |\n"


def test_a_form_in_order_has_no_problem():
    assert gives_problems(form()) == ()


@pytest.mark.parametrize(
    ("rows", "choices", "code", "where"),
    [
        (["text | q | Q | visit.plan_dew"], "", "form.gives_unknown_near", "q"),
        (["text | q | Q | zzz"], "", "form.gives_unknown", "q"),
        (["text | q | Q | list_receipt.list"], "", "form.gives_of_area", "q"),
        ([*VISIT, "integer | q | Q | visit.plan_due"], "", "form.gives_twice", "q"),
        (["text | due | Due | visit.plan_due", VISIT[1]], "", "form.gives_type", "due"),
        (["decimal | due | Due | visit.plan_due", VISIT[1]], "", "form.gives_type", "due"),
        (["select_multiple l | q | Q | sanction.cause"], "| | l | a | A |", "form.gives_type", "q"),
        (["text | q | Q | head.place"], "", "form.gives_type", "q"),
        (["integer | q | Q | proof_of_life.holds"], "", "form.gives_type", "q"),
        (["select_one l | q | Q | proof_of_life.holds"], "| | l | maybe | M |", "form.gives_choices", "q"),
        (
            ["select_one l | q | Q | planting.plant_class", "integer | n | N | planting.plants"],
            "| | l | timber | T |\n| | l | weed | W |",
            "form.gives_choices",
            "q",
        ),
        (["integer | due | Due | visit.plan_due"], "", "form.gives_incomplete", "due"),
        (
            ["begin_repeat | r | R | ", "date | q | Q | head.month", "end_repeat | | | "],
            "",
            "form.gives_repeated",
            "q",
        ),
        (
            [
                "begin_repeat | a | A | ",
                VISIT[0],
                "end_repeat | | | ",
                "begin_repeat | b | B | ",
                VISIT[1],
                "end_repeat | | | ",
            ],
            "",
            "form.gives_apart",
            "due",
        ),
    ],
)
def test_what_cannot_be_given_is_told_of_at_its_question(rows, choices, code, where):
    problems = gives_problems(questions(*rows, more=CHOICES + choices if choices else ""))
    assert [(p.code, p.where.item) for p in problems] == [(code, where)]
    assert all(p.text(language) for p in problems for language in ("es", "en"))


def test_a_record_of_a_person_needs_to_be_told_of_whom():
    rows = "\n".join(f"| | {row} |" for row in ("type | name | label | bind::ceiba:gives", *VISIT))
    (problem,) = gives_problems(form(f"| survey |\n{rows}\n"))
    assert problem.code == "form.gives_nobody"


def test_a_person_asked_in_one_repeat_is_not_of_the_entries_of_another():
    rows = (
        "type | name | label | bind::ceiba:gives", "begin_repeat | a | A | ", "text | who | Who | head.participant",
        "end_repeat | | | ", "begin_repeat | b | B | ", *VISIT, "end_repeat | | | ",
    )  # fmt: skip
    (problem,) = gives_problems(form("| survey |\n" + "\n".join(f"| | {row} |" for row in rows) + "\n"))
    assert problem.code == "form.gives_nobody"


def test_what_is_common_may_be_asked_outside_of_the_repeat():
    rows = (
        "type | name | label | bind::ceiba:gives", "integer | held | H | attendance.sessions_held",
        "begin_repeat | member | M | ", "text | who | Who | head.participant",
        "integer | came | C | attendance.sessions_attended", "end_repeat | | | ",
    )  # fmt: skip
    assert gives_problems(form("| survey |\n" + "\n".join(f"| | {row} |" for row in rows) + "\n")) == ()


def test_a_calculation_gives_anything():
    rows = [VISIT[0], "calculate | done | | visit.plan_done | 1 + 1"]
    read = questions(
        f"{VISIT[0]} | ", rows[1], columns="type | name | label | bind::ceiba:gives | calculation"
    )
    assert gives_problems(read) == ()
