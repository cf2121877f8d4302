"""A submission is read in one walk: what it says lands in the rows, whatever else stands in it is passed over."""

import string
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ceiba.core.forms.answers import Place, read_answers, read_place
from ceiba.core.forms.instance import read_head
from ceiba.core.forms.plan import plan_of
from ceiba.core.forms.safe_xml import UnsafeXml
from ceiba.core.forms.values import read_values
from tests.core.forms.helpers import form, questions, sent, submission


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not_xml"),
        (b"<data id='f'><a></data>", "not_xml"),
        (b"<!DOCTYPE d [<!ENTITY x 'y'>]><data id='f'><a>&x;</a></data>", "doctype"),
        (b"<data><meta><instanceID>uuid:1</instanceID></meta></data>", "no_form_id"),
        (b"<data id='f'><meta/></data>", "no_instance_id"),
    ],
)
def test_what_cannot_be_a_submission_is_refused(data, reason):
    with pytest.raises(UnsafeXml) as raised:
        read_answers(form(), data)
    assert raised.value.reason == reason


def test_a_submission_says_whom_where_and_when():
    answers = sent(
        "<start>2026-11-25T10:00:00-06:00</start><end>2026-11-25T10:30:00-06:00</end><participant> GT1 </participant>"
        "<work><place>14.5 -90.5 1500 4.6</place><photo>a.jpg</photo></work><plants><row>b.jpg</row></plants>"
        "<plants><row>a.jpg</row></plants><meta><audit>audit.csv</audit></meta>"
    ).answers
    assert answers.participant == "GT1"
    assert answers.place == Place(-90.5, 14.5, 4.6)
    assert answers.stated == "2026-11-25T10:30:00-06:00"
    assert answers.attachments == ("a.jpg", "b.jpg", "audit.csv")
    assert answers.head.instance_id == "uuid:1"


def test_what_the_form_does_not_know_is_passed_over():
    answers = sent(
        "<extra><participant>XX</participant></extra><work>text<plan_due>3</plan_due></work>"
    ).answers
    assert answers.participant == ""
    assert "3" in answers.rows[0][0]


def test_elements_are_known_with_or_without_a_namespace():
    data = b"""<data xmlns="http://www.w3.org/2002/xforms" id="ca-visit"><participant>GT1</participant>
    <o:meta xmlns:o="urn:o"><o:instanceID>uuid:1</o:instanceID></o:meta></data>"""
    assert read_answers(form(), data).participant == "GT1"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("14.5 -90.5 0 0", Place(-90.5, 14.5, 0.0)),
        ("14.5 -90.5", Place(-90.5, 14.5)),
        ("14.5", None),
        ("a b c d", None),
        ("91 0 0 0", None),
        ("0 181 0 0", None),
        ("nan nan 0 0", None),
        ("1 1 0 inf", Place(1.0, 1.0)),
    ],
)
def test_a_place_is_on_earth_or_none(text, place):
    assert read_place(text) == place


def test_where_no_place_is_given_the_first_corner_walked_is_it():
    read = questions("geoshape | walk | Walk | ")
    answers = sent("<walk>14 -90 0 5; 14.1 -90 0 5; 14 -90.1 0 5; 14 -90 0 5</walk>", read).answers
    assert answers.place == Place(-90.0, 14.0, 5.0)


def test_an_entry_sees_what_it_stands_in_and_no_sibling():
    read = questions(
        "begin_repeat | outer | O | ", "text | a | A | sanction.cause", "begin_repeat | inner | I | ",
        "integer | b | B | visit.plan_due", "end_repeat | | | ", "end_repeat | | | ",
    )  # fmt: skip
    answers = sent(
        "<outer><inner><b>1</b></inner><a>x</a></outer><outer><a>y</a><inner><b>2</b></inner><inner><b>3</b></inner>"
        "</outer><who>GT1</who>",
        read,
    ).answers
    assert answers.rows[2] == [
        ["GT1", "x", "1", None],
        ["GT1", "y", "2", None],
        ["GT1", "y", "3", None],
    ]


