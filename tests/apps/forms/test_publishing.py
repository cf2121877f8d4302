"""A form is published whole or not at all, once, and what is published never changes."""

import pytest
from django.db import DatabaseError, transaction

from ceiba.accounts.models import User
from ceiba.audit.models import Event
from ceiba.blobs.store import blob_bytes
from ceiba.core.kernel.errors import CeibaError
from ceiba.forms.looking import form_look
from ceiba.forms.models import Form, FormVersion
from ceiba.forms.selectors import (
    current_versions,
    definition_of,
    files_of,
    given_by_others,
    version_of,
    versions_of,
)
from ceiba.forms.services import forms_publish_folder
from ceiba.rulebook.folder import folder_files
from ceiba.rulebook.models import Programme
from ceiba.runs.publication import programme_publish
from tests.apps.forms.helpers import AT, VISIT, WITHOUT_DONE, markdown, programme, publish, workbook
from tests.factories import FOLDER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme():
    programme()


def refused(*args, **more):
    with pytest.raises(CeibaError) as caught:
        publish(*args, **more)
    return {p.code for p in caught.value.problems}


def test_a_form_that_does_not_compile_is_not_stored():
    assert refused(VISIT.replace("| integer | due", "| intejer | due")) == {"xlsform.unknown_type"}
    assert not Form.objects.exists()
    assert not Event.objects.filter(action="form.published").exists()


def test_a_form_of_no_programme_is_not_stored():
    assert refused(programme="xx") == {"rulebook.none"}


def test_a_published_version_is_not_published_again_with_other_words():
    publish()
    assert refused(VISIT.replace("Tasks done", "Tasks made")) == {"form.version_known"}
    assert FormVersion.objects.count() == 1


def test_a_form_stays_in_its_programme():
    publish()
    Programme.objects.create(code="zz", currency="USD", name={"es": "z", "en": "z"})
    with pytest.raises(CeibaError):  # it has no rulebook
        publish(version="2", programme="zz")
    assert FormVersion.objects.count() == 1


def test_what_a_form_shows_must_come_with_it_and_nothing_else():
    pictured = VISIT.replace("| required | constraint |", "| media::image | constraint |").replace(
        "| Tasks in the plan | yes |", "| Tasks in the plan | tree.png |"
    ).replace("| yes | . <=", "| | . <=").replace("| Person | yes |", "| Person | |")  # fmt: skip
    assert refused(pictured) == {"form.file_missing"}
    assert refused(pictured, files={"tree.png": b"p", "other.png": b"o"}) == {"form.file_surplus"}
    version = publish(pictured, files={"tree.png": b"picture"})
    (file,) = files_of(version)
    assert (file.name, file.size_bytes, blob_bytes(file.sha256)) == ("tree.png", 7, b"picture")
    assert publish(pictured, files={"tree.png": b"picture"}).pk == version.pk


def test_it_stores_the_bytes_and_says_who():
    actor = User.objects.create(username="office", role="office")
    version = publish(actor=actor)
    assert bytes(version.source) == markdown()
    assert b"ca-visit" in bytes(version.xform)
    assert (version.version, version.title, version.source_name) == ("1", "Visita del mes", "visit.md")
    assert len(version.xform_md5) == 32
    event = Event.objects.get(action="form.published")
    assert (event.actor_id, event.subject) == (actor.pk, "form:ca-visit:1")
    assert definition_of(version).code == "ca-visit"
    assert definition_of(version) is definition_of(version.pk)


def test_the_same_bytes_again_are_the_same_version():
    first = publish()
    assert publish().pk == first.pk
    assert publish(version="1 ").pk == first.pk, "what compiles to the same is the same"
    assert Event.objects.filter(action="form.published").count() == 1


