"""A compiled form is read as data."""

import pytest

from ceiba.core.forms.definition import read_form
from ceiba.core.forms.words import said
from ceiba.core.kernel.errors import CeibaError
from tests.core.forms.helpers import form, questions


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<html/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><html>&a;</html>',
        b'<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:head><model><instance><data/></instance></model></h:head>'
        b"<h:body/></h:html>",
    ],
)
def test_what_is_no_form_is_refused(data):
    with pytest.raises(CeibaError) as raised:
        read_form(data)
    assert [p.code for p in raised.value.problems] == ["form.not_a_form"]
    assert raised.value.text("es")


def test_a_form_knows_its_name_its_languages_and_its_files():
    read = form()
    assert (read.code, read.version, read.title) == ("ca-visit", "7", "Visita")
    assert read.languages == ("Español (es)", "English (en)")
    assert read.media == ("participants.csv",)
    assert [(g.name, g.repeats) for g in read.groups] == [("work", False), ("plants", True)]
    assert [each.name for each in read.binaries] == ["photo", "row", "audit"]


def test_a_question_says_what_it_asks_and_gives():
    due = form().by_path["/data/work/plan_due"]
    assert (due.name, due.type, due.widget, due.asked_as) == ("plan_due", "int", "input", "integer")
    assert said(due.label, "es") == "Tareas de ${participant}"
    assert said(due.label, "en") == "Tasks"
    assert (due.required, due.constraint, due.repeat) == (True, ". >= 0", "")
    assert due.gives == ("visit.plan_due",)
    assert form().by_path["/data/work/photo"].relevant == "${alive} = 'yes'"
    assert form().by_path["/data/plants/n"].repeat == "/data/plants"
    assert not form().by_path["/data/plants/n"].required
    assert form().by_path["/data/end"].preload == "end"
    assert form().by_path["/data/participant"].source == "participants"
    assert form().given["visit.accuracy_m"].name == "place"


def test_choices_have_their_words_in_each_language():
    choices = form().by_path["/data/plants/cls"].choices
    assert [(c.value, said(c.label, "es"), said(c.label, "en")) for c in choices] == [
        ("timber", "Maderable", "Timber"),
        ("fruit", "Frutal", "Fruit"),
    ]


def test_words_without_a_language_are_said_in_any():
    assert said(questions().by_path["/data/who"].label, "en") == "Who"
    assert said({}, "es") == ""


def test_entities_outside_and_inside_repeats_have_the_properties_asked_beside_them():
    read = form(
        """
| survey |
| | type | name | label | save_to |
| | text | code | Code | |
| | begin_repeat | tree | Tree | |
| | text | species | Species | species |
| | geopoint | at | Where | geometry |
| | end_repeat | | | |
| entities |
| | list_name | label |
| | trees | ${species} |
"""
    )
    (tree,) = read.entities
    assert (tree.dataset, tree.repeat, tree.creates, tree.updates) == ("trees", "/data/tree", True, False)
    assert tree.properties == {"species": "/data/tree/species", "geometry": "/data/tree/at"}
    assert "/data/tree/meta/entity/label" not in read.by_path


def test_inline_choices_and_pictures_of_other_makers_are_read():
    read = read_form(
        b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>T</h:title>
<model><itext><translation lang="es"><text id="a"><value>Hola</value><value form="image">jr://images/a.png</value></text>
</translation></itext><instance><d xmlns="urn:mine" id="f"><q/></d></instance>
<bind nodeset="/d/q" type="xsd:string"/></model>
</h:head><h:body><select1 ref="/d/q"><label ref="jr:itext('a')"/>
<item><label>One</label><value>1</value></item></select1>
</h:body></h:html>"""
    )
    question = read.by_path["/d/q"]
    assert (read.code, read.version, read.media) == ("f", "", ("a.png",))
    assert (question.type, said(question.label, "es")) == ("string", "Hola")
    assert [(c.value, said(c.label, "es")) for c in question.choices] == [("1", "One")]
