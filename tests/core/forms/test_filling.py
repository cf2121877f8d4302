"""A blank is filled in as a phone fills it in."""

import pytest

from ceiba.core.forms.answers import read_answers
from ceiba.core.forms.filling import Blank
from tests.forms.shipped import compiled, definition


def blank(code: str) -> Blank:
    return Blank(compiled(code).xform.encode())


def test_a_question_that_the_form_has_not_is_refused() -> None:
    assert not blank("ca-visit").asks("who/nobody")
    with pytest.raises(KeyError, match="who/nobody"):
        blank("ca-visit").filled("uuid:1", {"who/nobody": "x"})


def test_what_is_filled_in_is_read_back_and_what_is_empty_is_left_out() -> None:
    tasks = [{"task_class": "weeding", "counts/due": 4, "counts/done": 3}]
    xml = blank("ca-visit").filled(
        "uuid:1", {"who/participant_code": "P-1", "plan/task": tasks, "plan/plan_due": 4},
        {"participants": {"id": "e-1", "baseVersion": "3"}}, replaces="uuid:0", version="9",
    )  # fmt: skip
    read = read_answers(definition("ca-visit"), xml)
    assert (read.head.instance_id, read.head.deprecated_id, read.head.form_version) == (
        "uuid:1",
        "uuid:0",
        "9",
    )
    assert read.participant == "P-1"
    assert [(e.entity_id, e.base_version) for e in read.entities] == [("e-1", "3")]
    assert b"assembly" not in xml
    assert xml.count(b"<task>") == 1
    assert b"signature" not in xml


def test_a_blank_stays_blank() -> None:
    form = blank("ca-visit")
    form.filled("uuid:1", {"who/participant_code": "P-1"})
    assert b"P-1" not in form.filled("uuid:2", {})
