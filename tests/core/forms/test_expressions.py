"""A condition that no phone can read is found before the phones find it."""

import pytest

from ceiba.core.forms.expressions import expression_problems
from tests.core.forms.helpers import SETTINGS, VISIT, convert


def found(old="", new=""):
    assert old in VISIT
    text = SETTINGS + VISIT.replace(old, new, 1)
    wrong, doubtful = expression_problems(convert(text, validate=False, file_type=".md").xform.encode())
    assert all(p.text(language) for p in (*wrong, *doubtful) for language in ("es", "en"))
    return [(p.code, p.where.item) for p in (*wrong, *doubtful)]


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        (". >= 0", ". >= ", "plan_due"),
        (". >= 0", "(. >= 0", "plan_due"),
        (". >= 0", ". => 0", "plan_due"),
        (". >= 0", ". >= 0 y . < 9", "plan_due"),
        ("${alive} = 'yes'", "${alive} = 'yes", "photo"),
        ("${alive} = 'yes'", "${alive} == 'yes'", "photo"),
    ],
)
def test_what_cannot_be_read_is_told_of_at_its_question(old, new, item):
    assert found(old, new) == [("form.expression", item)]


def test_a_function_that_is_not_of_odk_is_doubtful():
    assert found(". >= 0", "sumif(.) > 0") == [("form.function_unknown", "plan_due")]


@pytest.mark.parametrize(
    "good",
    [
        ". >= 0 and (. < 9 or not(. = 7))",
        "selected-at(${place}, 3) div 2 > 0 or (. mod 2 = 0)",
        "jr:choice-name(${alive}, '${alive}') != 'x (y)'",
        "regex(., '^a(b)$') or . = 'it(s)'",
        "count(${plants}) > 0 and today() > date('2026-01-01')",
        "instance('yesno')/root/item[name = 'yes']/label != ''",
    ],
)
def test_what_phones_read_is_let_through(good):
    assert found(". >= 0", good) == []
