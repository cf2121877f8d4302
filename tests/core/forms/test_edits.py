"""A submission that replaces another corrects its records, kind by kind and entry by entry."""

import polars as pl
import pytest

from ceiba.core.forms.edits import corrections
from ceiba.core.forms.records import records
from tests.core.forms.helpers import form, questions, sent

WHO = "<participant>GT1</participant>"
WORK = "<work><plan_due>10</plan_due><plan_done>8</plan_done></work>"
TWO = "<plants><cls>timber</cls><n>5</n></plants><plants><cls>fruit</cls><n>7</n></plants>"
ONE = "<plants><cls>timber</cls><n>6</n></plants>"


def edited(before, after, definition=None):
    """What `after` gives, as uuid:2, where it replaces `before`, which is uuid:1."""
    old = records([sent(before, definition)]).frames
    batch = [sent(after, definition, "uuid:2", "uuid:1")]
    return corrections(records(batch), batch, old)


def lines(found, kind, *columns):
    return found.frames[kind].select("key", "corrects", *columns).rows()


def test_a_kind_that_cannot_be_withdrawn_needs_a_person():
    found = edited(WHO + WORK + "<work><alive>yes</alive></work>", WHO + WORK)
    assert not found.frames
    ((n, problem),) = found.problems
    assert (n, problem.code, problem.where.item) == (0, "form.not_withdrawn", "uuid:1")
    assert problem.text("es") and problem.text("en")


def test_what_is_said_again_corrects_what_was_said():
    found = edited(WHO + WORK + TWO, WHO + WORK.replace("8", "9") + TWO)
    assert lines(found, "visit", "plan_done") == [("uuid:2", "uuid:1", "9")]
    assert lines(found, "planting") == [("uuid:2/1", "uuid:1/1"), ("uuid:2/2", "uuid:1/2")]


def test_an_entry_that_is_gone_becomes_zero_of_the_same():
    found = edited(WHO + TWO, WHO + ONE)
    assert lines(found, "planting", "plant_class", "plants") == [
        ("uuid:2/1", "uuid:1/1", "timber", "6"),
        ("uuid:2/2", "uuid:1/2", "fruit", "0"),
    ]


def test_a_kind_that_is_gone_becomes_zero():
    found = edited(WHO + WORK, WHO)
    assert lines(found, "visit", "participant", "plan_due", "plan_done") == [
        ("uuid:2", "uuid:1", "GT1", "0", "0")
    ]
    assert not found.problems


def test_a_new_entry_corrects_nothing():
    found = edited(WHO + ONE, WHO + TWO)
    assert lines(found, "planting") == [("uuid:2/1", "uuid:1/1"), ("uuid:2/2", None)]


def test_an_entry_that_comes_back_corrects_its_withdrawal():
    withdrawn = edited(WHO + TWO, WHO + ONE).frames
    batch = [sent(WHO + TWO, name="uuid:3", replaces="uuid:2")]
    found = corrections(records(batch), batch, withdrawn)
    assert lines(found, "planting", "plants") == [
        ("uuid:3/1", "uuid:2/1", "5"),
        ("uuid:3/2", "uuid:2/2", "7"),
    ]


def test_a_survival_count_cannot_be_of_no_plants():
    read = questions(
        "integer | a | A | survival.sampled",
        "integer | b | B | survival.alive",
        "integer | c | C | survival.replanted",
    )
    found = edited("<who>GT1</who><a>9</a><b>8</b><c>0</c>", "<who>GT1</who>", read)
    assert [p.code for _, p in found.problems] == ["form.not_withdrawn"]


def test_a_death_notice_is_withdrawn_by_one_without_a_date():
    read = questions("date | d | D | death.died_on")
    found = edited("<who>GT1</who><d>2026-11-02</d>", "<who>GT1</who>", read)
    assert lines(found, "death", "died_on") == [("uuid:2", "uuid:1", None)]


@pytest.mark.parametrize("old", [{}, {"planting": None}])
def test_where_nothing_was_recorded_nothing_is_corrected(old):
    batch = [sent(WHO + TWO, name="uuid:2", replaces="uuid:1")]
    new = records(batch)
    before = {kind: new.frames[kind].clear() for kind in old}
    assert corrections(new, batch, before).frames["planting"]["corrects"].null_count() == 2


def test_a_refused_edit_withdraws_nothing():
    old = records([sent(WHO + WORK + TWO)]).frames
    batch = [sent(WORK, name="uuid:2", replaces="uuid:1")]
    found = corrections(records(batch), batch, old)
    assert [p.code for _, p in found.problems] == ["form.participant_missing"]
    assert not found.frames


def test_edits_of_a_batch_do_not_mix():
    old = records([sent(WHO + ONE, name="uuid:1"), sent(WHO + TWO, name="uuid:10")]).frames
    batch = [
        sent(WHO + ONE, name="uuid:2", replaces="uuid:1"),
        sent(WHO + ONE, form(), "uuid:20", "uuid:10"),
    ]
    found = corrections(records(batch), batch, old)
    assert sorted(lines(found, "planting", "plants"), key=str) == [
        ("uuid:2/1", "uuid:1/1", "6"),
        ("uuid:20/1", "uuid:10/1", "6"),
        ("uuid:20/2", "uuid:10/2", "0"),
    ]
    assert found.frames["planting"]["row"].to_list() == [1, 2, 3]
    assert isinstance(found.frames["planting"], pl.DataFrame)
