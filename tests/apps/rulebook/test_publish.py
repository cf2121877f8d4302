"""Publishing stores what was given, once, and nothing that is not in order."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from ceiba.accounts.models import User
from ceiba.audit.models import Event
from ceiba.core.kernel.errors import CeibaError
from ceiba.rulebook.models import Programme, RulebookVersion
from ceiba.rulebook.selectors import latest_version, programmes, rulebook_of, versions_of
from ceiba.rulebook.services import rulebook_publish
from tests.core.rules.folders import changed, shipped, small

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 2, 5, 12, tzinfo=UTC)


def publish(files, actor=None, at=AT):
    return rulebook_publish(files=files, actor=actor, at=at)


def refused(files) -> set[str]:
    with pytest.raises(CeibaError) as caught:
        publish(files)
    return {problem.code for problem in caught.value.problems}


def test_a_rulebook_that_cannot_be_read_is_not_stored():
    assert refused(changed("rules", 'otherwise = "hold"', 'otherwise = "stop"')) == {"table.not_choice"}
    assert not Programme.objects.exists()
    assert not Event.objects.exists()


def test_a_rulebook_that_makes_no_sense_is_not_stored():
    assert refused(changed("parameters", "value = 75000", "value = 24999")) == {"check.over_cap"}
    assert not Programme.objects.exists()
    assert not RulebookVersion.objects.exists()


def test_it_stores_the_bytes_and_says_who():
    actor = User.objects.create(username="office", role="office")
    version = publish(small(), actor)
    assert {name: text.encode() for name, text in version.files.items()} == small()
    assert (version.published_at, version.published_by) == (AT, actor)
    assert (version.programme.code, version.programme.currency) == ("small", "USD")
    assert version.programme.name == {"es": "Pequeño", "en": "Small"}
    event = Event.objects.get()
    assert (event.actor, event.action) == (actor, "rulebook.published")
    assert event.subject == f"rulebook:small:{version.digest[:12]}"
    assert event.detail["digest"] == version.digest


def test_the_same_bytes_again_are_the_same_version():
    first = publish(small())
    again = publish(small(), at=LATER)
    assert (again.pk, again.published_at) == (first.pk, AT)
    assert RulebookVersion.objects.count() == 1
    assert Event.objects.count() == 1


def test_another_byte_is_another_version_and_the_latest():
    first = publish(small())
    second = publish(changed("programme", "Pequeño", "Mediano"), at=LATER)
    assert latest_version("small") == second
    assert versions_of("small") == [second, first]
    assert [programme.name["es"] for programme in programmes()] == ["Mediano"]


def test_a_programme_keeps_its_currency():
    publish(small())
    assert refused(changed("programme", '"USD"', '"GTQ"')) == {"rulebook.currency_changed"}
    assert RulebookVersion.objects.count() == 1


def test_no_version_is_said():
    with pytest.raises(CeibaError) as caught:
        latest_version("nowhere")
    assert "nowhere" in caught.value.text("es")


def test_it_is_read_back_as_published_and_kept():
    version = publish(small())
    book = rulebook_of(version)
    assert book.digest == version.digest
    assert rulebook_of(RulebookVersion.objects.get(pk=version.pk)) is book


@pytest.mark.parametrize(
    "change", ["UPDATE rulebook_rulebookversion SET digest = 'x'", "DELETE FROM rulebook_rulebookversion"]
)
def test_the_database_refuses_to_change_a_version(change):
    publish(small())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


def test_a_stored_text_that_was_altered_is_noticed():
    version = publish(small())
    version.files = version.files | {"rules.toml": version.files["rules.toml"].replace(">=", ">")}
    with pytest.raises(CeibaError) as caught:
        rulebook_of(version)
    assert caught.value.problems[0].code == "rulebook.altered"


@pytest.mark.parametrize("code", ["ca", "mx", "pes"])
def test_the_programmes_that_ship_can_be_published(code):
    version = publish(shipped(code))
    assert rulebook_of(version).code == code