def test_ten_thousand_entries_are_read():
    answers = sent("<plants><n>1</n></plants>" * 10_000).answers
    assert len(answers.rows[1]) == 10_000


TREES = """
| survey |
| | type | name | label | save_to | bind::ceiba:gives |
| | text | who | Who | | head.participant |
| | begin_repeat | tree | Tree | | |
| | text | species | Species | species | |
| | end_repeat | | | | |
| entities |
| | list_name | label |
| | trees | ${species} |
"""


def test_entities_are_read_with_their_versions_and_values():
    block = (
        '<tree><species>cedro</species><meta><entity dataset="trees" id="u{n}" create="{create}" baseVersion="3"'
        ' trunkVersion="2" branchId="b"><label>Un cedro</label></entity></meta></tree>'
    )
    answers = sent(block.format(n=1, create="") + block.format(n=2, create="1"), form(TREES)).answers
    (entity,) = answers.entities
    assert (entity.dataset, entity.entity_id, entity.label) == ("trees", "u2", "Un cedro")
    assert (entity.create, entity.update, entity.entry) == (True, False, 2)
    assert (entity.base_version, entity.trunk_version, entity.branch_id) == ("3", "2", "b")
    assert entity.values == {"species": "cedro"}


texts = st.text(string.ascii_letters + string.digits + "áñ<&>'\" ", max_size=12).map(str.strip)
entries = st.lists(st.tuples(texts, st.lists(texts, max_size=3)), max_size=4)
NESTED = (
    "begin_group | g | G | ", "text | a | A | sanction.cause", "end_group | | | ", "begin_repeat | r | R | ",
    "text | b | B | document_check.document", "begin_repeat | s | S | ", "text | c | C | head.plot",
    "end_repeat | | | ", "end_repeat | | | ",
)  # fmt: skip


@given(outer=texts, who=texts, repeat=entries)
def test_any_answers_come_back_as_they_were_written(outer, who, repeat):
    read = questions(*NESTED)
    inner = "".join(
        f"<r><b>{escape(b)}</b>" + "".join(f"<s><c>{escape(c)}</c></s>" for c in cs) + "</r>"
        for b, cs in repeat
    )
    data = submission(f"<who>{escape(who)}</who><g><a>{escape(outer)}</a></g>{inner}")
    answers = read_answers(read, data)
    assert answers.rows[0] == [[who or None, outer or None, None]]
    assert answers.rows[1] == [[who or None, outer or None, b or None, None] for b, _ in repeat]
    assert answers.rows[2] == [
        [who or None, outer or None, b or None, c or None, None] for b, cs in repeat for c in cs
    ]
    values = read_values(read, data)
    assert values["g"] == {"a": outer or None}
    assert values["r"] == [{"b": b or None, "s": [{"c": c or None} for c in cs]} for b, cs in repeat]


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data):
    for whole in (data, b"<data id='ca-visit'>" + data + b"</data>"):
        try:
            read_answers(form(), whole)
        except UnsafeXml:
            continue


def test_a_form_is_planned_once():
    assert plan_of(form()) is plan_of(form())


@pytest.mark.parametrize(
    ("name", "most"),
    [("form_code", 64), ("form_version", 64), ("instance_id", 120), ("deprecated_id", 120)],
)
def test_names_that_cannot_be_kept_are_refused(name, most):
    def written(length):
        said = dict.fromkeys(("form_code", "form_version", "instance_id", "deprecated_id"), "x") | {
            name: "x" * length
        }
        return (
            '<data id="{form_code}" version="{form_version}"><meta><instanceID>{instance_id}</instanceID>'
            "<deprecatedID>{deprecated_id}</deprecatedID></meta></data>"
        ).format(**said).encode()  # fmt: skip

    assert len(getattr(read_head(written(most)), name)) == most
    with pytest.raises(UnsafeXml, match=f"too_long: {name}"):
        read_head(written(most + 1))
