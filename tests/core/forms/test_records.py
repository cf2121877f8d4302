"""Submissions become records: one of a kind outside of repeats, one an entry within, none where nothing is said."""

from datetime import date

import pytest

from ceiba.core.evidence import KINDS
from ceiba.core.forms.records import records
from ceiba.core.sheets import typed
from tests.core.forms.helpers import NOW, form, questions, sent

WHO = "<participant>GT1</participant>"
WORK = "<work><plan_due>10</plan_due><plan_done>8</plan_done>{more}</work>"
PLANTS = "<plants><cls>timber</cls><n>5</n></plants><plants><cls>fruit</cls><n>7</n></plants>"


def drawn(*batch):
    return records(batch)


def codes(found):
    return [(n, p.code, p.where.item) for n, p in found.problems]


def test_nothing_answered_is_no_record():
    found = drawn(sent(WHO))
    assert (dict(found.frames), found.problems) == ({}, ())
    assert len(found.moments) == 1


def test_a_record_without_what_its_kind_requires_gives_nothing_at_all():
    found = drawn(sent(WHO + "<work><plan_due>10</plan_due></work>" + PLANTS))
    assert not found.frames
    assert codes(found) == [(0, "form.column_missing", "/data/work/plan_done")]


def test_a_record_of_nobody_gives_nothing():
    found = drawn(sent(WORK))
    assert not found.frames
    assert codes(found) == [(0, "form.participant_missing", "/data/participant")]


def test_a_month_that_cannot_be_read_gives_nothing():
    read = questions(
        "text | m | M | head.month", "integer | a | A | visit.plan_due", "integer | b | B | visit.plan_done"
    )
    found = drawn(sent("<who>GT1</who><m>soon</m><a>1</a><b>1</b>", read))
    assert not found.frames
    assert codes(found) == [(0, "form.month_unreadable", "/data/m")]


@pytest.mark.parametrize(
    ("answer", "held"), [("no", 0), ("", 0), ("maybe", 0), ("yes", 1), ("TRUE", 1), ("1", 1)]
)
def test_a_kind_holds_when_the_answer_says_so(answer, held):
    found = drawn(sent(WHO + f"<work><alive>{answer}</alive></work>"))
    assert sum(frame.height for frame in found.frames.values()) == held


def test_what_is_not_held_is_no_record_whatever_is_answered_beside_it():
    choices = "| choices |\n| | list_name | name | label |\n| | yn | yes | Y |\n| | yn | no | N |"
    rows = ("select_one yn | holds | H | death.holds", "date | died | D | death.died_on")
    read = questions(*rows, more=choices)
    died = "<who>GT1</who><holds>{}</holds><died>2026-11-02</died>"
    found = drawn(sent(died.format("no"), read), sent(died.format("yes"), read, "uuid:2"))
    assert found.frames["death"]["key"].to_list() == ["uuid:2"]


def test_keys_are_the_name_of_the_submission_and_the_number_of_the_entry():
    found = drawn(sent(WHO + WORK.format(more="") + PLANTS))
    assert found.frames["visit"]["key"].to_list() == ["uuid:1"]
    plants = found.frames["planting"]
    assert plants.select("key", "plant_class", "plants").rows() == [
        ("uuid:1/1", "timber", "5"),
        ("uuid:1/2", "fruit", "7"),
    ]


def test_an_entry_left_empty_keeps_its_number():
    found = drawn(sent(WHO + "<plants/>" + PLANTS))
    assert found.frames["planting"]["key"].to_list() == ["uuid:1/2", "uuid:1/3"]


def test_a_point_gives_its_accuracy_in_whole_metres():
    found = drawn(sent(WHO + WORK.format(more="<place>14 -90 1500 4.6</place>")))
    assert found.frames["visit"]["accuracy_m"].to_list() == ["5"]


def test_each_entry_may_be_of_another_person():
    read = questions()
    read = form(
        """
| survey |
| | type | name | label | bind::ceiba:gives |
| | integer | held | Held | attendance.sessions_held |
| | begin_repeat | member | M | |
| | text | who | Who | head.participant |
| | integer | came | Came | attendance.sessions_attended |
| | end_repeat | | | |
"""
    )
    member = "<member><who>GT{}</who><came>{}</came></member>"
    found = drawn(sent("<held>2</held>" + member.format(1, 2) + member.format(2, 0), read))
    columns = ("participant", "sessions_held", "sessions_attended")
    assert found.frames["attendance"].select(columns).rows() == [("GT1", "2", "2"), ("GT2", "2", "0")]


def test_a_batch_of_several_forms_is_one_frame_a_kind_without_those_refused():
    other = questions("integer | a | A | visit.plan_due", "integer | b | B | visit.plan_done")
    found = drawn(
        sent(WHO + WORK.format(more=""), name="uuid:a"),
        sent(WORK.format(more=""), name="uuid:refused"),
        sent("<who>GT2</who><a>4</a><b>4</b>", other, "uuid:b"),
    )
    visits = found.frames["visit"]
    assert visits.select("row", "submission", "key", "participant").rows() == [
        (1, 0, "uuid:a", "GT1"),
        (2, 2, "uuid:b", "GT2"),
    ]
    assert codes(found) == [(1, "form.participant_missing", "/data/participant")]
    assert found.without([0]).frames["visit"].select("row", "key").rows() == [(1, "uuid:b")]


def test_the_cells_are_what_the_intake_takes():
    found = drawn(sent(WHO + WORK.format(more="<alive>yes</alive><place>14 -90 1500 4.6</place>") + PLANTS))
    assert set(found.frames) == {"visit", "planting", "proof_of_life"}
    for kind, cells in found.frames.items():
        rows, problems = typed(cells, KINDS[kind].columns, key=("key",), today=NOW.date())
        assert problems.height == 0
        KINDS[kind].schema.check(rows)
        assert rows["month"].to_list() == [date(2026, 11, 1)] * rows.height
        assert rows["reporter"].unique().to_list() == ["T01"]


def test_no_submission_gives_no_record():
    assert not drawn().frames
