"""What the shipped enrolment forms say for the register."""

import pytest

from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.enrolling import COLUMNS, HOME, entries_said, register_said
from ceiba.core.forms.gives import gives_problems, gives_said
from tests.core.forms.helpers import questions
from tests.forms.shipped import answers, definition

FORMS = ("ca-enrolment", "mx-enrolment", "pes-enrolment")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (["integer | q | Q | participants.given_names"], "form.gives_type"),
        (["text | q | Q | participants.birth_date"], "form.gives_type"),
        (["text | q | Q | participants.home"], "form.gives_type"),
        (["text | q | Q | documents.number"], "form.gives_unknown_near"),
        (["text | a | A | participants.language", "text | q | Q | participants.language"], "form.gives_twice"),
        (["begin_repeat | r | R | ", "text | q | Q | participants.given_names", "end_repeat | | | "],
         "form.gives_repeated"),
    ],
)  # fmt: skip
def test_what_the_register_is_not_given_that_way(rows: list[str], code: str) -> None:
    assert [(each.code, each.where.item) for each in gives_problems(questions(*rows))] == [(code, "q")]


@pytest.mark.parametrize(("value", "right"), [("F", True), ("W", False)])
def test_choices_are_those_of_the_register(value: str, right: bool) -> None:
    choices = f"| choices |\n| | list_name | name | label |\n| | l | {value} | A |"
    found = gives_problems(questions("select_one l | q | Q | participants.sex", more=choices))
    assert [each.code for each in found] == ([] if right else ["form.gives_choices"])


@pytest.mark.parametrize("code", FORMS)
def test_every_enrolment_form_gives_all_of_it(code: str) -> None:
    assert set(COLUMNS) <= set(definition(code).given)
    assert all(gives_said(word)[language] for word in COLUMNS for language in ("es", "en"))


def test_what_was_answered_is_said_by_word() -> None:
    form = definition("ca-enrolment")
    said = register_said(form, read_answers(form, answers("enrolment-new")))
    assert said == {
        "participants.given_names": "Ana", "participants.family_names": "Choc", "participants.sex": "F",
        "participants.birth_date": "1980-01-01", "participants.language": "", "plots.tenure": "lease",
        "plots.tenure_until": "2030-01-01", f"{HOME}_lon": "", f"{HOME}_lat": "",
    }  # fmt: skip
    told = answers("enrolment-new").replace(b"<home/>", b"<home>15.5 -90.1 100.0 6.0</home>")
    said = register_said(form, read_answers(form, told))
    assert (said[f"{HOME}_lon"], said[f"{HOME}_lat"]) == ("-90.1", "15.5")


def test_documents_are_said_with_their_photos() -> None:
    form = definition("ca-enrolment")
    read = read_answers(form, answers("enrolment-new"))
    papers = entries_said(form, read, "document_check")
    assert [(each.values["document"], each.values["held"], each.files) for each in papers] == [
        ("identity_document", "yes", ("a.jpg",)), ("commitment_letter", "no", ()),
        ("land_document", "yes", ("b.jpg",)), ("privacy_consent", "no", ()),
    ]  # fmt: skip
    assert papers[0].values["expires_on"] == "2030-01-01"
    assert entries_said(form, read, "visit") == []