def test_what_is_published_cannot_be_changed():
    version = publish()
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=version.pk).update(title="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        version.delete()


def test_phones_are_offered_the_version_published_last_and_all_are_known():
    first, second = publish(), publish(version="2", at=AT.replace(hour=13))
    other = publish(VISIT.replace("ca-visit", "ca-other"))
    assert [v.pk for v in current_versions()] == [other.pk, second.pk]
    assert [v.pk for v in current_versions("mx")] == []
    assert [v.pk for v in versions_of(second.form.code)] == [second.pk, first.pk]
    assert versions_of(second.form.code, "another") == []
    assert version_of("ca-visit", "1") == first
    assert version_of("ca-visit", "3") is None
    assert given_by_others("ca", "ca-other")["visit.plan_due"] == ["ca-visit"]


def test_a_look_says_what_would_change_and_writes_nothing():
    publish()
    look = form_look(programme="ca", name="v.md", data=markdown(WITHOUT_DONE, "2"), files={}, now=AT)
    assert look.before is not None and look.again is None
    assert [(c.field.name, c.what) for c in look.questions] == [("due", "changed"), ("done", "changed")]
    assert [(e.name, e.holds) for e in look.effects] == [("plan_due", True), ("plan_done", True)]
    assert "work.plan" in look.effects[0].text("en")
    assert FormVersion.objects.count() == 1
    same = form_look(programme="ca", name="v.md", data=markdown(), files={}, now=AT)
    assert same.again == look.before


def test_a_folder_is_published_whole_or_not_at_all(tmp_path):
    (tmp_path / "a.md").write_bytes(markdown())
    (tmp_path / "b.xlsx").write_bytes(workbook(VISIT.replace("ca-visit", "ca-book")))
    (tmp_path / "c.md").write_bytes(markdown(VISIT.replace("| integer | due", "| intejer | due")))
    (tmp_path / "notes.txt").write_text("no form")
    with pytest.raises(CeibaError) as caught:
        forms_publish_folder(programme="ca", folder=tmp_path, actor=None, at=AT)
    assert [(p.code, p.where.file) for p in caught.value.problems] == [("xlsform.unknown_type", "c.md")]
    assert not FormVersion.objects.exists()
    (tmp_path / "c.md").unlink()
    published = forms_publish_folder(programme="ca", folder=tmp_path, actor=None, at=AT)
    assert [v.form.code for v in published] == ["ca-visit", "ca-book"]
    assert forms_publish_folder(programme="ca", folder=tmp_path, actor=None, at=AT) == published


def test_a_folder_that_is_not_there_has_no_form(tmp_path):
    assert forms_publish_folder(programme="ca", folder=tmp_path / "none", actor=None, at=AT) == []


def test_a_list_that_nobody_makes_must_come_with_the_form():
    species = VISIT.replace("participants.csv", "species.csv")
    assert refused(species) == {"form.file_missing"}
    assert publish(species, files={"species.csv": b"name,label\na,A\n"}).files.count() == 1


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_the_programmes_that_ship_are_published_with_their_forms(code):
    folder = FOLDER.parent / code
    files = folder_files(folder)
    version = programme_publish(files=files, actor=None, at=AT, forms=folder / "forms")
    sources = sorted((folder / "forms").glob("*.md"))
    assert [v.form.code for v in current_versions(code)] == [path.stem for path in sources]
    again = programme_publish(files=files, actor=None, at=AT, forms=folder / "forms")
    assert again == version
    assert FormVersion.objects.count() == len(sources)


def test_a_programme_with_a_broken_form_is_not_published_at_all(tmp_path):
    (tmp_path / "bad.md").write_bytes(markdown(VISIT.replace("| integer | due", "| intejer | due")))
    files = folder_files(FOLDER.parent / "mx")
    with pytest.raises(CeibaError):
        programme_publish(files=files, actor=None, at=AT, forms=tmp_path)
    assert not Programme.objects.filter(pk="mx").exists()


def test_choices_that_are_too_many_for_the_form_go_beside_it():
    text = VISIT.replace(
        "| integer | due |", "| select_one_external town | town | Pueblo | Town | | | |\n| | integer | due |"
    ).replace("| bind::ceiba:gives |", "| bind::ceiba:gives | choice_filter |")
    text = text.replace("| Pueblo | Town | | | |", "| Pueblo | Town | | | | area=${who} |")
    sheet = "| external_choices |\n| | list_name | name | label | area |\n| | town | t1 | One | GT1 |\n"
    version = publish(text + sheet)
    (file,) = files_of(version)
    assert file.name == "itemsets.csv" and b"t1" in blob_bytes(file.sha256)
    assert "itemsets.csv" in definition_of(version).media
    assert publish(text + sheet).pk == version.pk
